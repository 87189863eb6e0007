"""Which characters the fonts that come with the product can draw.

A PDF that promises to be readable may hold no others.
"""

import re
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.report.files.packing import writable

FONTS = Path(__file__).resolve().parents[2] / "data" / "fonts"
STAND_IN = "□"
# A word longer than this may be broken: it would run out of its cell.
LONGEST_WORD, PIECE = 30, 10
_BREAK = "\u200b"
_SEGMENTS = 4  # the format of a table of segments, which holds every character of the first plane


def drawable(text: str) -> str:
    """Return text in which a square stands for what cannot be drawn, such as an emoji."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if ord(c) in _drawn() or c == "\n" else STAND_IN for c in writable(text))


def breakable(text: str) -> str:
    """Return text whose very long words have places where a line may end."""
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: _BREAK.join(re.findall(f".{{1,{PIECE}}}", word[0])), text)


@cache
def _drawn() -> frozenset[int]:
    """Return the characters that all four faces have."""
    faces = [frozenset(_characters(path.read_bytes())) for path in sorted(FONTS.glob("*.ttf"))]
    return frozenset.intersection(*faces)


def _characters(font: bytes) -> Iterator[int]:
    """Yield the characters of a TrueType font: those of its `cmap` table in format 4 (OpenType specification, cmap)."""
    places = range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    tables = {font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0] for at in places}
    start = tables[b"cmap"]
    for n in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 8 + 8 * n)[0]
        form, _, _, doubled = struct.unpack_from(">4H", font, at)
        if form == _SEGMENTS:
            ends = struct.unpack_from(f">{doubled // 2}H", font, at + 14)
            starts = struct.unpack_from(f">{doubled // 2}H", font, at + 16 + doubled)
            for first, last in zip(starts, ends, strict=True):
                yield from range(first, last + (last < 0xFFFF))  # noqa: PLR2004 - the last segment only ends the table
            return
