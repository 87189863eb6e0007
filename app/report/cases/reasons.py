"""Which rule holds for each case that counts, by what stands of its standards, and the grade that was given."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Judgement
from app.audit.standing.queries import decided_on_each
from app.audit.standing.rules import StandingJudgement, standing_judgements
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.indication import Judged, indicate
from app.report.cases.queries import GRADED, STANDING
from app.report.cases.standards import OF_SETTLED, SETTLED
from app.report.figures.answers.reasons import Ruled, critical_rules, critical_standards, reasons_of

_GRADE = func.coalesce(AuditCase.standing_grade, Assessment.grade)
_OTHERS = GRADED & STANDING & AuditCase.id.not_in(SETTLED)
_RULED = (
    select(func.coalesce(Assessment.indicated_rule, ""), _GRADE, func.count())
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(_OTHERS)
    .group_by(Assessment.indicated_rule, _GRADE)
)
_CRITICAL = (
    select(AuditCase.id, Assessment.indicated_rule, _GRADE, Judgement.standard)
    .join(Assessment, Assessment.case_id == AuditCase.id)
    .join(Judgement, Judgement.assessment_id == Assessment.id)
    .where(_OTHERS, Judgement.set_aside.is_(False))
)
_SETTLED_GRADES = (
    select(AuditCase.id, AuditCase.law_type, _GRADE)
    .join(Assessment, Assessment.case_id == AuditCase.id)
    .where(GRADED, STANDING, AuditCase.id.in_(SETTLED))
)
Found = Counter[Ruled]


def lowest_reasons(session: Session, of: Audit) -> dict[str, Any]:
    """Return `lowest_reasons` of figures/1, of the cases as they stand; nothing where no rule was read for any."""
    return reasons_of(document_of(of), +(_untouched(session, of) + _settled(session, of)))


def _untouched(session: Session, of: Audit) -> Found:
    """Return the cases that stand as their auditors judged them, by the rule that was read then."""
    document = document_of(of)
    known = {rule.id for rule in document.grade_rules}
    found = Found()
    for rule, grade, n in session.execute(_RULED, {"audit": of.id}):
        found[Ruled(rule if rule in known else "", grade)] += n
    for (rule, grade), at_lowest in _critical(session, of, document):
        # These leave the group of those of whose standards nothing is said.
        found[Ruled(rule, grade)] -= 1
        found[Ruled(rule, grade, at_lowest)] += 1
    return found


def _critical(
    session: Session, of: Audit, document: ThresholdDocument
) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """Yield rule and grade of each case of a critical rule, with its critical standards at the lowest level."""
    rules, codes = list(critical_rules(document)), critical_standards(document)
    if not rules or not codes:
        return
    query = _CRITICAL.where(
        Assessment.indicated_rule.in_(rules),
        Judgement.standard.in_(codes),
        Judgement.judgement == document.lowest.code,
    )
    cases: dict[tuple[int, str, str], set[str]] = defaultdict(set)
    for case_id, rule, grade, standard in session.execute(query, {"audit": of.id}):
        cases[case_id, rule or "", grade].add(standard)
    for (_, rule, grade), standards in cases.items():
        yield (rule, grade), frozenset(standards)


def _settled(session: Session, of: Audit) -> Found:
    """Return the cases in which a decision settled a standard, by the rule that holds for what stands."""
    document, audit = document_of(of), {"audit": of.id}
    first: dict[int, list[Judgement]] = defaultdict(list)
    for case_id, _, _, judgement in session.execute(OF_SETTLED, audit):
        first[case_id].append(judgement)
    graded = session.execute(_SETTLED_GRADES, audit).all()
    decided = decided_on_each(session, select(AuditCase.id).where(AuditCase.id.in_([c for c, _, _ in graded])))
    found = Found()
    for case_id, law, grade in graded:
        found[ruled(document, law, grade, standing_judgements(first[case_id], decided[case_id]))] += 1
    return found


def ruled(document: ThresholdDocument, law: str, grade: str, stands: Mapping[str, StandingJudgement]) -> Ruled:
    """Return a case by the rule that holds for what stands of its standards; a degree that was not asked is the first.

    See docs/decisions/0031: a decision that did not ask for a degree left the auditor's for the rules.
    """
    answers = {code: _judged(of) for code, of in stands.items()}
    indicated = indicate(document, law, answers)
    if indicated is None:
        return Ruled("", grade)
    lowest = document.lowest.code
    critical = [c for c in critical_standards(document) if c in stands and stands[c].level == lowest]
    at_lowest = frozenset(critical) if indicated.rule in critical_rules(document) else frozenset()
    return Ruled(indicated.rule, grade, at_lowest)


def _judged(of: StandingJudgement) -> Judged:
    first = of.first.degree if of.first else ""
    return Judged(of.level, of.degree or first, of.set_aside)
