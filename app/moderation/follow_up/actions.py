"""Acts about time: more of it, a reminder, a late review that is overridden, and an answer that never came."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.audit.actions import situation_of_case
from app.audit.models import Audit
from app.clock import clock
from app.errors import Conflict, insist
from app.events import record
from app.long_acts.steps import Step, step
from app.moderation.actions import hold, subject_of
from app.moderation.enums import Deadline
from app.moderation.log import challenge_row, extension_row, return_row
from app.moderation.models import Challenge, Extension, Return
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import (
    RETURN,
    due_of,
    why_not_extended,
    why_not_overridden,
    why_not_reminded,
    why_not_until,
)
from app.people.rules import Viewer

DUE = {Deadline.REVIEW: "review_due", Deadline.CHALLENGE: "challenge_due", Deadline.ESCALATION: "escalation_due"}


def extend(
    session: Session, thing: Return | Challenge, deadline: Deadline, *, until: date, reason: str, by: Viewer
) -> Extension:
    """Give an area more time for one answer; only ever later than it had."""
    hold(session, thing)
    before, refusal = due_of(thing, deadline), why_not_extended(thing, deadline)
    if refusal:
        raise Conflict(refusal)
    insist(why_not_until(thing, deadline, until))
    returned = thing.returned if isinstance(thing, Challenge) else thing
    setattr(thing, DUE[deadline], until)
    details: dict[str, Any] = {"deadline": deadline, "before": before, "until": until, "reason": reason}
    extension = Extension(return_id=returned.id, **details, by_id=by.id, at=clock.now(), returned=returned)
    session.add(extension)
    session.flush()
    rows = [challenge_row(thing) if isinstance(thing, Challenge) else return_row(thing), extension_row(extension)]
    record(session, "time_extended", by=by.id, subject=subject_of("return", returned), details=details, rows=rows)
    return extension


def _still(session: Session, returned: Return, refused: Callable[[Return], str | None]) -> None:
    hold(session, returned)
    refusal = refused(returned)
    if refusal:
        raise Conflict(refusal)


def remind(session: Session, returned: Return, *, by: Viewer) -> None:
    """Leave a reminder of what is late about a returned case on the work of its head of service, at most one a day."""
    _still(session, returned, why_not_reminded)
    returned.reminded_by, returned.reminded_at = by.id, clock.now()
    record(session, "area_reminded", by=by.id, subject=subject_of("return", returned), rows=[return_row(returned)])


def override(session: Session, returned: Return, *, reason: str, by: Viewer) -> None:
    """Let the audit end without a late review; the review stays due, for the children's sake."""
    _still(session, returned, why_not_overridden)
    returned.override_reason, returned.overridden_by, returned.overridden_at = reason, by.id, clock.now()
    record(
        session,
        "review_overridden",
        by=by.id,
        subject=subject_of("return", returned),
        details={"reason": reason},
        rows=[return_row(returned)],
    )


def lapses(session: Session, audit: Audit, *, by: Viewer) -> list[Step]:
    """Think out that each reviewed case whose time is over counts as not answered: its grade stands."""
    return [
        step(
            RETURN,
            "lapse",
            returned,
            situation=situation_of_case(returned.case, by),
            subject=subject_of("return", returned),
            details={"challenge_due": returned.challenge_due},
        )
        for returned in returns_queries.unanswered(session, audit)
    ]
