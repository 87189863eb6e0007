"""Cuts a list to chosen areas and kinds of document, and leaves out who was audited lately. Pure."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.labels import plural
from app.sampling.shapes.wanted import FEW

Row = tuple[str, ...]
# What begins the reason of a row of a kind of document that the audit leaves out.
KIND = "document_kind:"


def identifiers_sha256(identifiers: Iterable[str]) -> str:
    """Return the hash of identifiers: sorted, one a line."""
    return hashlib.sha256("".join(f"{i}\n" for i in sorted(identifiers)).encode()).hexdigest()


class Cut:
    """Keeps the rows of a list that belong to it, and remembers what it left out, and of whom."""

    def __init__(self, only: Sequence[str], without: Sequence[str], documents: Sequence[str] = ()) -> None:
        self._only, self._without, self._documents = frozenset(only), frozenset(without), frozenset(documents)
        self.cuts = bool(only or without or documents)
        self.rows = {"elsewhere": 0, "lately": 0}
        # The rows of each kind of document that is left out.
        self.of_kind: Counter[str] = Counter()
        # The areas of practitioners who were left out.
        self.elsewhere: dict[str, str] = {}
        self.lately: dict[str, str] = {}

    def kept(self, rows: list[Row]) -> list[Row]:
        """Return the rows that stay: of a chosen kind and area, and of nobody who was audited lately."""
        return [row for row in rows if not self._leaves_out(row)] if self.cuts else rows

    def why(self, row: Row) -> str:
        """Return why a row is left out, empty where it stays."""
        if self._documents and row[7] not in self._documents:
            return f"{KIND}{row[7]}"
        if self._only and row[2] not in self._only:
            return "elsewhere"
        return "lately" if row[1] in self._without else ""

    def _leaves_out(self, row: Row) -> bool:
        why, who, area = self.why(row), row[1], row[2]
        if why.startswith(KIND):
            self.of_kind[row[7]] += 1
        elif why:
            self.rows[why] += 1
            (self.elsewhere if why == "elsewhere" else self.lately)[who] = area
        return bool(why)

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
        if self.of_kind:
            found["documents"] = dict(sorted(self.of_kind.items()))
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
