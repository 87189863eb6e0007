"""An urgent concern: raised, acknowledged, acted on, closed."""

from datetime import date

from sqlalchemy.orm import Session

from app.audit.actions import situation_about
from app.audit.models import Audit, AuditCase
from app.clock import add_working_days, clock, today
from app.dates import due_fault
from app.db import lock
from app.errors import insist
from app.events import record
from app.moderation.actions import hold, subject_of
from app.moderation.concerns import queries as concerns_queries
from app.moderation.concerns.rules import CONCERN, ConcernKnown, why_not_done_on
from app.moderation.enums import ConcernState
from app.moderation.log import concern_row
from app.moderation.models import Concern
from app.people.rules import Viewer
from app.workflow import Situation, moving


def situation_of_concern(session: Session, concern: Concern, viewer: Viewer) -> Situation[ConcernKnown]:
    """Return the situation in which a person acts on a concern, with who has to take the next step."""
    return situation_about(concern.case, viewer, ConcernKnown(concerns_queries.responsible(session, concern)))


def raise_concern(session: Session, case: AuditCase, *, seen: str, by: Viewer) -> Concern:
    """Raise a safeguarding concern about a case, whatever has become of it, to acknowledge in one working day."""
    lock(session, Audit, case.audit_id)
    concern = Concern(
        case_id=case.id,
        state=ConcernState.RAISED,
        seen=seen,
        raised_by=by.id,
        raised_at=clock.now(),
        acknowledge_by=add_working_days(today(), 1),
        case=case,
    )
    session.add(concern)
    session.flush()
    details = {"state": concern.state, "seen": seen, "acknowledge_by": concern.acknowledge_by}
    record(
        session,
        "concern_raised",
        by=by.id,
        subject=subject_of("concern", concern),
        details=details,
        rows=[concern_row(concern)],
    )
    return concern


def acknowledge_concern(session: Session, concern: Concern, *, plan: str, act_by: date, by: Viewer) -> None:
    """Acknowledge a concern, and say what will be done and by when."""
    hold(session, concern)
    insist(due_fault(act_by))
    details, situation = {"plan": plan, "act_by": act_by}, situation_of_concern(session, concern, by)
    subject = subject_of("concern", concern)
    with moving(session, CONCERN, "acknowledge", concern, situation=situation, subject=subject, details=details):
        concern.plan, concern.act_by = plan, act_by
        concern.acknowledged_by, concern.acknowledged_at = by.id, clock.now()


def act_on_concern(session: Session, concern: Concern, *, what: str, who: str, on: date, by: Viewer) -> None:
    """Record what was done about a concern, by whom and when."""
    hold(session, concern)
    insist(why_not_done_on(concern, on))
    details, situation = {"what": what, "who": who, "on": on}, situation_of_concern(session, concern, by)
    with moving(
        session, CONCERN, "act", concern, situation=situation, subject=subject_of("concern", concern), details=details
    ):
        concern.action_what, concern.action_who, concern.action_on, concern.acted_by, concern.acted_at = (
            what,
            who,
            on,
            by.id,
            clock.now(),
        )


def close_concern(session: Session, concern: Concern, *, reason: str, by: Viewer) -> None:
    """Close a concern, with the reason why nothing more has to be done."""
    hold(session, concern)
    details, situation = {"reason": reason}, situation_of_concern(session, concern, by)
    with moving(
        session, CONCERN, "close", concern, situation=situation, subject=subject_of("concern", concern), details=details
    ):
        concern.close_reason, concern.closed_by, concern.closed_at = reason, by.id, clock.now()
