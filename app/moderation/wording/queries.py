"""How many judgements of each standard two people compared, in audits whose grading has ended."""

from collections.abc import Mapping

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.audit.enums import AuditState, ReadingSource
from app.audit.models import Audit, AuditCase, Benchmark, Judgement, ThresholdText
from app.moderation.models import Challenge, ChallengePoint

Compared = Mapping[tuple[ReadingSource, str], int]
ENDED = (Audit.state.in_([AuditState.FINALISED, AuditState.PUBLISHED]), Audit.rehearsal.is_(False))


def _second_grades() -> Select[str, int]:
    one, two = aliased(Judgement), aliased(Judgement)
    return (
        select(one.standard, func.count())
        .join(Benchmark, Benchmark.first_id == one.assessment_id)
        .join(two, (two.assessment_id == Benchmark.second_id) & (two.standard == one.standard))
        .join(AuditCase, AuditCase.id == Benchmark.case_id)
        .join(AuditCase.audit)
        .group_by(one.standard)
    )


def _points(decided: InstrumentedAttribute[str]) -> Select[str, int]:
    return (
        select(ChallengePoint.standard, func.count())
        .join(Challenge, Challenge.id == ChallengePoint.challenge_id)
        .join(AuditCase, AuditCase.id == Challenge.case_id)
        .join(AuditCase.audit)
        .where(decided != "")
        .group_by(ChallengePoint.standard)
    )


def compared(session: Session, kept: ThresholdText, *, audit: str = "", law_type: str = "") -> Compared:
    """Return how many judgements of each standard two people compared, by source and standard."""
    here = and_(Audit.threshold_id == kept.id, *ENDED)
    here = here & (Audit.ref == audit) if audit else here
    here = here & (AuditCase.law_type == law_type) if law_type else here
    asked = {
        ReadingSource.SECOND_GRADE: _second_grades(),
        ReadingSource.CHALLENGE: _points(ChallengePoint.decided),
        ReadingSource.ADJUDICATION: _points(ChallengePoint.adjudicated),
    }
    return {
        (source, standard): count
        for source, query in asked.items()
        for standard, count in session.execute(query.where(here))
    }


def audits_that_ended(session: Session, kept: ThresholdText) -> list[str]:
    """Return the references of the audits against a version whose grading has ended, by reference."""
    return list(session.scalars(select(Audit.ref).where(Audit.threshold_id == kept.id, *ENDED).order_by(Audit.ref)))
