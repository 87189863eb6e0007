"""Submitting a grade and correcting it, with what follows for its area."""

from sqlalchemy.orm import Session

from app.audit import rules
from app.audit.actions import situation_of_case, situation_of_grading
from app.audit.grading import actions as grading
from app.audit.grading import corrections as correcting
from app.audit.grading import rules as grading_rules
from app.audit.models import Assessment, Audit, AuditCase, Decision
from app.db import lock
from app.errors import Conflict
from app.moderation.actions import subject_of
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.actions import open_return_if_lowest
from app.moderation.returns.rules import RETURN
from app.people.rules import Viewer
from app.workflow import move


def hold(session: Session, case: AuditCase) -> None:
    """Hold a case, and its audit first, before anything of the case's draft is changed."""
    lock(session, Audit, case.audit_id)
    lock(session, AuditCase, case.id)


def submit_grade(
    session: Session, case: AuditCase, draft: Assessment, *, indicated: tuple[str, str] | None, by: Viewer
) -> Decision:
    """Submit an assessment; the lowest grade goes back to the area in the same transaction."""
    hold(session, case)
    if draft.number > 1:
        _refuse_correction(session, case, by)
    decision = grading.submit(session, case, draft, indicated=indicated, by=by)
    returned = returns_queries.return_that_stands(session, case)
    if returned is not None:
        # It was for the grade that is corrected; one at the lowest level again opens another, with a fresh challenge
        # window.
        details = {"reason": draft.correction_reason, "area": case.area}
        move(
            session,
            RETURN,
            "withdraw",
            returned,
            situation=situation_of_case(case, by),
            subject=subject_of("return", returned),
            details=details,
        )
    open_return_if_lowest(session, case, decision, by=by.id)
    return decision


def start_correction(session: Session, case: AuditCase, *, by: Viewer) -> Assessment:
    """Begin a correction of a submitted grade that its area has not answered yet."""
    _refuse_correction(session, case, by)
    return correcting.start_correction(session, case, by=by)


def why_not_corrected(session: Session, case: AuditCase, viewer: Viewer) -> str | None:
    """Return why an auditor cannot correct their grade now, as the time is over or the area answered, or None."""
    situation, returned = situation_of_grading(session, case, viewer), returns_queries.return_that_stands(session, case)
    refusal = grading_rules.why_not_corrected(case, situation)
    answered = RETURN.refusal("withdraw", returned, situation) if returned and not refusal else None
    return refusal or (answered and f"{answered} {rules.IF_IT_IS_WRONG}")


def _refuse_correction(session: Session, case: AuditCase, by: Viewer) -> None:
    lock(session, AuditCase, case.id)
    refusal = why_not_corrected(session, case, by)
    if refusal:
        raise Conflict(refusal)
