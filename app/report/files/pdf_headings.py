"""Marks the first cell of each row of a PDF's tables as that row's heading, which Typst cannot say yet. Pure.

Typst writes the elements of the structure as plain objects, so each is changed in its place, byte for byte of the same
length: nothing else in the file moves.
"""

import re
from collections.abc import Iterator

_START = re.compile(rb"startxref\n(\d+)\n%%EOF\s*$")
_ROW = re.compile(rb"\d+ 0 obj\n<</Type/StructElem/S/TR/P \d+ 0 R/K\[(\d+) 0 R")
_CELL = re.compile(rb"\d+ 0 obj\n<</Type/StructElem/S/T(D)/P \d+ 0 R/A\[<</O/Table(/Headers\[[^\]]*\])>>")
_SCOPE = b"/Scope/Row"


def with_row_headings(pdf: bytes) -> bytes:
    """Return a PDF whose rows have headings; every cell then belongs to the heading of its row and of its column."""
    made, places = bytearray(pdf), _places(pdf)
    firsts = {int(row[1]) for at in places if (row := _ROW.match(pdf, at))}
    for number, at in enumerate(places):
        cell = _CELL.match(pdf, at)
        if cell is None:
            continue
        # Headings that a cell names itself would win over those that their scope gives it.
        said = _SCOPE if number in firsts and len(cell[2]) >= len(_SCOPE) else b""
        made[cell.start(2) : cell.end(2)] = said.ljust(len(cell[2]))
        if said:
            made[cell.start(1) : cell.end(1)] = b"H"
    return bytes(made)


def _places(pdf: bytes) -> list[int]:
    """Return where each object is, by its number (ISO 32000-1, 7.5.4)."""
    start = _START.search(pdf)
    return list(_entries(pdf, int(start[1]))) if start else []


def _entries(pdf: bytes, at: int) -> Iterator[int]:
    head = re.compile(rb"xref\n0 (\d+)\n").match(pdf, at)
    for n in range(int(head[1]) if head else 0):
        yield int(pdf[head.end() + 20 * n : head.end() + 20 * n + 10]) if head else 0
