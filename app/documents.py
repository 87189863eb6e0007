"""A report, or an area's pack, as a document: one shape that the page and every file show. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

# Marks of UK official statistics that stand where a number cannot (statistics.md section 6), and what each means.
MARKS = {
    "[c]": "confidential: hidden so that nobody can be recognised",
    "[low]": "rounds to nought but is not nought",
    "[r]": "revised since the report was first published",
    "[u]": "too few cases to be reliable",
    "[x]": "not available",
    "[z]": "not applicable",
}


class Kind(StrEnum):
    """What the cells of a column are: words, counts of cases, whole percentages, or real numbers with two places."""

    WORDS = "words"
    COUNT = "count"
    PERCENT = "percent"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and what its cells are."""

    heading: str
    kind: Kind = Kind.COUNT


# A number as its column's kind says, words, or one of the marks; never None and never empty.
Cell = int | float | str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; its first cell is its heading. A total stands out."""

    cells: Sequence[Cell]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of headings; `code` is its anchor, file name and sheet name, at most 31 characters."""

    code: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    # Long or seldom read: a page folds it below its title, files have it as any other.
    folded: bool = False

    @property
    def heads(self) -> list[str | tuple[str]]:
        """Return the headings as the table of a page wants them, those of numbers in a tuple."""
        return [c.heading if c.kind is Kind.WORDS else (c.heading,) for c in self.columns]

    def without_columns_of(self, mark: str) -> "Table":
        """Return the table without the columns in which every row has this mark: what no row has is no column."""
        kept = [at for at in range(len(self.columns)) if any(row.cells[at] != mark for row in self.rows)]
        rows = [replace(row, cells=[row.cells[at] for at in kept]) for row in self.rows]
        return replace(self, columns=[self.columns[at] for at in kept], rows=rows)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: a title that states the finding, a text alternative, two Vega-Lite specifications, a table's code."""

    code: str
    title: str
    alternative: str
    wide: Mapping[str, Any]
    narrow: Mapping[str, Any]
    table: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences made from figures; more than one are a list."""

    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Prose:
    """What somebody wrote, in Markdown without HTML, its placeholders filled; `code` names the box."""

    code: str
    markdown: str


Block = Table | Picture | Sentences | Prose


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of a document; parts may have parts."""

    code: str
    title: str
    blocks: Sequence[Block]
    parts: "Sequence[Section]" = ()
    # On a page, where more of it is, and in what words; files leave it out.
    link: tuple[str, str] | None = None
    # Its parts are too many for the contents: those of a list of cases.
    parts_listed: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A document: what it is called, what it is about, and its sections.

    Every file prints `identifier` whole once, and short wherever its tables may go on their own.
    """

    reference: str
    title: str
    subtitle: str
    # Pairs of a name and a value that stand below the title: window, threshold document, edition, data set, stage of
    # the grades.
    facts: Sequence[tuple[str, str]]
    identifier: str
    sections: Sequence[Section]
    # Shown on the first page, such as "Official-sensitive" on the internal edition.
    marking: str = ""
    # Pairs as `facts`: who publishes it, who signed it off and when, whom to ask. No part of what was frozen: whom to
    # ask may change.
    imprint: Sequence[tuple[str, str]] = ()

    @property
    def short(self) -> str:
        """Return the identifier as it stands on each page: a hash by its first 12 characters."""
        return self.identifier[:SHORT] if _HASH.fullmatch(self.identifier) else self.identifier

    @property
    def about(self) -> list[tuple[str, str]]:
        """Return all that the first page says of the document, its whole identifier last."""
        return [*self.facts, *self.imprint, ("Identifier", self.identifier)]


SHORT = 12
_HASH = re.compile("[0-9a-f]{64}")
IN_CONTENTS = 2


def all_sections(document: Document) -> Iterator[tuple[int, Section]]:
    """Yield every section with its depth (1 for the outermost), in reading order."""

    def walk(sections: Sequence[Section], depth: int) -> Iterator[tuple[int, Section]]:
        for section in sections:
            yield depth, section
            yield from walk(section.parts, depth + 1)

    return walk(document.sections, 1)


def contents(document: Document) -> Iterator[tuple[int, Section]]:
    """Yield the sections that the contents list, and the parts of those whose parts are few."""
    for section in document.sections:
        yield 1, section
        if section.parts_listed:
            yield from ((IN_CONTENTS, part) for part in section.parts)


def tables(document: Document) -> Iterator[Table]:
    """Yield the tables in reading order."""
    return (block for _, section in all_sections(document) for block in section.blocks if isinstance(block, Table))


def pictures(document: Document) -> Iterator[Picture]:
    """Yield the pictures in reading order."""
    return (block for _, section in all_sections(document) for block in section.blocks if isinstance(block, Picture))


def shown(cell: Cell, kind: Kind) -> str:
    """Return a cell as people read it: 1,154, 65%, 0.87, or its words."""
    if isinstance(cell, str):
        return cell
    match kind:
        case Kind.PERCENT:
            return f"{cell}%"
        case Kind.NUMBER:
            return f"{cell:.2f}"
        case _:
            return f"{cell:,}"


def marks_used(document: Document) -> list[tuple[str, str]]:
    """Return the marks that stand in any cell, with what each means."""
    used = {cell for table in tables(document) for row in table.rows for cell in row.cells if isinstance(cell, str)}
    return [(mark, meaning) for mark, meaning in MARKS.items() if any(mark in cell for cell in used)]
