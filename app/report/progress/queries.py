"""How far each case of an audit is, and which cases somebody asked to replace."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.audit.enums import AssessmentKind, CaseState, ReplacementState
from app.audit.models import Assessment, Audit, AuditCase, Replacement
from app.clock import local_date
from app.events import Event
from app.report.figures.progress import CaseProgress

_THEIRS = (
    (Assessment.case_id == AuditCase.id)
    & (Assessment.kind == AssessmentKind.FIRST)
    & (Assessment.author_id == AuditCase.auditor_id)
)
_GIVEN = (
    select(func.max(Event.at))
    .where(Event.case_id == AuditCase.id, Event.name.in_(["case_allocated", "case_moved"]))
    .scalar_subquery()
)
_PROGRESS = (
    select(
        AuditCase.id,
        AuditCase.case_ref,
        AuditCase.area,
        AuditCase.law_type,
        AuditCase.state,
        AuditCase.auditor_id,
        _GIVEN,
        Assessment.saved_at,
        Assessment.submitted_at,
    )
    .outerjoin(Assessment, _THEIRS)
    .where(AuditCase.audit_id == bindparam("audit"), AuditCase.state != CaseState.REPLACED)
    .order_by(AuditCase.case_ref)
)


def progress(session: Session, of: Audit) -> Sequence[CaseProgress]:
    """Return how far each case of an audit is, never how it was graded: in one query, whatever their number."""
    rows: Iterable[Any] = session.connection().execute(_PROGRESS, {"audit": of.id}).all()
    return [CaseProgress(*row[:6], *(moment and local_date(moment) for moment in row[6:])) for row in rows]


def requests_waiting(session: Session, of: Audit) -> Sequence[tuple[int, str, str]]:
    """Return (id, reference, area) of the cases that somebody asked to replace."""
    asked = Replacement.state == ReplacementState.ASKED
    query = select(AuditCase.id, AuditCase.case_ref, AuditCase.area).join(
        Replacement, Replacement.case_id == AuditCase.id
    )
    return [
        (key, ref, area)
        for key, ref, area in session.execute(
            query.where(AuditCase.audit_id == of.id, asked).order_by(AuditCase.case_ref)
        )
    ]
