"""What happens in the first days: that the key of the event log was copied is kept, once."""

from sqlalchemy.orm import Session

from app.errors import Conflict
from app.events import Subject, record
from app.people.rules import Viewer
from app.work.first_run.queries import KEY_COPIED, what_is_there


def keep_that_key_was_copied(session: Session, *, by: Viewer) -> None:
    """Keep who said that there is a copy of the key; raises Conflict where somebody said so before."""
    if what_is_there(session).key:
        raise Conflict("Somebody has said already that there is a copy of the key. The log says who, and when.")
    record(session, KEY_COPIED, by=by.id, subject=Subject("settings", 0))
