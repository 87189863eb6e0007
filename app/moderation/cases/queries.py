"""A case's timeline, and who may open it; every function takes the viewer."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.asking import written_once
from app.audit.models import AuditCase
from app.audit.queries import openable_by
from app.events import QUIET, Event
from app.people.models import Person
from app.people.rules import Viewer


@written_once
def _timeline(viewer: Viewer) -> Select[Event, str]:
    query = select(Event, Person.name).outerjoin(Person, Person.id == Event.actor_id)
    query = query.join(AuditCase, AuditCase.id == Event.case_id).join(AuditCase.audit)
    here = (Event.case_id == bindparam("case"), openable_by(viewer), Event.name.not_in(QUIET))
    return query.where(*here).order_by(Event.number.desc())


def timeline(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[tuple[Event, str]]:
    """Return the events of a case that the person may open, newest first, each with its actor's name."""
    return [(event, name or "") for event, name in session.execute(_timeline(viewer), {"case": of.id})]
