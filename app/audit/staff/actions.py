"""Acts about those who grade: declare and end an interest, say how much time somebody has, remind."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.log import availability_row, interest_row, reminder_row
from app.audit.models import Audit, Availability, Interest, Load, Reminder
from app.audit.staff import queries as staff_queries
from app.clock import clock, today
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.models import Person
from app.people.rules import Viewer
from app.web.merging import mark


@dataclass(frozen=True, slots=True)
class Declared:
    """What an interest is in, one of the two, and why."""

    reason: str
    area: str = ""
    practitioner_id: str = ""


def declare_interest(session: Session, person_id: int, what: Declared, *, by: int) -> Interest:
    """Declare that somebody must not grade an area's or a practitioner's cases; the lead moves those they have.

    Raises Conflict where it is declared already.
    """
    lock(session, Person, person_id)
    if staff_queries.is_declared(session, person_id, what.area, what.practitioner_id):
        raise Conflict("This interest is declared already, so nothing was added.")
    interest = Interest(
        person_id=person_id,
        area=what.area or None,
        practitioner_id=what.practitioner_id,
        reason=what.reason,
        declared_by=by,
        declared_at=clock.now(),
    )
    session.add(interest)
    session.flush()
    subject, rows = Subject("interest", interest.id), [interest_row(interest)]
    record(session, "interest_declared", by=by, subject=subject, rows=rows)
    return interest


def end_interest(session: Session, interest: Interest, *, by: Viewer) -> None:
    """End an interest that no longer holds."""
    interest = lock(session, Interest, interest.id)
    if interest.ended_at is not None:
        raise Conflict("This interest has been ended already. It can be declared again.")
    interest.ended_by, interest.ended_at = by.id, clock.now()
    session.flush()
    record(session, "interest_ended", by=by.id, subject=Subject("interest", interest.id), rows=[interest_row(interest)])


def stored_time(kept: Availability | None) -> dict[str, str]:
    """Return what is stored of somebody's time, as the fields of its form."""
    if kept is None:
        return {"share": "100"}
    found = {"share": str(kept.share)}
    for name in ("starts_on", "away_from", "away_to"):
        day: date | None = getattr(kept, name)
        if day:
            found |= {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}
    return found


CHANGED_MEANWHILE = (
    "Somebody else changed this person’s time meanwhile. Look at what you typed, and keep it again if it should stand."
)


def set_time(session: Session, audit: Audit, person_id: int, load: Load, *, served: str, by: Viewer) -> None:
    """Keep how much somebody can do; raises Conflict where somebody else changed it since the page was opened."""
    lock(session, Audit, audit.id)
    kept = staff_queries.availability(session, audit, person_id)
    if mark(stored_time(kept)) != served:
        raise Conflict(CHANGED_MEANWHILE)
    kept = kept or Availability.model_validate(load, update={"audit_id": audit.id, "person_id": person_id})
    session.add(kept)
    kept.sqlmodel_update(load)
    session.flush()
    record(session, "availability_set", by=by.id, subject=subject_of(audit), rows=[availability_row(kept)])


def remind(session: Session, audit: Audit, person: Person, *, by: Viewer) -> None:
    """Leave a reminder on a person's work, at most one a day."""
    lock(session, Audit, audit.id)
    if not staff_queries.has_to_grade(session, audit, person.id):
        raise Conflict(f"{person.name} has no case to grade in this audit, so there is nothing to be reminded of.")
    if person.id in staff_queries.reminded_today(session, audit):
        raise Conflict(f"{person.name} was reminded today already. Tomorrow a reminder is possible again.")
    reminder = Reminder(audit_id=audit.id, person_id=person.id, day=today(), by_id=by.id, at=clock.now())
    session.add(reminder)
    session.flush()
    details, rows = {"person": person.id}, [reminder_row(reminder)]
    record(session, "grader_reminded", by=by.id, subject=subject_of(audit), details=details, rows=rows)
