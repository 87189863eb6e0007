"""How much of a printed page tables and pictures take, the same in every file that has pages. Pure."""

import re
from collections.abc import Callable, Sequence

from app.documents import Block, Kind, Picture, Table, shown

# Gives the SVG of a picture.
Drawn = Callable[[Picture], str]
# What fits between the margins, in millimetres; a character of a table is about two wide.
ACROSS, ACROSS_WIDE, DOWN = 166.0, 253.0, 205.0
CHARACTER = 2.1
PIXEL = 25.4 / 96
MOST_WORDS, MOST_NUMBER, LEAST_WORDS, LEAST_NUMBER = 64, 14, 10, 6
# Words can go on in the next line, so they ask for a page on its side with so many characters at most.
WORDS_ASK = 20
# A table that is a little too wide gets narrower columns rather than a page on its side.
SQUEEZED = 1.2
# Words as short as "64% to 72%" stay on one line.
SHORT_WORDS = 16
# Longer words give way to numbers until they have this share of what they want left.
WORDS_KEEP = 0.35


def is_wide(block: Block) -> bool:
    """Say whether something needs a page on its side."""
    if not isinstance(block, Table):
        return False
    asked = sum(min(width, WORDS_ASK) + 2 for width in column_characters(block))
    return asked * CHARACTER > ACROSS * SQUEEZED


def column_characters(table: Table) -> Sequence[int]:
    """Return how many characters each column wants: words up to a line, numbers as many as they need."""
    widths = []
    for at, column in enumerate(table.columns):
        longest = max((len(shown(row.cells[at], column.kind)) for row in table.rows), default=0)
        heading = max(map(len, column.heading.split()), default=0)
        most, least = (MOST_WORDS, LEAST_WORDS) if column.kind is Kind.WORDS else (MOST_NUMBER, LEAST_NUMBER)
        widths.append(min(max(longest, heading, least), most))
    return widths


def column_millimetres(table: Table) -> Sequence[float]:
    """Return how wide columns are printed: as they want, all never wider than the page; words give way first."""
    wanted = column_characters(table)
    widths = [(characters + 2) * CHARACTER for characters in wanted]
    worded = [
        column.kind is Kind.WORDS and characters > SHORT_WORDS
        for column, characters in zip(table.columns, wanted, strict=True)
    ]
    words = sum(width for width, word in zip(widths, worded, strict=True) if word)
    room = ACROSS_WIDE if is_wide(table) else ACROSS
    left = (room - (sum(widths) - words)) / words if words else 0
    if left >= WORDS_KEEP:
        return [width * min(1, left) if word else width for width, word in zip(widths, worded, strict=True)]
    return [width * min(1, room / sum(widths)) for width in widths]


def picture_width(svg: str) -> float:
    """Return how wide a picture is printed, in millimetres: as drawn, but within the margins and a page's height."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    across, down = (float(found[1]), float(found[2])) if found else (1.0, 1.0)
    return min(across * PIXEL, ACROSS, DOWN * across / down)
