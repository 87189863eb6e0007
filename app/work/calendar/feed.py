"""The days of somebody's audits as their own calendar reads them: whole days, audit and stage, nothing else."""

from datetime import date, datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy.orm import Session

from app.audit import queries as audit_queries
from app.audit.enums import TIMETABLE_LABELS, AuditState, TimetableStage
from app.audit.models import Audit
from app.audit.timetable import queries
from app.audit.timetable.models import TimetableDay
from app.audit.timetable.rules import STAGES
from app.people.rules import Viewer
from app.work.calendar.entries import day_of

MEDIA_TYPE = "text/calendar; charset=utf-8"


def calendar_file(session: Session, viewer: Viewer) -> bytes:
    """Return the days of all audits that somebody may know of (RFC 5545)."""
    audits = audit_queries.audits(session, viewer)
    kept = queries.kept(session, audits)
    made = Calendar()
    made.add("prodid", "-//Casework Audit//Timetable//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Casework Audit")
    for audit in audits:
        for stage in STAGES:
            of, day = kept.get((audit.id, stage)), day_of(audit, stage, kept)
            if day or of:
                made.add_component(_event(audit, stage, of, day))
    return bytes(made.to_ical())


def _event(audit: Audit, stage: TimetableStage, of: TimetableDay | None, day: date | None) -> Event:
    """Return an event. One that has no day any more, or whose audit was withdrawn, is cancelled."""
    gone = day is None or audit.state is AuditState.WITHDRAWN
    changed: datetime = of.set_at if of else audit.commissioned_at
    on = day or changed.date()
    event = Event()
    # The number of the audit and the stage never change, whatever the audit is called later.
    event.add("uid", f"audit-{audit.id}-{stage.value}@casework-audit.invalid")
    event.add("dtstamp", audit.withdrawn_at or changed)
    event.add("sequence", (of.sequence if of else 0) + (audit.state is AuditState.WITHDRAWN))
    event.add("summary", f"{audit.ref}: {TIMETABLE_LABELS[stage]}")
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if gone else "CONFIRMED")
    return event
