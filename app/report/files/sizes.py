"""How much of a printed page tables and pictures take, the same in every file that has pages. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.documents import Block, Document, Kind, Picture, Section, Sentences, Table, shown
from app.report.files.glyphs import LONGEST_WORD, lines, millimetres


class Drawn(Protocol):
    """Gives the SVG of a picture, `wide` or `narrow`."""

    def __call__(self, picture: Picture, size: str = "wide") -> str:
        """Return the SVG."""


# What fits between the margins of a page that stands, and of one on its side, in millimetres.
ACROSS, ACROSS_WIDE = 170.0, 257.0
# A picture that takes no more than a third of a page with its title leaves no large gap wherever it comes to stand.
DOWN, DOWN_AT_MOST = 70.0, 200.0
# A higher one leaves its place to what follows it.
TALL = 90.0
PIXEL = 25.4 / 96
# The words of a picture are drawn in 14 pixels; smaller than this share of it they cannot be read on paper.
LEAST_SCALE = 0.65
# The sizes of type of a table, in points: the larger one if it fits.
TYPES = (9.0, 8.0)
# Left and right of a cell's words, in millimetres.
BESIDE = 1.9
MOST_WORDS, MOST_NUMBER, LEAST_WORDS, LEAST_NUMBER = 64, 14, 10, 6
# A column of words goes on in the next line beyond this, in millimetres, where the page has no room for all of it.
LONGEST_LINE = 120.0
# Words as short as "64% to 72%" stay on one line.
SHORT_WORDS = 16
# A heading takes three lines at most, unless one of its words is longer, and two where there is room.
HEADING_LINES, HEADING_WANTED = 3, 1.7
# A table of so many lines at most stays on one page.
TOGETHER = 12


@dataclass(frozen=True, slots=True)
class Fit:
    """How a table is printed: its type in points, its columns in millimetres, whether its page lies on its side."""

    points: float
    widths: Sequence[float]
    wide: bool = False


def fitted(table: Table) -> Fit:
    """Return how a table is printed: in the larger type, in the smaller, on a page on its side, the first that fits."""
    for points, room in ((TYPES[0], ACROSS), (TYPES[1], ACROSS), (TYPES[1], ACROSS_WIDE)):
        least, wanted = _asked(table, points)
        if sum(least) <= room:
            return Fit(points, _shared(least, wanted, room), wide=room == ACROSS_WIDE)
    return Fit(TYPES[1], [width * ACROSS_WIDE / sum(least) for width in least], wide=True)


def is_wide(block: Block) -> bool:
    """Say whether something needs a page on its side."""
    return isinstance(block, Table) and fitted(block).wide


def _asked(table: Table, points: float) -> tuple[list[float], list[float]]:
    """Return how wide each column must be so that no word is broken, and how wide it would be on one line."""
    least, wanted = [], []
    for at, column in enumerate(table.columns):
        texts = [shown(row.cells[at], column.kind) for row in table.rows]
        heading = millimetres(column.heading, points, bold=True)
        words = [_widest(column.heading, points, bold=True), heading / HEADING_LINES]
        whole = [millimetres(text, points, bold=at == 0) for text in texts]
        words += [
            width if len(text) <= SHORT_WORDS else _widest(text, points, bold=at == 0)
            for text, width in zip(texts, whole, strict=True)
        ]
        least.append(max(words) + 2 * BESIDE)
        longest = max(min(max(whole, default=0.0), LONGEST_LINE), heading / HEADING_WANTED)
        wanted.append(max(longest + 2 * BESIDE, least[-1]))
    return least, wanted


def _widest(text: str, points: float, *, bold: bool) -> float:
    return max((millimetres(word[:LONGEST_WORD], points, bold=bold) for word in text.split()), default=0.0)


def _shared(least: Sequence[float], wanted: Sequence[float], room: float) -> list[float]:
    """Return columns as wide as they want, or as they must be with a share of the room that is left."""
    more = sum(wanted) - sum(least)
    share = min(1.0, (room - sum(least)) / more) if more else 0.0
    return [low + (high - low) * share for low, high in zip(least, wanted, strict=True)]


def row_lines(table: Table, fit: Fit) -> list[int]:
    """Return how many lines the headings and each row take."""
    rows = [([column.heading for column in table.columns], True)]
    rows += [
        ([shown(c, column.kind) for c, column in zip(row.cells, table.columns, strict=True)], row.total)
        for row in table.rows
    ]
    return [max(_cell_lines(cells, fit, bold=bold), default=1) for cells, bold in rows]


def _cell_lines(cells: Sequence[str], fit: Fit, *, bold: bool) -> Iterator[int]:
    for at, (text, width) in enumerate(zip(cells, fit.widths, strict=True)):
        yield lines(text, width - 2 * BESIDE + 0.01, fit.points, bold=bold or at == 0)


def column_characters(table: Table) -> Sequence[int]:
    """Return how many characters each column of a sheet has: words up to a line, numbers as many as they need."""
    widths = []
    for at, column in enumerate(table.columns):
        longest = max((len(shown(row.cells[at], column.kind)) for row in table.rows), default=0)
        heading = max(map(len, column.heading.split()), default=0)
        most, least = (MOST_WORDS, LEAST_WORDS) if column.kind is Kind.WORDS else (MOST_NUMBER, LEAST_NUMBER)
        widths.append(min(max(longest, heading, least), most))
    return widths


def picture_size(svg: str) -> tuple[float, float]:
    """Return how wide and how high a picture is printed, in millimetres, its words never too small to be read."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    across, down = (float(found[1]) * PIXEL, float(found[2]) * PIXEL) if found else (PIXEL, PIXEL)
    scale = min(1.0, max(DOWN / down, LEAST_SCALE), ACROSS / across, DOWN_AT_MOST / down)
    return across * scale, down * scale


WIDE_CODE, WIDE_TABLES = "wide-tables", "Wide tables"


def paged(document: Document) -> Document:
    """Return a document for paper: the tables that need a page on its side come together at its end."""
    wide: list[Table] = []

    def upright(section: Section) -> Section:
        blocks: list[Block] = []
        for block in section.blocks:
            if is_wide(block):
                assert isinstance(block, Table)  # noqa: S101 - nothing else is wide
                wide.append(block)
                blocks.append(Sentences([f"{block.title}: see {WIDE_TABLES}, at the end."]))
            else:
                blocks.append(block)
        return replace(section, blocks=blocks, parts=[upright(part) for part in section.parts])

    sections = [upright(section) for section in document.sections]
    return replace(document, sections=[*sections, Section(WIDE_CODE, WIDE_TABLES, wide)] if wide else sections)
