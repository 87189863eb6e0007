"""How much of a printed page tables and pictures take, the same in every file that has pages. Pure."""

import re
from collections.abc import Callable, Sequence

from app.documents import Block, Kind, Picture, Table, shown

# Gives the SVG of a picture.
Drawn = Callable[[Picture], str]
# From this number of columns on a table gets a page on its side.
WIDE_FROM = 9
# What fits between the margins, in millimetres; a character of a table is about two wide.
ACROSS, ACROSS_WIDE, DOWN = 166.0, 253.0, 205.0
CHARACTER = 2.1
PIXEL = 25.4 / 96
MOST_WORDS, MOST_NUMBER, LEAST_WORDS, LEAST_NUMBER = 44, 14, 10, 6


def is_wide(block: Block) -> bool:
    """Say whether something needs a page on its side."""
    return isinstance(block, Table) and len(block.columns) >= WIDE_FROM


def column_characters(table: Table) -> Sequence[int]:
    """Return how many characters each column has room for: words up to a line's half, numbers as many as they need."""
    widths = []
    for at, column in enumerate(table.columns):
        longest = max((len(shown(row.cells[at], column.kind)) for row in table.rows), default=0)
        heading = max(map(len, column.heading.split()), default=0)
        most, least = (MOST_WORDS, LEAST_WORDS) if column.kind is Kind.WORDS else (MOST_NUMBER, LEAST_NUMBER)
        widths.append(min(max(longest, heading, least), most))
    return widths


def column_millimetres(table: Table) -> Sequence[float]:
    """Return how wide each column is printed: as its words want it, but all of them never wider than the page."""
    widths = [(characters + 2) * CHARACTER for characters in column_characters(table)]
    room = ACROSS_WIDE if is_wide(table) else ACROSS
    return [width * min(1, room / sum(widths)) for width in widths]


def picture_width(svg: str) -> float:
    """Return how wide a picture is printed, in millimetres: as drawn, but never beyond the margins or a page's height."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    across, down = (float(found[1]), float(found[2])) if found else (1.0, 1.0)
    return min(across * PIXEL, ACROSS, DOWN * across / down)
