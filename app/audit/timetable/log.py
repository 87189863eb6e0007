"""The rows of timetables as the event log keeps them."""

from app.audit.timetable.models import CalendarAddress, TimetableDay
from app.events import Row


def day_row(of: TimetableDay) -> Row:
    """Return the row of a stage's day."""
    shown = {"audit": of.audit_id, "stage": of.stage, "day": str(of.day or ""), "sequence": of.sequence}
    return Row("timetable day", of.id, shown, {"set": [of.set_by, of.set_at]})


def address_row(of: CalendarAddress) -> Row:
    """Return the row of an address; its hash is sealed."""
    return Row("calendar address", of.person_id, {"open": bool(of.key_sha256)}, {"key": [of.key_sha256, of.made_at]})
