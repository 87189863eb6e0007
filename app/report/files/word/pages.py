"""On which page of a Word file each heading stands: Word itself writes that down only when it is asked to. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.report.files.glyphs import MILLIMETRES, lines
from app.report.files.word.styles import LOOKS, SPACING

# How much higher than its size a line of Arial is.
LINE = 1.15
# In millimetres: how far a list is set in, and what a row of a table has above and below its words, its line included.
INDENT, ROW = 6.4, 1.95


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that no page break goes through, in millimetres; at the top of a page the space before it falls."""

    height: float
    before: float = 0.0
    # Space that may fall beyond the foot of the page.
    after: float = 0.0
    # Whether it stays on the page of what follows it.
    with_next: bool = False
    # The number of the heading that it is.
    heading: int | None = None
    # The headings that a table repeats where a new page begins with one of its rows.
    repeated: float = 0.0


def paragraph(text: str, style: str, room: float, *, with_next: bool = False, heading: int | None = None) -> Piece:
    """Return a paragraph as a piece; a line more or less of a long one moves nothing far."""
    listed = style.startswith("List")
    points, _, bold, before, after = LOOKS.get(style, LOOKS["Normal"])
    room -= INDENT if listed else 0
    high = sum(lines(line, room, points, bold=bold) for line in text.split("\n")) * points * LINE
    spacing = SPACING if listed or style == "Normal" else 1.0
    # Items of a list are not set apart from each other.
    under = 0 if listed else after
    spaces = {"before": before * MILLIMETRES, "after": under * MILLIMETRES}
    return Piece(high * spacing * MILLIMETRES, **spaces, with_next=with_next, heading=heading)


def pages(pieces: Sequence[Piece], room: float) -> Mapping[int, int]:
    """Return the page of each heading; `room` is how much of a page is between its margins."""
    found: dict[int, int] = {}
    page, used = 1, 0.0
    for chain in _chains(pieces):
        long = sum(piece.before + piece.height + piece.after for piece in chain) - chain[-1].after
        if used and used + long > room and long <= room:
            page, used = page + 1, 0.0
        for piece in chain:
            if used and used + piece.before + piece.height > room:
                page, used = page + 1, piece.repeated
            used += piece.height + piece.after + (piece.before if used else 0.0)
            if piece.heading is not None:
                found[piece.heading] = page
    return found


def _chains(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return pieces in groups that stay on one page together."""
    groups: list[list[Piece]] = []
    open_ = False
    for piece in pieces:
        if open_:
            groups[-1].append(piece)
        else:
            groups.append([piece])
        open_ = piece.with_next
    return groups


def rows(counts: Sequence[int], points: float, *, together: bool) -> list[Piece]:
    """Return a table as pieces: its headings, which go with the first row and are repeated, and its rows.

    `counts` are the lines of the headings and of each row.
    """
    head, *others = (count * points * LINE * MILLIMETRES + ROW for count in counts)
    kept = [True, *(together or at in {1, len(others) - 1} for at in range(1, len(others) + 1))]
    kept[-1] = False
    return [
        Piece(height, with_next=with_next, repeated=0.0 if at == 0 else head)
        for at, (height, with_next) in enumerate(zip((head, *others), kept, strict=True))
    ]
