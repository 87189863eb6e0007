"""How each standard was judged in the cases that count: as it stands, or as it stood at a stage of the grades."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.enums import DecisionKind
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Judgement
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.queries import decided_on_each
from app.audit.standing.rules import StandingJudgement, standing_judgements
from app.audit.thresholds.document import SET_ASIDE, ThresholdDocument
from app.audit.wording.queries import standards_read_twice
from app.report.cases.queries import GRADED, STANDING
from app.report.enums import Stage
from app.report.figures.counted_cases import Basis

# By which decisions the standards stand at each stage of the grades; at the first they are the auditor's.
SETTLED_BY = {
    Stage.FIRST: (),
    Stage.BENCHMARKED: (DecisionKind.BENCHMARK_RESOLUTION,),
    Stage.CHALLENGED: (DecisionKind.BENCHMARK_RESOLUTION, DecisionKind.CHALLENGE_DECISION),
    Stage.FINAL: tuple(DecisionKind),
}


class JudgedAlike(NamedTuple):
    """What is counted alike: area, law type, standard, and its level, or that it was set aside."""

    area: str
    law_type: str
    standard: str
    level: str


_JUDGED = (
    select(AuditCase.area, AuditCase.law_type, Judgement.standard, Judgement.judgement, Judgement.set_aside)
    .add_columns(func.count())
    .join(Assessment, Assessment.id == Judgement.assessment_id)
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(GRADED, STANDING)
    .group_by(AuditCase.area, AuditCase.law_type, Judgement.standard, Judgement.judgement, Judgement.set_aside)
)
_SETTLED = select(DecidedJudgement.case_id).join(AuditCase, AuditCase.id == DecidedJudgement.case_id).where(GRADED)
_OF_SETTLED = (
    select(AuditCase.id, AuditCase.area, AuditCase.law_type, Judgement)
    .join(Assessment, Assessment.case_id == AuditCase.id)
    .join(Judgement, Judgement.assessment_id == Assessment.id)
    .where(GRADED, STANDING, AuditCase.id.in_(_SETTLED))
)
_PLACES = select(AuditCase.id, AuditCase.area, AuditCase.law_type).where(AuditCase.id.in_(_SETTLED))


def judged(session: Session, of: Audit, as_at: Stage = Stage.FINAL) -> Counter[JudgedAlike]:
    """Count the standards of an audit's cases by their level.

    All are counted as their auditors judged them; those of cases in which a decision settled something then leave
    their group for that of what stands.
    """
    audit, found = {"audit": of.id}, Counter[JudgedAlike]()
    for area, law, standard, level, aside, count in session.execute(_JUDGED, audit):
        found[JudgedAlike(area, law, standard, SET_ASIDE if aside else level)] += count
    places = {case: (area, law) for case, area, law in session.execute(_PLACES, audit)}
    first: dict[int, list[Judgement]] = {case: [] for case in places}
    for case, _, _, judgement in session.execute(_OF_SETTLED, audit):
        first[case].append(judgement)
    decided = decided_on_each(session, select(AuditCase.id).where(AuditCase.id.in_(places)))
    for case, place in places.items():
        by_then = [d for d in decided[case] if d.decision.kind in SETTLED_BY[as_at]]
        for s in standing_judgements(first[case], by_then).values():
            if s.decision is not None:
                found[JudgedAlike(*place, s.standard, _level(s))] += 1
                if s.first is not None:
                    found[JudgedAlike(*place, s.standard, SET_ASIDE if s.first.set_aside else s.first_level)] -= 1
    return found


def _level(of: StandingJudgement) -> str:
    return SET_ASIDE if of.set_aside else of.level


def standards_figures(session: Session, of: Audit, basis: Basis, as_at: Stage = Stage.FINAL) -> dict[str, Any]:
    """Return `standards`, `practice_areas` and `wording` of figures/1; none of the first two where nothing was judged.

    `wording` has the standards whose words were read in two ways, once the grades are final and where there are any.
    """
    twice = standards_read_twice(session, of) if as_at is Stage.FINAL else 0
    wording = {"wording": {"read_twice": twice}} if twice else {}
    return {**standards_of(basis, document_of(of), judged(session, of, as_at)), **wording}


def standards_of(basis: Basis, document: ThresholdDocument, counts: Mapping[JudgedAlike, int]) -> dict[str, Any]:
    """Return how often each standard, and those of each practice area, stand at each level: whole, by area, by law."""
    by_code = {s.code: {k: n for k, n in counts.items() if k.standard == s.code and n} for s in document.standards()}
    by_code = {code: rows for code, rows in by_code.items() if rows}
    if not by_code:
        return {}
    areas = {area.code: [by_code.get(s.code, {}) for s in area.standards] for area in document.practice_areas}
    return {
        "standards": {code: _three_ways(basis, [rows]) for code, rows in by_code.items()},
        "practice_areas": {code: _three_ways(basis, some) for code, some in areas.items() if any(some)},
    }


def _three_ways(basis: Basis, groups: Sequence[Mapping[JudgedAlike, int]]) -> dict[str, Any]:
    rows = [(k, n) for group in groups for k, n in group.items()]
    laws = {law.upper(): [(k, n) for k, n in rows if k.law_type == law] for law in basis.law_types}
    places = {area: [(k, n) for k, n in rows if k.area == area] for area in basis.area_order}
    return {
        "overall": _table(basis, rows),
        "law_type": {law: _table(basis, some) for law, some in laws.items()},
        "service_area": {area: _table(basis, some) for area, some in places.items()},
    }


def _table(basis: Basis, rows: Iterable[tuple[JudgedAlike, int]]) -> dict[str, int]:
    counts = Counter[str]()
    for key, n in rows:
        counts[key.level] += n
    levels = {code: counts[code] for code in basis.codes}
    return {**levels, "judged": sum(levels.values()), "set_aside": counts[SET_ASIDE]}
