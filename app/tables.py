"""Table files: a CSV as people save it, streamed row by row, with every problem named by row, column and value."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import BinaryIO

MOST_PROBLEMS = 1000
LONGEST_SHOWN = 80
LONGEST_CELL = 10_000
LARGEST_FILE = 100 * 1024 * 1024
BLOCK = 1 << 20
_SIGNATURES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"PK\x03\x04", "a zip file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
SAVE_AS = "Save the list as ‘CSV UTF-8’ and send that file"
csv.field_size_limit(1 << 20)
Cells = Iterator[tuple[int, list[str]]]


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

    def add(
        self, code: str, wrong: str, allowed: str, *, row: int | None = None, column: str = "", value: str = ""
    ) -> None:
        """Add a problem."""
        self.total += 1
        if len(self.kept) < MOST_PROBLEMS:
            shown = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
            self.kept.append(Problem(code, row, column, shown, wrong, allowed))

    def in_order(self) -> list[Problem]:
        """Return the kept problems, those of the whole file first, then by row."""
        return sorted(self.kept, key=lambda p: (p.row or 0, p.column))


@dataclass
class Table:
    """A table file whose header was read.

    `cells` yields each data row that is not blank: its number from 1, and its cells. Where the header has problems
    there are no cells. Problems of rows are added while the cells are read.
    """

    problems: Problems
    names: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    cells: Cells = field(default_factory=lambda: iter(()))

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield each row's number and its values by column.

        A row with a value that is far too long is a problem instead.
        """
        for number, cells in self.cells:
            if len(max(cells, key=len)) > LONGEST_CELL:
                self.problems.add(
                    "E-LONG", "A value of this row is far too long.", f"At most {LONGEST_CELL:,} characters", row=number
                )
            else:
                yield number, {name: cell for name, cell in zip(self.names, cells, strict=False) if name}


def _plain(name: str) -> str:
    return re.sub(r"[\s_]+", "", name).casefold()


def read_table(
    file: BinaryIO,
    *,
    needed: Sequence[str],
    optional: Sequence[str],
    aliases: Mapping[str, str],
    largest: int | None = LARGEST_FILE,
) -> Table:
    """Open a CSV file: comma, semicolon or tab; UTF-8 with or without byte-order mark.

    Headers without case, space or underscore.
    """
    problems = Problems()
    if not _readable(file, problems, largest):
        return Table(problems)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    first = text.readline()
    text.seek(0)
    reader = csv.reader(text, delimiter=max(",;\t", key=first.count), strict=True)
    return table_of(_lines(reader, text, problems), problems, needed=needed, optional=optional, aliases=aliases)


def _lines(reader: Iterator[list[str]], text: io.TextIOWrapper, problems: Problems) -> Iterator[list[str]]:
    """Yield the lines of a CSV file as far as they can be read; leave the file open for its owner."""
    try:
        yield from reader
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        problems.add(
            "E-CSV", f"Line {line} cannot be read: {error}.", "Check the quotation marks on and before this line"
        )
    finally:
        text.detach()


def table_of(
    lines: Iterator[list[str]],
    problems: Problems,
    *,
    needed: Sequence[str],
    optional: Sequence[str],
    aliases: Mapping[str, str],
) -> Table:
    """Return a table of lines of cells, the first of which is the header."""
    header = next(lines, [])
    if problems.total:
        return Table(problems)
    names = _names(header, (*needed, *optional), aliases)
    unknown = tuple(cell.strip() for cell, name in zip(header, names, strict=True) if not name and cell.strip())
    _check_header(header, names, needed, problems)
    cells = iter(()) if problems.total else _cells(lines, names, problems)
    return Table(problems, tuple(names), unknown, cells)


def _readable(file: BinaryIO, problems: Problems, largest: int | None) -> bool:
    """Read a file once, block by block, and say whether it is text that can be read safely; any problem is added."""
    start = file.read(16)
    wrong = _wrong_kind(start)
    if wrong:
        problems.add(wrong[0], wrong[1], SAVE_AS)
        return False
    file.seek(0)
    decoder, done, lines, blank = codecs.getincrementaldecoder("utf-8")(), 0, 0, True
    while block := file.read(BLOCK):
        if largest is not None and done + len(block) > largest:
            problems.add(
                "E-SIZE",
                f"The file is larger than {largest // BLOCK} MB.",
                "Split it, or ask your administrator to import it by command",
            )
            return False
        if b"\x00" in block:
            problems.add("E-KIND", "The file has zero bytes in it, so it is not a CSV file.", SAVE_AS)
            return False
        pending = len(decoder.getstate()[0])
        try:
            blank = blank and not decoder.decode(block).strip("\ufeff \t\r\n")
        except UnicodeDecodeError as error:
            _add_encoding(problems, block, done, error.start - pending, lines)
            return False
        lines += block.count(b"\n")
        done += len(block)
    if decoder.getstate()[0]:
        _add_encoding(problems, b"\xff", done, 0, lines)
        return False
    if blank:
        problems.add("E-EMPTY", "The file is empty.", "A header and one row for each filing or case")
    return not blank


def _wrong_kind(start: bytes) -> tuple[str, str] | None:
    if start.startswith(_WIDE):
        return "E-ENCODING", "The file is in UTF-16, which cannot be read safely."
    kind = next((kind for sign, kind in _SIGNATURES if start.startswith(sign)), None)
    return ("E-KIND", f"This is {kind}, not a CSV file, whatever its name says.") if kind else None


def _add_encoding(problems: Problems, block: bytes, done: int, at: int, lines: int) -> None:
    row = lines + block.count(b"\n", 0, max(at, 0))
    value = block[at : at + 1].hex() if at >= 0 else ""
    problems.add("E-ENCODING", f"Byte {done + at:,} of the file is not UTF-8.", SAVE_AS, row=row or None, value=value)


def _names(header: Sequence[str], known: Sequence[str], aliases: Mapping[str, str]) -> list[str]:
    """Return our name of each column, empty where we know none."""
    ours = {_plain(name): name for name in known} | {_plain(alias): name for alias, name in aliases.items()}
    return [ours.get(_plain(cell), "") for cell in header]


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


def _cells(lines: Iterable[list[str]], names: Sequence[str], problems: Problems) -> Cells:
    """Yield the rows that have a cell for each column; a file without any is a problem of its own."""
    width, empty = len(names), True
    for number, cells in enumerate(lines, 1):
        if len(cells) == width and cells[0]:
            empty = False
            yield number, cells
        elif any(cell.strip() for cell in cells):
            empty = False
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                problems.add(
                    "E-CELLS",
                    f"The row has {len(cells)} values, the header {width}.",
                    "One value for each column",
                    row=number,
                )
            else:
                yield number, cells
    if empty and not problems.total:
        problems.add("E-EMPTY", "The file has a header but no rows.", "One row for each filing or case")


# A cell that starts with one of these could be run by a spreadsheet; full-width signs run too.
_RUN = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]], *, exact: bool = False) -> str:
    """Return a CSV file that no spreadsheet will run.

    `exact` leaves every cell as it is, for a list whose hash will be taken again.
    """
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\n")
    lines = chain([columns], rows)
    written.writerows(lines if exact else ([_inert(value) for value in line] for line in lines))
    return out.getvalue()


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_RUN) else value
