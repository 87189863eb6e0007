"""The immediate review of a returned case, its answer, and the further action."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from app.audit.actions import settle, situation_of_case
from app.audit.library.queries import document_of
from app.audit.models import AuditCase, Decision
from app.clock import add_working_days, clock, local_date
from app.dates import due_fault
from app.db import LineOrEmpty, Text, TextOrEmpty
from app.errors import Conflict, insist
from app.events import Subject, record
from app.moderation.actions import hold, subject_of
from app.moderation.enums import FurtherAction, ReturnState
from app.moderation.log import return_row
from app.moderation.models import Return
from app.moderation.returns.rules import RETURN, no_action_waits, why_not_done_on
from app.people.rules import Viewer
from app.workflow import move, moving


class Review(BaseModel):
    """What a head of service found in the immediate review."""

    model_config = ConfigDict(frozen=True)
    children_safe: bool
    note: Text
    practitioner_says: TextOrEmpty = ""
    further_action: Literal[FurtherAction.NONE, FurtherAction.NEEDED]
    action_what: TextOrEmpty = ""
    action_who: LineOrEmpty = ""
    action_by: date | None = None


def open_return_if_lowest(session: Session, case: AuditCase, decision: Decision, *, by: int | None) -> Return | None:
    """Send a case back to its area where the decision gave the scale's lowest grade, with fresh windows."""
    if decision.grade != document_of(case.audit).lowest.code:
        return None
    start = local_date(decision.at)
    returned = Return(
        case_id=case.id,
        decision_id=decision.id,
        state=ReturnState.OPEN,
        opened_at=decision.at,
        review_due=add_working_days(start, case.audit.review_days),
        challenge_due=add_working_days(start, case.audit.challenge_days),
    )
    session.add(returned)
    session.flush()
    dues = {"review_due": returned.review_due, "challenge_due": returned.challenge_due}
    details = {"state": returned.state, **dues, "area": case.area}
    subject = Subject("return", returned.id, case.audit.ref, case.id)
    record(session, "return_opened", by=by, subject=subject, details=details, rows=[return_row(returned)])
    return returned


def review(session: Session, returned: Return, found: Review, *, by: Viewer) -> None:
    """Record the immediate review: are the children safe, and what has to be done."""
    hold(session, returned)
    insist(due_fault(found.action_by) if found.action_by else None)
    situation, subject = situation_of_case(returned.case, by), subject_of("return", returned)
    details = found.model_dump(exclude={"practitioner_says"})  # no page of the log has it
    with moving(session, RETURN, "review", returned, situation=situation, subject=subject, details=details):
        returned.children_safe, returned.review_note = found.children_safe, found.note
        returned.practitioner_says = found.practitioner_says
        returned.further_action, returned.action_what = found.further_action, found.action_what
        returned.action_who, returned.action_by = found.action_who, found.action_by
        returned.reviewed_by, returned.reviewed_at = by.id, clock.now()


def keep_reading(session: Session, returned: Return, *, by: Viewer) -> None:
    """Keep who of the area opened a returned case first, and when."""
    hold(session, returned)
    if returned.read_at is not None:
        return
    returned.read_by, returned.read_at = by.id, clock.now()
    record(session, "return_read", by=by.id, subject=subject_of("return", returned), rows=[return_row(returned)])


def accept_grade(session: Session, returned: Return, *, by: Viewer) -> None:
    """Accept the grade: the case is final."""
    hold(session, returned)
    situation = situation_of_case(returned.case, by)
    move(session, RETURN, "accept", returned, situation=situation, subject=subject_of("return", returned))
    settle(session, returned.case, by=by)


def record_action_done(session: Session, returned: Return, *, done_on: date, by: Viewer) -> None:
    """Record that the further action was done."""
    hold(session, returned)
    refusal = no_action_waits(returned)
    if refusal:
        raise Conflict(refusal)
    insist(why_not_done_on(returned, done_on))
    returned.further_action, returned.action_done_on = FurtherAction.DONE, done_on
    details, rows = {"done_on": done_on}, [return_row(returned)]
    record(session, "action_done", by=by.id, subject=subject_of("return", returned), details=details, rows=rows)
