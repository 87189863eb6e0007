"""What a share stands for where chances were unequal or practitioners gave several cases (adoption.md section 4). Pure.

One ratio serves both: of practitioners i in strata h, each with a weight N_h/n_h, c cases and y of them at a level,
p = sum w y / sum w c, and v = sum over h of phi_h n_h/(n_h - 1) sum (w e)^2, e = y - p c less its mean in h, divided by
(sum w c)^2. With one case each it is the formula of sampling.md section 12, with equal chances that of several cases.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.report.figures import statistics
from app.report.figures.counted_cases import Basis, Design, GradedCase
from app.report.figures.statistics import Interval, in_percent

In = Callable[[GradedCase], bool]


@dataclass(frozen=True, slots=True)
class Unit:
    """A practitioner, or `count` of them alike: their weight, and how many cases they gave, at a level and in all."""

    weight: float
    cases: int
    at: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its variance, the number of cases that would be as sure, and how many practitioners gave them.

    `independent` is how many equal practitioners the shares of the groups would be compared by; `exact` where everybody
    was audited, so that nothing is estimated.
    """

    share: float
    variance: float
    effective: float
    independent: int
    practitioners: int
    exact: bool

    @property
    def interval(self) -> Interval:
        """Return Wilson's interval of the share, the point where nothing is estimated."""
        if self.exact:
            return self.share, self.share
        found = statistics.wilson(0, self.effective, self.share)
        return found if found is not None else (0.0, 1.0)


@dataclass
class Strata:
    """The audited practitioners by stratum, and the share of each stratum that was audited."""

    design: Design
    shares: Mapping[str, float]
    units: dict[str, list[Unit]] = field(default_factory=lambda: defaultdict(list))

    def phi(self, stratum: str) -> float:
        """Return the correction for a finite population: nought where everybody was audited (sampling.md 12)."""
        share = self.shares.get(stratum, 0.0)
        return 1.0 - share * (1.0 - self.design.several.get(stratum, 0.0)) if share < 1 else 0.0

    def estimate(self, *, exact: bool) -> Estimate | None:
        """Return the estimate, or None of no cases."""
        whole = [(h, u) for h, units in self.units.items() for u in units]
        total = sum(u.weight * u.cases * u.count for _, u in whole)
        if not total:
            return None
        share = sum(u.weight * u.at * u.count for _, u in whole) / total
        variance = sum(self._part(h, units, share) for h, units in self.units.items()) / total**2
        weights = [(u.weight * u.cases, u.count) for _, u in whole if u.cases]
        kish = sum(w * n for w, n in weights) ** 2 / sum(w * w * n for w, n in weights)
        people = sum(n for _, n in weights)
        effective = self._effective(share, variance, kish, whole)
        return Estimate(share, variance, effective, max(1, int(kish + 1e-9)), people, exact)

    def _part(self, stratum: str, units: Sequence[Unit], share: float) -> float:
        n = sum(u.count for u in units)
        rest = [(u.weight * (u.at - share * u.cases), u.count) for u in units]
        mean = sum(e * k for e, k in rest) / n
        return self.phi(stratum) * n / max(1, n - 1) * sum((e - mean) ** 2 * k for e, k in rest)

    def _effective(self, share: float, variance: float, kish: float, whole: Sequence[tuple[str, Unit]]) -> float:
        """Return the effective number: never more than the cases would be alone, and known where nothing varies."""
        people = sum(u.count for _, u in whole if u.cases)
        phi = sum(self.phi(h) * u.count for h, u in whole if u.cases) / people
        if not phi:
            return float(people) * 1e9
        if variance <= 0 or not 0 < share < 1:
            return (kish if self.design.unequal else people) / phi
        most = sum(u.cases * u.count for _, u in whole) / phi
        return min(share * (1 - share) / variance, most)


def estimate(
    design: Design, cases: Sequence[GradedCase], level: str | In, domain: In, population: int | None
) -> Estimate | None:
    """Return what the share of a level, or of another trait, stands for in a domain, such as an area or a law type.

    `population` are the practitioners of the domain in the list, where that is known.
    """
    has: In = (lambda case: case.final_grade == level) if isinstance(level, str) else level
    by_stratum = _people(design, cases)
    number = {h: sum(k for _, k in people) for h, people in by_stratum.items()}
    shares = {h: min(1.0, n / design.strata[h]) for h, n in number.items() if design.strata.get(h)}
    strata = Strata(design, shares)
    for stratum, people in by_stratum.items():
        # One weight where chances are equal: which it is does not matter.
        size = design.strata.get(stratum, 0)
        weight = size / number[stratum] if design.unequal and size else 1.0
        for theirs, count in people:
            mine = [c for c in theirs if domain(c)]
            at = sum(map(has, mine))
            if mine or design.unequal:
                strata.units[stratum].append(Unit(weight, len(mine), at, count))
    audited = sum(u.count for units in strata.units.values() for u in units if u.cases)
    return strata.estimate(exact=bool(population) and population == audited)


def _people(design: Design, cases: Iterable[GradedCase]) -> dict[str, list[tuple[list[GradedCase], int]]]:
    """Return the practitioners of each stratum: their cases, and how many practitioners have just such cases."""
    found: dict[str, list[tuple[list[GradedCase], int]]] = defaultdict(list)
    several: dict[tuple[str, str], list[GradedCase]] = defaultdict(list)
    for case in cases:
        stratum = design.stratum(case)
        if case.practitioner:
            several[stratum, case.practitioner].extend([case] * case.count)
        else:
            found[stratum].append(([case], case.count))
    for (stratum, _), theirs in several.items():
        found[stratum].append((theirs, 1))
    return found


def told(basis: Basis, row: Mapping[str, Any], cases: Sequence[GradedCase], domain: In) -> dict[str, Any]:
    """Return a row of a table of grades with what its shares stand for; as it is where every chance was the same."""
    design = basis.design
    if design is None or not row["total"]:
        return dict(row)
    made: dict[str, Any] = dict(row)
    for code in basis.codes:
        found = estimate(design, cases, code, domain, None)
        if found is None:
            continue
        made["effective"] = found.independent
        if design.cases > 1:
            made["practitioners"] = found.practitioners
        if design.unequal:
            share = round(found.share, 6)
            made[code] = {**row[code], "percent": in_percent(share), "estimate": share}
    return made
