"""Cuts a list to chosen areas, and leaves out who was audited lately (adoption.md section 4). Pure."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.labels import plural
from app.sampling.shapes.wanted import FEW

Row = tuple[str, ...]


def identifiers_sha256(identifiers: Iterable[str]) -> str:
    """Return the hash of identifiers: sorted, one a line."""
    return hashlib.sha256("".join(f"{i}\n" for i in sorted(identifiers)).encode()).hexdigest()


class Cut:
    """Keeps the rows of a list that belong to it, and remembers what it left out, and of whom."""

    def __init__(self, only: Sequence[str], without: Sequence[str]) -> None:
        self._only, self._without = frozenset(only), frozenset(without)
        self.cuts = bool(only or without)
        self.rows = {"elsewhere": 0, "lately": 0}
        # The areas of practitioners who were left out.
        self.elsewhere: dict[str, str] = {}
        self.lately: dict[str, str] = {}

    def kept(self, rows: list[Row]) -> list[Row]:
        """Return the rows that stay: of a chosen area, and of nobody who was audited lately."""
        if not self.cuts:
            return rows
        stay = []
        for row in rows:
            who, area = row[1], row[2]
            if self._only and area not in self._only:
                self.rows["elsewhere"] += 1
                self.elsewhere[who] = area
            elif who in self._without:
                self.rows["lately"] += 1
                self.lately[who] = area
            else:
                stay.append(row)
        return stay

    def left_out(self) -> dict[str, Any]:
        """Return how many rows and practitioners are not in the list; the identifiers only as a hash."""
        found: dict[str, Any] = {}
        if self._only:
            found["elsewhere"] = {"rows": self.rows["elsewhere"], "practitioners": len(self.elsewhere)}
        if self._without:
            found["lately"] = {
                "rows": self.rows["lately"],
                "practitioners": len(self.lately),
                "sha256": identifiers_sha256(self.lately),
            }
        return found

    def thinned(self, left: Mapping[str, int]) -> list[str]:
        """Return the areas in which nobody, or next to nobody, is left because they were audited lately."""
        gone: defaultdict[str, int] = defaultdict(int)
        for area in self.lately.values():
            gone[area] += 1
        return [
            f"{area}: {plural(left.get(area, 0), 'practitioner')} of {left.get(area, 0) + gone[area]:,} left"
            for area in sorted(gone)
            if left.get(area, 0) < FEW
        ]
