"""What is there of what an installation needs: asked in one statement, besides who there is."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.asking import asked_once
from app.audit.enums import ThresholdState
from app.audit.models import Audit, ThresholdText
from app.audit.rules import AUDIT
from app.events import Event
from app.keeping.backups.manifest import TAKEN
from app.notices.enums import Kind, MailState
from app.notices.models import Notice

KEY_COPIED = "key_copied"


@dataclass(frozen=True, slots=True)
class There:
    """What is there: a test message that arrived, a copy of the key, a threshold document, an audit, a rehearsal."""

    message: bool
    key: bool
    threshold: bool
    audit: bool
    # One that is going on, or was.
    rehearsal: bool
    # Of the database.
    backup: bool


@asked_once
def what_is_there(session: Session) -> There:
    """Return what is there; that there is an audit says nothing of it."""
    questions = (
        exists().where(Notice.kind == Kind.TEST, Notice.state == MailState.SENT),
        exists().where(Event.name == KEY_COPIED),
        exists().where(ThresholdText.state == ThresholdState.PUBLISHED),
        exists().where(Audit.rehearsal.is_(False)),
        exists().where(Event.name == AUDIT["rehearse"].event),
        exists().where(Event.name == TAKEN),
    )
    return There(*map(bool, session.execute(select(*questions)).one()))
