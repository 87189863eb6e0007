"""Table files: a CSV as people save it, read row by row, with every problem named by row, column and value."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

MOST_PROBLEMS = 1000
LONGEST_SHOWN = 80
LONGEST_CELL = 10_000
LARGEST_FILE = 100 * 1024 * 1024
_SIGNATURES = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"BM", "a picture"),
    (b"PK\x03\x04", "a spreadsheet or zip file"), (b"%PDF", "a PDF"), (b"\xd0\xcf\x11\xe0", "an old Office file"),
)  # fmt: skip
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
SAVE_AS = "Save the list as ‘CSV UTF-8’ and send that file"
csv.field_size_limit(1 << 20)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `row` counts data rows from 1 (None for the whole file), `line` is the spreadsheet's."""

    code: str
    row: int | None
    column: str
    value: str
    wrong: str
    allowed: str

    @property
    def line(self) -> int | None:
        """Return the row's number in a spreadsheet, where the header is row 1."""
        return self.row and self.row + 1


@dataclass
class Problems:
    """Collects problems: the first thousand, and how many there are in all."""

    kept: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, code: str, wrong: str, allowed: str, *, row: int | None = None, column: str = "", value: str = "") -> None:
        """Add a problem."""
        self.total += 1
        if len(self.kept) < MOST_PROBLEMS:
            shown = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
            self.kept.append(Problem(code, row, column, shown, wrong, allowed))

    def in_order(self) -> list[Problem]:
        """Return the kept problems, those of the whole file first, then by row."""
        return sorted(self.kept, key=lambda p: (p.row or 0, p.column))


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number from 1, and its values by column."""

    number: int
    values: Mapping[str, str]


@dataclass
class Table:
    """A table file that was read as far as it could be."""

    rows: list[Row]
    problems: Problems
    columns: tuple[str, ...]
    unknown: tuple[str, ...]


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).casefold()


def read_table(file: BinaryIO, *, needed: Sequence[str], optional: Sequence[str], aliases: Mapping[str, str]) -> Table:
    """Read a CSV file: comma, semicolon or tab; UTF-8 with or without byte-order mark; headers without case, space or underscore."""
    table = Table([], Problems(), (), ())
    text = _decoded(file.read(LARGEST_FILE + 1), table.problems)
    if text is None:
        return table
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        header = next(reader, [])
        names = _names(header, (*needed, *optional), aliases)
        _check_header(header, names, needed, table)
        if not table.problems.total:
            table.rows = list(_rows(reader, names, table.problems))
    except csv.Error as error:
        table.problems.add("E-CSV", f"Line {reader.line_num} cannot be read: {error}.", "Check the quotation marks on and before this line")
    if not table.rows and not table.problems.total:
        table.problems.add("E-EMPTY", "The file has a header but no rows.", "One row for each filing or case")
    return table


def _decoded(data: bytes, problems: Problems) -> str | None:
    if len(data) > LARGEST_FILE:
        problems.add("E-SIZE", "The file is larger than 100 MB.", "Split it, or ask your administrator to import it by command")
    elif not data.strip():
        problems.add("E-EMPTY", "The file is empty.", "A header and one row for each filing or case")
    elif data.startswith(_WIDE):
        problems.add("E-ENCODING", "The file is in UTF-16, which cannot be read safely.", SAVE_AS)
    elif kind := next((kind for start, kind in _SIGNATURES if data.startswith(start)), None):
        problems.add("E-KIND", f"This is {kind}, not a CSV file, whatever its name says.", SAVE_AS)
    elif b"\x00" in data:
        problems.add("E-KIND", "The file has zero bytes in it, so it is not a CSV file.", SAVE_AS)
    else:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            row = data.count(b"\n", 0, error.start)
            wrong = f"Byte {error.start:,} of the file is not UTF-8."
            problems.add("E-ENCODING", wrong, SAVE_AS, row=row or None, value=data[error.start : error.start + 1].hex())
    return None


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _names(header: Sequence[str], known: Sequence[str], aliases: Mapping[str, str]) -> list[str]:
    """Return our name of each column, empty where we know none."""
    ours = {_plain(name): name for name in known} | {_plain(alias): name for alias, name in aliases.items()}
    return [ours.get(_plain(cell), "") for cell in header]


def _check_header(header: Sequence[str], names: Sequence[str], needed: Sequence[str], table: Table) -> None:
    counts = Counter(name for name in names if name)
    for name in needed:
        if not counts[name]:
            there = ", ".join(cell.strip() for cell in header if cell.strip())
            table.problems.add("E-COLUMN", f"The column {name} is missing.", f"A column named {name}. The file has: {there[:300]}", column=name)
    for name, count in counts.items():
        if count > 1:
            table.problems.add("E-COLUMN", f"The column {name} is there {count} times.", "Each column once", column=name)
    table.columns = tuple(name for name in names if name)
    table.unknown = tuple(cell.strip() for cell, name in zip(header, names, strict=True) if not name and cell.strip())


def _rows(reader: Iterator[list[str]], names: Sequence[str], problems: Problems) -> Iterator[Row]:
    number = 0
    for cells in reader:
        number += 1
        if not any(cell.strip() for cell in cells):
            continue
        if (len(cells) != len(names) and any(cell.strip() for cell in cells[len(names) :])) or len(cells) < len(names):
            problems.add("E-CELLS", f"The row has {len(cells)} values, the header {len(names)}.", "One value for each column", row=number)
            continue
        if any(len(cell) > LONGEST_CELL for cell in cells):
            problems.add("E-LONG", "A value of this row is far too long.", f"At most {LONGEST_CELL:,} characters", row=number)
            continue
        yield Row(number, {name: cell for name, cell in zip(names, cells, strict=False) if name})
