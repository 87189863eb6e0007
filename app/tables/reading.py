"""Tables as people send them: found among titles and notes, read row by row, every problem named by row and column."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import BinaryIO

from app.tables.alike import alike
from app.tables.cells import cell_fault, cleaned
from app.tables.problems import Known, Problems
from app.tables.text import LARGEST_FILE, Laid, Written, lines_of, written_as

LONGEST_CELL = 10_000
LONGEST_NOTE = 80
EXAMPLES = 5
# The headings stand in one of so many lines: case systems write titles above them.
HEADING_WITHIN = 20
Cells = Iterator[tuple[int, list[str]]]
# What the first cell of a total line says; the words are compared without case and colon.
_TOTALS = frozenset(("total", "totals", "grand total", "sum", "count", "total rows", "total records"))
_MAYBE_TOTAL = frozenset(
    word for w in _TOTALS for v in (w, w.title(), w.capitalize(), w.upper()) for word in (v, f"{v}:")
)


@dataclass(frozen=True, slots=True)
class Expected:
    """The columns that a kind of table has: those it needs, those it may have, and other names of both."""

    needed: Sequence[str]
    optional: Sequence[str] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    # Whether a line with one value is a note, which is left out, and not a row that something is wrong with.
    notes: bool = False
    # What a total line lacks, where it is not any of the needed columns.
    lacks: Sequence[str] = ()

    def names(self, line: Sequence[str]) -> list[str]:
        """Return our name of each cell of a heading row, empty where we know none."""
        ours = {_plain(name): name for name in (*self.needed, *self.optional)}
        ours |= {_plain(alias): name for alias, name in self.aliases.items()}
        return [ours.get(_plain(cell), "") for cell in line]

    def known_in(self, lines: Sequence[Sequence[str]]) -> int:
        """Return how many different headings that are known are in one of the first lines, at most."""
        return max((len({n for n in self.names(line) if n}) for line in lines[:HEADING_WITHIN]), default=0)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its number from 1, its values by column, and the columns whose value is a problem already."""

    number: int
    values: Mapping[str, str]
    faulty: frozenset[str]


@dataclass
class Table:
    """A table file whose heading row was found.

    `cells` yields each data row that is not blank: its number from 1, and its cells as they are. Where the headings
    have problems there are no cells. Problems of rows are added while the cells are read; so are lines that are no
    rows, and values that a reader has to look at.
    """

    problems: Problems
    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    cells: Cells = field(default_factory=lambda: iter(()))
    # Titles above the headings, totals below the rows, and the headings once more.
    notes: list[str] = field(default_factory=list)
    # Values outside ASCII of a file that is not UTF-8, with how often each is there.
    western: Counter[str] | None = None
    # The headings as they stand, how the file is laid out, and how many lines beneath the headings are no rows.
    header: Sequence[str] = ()
    laid: Laid = field(default_factory=Laid)
    passed: int = 0

    def rows(self) -> Iterator[Row]:
        """Yield each row, its values cleaned; a value that can be none is a problem, and empty."""
        for number, cells in self.cells:
            values, faulty = {}, set()
            for name, raw in zip(self.names, cells, strict=False):
                if not name:
                    continue
                value = cleaned(raw) if len(raw) <= LONGEST_CELL else ""
                fault = cell_fault(value) if len(raw) <= LONGEST_CELL else TOO_LONG
                if fault:
                    shown = repr(value)[1:-1] if fault[0] == "E-CONTROL" else value
                    self.problems.add(*fault, row=number, column=name, value=shown)
                    faulty.add(name)
                values[name] = "" if fault else value
            yield Row(number, values, frozenset(faulty))

    def known(self) -> list[Known]:
        """Return what is to know of the file itself once it was read."""
        found = {"W-WESTERN": list(self.western or ()), "W-LINES": self.notes, "W-COLUMN": list(self.unknown)}
        return [known_of(kind, items) for kind, items in found.items() if items]


TOO_LONG = ("E-LONG", "This value is far too long.", f"At most {LONGEST_CELL:,} characters")
WORDS = {
    "W-WESTERN": "The file is not UTF-8 and was read as Windows-1252. Look whether these are as they should be.",
    "W-LINES": "Lines that are no rows: titles, totals, or the headings once more. They are left out.",
    "W-COLUMN": "Columns that are not needed. They are left out.",
    "W-ALIKE": "Names that look alike. Are they the same?",
    "W-ID-ALIKE": (
        "Practitioners whose identifiers differ only in capitals, spaces, dashes or the like; are they the same person?"
    ),
}


def known_of(kind: str, items: Sequence[str], sentence: str = "") -> Known:
    """Return something to know, with its first examples."""
    return Known(kind, sentence or WORDS[kind], len(items), tuple(items[:EXAMPLES]))


def looking_alike(kind: str, values: Mapping[str, Sequence[str]]) -> list[Known]:
    """Return the names of some columns that look alike, all of one kind of warning."""
    found = [" and ".join(group) for every in values.values() for group in alike(every)]
    return [known_of(kind, found)] if found else []


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", cleaned(name)).casefold()


def read_table(
    file: BinaryIO, expected: Expected, *, largest: int | None = LARGEST_FILE, laid: Laid | None = None
) -> Table:
    """Open a CSV file; raises nothing, since all that is wrong is in the table's problems.

    What is said in `laid` is not looked for.
    """
    problems, laid = Problems(), laid or Laid()
    # A byte-order mark is no letter, whoever names the encoding.
    said = "utf-8-sig" if laid.encoding == "utf-8" else laid.encoding
    written = Written(said) if said else written_as(file, problems, largest)
    if written is None:
        return Table(problems)
    laid.encoding = written.encoding
    table = table_of(lines_of(file, written, expected.known_in, problems, laid), problems, expected, laid)
    if written.western:
        table.western = Counter()
        table.cells = _noting(table.cells, table.western)
    return table


def _noting(cells: Cells, western: Counter[str]) -> Cells:
    """Yield rows, and note which of their values have letters that an encoding could have changed."""
    for number, row in cells:
        western.update(cell for cell in row if not cell.isascii())
        yield number, row


def table_of(lines: Iterator[list[str]], problems: Problems, expected: Expected, laid: Laid | None = None) -> Table:
    """Return a table of lines of cells, one of the first of which has the headings."""
    laid = laid or Laid()
    first = list(islice(lines, max(HEADING_WITHIN, laid.heading)))
    at = laid.heading - 1 - laid.told if laid.heading else _heading(first, expected)
    at = None if at is None or not 0 <= at < len(first) else at
    if problems.total or at is None:
        if not problems.total:
            problems.add("E-EMPTY", "The file is empty.", "A header and one row for each filing or case")
        return Table(problems)
    problems.heading, laid.heading = at + 1, at + 1 + laid.told
    header = first[at]
    names = expected.names(header)
    _check_header(header, names, expected.needed, problems)
    unknown = tuple(cleaned(c) for c, n in zip(header, names, strict=True) if c and not n)
    table = Table(problems, tuple(names), unknown, header=tuple(header), laid=laid)
    table.notes += [_note(line) for line in first[:at] if any(char.isalnum() for cell in line for char in cell)]
    if not problems.total:
        table.cells = _Rows(table, header, expected).read(chain(first[at + 1 :], lines))
    return table


def _heading(lines: Sequence[Sequence[str]], expected: Expected) -> int | None:
    """Return which line has the headings: the most that are known, then all different, then the most cells."""
    best: tuple[int, bool, int] | None = None
    found = None
    for at, line in enumerate(lines):
        there = [cell for cell in map(cleaned, line) if cell]
        key = (expected.known_in([line]), len(set(there)) == len(there), len(there))
        if there and (best is None or key > best):
            best, found = key, at
    return found


def _note(line: Sequence[str]) -> str:
    text = ", ".join(cell for cell in map(cleaned, line) if cell)
    return text if len(text) <= LONGEST_NOTE else text[: LONGEST_NOTE - 1] + "…"


def _check_header(header: Sequence[str], names: Sequence[str], needed: Sequence[str], problems: Problems) -> None:
    counts = Counter(name for name in names if name)
    there = ", ".join(cell.strip() for cell in header if cell.strip())
    for name in needed:
        if not counts[name]:
            problems.add(
                "E-COLUMN",
                f"The column {name} is missing.",
                f"A column named {name}. The file has: {there[:300]}",
                column=name,
            )
    for name, count in counts.items():
        if count > 1:
            problems.add("E-COLUMN", f"The column {name} is there {count} times.", "Each column once", column=name)


@dataclass
class _Rows:
    """The rows below the headings: each has a cell for each column; a table without any is a problem of its own."""

    table: Table
    header: Sequence[str]
    expected: Expected
    there: bool = False

    def read(self, lines: Iterator[list[str]]) -> Cells:
        """Yield the rows, those that a spreadsheet wrote short filled up with empty cells."""
        width, look = len(self.table.names), _MAYBE_TOTAL | {"", self.header[0]}
        below = self.table.laid.below
        # A note has nothing in its second cell; looking there is enough to look closer.
        second = 1 if self.expected.notes and width > 1 else 0
        for number, cells in enumerate(islice(lines, below, None), 1 + below):
            if len(cells) == width and cells[0] not in look and cells[second]:
                self.there = True
                yield number, cells
            else:
                row = self._row(number, cells, width)
                if row is not None:
                    yield number, row
        if not self.there and not self.table.problems.total:
            wanted = "One row for each filing or case"
            self.table.problems.add("E-EMPTY", "The file has a header but no rows.", wanted)

    def _row(self, number: int, cells: list[str], width: int) -> list[str] | None:
        """Return the cells of a row that is short, long, or without a first value; None for what is no row."""
        there = sum(1 for cell in cells if cell.strip())
        if not there:
            return None
        row = [*cells[:width], *[""] * (width - len(cells))]
        lacks = self.expected.lacks or self.expected.needed
        alone = there == 1 and self.expected.notes
        if row == self.header or alone or is_total(self.table.names, row, lacks):
            self.table.notes.append(_note(cells))
            self.table.passed += 1
            return None
        self.there = True
        if any(cell.strip() for cell in cells[width:]):
            said = f"The row has {len(cells)} values, the header {width}."
        elif there == 1 and len(self.expected.needed) > 1:
            said = f"The row has one value, the header {width}. A note is no row."
        else:
            return row
        self.table.problems.add("E-CELLS", said, "One value for each column", row=number, value=_note(cells), about="")
        return None


def is_total(names: Sequence[str], row: Sequence[str], lacks: Sequence[str]) -> bool:
    """Say whether a row is a total: its first value says so, and something that every row needs is not there."""
    first = next((cell for cell in map(cleaned, row) if cell), "")
    if first.rstrip(": ").casefold() not in _TOTALS:
        return False
    return any(name in lacks and not cell.strip() for name, cell in zip(names, row, strict=True))
