"""Areas that were split or merged between two audits: what became of them is compared as a whole. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.audit.areas.rules import Unit, units
from app.report.figures.counted_cases import Basis, Comparator
from app.report.figures.hiding import count_of

Row = Mapping[str, Any]
# The codes before and after, with the month in which it happened, such as 2027-04.
Change = tuple[str, Sequence[str], Sequence[str]]


def units_between(changes: Sequence[Change], before: Sequence[str], after: Sequence[str]) -> list[Unit]:
    """Return what can be compared of two audits, in the order of the later one's areas."""
    found = units([(old, new) for _, old, new in changes], before, after)
    return sorted(found, key=lambda unit: min(after.index(area) for area in unit.after))


def together(rows: Sequence[Row], codes: Sequence[str]) -> Row | None:
    """Return the grades of some areas as those of one; None where a count is hidden, or areas were weighed apart.

    An area by itself is as it is.
    """
    if len(rows) == 1:
        return rows[0]
    if any("effective" in row for row in rows):
        return None
    sums = {code: _sum(count_of(row.get(code)) for row in rows) for code in codes}
    total = _sum(count_of(row.get("total")) for row in rows)
    if total is None or None in sums.values():
        return None
    return {**{code: {"count": n} for code, n in sums.items()}, "total": total}


def _sum(counts: Iterable[int | None]) -> int | None:
    found = list(counts)
    return None if None in found else sum(n for n in found if n is not None)


def said_of(found: Sequence[Unit]) -> Iterator[str]:
    """Yield which areas are compared as a whole."""
    changed = [unit.name for unit in found if unit.before != unit.after]
    if changed:
        yield (
            f"Service areas were split or merged since then, and each is compared with what became of it, as a whole: "
            f"{'; '.join(changed)}."
        )


def without_changed(basis: Basis, changes: Sequence[Change]) -> Basis:
    """Leave out earlier percentages of an area that was split or merged since: no number of cases goes with them."""
    return replace(basis, comparators=tuple(c for c in basis.comparators if not _changed(c, changes)))


def _changed(of: Comparator, changes: Sequence[Change]) -> bool:
    value = of.scope_value
    area = value if of.scope == "service_area" else value[0] if of.scope == "area_law_type" and value else ""
    return any(area in {*old, *new} and of.when < when for when, old, new in changes)
