"""How far each case of an audit is, and which cases somebody asked to replace."""

from collections.abc import Sequence

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.asking.statements import Statement
from app.audit.enums import AssessmentKind, CaseState, ReplacementState
from app.audit.models import Assessment, Audit, AuditCase, Replacement
from app.events import Event
from app.report.figures.progress import CaseProgress

_THEIRS = (
    (Assessment.case_id == AuditCase.id)
    & (Assessment.kind == AssessmentKind.FIRST)
    & (Assessment.author_id == AuditCase.auditor_id)
)
_GIVEN = (
    select(func.max(Event.at))
    # A case of a rehearsal that was erased may have had the same number: of its events no details are left.
    .where(Event.case_id == AuditCase.id, Event.payload.is_not(None))
    .where(or_(Event.name == "case_allocated", Event.name == "case_moved"))
    .scalar_subquery()
)
_PROGRESS = Statement(
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
    return list(map(CaseProgress._make, _PROGRESS.rows(session, audit=of.id)))


_ASKED = Statement(
    select(AuditCase.id, AuditCase.case_ref, AuditCase.area)
    .join(Replacement, Replacement.case_id == AuditCase.id)
    .where(AuditCase.audit_id == bindparam("audit"), Replacement.state == ReplacementState.ASKED)
    .order_by(AuditCase.case_ref)
)


def requests_waiting(session: Session, of: Audit) -> Sequence[tuple[int, str, str]]:
    """Return (id, reference, area) of the cases that somebody asked to replace."""
    return [(key, ref, area) for key, ref, area in _ASKED.rows(session, audit=of.id)]
