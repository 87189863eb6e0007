"""Audits at random that were judged standard by standard: what their figures, tables and editions have to stand."""

from collections import Counter
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from app.audit.thresholds.document import SET_ASIDE, ThresholdDocument
from app.audit.thresholds.indication import Judged, indicate
from app.audit.thresholds.loading import load_file
from app.report.figures.all_figures import GradedCase, figures
from app.report.figures.answers.facts import AnsweredAlike, facts_of
from app.report.figures.answers.reasons import Ruled, critical_rules, critical_standards, reasons_of
from app.report.figures.answers.standards import JudgedAlike, cases_of, standards_of
from app.report.figures.counted_cases import Basis, PopulationFacts
from tests.report.random_audits import AREAS
from tests.report.random_audits import random_audit as random_grades
from tests.world import ROOT

LAWS = ("public", "wafh", "wtfh")


@cache
def documents() -> tuple[ThresholdDocument, ...]:
    """Return the documents about cases that come with the product."""
    found = [load_file(path) for path in sorted((ROOT / "app" / "data" / "thresholds").glob("*.yaml"))]
    return tuple(d for d in found if d.subject == "case")


class Judgings:
    """The judgements of an audit's cases, counted as the figures want them."""

    def __init__(self, document: ThresholdDocument, chance: Random) -> None:
        self.document, self.chance = document, chance
        self.judged = Counter[JudgedAlike]()
        self.ruled = Counter[Ruled]()
        self.answers = Counter[AnsweredAlike]()
        self.mix = chance.choice(((8, 3, 1), (1, 1, 1), (1, 0, 0), (30, 4, 1)))
        self.always_aside = chance.random() < 0.2

    def case(self, area: str, law: str) -> str:
        """Judge one more case; return its grade."""
        said = {s.code: self._judge(s.can_be_set_aside) for s in self.document.standards_for(law)}
        for code, of in said.items():
            level = SET_ASIDE if of.set_aside else of.judgement
            self.judged[JudgedAlike(area, law, code, level, of.degree)] += 1
        self._facts(law)
        found = indicate(self.document, law, said)
        if found is None:
            raise AssertionError(self.document.id)
        departs = self.chance.random() < 0.1
        grade = self.chance.choice([level.code for level in self.document.scale]) if departs else found.grade
        lowest = {c for c in critical_standards(self.document) if c in said and _at(said[c], self.document)}
        critical = frozenset(lowest) if found.rule in critical_rules(self.document) else frozenset()
        self.ruled[Ruled(found.rule, grade, critical)] += 1
        return grade

    def _judge(self, aside: bool) -> Judged:
        if aside and (self.always_aside or self.chance.random() < 0.15):
            return Judged(set_aside=True)
        levels = [level.code for level in self.document.scale]
        level = self.chance.choices(levels, self.mix[: len(levels)])[0]
        degrees = [degree.code for degree in self.document.improvement_degrees]
        return Judged(level, degrees[min(levels.index(level) + self.chance.choice((0, 0, 1)), len(degrees) - 1)])

    def _facts(self, law: str) -> None:
        for fact in self.document.facts_for(law):
            if fact.answers and self.chance.random() < 0.97:
                known = [a.code for a in fact.answers]
                many = self.chance.choice((1, 2)) if fact.kind == "multi" else 1
                given = tuple(sorted(self.chance.sample(known, min(many, len(known)))))
                self.answers[AnsweredAlike(law, fact.code, given)] += 1


def _at(of: Judged, document: ThresholdDocument) -> bool:
    return not of.set_aside and of.judgement == document.lowest.code


def judged_audit(seed: int, document: ThresholdDocument | None = None, most: int = 300) -> tuple[Basis, dict[str, Any]]:
    """Return the basis and the figures of an audit of a seed, with all that its cases say besides their grades."""
    chance = Random(seed)
    document = document or chance.choice(documents())
    asked = {law for s in document.standards() for law in s.law_types or LAWS}
    laws = tuple(law for law in LAWS if law in asked)
    size, areas = min(most, chance.choice((1, 2, 5, 12, 30, 80, 300))), AREAS[: chance.choice((1, 2, 5, 12))]
    judgings, cases = Judgings(document, chance), []
    for _ in range(size):
        area, law = chance.choice(areas), chance.choice(laws)
        cases.append(_graded(area, law, judgings.case(area, law)))
    basis = Basis(tuple((level.code, level.label) for level in document.scale), areas, laws)
    if chance.random() < 0.5:
        by = {"law_type": {k: 2 * n for k, n in Counter(c.law_type for c in cases).items()}}
        by["service_area"] = {k: 2 * n for k, n in Counter(c.service_area for c in cases).items()}
        by["performance_band"] = by["employment"] = {"": 2 * size}
        basis = replace(basis, population=PopulationFacts(2 * size, 4 * size, by))
    found = figures(basis, cases)
    more = standards_of(basis, document, judgings.judged, cases_of(basis, found))
    reasons = reasons_of(document, judgings.ruled)
    return basis, {**found, **more, **reasons, **facts_of(basis, document, judgings.answers, found)}


def _graded(area: str, law: str, grade: str) -> GradedCase:
    """Return a case that nothing happened to after its grade."""
    one = next(c for seed in range(100) for c in random_grades(seed).cases)
    untouched: dict[str, Any] = {
        "returned": False, "challenged": False, "challenge_outcome": "", "challenge_grade": "", "adjudicated": False,
        "adjudication_outcome": "", "adjudication_grade": "", "referral": False, "benchmark_lead": "",
        "benchmark_independent": "", "children_seen": "not_applicable", "not_seen_reason": None, "performance_band": "",
        "employment": "employed",
    }  # fmt: skip
    return replace(one, service_area=area, law_type=law, first_grade=grade, final_grade=grade, **untouched)
