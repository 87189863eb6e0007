"""Audits of all sizes at random, small ones most: what reports, packs and comparisons have to find words for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from app.report.enums import Stage
from app.report.figures.all_figures import (
    Comparator,
    GradedCase,
    PopulationFacts,
    SampleFacts,
    Targets,
    ThemeCounts,
    figures,
)
from app.report.figures.moderation import Moderated, moderation_figures
from app.report.narrative.changes import Earlier
from tests.report.basis import Basis

SCALE = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))
GRADES = [code for code, _ in SCALE]
LAWS = ("public", "wafh", "wtfh")
SIZES = (0, 1, 1, 2, 2, 3, 4, 6, 9, 10, 11, 14, 20, 35, 80, 400)
# How likely each grade is: everything one, two alike, as in 2014, the worst.
MIXES = ((1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (65, 26, 9), (5, 5, 5), (1, 2, 7))
AREAS = tuple(f"A{n}" for n in range(1, 24))


@dataclass(frozen=True)
class RandomAudit:
    """An audit with its cases, what became of those that went back, and an earlier one if it is compared."""

    basis: Basis
    cases: Sequence[GradedCase]
    returned: Sequence[Moderated]
    earlier: Earlier | None

    def figures(self, stage: Stage = Stage.FINAL) -> dict[str, Any]:
        """Return its figures at a stage of the grades."""
        themes = ThemeCounts({"T1": min(3, len(self.cases))}, {"T1": min(1, len(self.cases))})
        found = figures(self.basis, self.cases, themes, as_at=stage)
        return {**found, "moderation": moderation_figures(self.returned, found["bridge"]["stages"])}


def random_audit(seed: int, *, most: int = 400, compared: bool = True) -> RandomAudit:
    """Return the audit of a seed."""
    chance = Random(seed)
    size = min(chance.choice(SIZES), most)
    areas = AREAS[: chance.choice((1, 2, 3, 5, 12, 23))]
    laws = LAWS[: chance.choice((1, 2, 3))] if chance.random() < 0.8 else ("wtfh",)
    mix = chance.choice(MIXES)
    cases = [_case(chance, areas, laws, mix) for _ in range(size)]
    basis = Basis(SCALE, areas, laws, chance.choice((None, Targets(60, 14), Targets(60, 14))), _comparators(chance))
    if chance.random() < 0.6:
        basis = _with_frame(chance, basis, cases)
    earlier = random_audit(seed + 1_000_000, most=most, compared=False) if compared and chance.random() < 0.5 else None
    then = Earlier("The audit before", "2013-10", SCALE, earlier.figures()) if earlier else None
    returned = [_moderated(chance, c) for c in cases if c.returned]
    return RandomAudit(basis, cases, returned, then)


def _case(chance: Random, areas: Sequence[str], laws: Sequence[str], mix: Sequence[int]) -> GradedCase:
    law, first = chance.choice(laws), chance.choices(GRADES, mix)[0]
    seen = chance.choice(("seen", "seen", "not_seen", "unclear")) if law != "wtfh" else "not_applicable"
    case = GradedCase(
        service_area=chance.choice(areas),
        law_type=law,
        employment=chance.choice(("employed", "employed", "agency")),
        first_grade=first,
        final_grade=first,
        children_seen=seen,
        not_seen_reason=chance.choice((True, True, False, None)) if seen == "not_seen" else None,
        returned=first == "not_met",
        challenged=False,
        challenge_outcome="",
        challenge_grade="",
        adjudicated=False,
        adjudication_outcome="",
        referral=chance.random() < 0.1,
        benchmark_lead=chance.choice(("", first, chance.choice(GRADES))),
        benchmark_independent=chance.choice(("", "", first)),
        performance_band=chance.choice(("B1", "B2")),
    )
    return _challenged(chance, case) if case.returned and chance.random() < 0.5 else case


def _challenged(chance: Random, case: GradedCase) -> GradedCase:
    grade = chance.choice(("not_met", "met"))
    outcome = "unchanged" if grade == "not_met" else "regraded"
    case = replace(case, challenged=True, challenge_outcome=outcome, challenge_grade=grade, final_grade=grade)
    if chance.random() < 0.3:
        last = chance.choice((grade, "good"))
        told = "unchanged" if last == grade else "regraded"
        changes: Any = {"adjudication_outcome": told, "adjudication_grade": last, "final_grade": last}
        case = replace(case, adjudicated=True, **changes)
    return case


def _moderated(chance: Random, case: GradedCase) -> Moderated:
    answer = "challenged" if case.challenged else chance.choice(("accepted", "not_answered"))
    return Moderated(
        case.service_area,
        case.law_type.upper(),
        case.employment,
        "",
        chance.choice(("in_time", "late", "not_done")),
        chance.choice(("none", "needed", "done")),
        answer,
        escalated=case.adjudicated,
        adjudicated=case.adjudicated,
        overturned=case.final_grade != case.first_grade if case.challenged else None,
        days=chance.choice((0, 1, 1, 4)) if case.challenged else None,
    )


def _comparators(chance: Random) -> tuple[Comparator, ...]:
    found = [
        Comparator(f"c{n}", measure, scope, value, chance.choice((0, 19.0, 49, 50, 100, 33.3)), "2013-09", "audit")
        for n, (measure, scope, value) in enumerate(
            (("good", "overall", None), ("not_met", "overall", None), ("good", "law_type", "wafh"))
        )
    ]
    return tuple(found[: chance.randrange(4)])


def _with_frame(chance: Random, basis: Basis, cases: Sequence[GradedCase]) -> Basis:
    """Return the basis of an audit that was drawn from a list: of everybody, or of some."""
    times = chance.choice((1, 2, 3))
    drawn = Counter(c.service_area for c in cases)
    keys = {
        "service_area": drawn,
        "law_type": Counter(c.law_type for c in cases),
        "performance_band": Counter(c.performance_band for c in cases),
        "employment": Counter(c.employment for c in cases),
    }
    by = {name: {key: times * n for key, n in counts.items()} for name, counts in keys.items()}
    practitioners = times * len(cases)
    gone = chance.choice((0, 0, 1, 2)) if cases else 0
    missing = {cases[0].service_area: gone} if gone else {}
    sample = SampleFacts(
        practitioners,
        practitioners * chance.choice((1, 7)),
        "1/2",
        len(cases),
        dict(drawn),
        {"wrong": gone} if gone else {},
        chance.choice((0, gone)),
        chance.choice((0, 1, 2)),
        missing,
        {},
    )
    return replace(basis, population=PopulationFacts(practitioners, sample.filings, by), sample=sample)
