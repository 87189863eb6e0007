"""What happens to sessions: ended, with an event that says whose and how many."""

from sqlalchemy import ColumnElement, CursorResult, update
from sqlalchemy.orm import Session

from app.accounts.sessions.queries import lasting
from app.clock import clock
from app.events import Subject, record
from app.people.models import SignedIn


def end_one(session: Session, person_id: int, key: str, *, by: int) -> bool:
    """End one session of a person, named by the beginning of its hash; say whether it was there."""
    this = (SignedIn.person_id == person_id, SignedIn.token_sha256.startswith(key, autoescape=True))
    return _end(session, Subject("person", person_id), by, *this) > 0


def end_all(session: Session, person_id: int, *, but: str = "", by: int) -> int:
    """End every session of a person but the one with a hash; return how many there were."""
    return _end(
        session, Subject("person", person_id), by, SignedIn.person_id == person_id, SignedIn.token_sha256 != but
    )


def end_everybodys(session: Session, *, but: str, by: int) -> int:
    """End every session of everybody but the one with a hash; return how many there were."""
    return _end(session, Subject("settings", "sessions"), by, SignedIn.token_sha256 != but)


def _end(session: Session, subject: Subject, by: int, *which: ColumnElement[bool]) -> int:
    # They stay as ended: what their people were typing is still known to be theirs.
    done = session.execute(update(SignedIn).where(*which, *lasting()).values(ended_at=clock.now()))
    count = done.rowcount if isinstance(done, CursorResult) else 0
    if count:
        record(session, "sessions_ended", by=by, subject=subject, details={"count": count})
    return count
