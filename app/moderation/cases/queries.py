"""A case's timeline, and who may open it; every function takes the viewer."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditCase
from app.audit.queries import cases_visible_to
from app.events import QUIET, Event
from app.people.models import Person
from app.people.rules import Viewer


def timeline(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[tuple[Event, str]]:
    """Return the events of a case that the person may open, newest first, each with its actor's name."""
    visible = cases_visible_to(viewer).with_only_columns(AuditCase.id)
    query = (
        select(Event, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.case_id == of.id, Event.case_id.in_(visible), Event.name.not_in(QUIET))
        .order_by(Event.number.desc())
    )
    return [(event, name or "") for event, name in session.execute(query)]
