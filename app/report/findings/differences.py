"""Which groups differ by more than chance would explain: one rule, asked by sentences, titles and cautions alike. Pure.

Every comparison that is made of law types, of areas, or of kinds of staff counts, of the best level and of the lowest:
a difference is claimed where its chance, adjusted for their number (Holm 1979), is below 5%. So of 20 audits in which
nothing differs at most one claims a difference of law types, at most one of areas, and at most one of staff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from app.labels import bears_verdict
from app.report.figures.counted_cases import NO_REGION, Basis, tested
from app.report.figures.statistics import BEYOND_998, binomial, holm, hypergeometric, mid_p, newcombe, percent
from app.report.findings.known import Figures, count, value_of, whole

UNLIKELY = 0.05
_ALLOWING = (
    "chance alone would show so large a difference in fewer than 1 of 20 audits, allowing for all comparisons made "
    "(exact tests, Holm’s adjustment). Groups of fewer than 10 cases are not compared."
)
PAIRS_RULE = f"Two groups are said to differ only where {_ALLOWING}"
AREAS_RULE = f"An area is said to differ only where it lies outside the 99.8% limits and {_ALLOWING}"
Counted = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A level that is more common in one group than in another by more than chance would explain."""

    code: str
    more: str
    less: str


def _measures(basis: Basis) -> tuple[str, ...]:
    return tuple(dict.fromkeys((basis.lowest, basis.best)))


def _counted(table: Mapping[str, Any], code: str) -> Counted | None:
    """Return the count of a level and the number of cases, or None where it is hidden."""
    found, of = value_of(count(table.get(code))), value_of(whole(table.get("total")))
    # By as many as there are independent practitioners, where chances were unequal or some gave several cases.
    return tested(table, code) if found is not None and of is not None else None


def judged(tables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the groups with enough cases to judge by, in their order."""
    return [name for name, table in tables.items() if bears_verdict(table.get("total"))]


def between_groups(basis: Basis, tables: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    """Return the differences between groups, those of the lowest level first, the least likely of a level first.

    Each pair is compared by Fisher's exact test (mid-p); of what is claimed the interval of the difference leaves out
    nought as well.
    """
    pairs = list(combinations(judged(tables), 2))
    made = [(code, one, other) for code in _measures(basis) for one, other in pairs]
    chances = [_by_chance(_counted(tables[one], code), _counted(tables[other], code)) for code, one, other in made]
    found = []
    for (code, one, other), adjusted in sorted(zip(made, holm(chances), strict=True), key=lambda of: of[1]):
        first, second = _counted(tables[one], code), _counted(tables[other], code)
        limits = newcombe(first, second) if first and second else None
        if adjusted < UNLIKELY and limits and (limits[0] > 0 or limits[1] < 0):
            found.append(Difference(code, *((one, other) if limits[0] > 0 else (other, one))))
    return sorted(found, key=lambda of: of.code != basis.lowest)


def _by_chance(one: Counted | None, other: Counted | None) -> float:
    """Return the chance of so large a difference; what is hidden shows none."""
    if one is None or other is None:
        return 1.0
    return mid_p(one[0], hypergeometric(one[1], one[0] + other[0], one[1] + other[1]))


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas with enough cases to judge by, and which of them differ from the rest, by level.

    `shown` are the levels that no judged area hides; where the whole is hidden there are none.
    """

    judged: Sequence[str]
    shown: Sequence[str]
    differing: Mapping[str, Sequence[str]]

    @property
    def named(self) -> list[str]:
        """Return every area that differs, in the order of the areas."""
        return [a for a in self.judged if any(a in areas for areas in self.differing.values())]


def of_areas(basis: Basis, figures: Figures) -> Areas:
    """Return which areas differ from the rest: the funnel's own test, adjusted for all areas and both levels."""
    tables = {area: figures["service_area"][area] for area in figures["service_area_order"]}
    return _of_all(basis, tables, figures["overall"])


def of_regions(basis: Basis, figures: Figures) -> Areas:
    """Return which regions differ from the rest, by the same test."""
    names = figures["regions"]["names"]
    tables = {names[code]: figures["region"][code] for code in figures["regions"]["order"] if code != NO_REGION}
    return _of_all(basis, tables, figures["overall"])


def _of_all(basis: Basis, tables: Mapping[str, Mapping[str, Any]], whole_audit: Mapping[str, Any]) -> Areas:
    names = judged(tables)
    if len(names) < 2:  # noqa: PLR2004 - nothing to compare
        return Areas(names, [], {code: [] for code in _measures(basis)})
    made = [(code, area) for code in _measures(basis) for area in names]
    chances = [unusual(_counted(tables[area], code), _counted(whole_audit, code)) for code, area in made]
    adjusted = holm([1.0 if p is None else p for p in chances])
    differs, hidden = set(), set()
    for (code, area), p, q in zip(made, chances, adjusted, strict=True):
        if p is None:
            hidden.add(code)
        elif p < BEYOND_998 and q < UNLIKELY:
            differs.add((code, area))
    shown = [code for code in (basis.best, basis.lowest) if code not in hidden]
    return Areas(
        names,
        list(dict.fromkeys(shown)),
        {code: [a for a in names if (code, a) in differs] for code in _measures(basis)},
    )


def unusual(area: Counted | None, whole_audit: Counted | None) -> float | None:
    """Return the two-sided mid-p of an area's count beside the share of the whole, None where either is hidden."""
    if area is None or whole_audit is None or not whole_audit[1]:
        return None
    return mid_p(area[0], binomial(area[1], whole_audit[0] / whole_audit[1]))


# The interval of a difference hardly narrows any more beyond so many earlier cases.
MOST_CASES = 1000


@cache
def clear_for_every_size(now: tuple[int, int], then_percent: int) -> int | None:
    """Return 1 or -1 where a share is clearly higher or lower than an earlier percentage of an unknown number of cases.

    That is, where every count and number of cases that print as that percentage say so (statistics.md section 2: 49%
    needs at least 35 cases, and 49% to 65% is clear for every such number). None where some do not.
    """
    found = set()
    for of in range(1, MOST_CASES + 1):
        # The counts that print as the percentage, halves up: 200 x + n from 2 n percent up to 2 n (percent + 1).
        first = max(0, -((of - 2 * of * then_percent) // 200))
        for then in range(first, of + 1):
            if percent(then, of) != then_percent:
                break
            low, high = newcombe(now, (then, of)) or (-1.0, 1.0)
            if low <= 0 <= high:
                return None
            found.add(1 if low > 0 else -1)
    return found.pop() if len(found) == 1 else None
