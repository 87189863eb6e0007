"""A case's timeline, and who may open it; every function takes the viewer."""

from collections.abc import Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from app.asking import written_once
from app.audit.bars.queries import everybody
from app.audit.models import Audit, AuditCase
from app.audit.queries import openable_by
from app.events import QUIET, Event
from app.moderation.challenges.rules import DECIDERS
from app.people.enums import Role
from app.people.models import Person
from app.people.rules import Viewer


@written_once
def _timeline(viewer: Viewer) -> Select[Event, str]:
    query = select(Event, Person.name).outerjoin(Person, Person.id == Event.actor_id)
    query = query.join(AuditCase, AuditCase.id == Event.case_id).join(AuditCase.audit)
    # A case of a rehearsal that was erased may have had the same number.
    its = (Event.case_id == bindparam("case"), Event.audit_ref == Audit.ref)
    here = (*its, openable_by(viewer), Event.name.not_in(QUIET))
    return query.where(*here).order_by(Event.number.desc())


def timeline(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[tuple[Event, str]]:
    """Return the events of a case that the person may open, newest first, each with its actor's name.

    Who works on a challenge is named only to those who may decide it, until it is decided.
    """
    found, working = session.execute(_timeline(viewer), {"case": of.id}).all(), not _decides(viewer, of)
    named = []
    for event, name in found:
        working = working and event.name not in DECIDED
        named.append((event, "" if working and event.name in WORKED_ON else _as_deputy(session, event, name or "")))
    return named


def _as_deputy(session: Session, event: Event, name: str) -> str:
    """Return who acted, with of whom they were the deputy."""
    head = event.details.get("deputy_for") if '"deputy_for"' in (event.payload or "") else None
    return f"{name}, deputy for {everybody(session).names[int(str(head))]}" if head else name


# What names whoever works on a challenge, and what ends that. Newest first, so all that is older is decided.
WORKED_ON = frozenset({"challenge_taken", "challenge_let_go", "challenge_taken_over", "own_view_recorded"})
DECIDED = frozenset({"challenge_decided", "challenge_adjudicated", "challenge_withdrawn"})


def _decides(viewer: Viewer, of: AuditCase) -> bool:
    """Say whether somebody is one of those who decide, and is neither of the area nor gave the grade."""
    decides = viewer.has(*DECIDERS, audit=of.audit.ref)
    return decides and viewer.id != of.auditor_id and of.area not in viewer.areas(Role.HEAD_OF_SERVICE)
