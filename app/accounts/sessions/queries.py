"""The sessions that last, of one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.clock import clock
from app.people.enums import STRENGTH_LABELS
from app.people.models import SignedIn
from app.web.sessions import ABSOLUTE, IDLE

# So much of the hash of its token names a session on a page.
KEY = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as a page shows it."""

    key: str
    where: str
    how: str
    began: datetime
    used: datetime
    # Whether it is the one in which the page is looked at.
    here: bool


def lasting() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a session lasts."""
    now = clock.now()
    return SignedIn.ended_at.is_(None), SignedIn.seen_at > now - IDLE, SignedIn.created_at > now - ABSOLUTE


def sessions_of(session: Session, person_id: int, here: str) -> Sequence[Shown]:
    """Return the sessions of a person, the newest first; `here` is the hash of the token of the present one."""
    query = select(SignedIn).where(SignedIn.person_id == person_id, *lasting()).order_by(SignedIn.created_at.desc())
    return [
        Shown(
            row.token_sha256[:KEY],
            row.browser or "Signed in before browsers were kept",
            STRENGTH_LABELS[row.strength],
            row.created_at,
            row.seen_at,
            row.token_sha256 == here,
        )
        for row in session.scalars(query)
    ]
