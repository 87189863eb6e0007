"""What figures are made from: cases, alone or counted where alike, and what the audit's framework says. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import floor, isfinite
from typing import Any, Self

from app.people.kinds import SHIPPED, KindsOfWork
from app.report.enums import Stage
from app.report.figures.statistics import percent

SEEN_STATES = ("seen", "not_seen", "unclear")


@dataclass(frozen=True, slots=True)
class GradedCase:
    """An audited case, or `count` of them that are alike.

    Grades are codes of the scale, the law type is a lower-case code. `not_seen_reason` is None where nobody says
    whether a reason is recorded. A case that was challenged twice has the outcome of the newest challenge: that is the
    one whose grade stands. `benchmarked_grade` is empty where benchmarking changed nothing.
    """

    service_area: str
    law_type: str
    employment: str
    first_grade: str
    final_grade: str
    children_seen: str
    not_seen_reason: bool | None
    returned: bool
    challenged: bool
    challenge_outcome: str
    challenge_grade: str
    adjudicated: bool
    adjudication_outcome: str
    referral: bool
    auditor: str = ""
    performance_band: str = ""
    first_draw: bool = True
    benchmark_lead: str = ""
    benchmark_independent: str = ""
    benchmarked_grade: str = ""
    adjudication_grade: str = ""
    # Who did the work, said only where practitioners have several cases each.
    practitioner: str = ""
    count: int = 1

    def grade_at(self, stage: Stage) -> str:
        """Return the grade at a stage of the ledger; a later challenge starts from what benchmarking left."""
        benchmarked = self.benchmarked_grade or self.first_grade
        return {
            Stage.FIRST: self.first_grade,
            Stage.BENCHMARKED: benchmarked,
            Stage.CHALLENGED: self.challenge_grade or benchmarked,
            Stage.FINAL: self.final_grade,
        }[stage]

    def as_at(self, stage: Stage) -> Self:
        """Return the case as it stood at a stage of the ledger: its grade then, and nothing that came afterwards."""
        if stage is Stage.FINAL:
            return self
        then = replace(
            self, final_grade=self.grade_at(stage), adjudicated=False, adjudication_outcome="", adjudication_grade=""
        )
        return (
            then
            if stage is Stage.CHALLENGED
            else replace(then, challenged=False, challenge_outcome="", challenge_grade="")
        )


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """How an audit's cases were drawn and what became of them.

    `missing` counts, by area, drawn cases that could not be audited.
    """

    practitioners: int
    filings: int
    fraction: str
    drawn: int
    drawn_by_area: Mapping[str, int]
    replaced: Mapping[str, int]
    lost: int
    added: int
    missing: Mapping[str, int]
    receipt: Mapping[str, str | bool]
    # What else than a fraction of everybody, one case each, was wanted (app/sampling/shapes/wanted.py).
    shape: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Design:
    """Where practitioners had unequal chances, or gave several `cases`: what weighs them (adoption.md section 4).

    `strata` has the practitioners in the list by stratum: by area, by area and employment where a kind of staff has a
    fraction of its own, all in one where chances were equal. `several` is the share of those audited, by stratum, who
    could be drawn under more than one law type.
    """

    strata: Mapping[str, int]
    several: Mapping[str, float] = field(default_factory=dict)
    by: tuple[str, ...] = ("service_area",)
    unequal: bool = False
    cases: int = 1

    def stratum(self, case: GradedCase) -> str:
        """Return the stratum of a case."""
        return "\t".join(getattr(case, name) for name in self.by)


@dataclass(frozen=True, slots=True)
class PopulationFacts:
    """The practitioners of a locked frame, in all and by area, law type, band and employment, and its filings."""

    practitioners: int
    filings: int
    by: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """In how many cases each strength and each learning point was noted."""

    strengths: Mapping[str, int] = field(default_factory=dict)
    learning_points: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Targets:
    """At least so many per cent at the best level, at most so many at the lowest."""

    good_percent: int
    not_met_percent: int


# The code under which areas without a region are together; no region can have it.
NO_REGION = "-"


@dataclass(frozen=True, slots=True)
class RegionOf:
    """A region with the areas of the audit that belong to it; those of none are together, without a name."""

    code: str
    name: str
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparator:
    """A percentage of an earlier audit or inspection."""

    id: str
    measure: str
    scope: str
    scope_value: str | Sequence[str] | None
    value: float | None
    when: str
    kind: str

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> Self:
        """Read a comparator in the shape of targets_and_comparators.json.

        What is missing or odd in it stays empty, and gives no sentence.
        """
        words = {name: str(item.get(name) or "") for name in ("id", "measure", "scope", "when", "kind")}
        value = item.get("value")
        known = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        return cls(**words, scope_value=item.get("scope_value"), value=value if known else None)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an audit's framework says, the scale as (code, label) best first, areas and law types in order.

    `seen_asked` are the law types of whose cases the threshold document asks whether the children were seen.
    """

    scale: tuple[tuple[str, str], ...]
    area_order: tuple[str, ...]
    law_types: tuple[str, ...]
    targets: Targets | None = None
    comparators: tuple[Comparator, ...] = ()
    seen_asked: tuple[str, ...] = ()
    sample: SampleFacts | None = None
    population: PopulationFacts | None = None
    # What is called how now; no figure depends on it.
    kinds: KindsOfWork = SHIPPED
    # Only where chances were unequal or practitioners gave several cases.
    design: Design | None = None
    # The regions that these areas belong to, in order; a service may have none.
    regions: tuple[RegionOf, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of the scale, the best first."""
        return tuple(code for code, _ in self.scale)

    @property
    def best(self) -> str:
        """Return the best level's code."""
        return self.scale[0][0]

    @property
    def lowest(self) -> str:
        """Return the lowest level's code."""
        return self.scale[-1][0]


def share(count: int, of: int) -> dict[str, int | None]:
    """Return a count beside its whole percentage."""
    return {"count": count, "percent": percent(count, of)}


def counted(cases: Sequence[GradedCase], key: Callable[[GradedCase], str] = lambda c: c.final_grade) -> Counter[str]:
    """Count cases by what `key` says of them."""
    found: Counter[str] = Counter()
    for case in cases:
        found[key(case)] += case.count
    return found


def number(cases: Sequence[GradedCase]) -> int:
    """Return how many cases there are."""
    return sum(c.count for c in cases)


def people(cases: Sequence[GradedCase], key: Callable[[GradedCase], str]) -> Counter[str]:
    """Count practitioners by what `key` says of their cases; each case is one where nobody gave several."""
    found: Counter[str] = Counter()
    known: set[tuple[str, str]] = set()
    for case in cases:
        what = key(case)
        if not case.practitioner:
            found[what] += case.count
        elif (what, case.practitioner) not in known:
            known.add((what, case.practitioner))
            found[what] += 1
    return found


def tested(row: Mapping[str, Any], code: str) -> tuple[int, int]:
    """Return (count, of) by which a share is compared: as many as there are independent, equal practitioners."""
    count, of = row[code]["count"], row["total"]
    alone = row.get("effective")
    if alone is None or not of:
        return count, of
    return floor(row[code].get("estimate", count / of) * alone + 0.5), alone


def hundredfold(row: Mapping[str, Any], code: str) -> tuple[float, int]:
    """Return a hundred times the count of a level, and of how many: the share in per cent without any rounding."""
    share = row[code].get("estimate")
    return (100 * row[code]["count"], row["total"]) if share is None else (100 * share * row["total"], row["total"])


def grouped(
    cases: Sequence[GradedCase], keys: Sequence[str], key: Callable[[GradedCase], str]
) -> dict[str, list[GradedCase]]:
    """Return cases by what `key` says of them, `keys` first and also where they have none."""
    groups: dict[str, list[GradedCase]] = {k: [] for k in keys}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return groups


def grades(basis: Basis, counts: Counter[str]) -> dict[str, Any]:
    """Return a row of a table of grades."""
    total = sum(counts.values())
    return {**{code: share(counts[code], total) for code in basis.codes}, "total": total}
