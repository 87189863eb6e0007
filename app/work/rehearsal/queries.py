"""The rehearsals that there are, and how the next one is called."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.audit.queries import audits_to_open, is_taken
from app.audit.rehearsals import reference_of
from app.audit.rules import AUDIT
from app.events import Event
from app.people.rules import Viewer


def rehearsals(session: Session, viewer: Viewer) -> Sequence[Audit]:
    """Return the rehearsals that somebody may open, the newest first."""
    return session.scalars(audits_to_open(viewer).where(Audit.rehearsal).order_by(Audit.id.desc())).all()


def next_number(session: Session) -> int:
    """Return the number of the next rehearsal: one that none had, erased ones among them."""
    begun = select(func.count()).where(Event.name == AUDIT["rehearse"].event)
    number = (session.scalar(begun) or 0) + 1
    while is_taken(session, reference_of(number)):
        number += 1
    return number
