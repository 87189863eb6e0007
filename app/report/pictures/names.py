"""Where the names of dots stand, so that none covers another name or a dot. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# In pixels: a letter, a line, and how far a name is from the middle of its dot.
LETTER, LINE = 7.0, 13.0
# Between a dot and its name.
AIR = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle on a picture, by its middle and half of its sides, in pixels."""

    x: float
    y: float
    across: float
    down: float

    def covers(self, other: "Place") -> bool:
        """Say whether two rectangles have some of the picture in common."""
        return abs(self.x - other.x) < self.across + other.across and abs(self.y - other.y) < self.down + other.down


def places(dots: Sequence[tuple[Place, str]], width: float, height: float) -> list[Place | None]:
    """Return where the name of each dot stands, in order of importance; None where there is no room for it."""
    taken: list[Place] = []
    found: list[Place | None] = []
    for at, (dot, name) in enumerate(dots):
        others = [*taken, *(other for n, (other, _) in enumerate(dots) if n != at)]
        free = (
            place
            for place in _around(dot, name)
            if place.across <= place.x <= width - place.across
            and place.down <= place.y <= height - place.down
            and not any(place.covers(other) for other in others)
        )
        place = next(free, None)
        found.append(place)
        taken += [place] if place else []
    return found


def _around(dot: Place, name: str) -> Iterator[Place]:
    """Yield the places round a dot, the best first: right, left, above, below, and the corners."""
    across, down = len(name) * LETTER / 2, LINE / 2
    for right, low in ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)):
        # At a corner it may come nearer from both sides.
        near = 0.5 if right and low else 1
        x = dot.x + right * (across + near * dot.across + AIR)
        yield Place(x, dot.y + low * (down + near * dot.down), across, down)
