"""Waives a declared interest in one case."""

from sqlalchemy.orm import Session

from app.audit.actions import subject_of_case
from app.audit.bars.models import Waiver
from app.audit.log import waiver_row
from app.audit.models import AuditCase
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.moderation.waivers.queries import waivable
from app.people.rules import Viewer

NOBODY_TO_WAIVE = (
    "There is no interest to waive here: nothing waits on this case for which only people with a declared interest are "
    "left. One that keeps you yourself from it is waived by another national service director."
)


def waive_interest(session: Session, case: AuditCase, person: int, *, reason: str, by: Viewer) -> Waiver:
    """Let somebody act on a case in which they have a declared interest, as nobody else is left."""
    lock(session, AuditCase, case.id)
    if person not in {w.person.id for w in waivable(session, by, case)}:
        raise Conflict(NOBODY_TO_WAIVE)
    made = Waiver(case_id=case.id, person_id=person, reason=reason, by_id=by.id, at=clock.now(), case=case)
    session.add(made)
    session.flush()
    # Without the reason: an interest is between the person and the audit leads, the timeline is not.
    details, rows = {"person": person}, [waiver_row(made)]
    record(session, "interest_waived", by=by.id, subject=subject_of_case(case), details=details, rows=rows)
    return made
