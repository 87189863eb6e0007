"""Which characters the fonts that come with the product can draw, and how much room they take.

A PDF that promises to be readable may hold no others. Liberation Sans is as wide as Arial, in which Word files are set.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from app.pictures.drawing import FONTS
from app.report.files.packing import writable

# Of the first family what it has, of the second what the first has not: ticks, arrows, Arabic, Hebrew, Georgian.
FAMILIES = {"Liberation Sans": "LiberationSans", "DejaVu Sans": "DejaVuSans"}
STAND_IN = "□"
# No byte order mark: it is no character of a text, and PDF/UA-1 refuses it.
FORBIDDEN = frozenset({0xFEFF})
# A word longer than this may be broken: it would run out of its cell.
LONGEST_WORD, PIECE = 30, 10
_BREAK = "\u200b"
_SEGMENTS = 4  # the format of a table of segments, which holds every character of the first plane
# The width of what the first family has not, in parts of the type's size: about that of a wide letter.
_WIDE = 0.75
MILLIMETRES = 25.4 / 72


def drawable(text: str) -> str:
    """Return text in which a square stands for what cannot be drawn, such as an emoji."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if ord(c) in _drawn() or c == "\n" else STAND_IN for c in writable(text))


def undrawn(texts: Sequence[str]) -> list[str]:
    """Return the name of every character that a square stands for, each once, in their order."""
    found = {c for text in texts if not text.isascii() for c in writable(text)}
    return [
        f"U+{ord(c):04X} {unicodedata.name(c, 'a character without a name').lower()}"
        for c in sorted(found)
        if ord(c) not in _drawn() and c != "\n"
    ]


def breakable(text: str) -> str:
    """Return text whose very long words have places where a line may end."""
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: _BREAK.join(re.findall(f".{{1,{PIECE}}}", word[0])), text)


def millimetres(text: str, points: float, *, bold: bool = False) -> float:
    """Return how wide a line of text is."""
    widths = _widths("LiberationSans-Bold" if bold else "LiberationSans-Regular")
    return sum([widths.get(ord(c), _WIDE) for c in text]) * points * MILLIMETRES


def lines(text: str, room: float, points: float, *, bold: bool = False) -> int:
    """Return how many lines text takes within so many millimetres."""
    count, used = 1, 0.0
    gap = millimetres(" ", points, bold=bold)
    for word in text.split():
        width = millimetres(word, points, bold=bold)
        if used and used + gap + width > room:
            count, used = count + 1, 0.0
        used += width + (gap if used else 0)
        if used > room:
            count, used = count + int(used // room), used % room
    return count


@cache
def _drawn() -> frozenset[int]:
    """Return the characters that every face of one of the families has, without those that PDF/UA does not allow."""
    every = frozenset().union(
        *(
            frozenset.intersection(*(frozenset(_widths(path.stem)) for path in FONTS.glob(f"{start}*.ttf")))
            for start in FAMILIES.values()
        )
    )
    return every - FORBIDDEN


@cache
def _widths(stem: str) -> Mapping[int, float]:
    """Return how wide each character of a face is, in parts of the type's size (OpenType: head, hhea, hmtx, cmap)."""
    font = (FONTS / f"{stem}.ttf").read_bytes()
    places = range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    tables = {font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0] for at in places}
    unit = struct.unpack_from(">H", font, tables[b"head"] + 18)[0]
    last = struct.unpack_from(">H", font, tables[b"hhea"] + 34)[0] - 1
    return {
        character: struct.unpack_from(">H", font, tables[b"hmtx"] + 4 * min(glyph, last))[0] / unit
        for character, glyph in _characters(font, tables[b"cmap"])
        if glyph
    }


def _characters(font: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield the characters of a face with their glyphs: those of its `cmap` table in format 4."""
    for n in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 8 + 8 * n)[0]
        form, _, _, doubled = struct.unpack_from(">4H", font, at)
        if form == _SEGMENTS:
            yield from _segments(font, at, doubled)
            return


def _segments(font: bytes, at: int, doubled: int) -> Iterator[tuple[int, int]]:
    count = f">{doubled // 2}H"
    ends, starts, deltas, offsets = (
        struct.unpack_from(count, font, at + 14 + gap + doubled * n) for n, gap in enumerate((0, 2, 2, 2))
    )
    for n, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        place = at + 16 + 3 * doubled + 2 * n
        for character in range(first, last + (last < 0xFFFF)):  # noqa: PLR2004 - the last segment only ends the table
            if not offset:
                yield character, (character + delta) & 0xFFFF
                continue
            glyph = struct.unpack_from(">H", font, place + offset + 2 * (character - first))[0]
            yield character, (glyph + delta) & 0xFFFF if glyph else 0
