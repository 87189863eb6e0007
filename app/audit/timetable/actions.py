"""What happens to timetables and to the addresses of calendars."""

import hashlib
import secrets

from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.enums import AUDIT_STATE_LABELS
from app.audit.models import Audit
from app.audit.rules import OVER
from app.audit.timetable import queries
from app.audit.timetable.log import address_row, day_row
from app.audit.timetable.models import CalendarAddress, TimetableDay
from app.audit.timetable.rules import STAGES, Days, faults
from app.clock import clock
from app.db import lock
from app.errors import Conflict, Refusal
from app.events import Subject, record
from app.people.models import Person


def why_not_planned(audit: Audit) -> str | None:
    """Return why the timetable of an audit cannot be changed, or None."""
    if audit.state not in OVER:
        return None
    return f"The audit is ‘{AUDIT_STATE_LABELS[audit.state].lower()}’, so its timetable stays as it is."


def plan(session: Session, audit: Audit, days: Days, *, by: int | None) -> bool:
    """Keep the days of an audit's timetable; raises Refusal where they cannot be. Returns whether anything changed."""
    lock(session, Audit, audit.id)
    if refusal := why_not_planned(audit):
        raise Conflict(refusal)
    for fault in faults(days).values():
        raise Refusal(f"{fault}.")
    there, changed = queries.kept(session, [audit]), []
    for stage in STAGES:
        kept, day = there.get((audit.id, stage)), days.get(stage)
        if (kept is None and day is None) or (kept is not None and kept.day == day):
            continue
        of = kept or TimetableDay(audit_id=audit.id, stage=stage, sequence=-1, set_at=clock.now())
        of.day, of.sequence, of.set_by, of.set_at = day, of.sequence + 1, by, clock.now()
        session.add(of)
        changed.append(of)
    session.flush()
    if changed:
        details = {"days": {of.stage: str(of.day or "") for of in changed}}
        rows = [day_row(of) for of in changed]
        record(session, "timetable_planned", by=by, subject=subject_of(audit), details=details, rows=rows)
    return bool(changed)


def hashed(key: str) -> str:
    """Return the form in which the key of an address is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


def make_address(session: Session, person: int) -> str:
    """Make a person's calendar an address of its own and return its key, which is shown once; an earlier one ends."""
    key = secrets.token_urlsafe(32)
    _keep(session, person, hashed(key), "calendar_address_made")
    return key


def revoke_address(session: Session, person: int) -> None:
    """End the address of a person's calendar."""
    if queries.address(session, person) is not None:
        _keep(session, person, "", "calendar_address_revoked")


def _keep(session: Session, person: int, key_sha256: str, event: str) -> None:
    lock(session, Person, person)
    kept = session.merge(CalendarAddress(person_id=person, key_sha256=key_sha256, made_at=clock.now()))
    session.flush()
    record(session, event, by=person, subject=Subject("person", person), details={}, rows=[address_row(kept)])
