"""How each standard was judged in the cases that count: as it stands, or as it stood at a stage of the grades."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.enums import DecisionKind
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Judgement
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.queries import decided_on_each
from app.audit.standing.rules import standing_judgements
from app.audit.thresholds.document import SET_ASIDE
from app.audit.wording.queries import standards_read_twice
from app.report.cases.queries import GRADED, STANDING
from app.report.enums import Stage
from app.report.figures.answers.standards import JudgedAlike, cases_of, standards_of
from app.report.figures.counted_cases import Basis

# By which decisions the standards stand at each stage of the grades; at the first they are the auditor's.
SETTLED_BY = {
    Stage.FIRST: (),
    Stage.BENCHMARKED: (DecisionKind.BENCHMARK_RESOLUTION,),
    Stage.CHALLENGED: (DecisionKind.BENCHMARK_RESOLUTION, DecisionKind.CHALLENGE_DECISION),
    Stage.FINAL: tuple(DecisionKind),
}


_ALIKE = (
    AuditCase.area,
    AuditCase.law_type,
    Judgement.standard,
    Judgement.judgement,
    Judgement.degree,
    Judgement.set_aside,
)
_JUDGED = (
    select(*_ALIKE, func.count())
    .join(Assessment, Assessment.id == Judgement.assessment_id)
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(GRADED, STANDING)
    .group_by(*_ALIKE)
)
SETTLED = select(DecidedJudgement.case_id).join(AuditCase, AuditCase.id == DecidedJudgement.case_id).where(GRADED)
OF_SETTLED = (
    select(AuditCase.id, AuditCase.area, AuditCase.law_type, Judgement)
    .join(Assessment, Assessment.case_id == AuditCase.id)
    .join(Judgement, Judgement.assessment_id == Assessment.id)
    .where(GRADED, STANDING, AuditCase.id.in_(SETTLED))
)
_PLACES = select(AuditCase.id, AuditCase.area, AuditCase.law_type).where(AuditCase.id.in_(SETTLED))


def judged(session: Session, of: Audit, as_at: Stage = Stage.FINAL) -> Counter[JudgedAlike]:
    """Count the standards of an audit's cases by their level.

    All are counted as their auditors judged them; those of cases in which a decision settled something then leave
    their group for that of what stands.
    """
    audit, found = {"audit": of.id}, Counter[JudgedAlike]()
    for area, law, standard, level, degree, aside, count in session.execute(_JUDGED, audit):
        found[_alike((area, law), standard, "" if aside else level, degree, aside=aside)] += count
    places = {case: (area, law) for case, area, law in session.execute(_PLACES, audit)}
    first: dict[int, list[Judgement]] = {case: [] for case in places}
    for case, _, _, judgement in session.execute(OF_SETTLED, audit):
        first[case].append(judgement)
    decided = decided_on_each(session, select(AuditCase.id).where(AuditCase.id.in_(places)))
    for case, place in places.items():
        by_then = [d for d in decided[case] if d.decision.kind in SETTLED_BY[as_at]]
        for s in standing_judgements(first[case], by_then).values():
            if s.decision is not None:
                found[_alike(place, s.standard, s.level, s.degree or "", aside=s.set_aside)] += 1
                if s.first is not None:
                    was = s.first
                    found[_alike(place, s.standard, s.first_level, was.degree, aside=was.set_aside)] -= 1
    return found


def _alike(place: tuple[str, str], standard: str, level: str, degree: str, *, aside: bool) -> JudgedAlike:
    return JudgedAlike(*place, standard, SET_ASIDE if aside else level, "" if aside else degree)


def standards_figures(
    session: Session, of: Audit, basis: Basis, counts: Mapping[str, Any], as_at: Stage = Stage.FINAL
) -> dict[str, Any]:
    """Return `standards`, `practice_areas` and `wording` of figures/1; none of the first two where nothing was judged.

    `wording` has the standards whose words were read in two ways, once the grades are final and where there are any.
    """
    twice = standards_read_twice(session, of) if as_at is Stage.FINAL else 0
    wording = {"wording": {"read_twice": twice}} if twice else {}
    found = standards_of(basis, document_of(of), judged(session, of, as_at), cases_of(basis, counts))
    return {**found, **wording}
