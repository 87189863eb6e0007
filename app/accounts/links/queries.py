"""Links that can still be used; whoever asks has the link."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import clock
from app.people.enums import AccountState, LinkPurpose
from app.people.models import OneTimeLink, Person, ResetAsked
from app.web.sessions import hashed


def whose(session: Session, token: str) -> Person | None:
    """Return who can choose a password with a link, None where it opens nothing, for whatever reason."""
    query = select(Person).join(OneTimeLink, OneTimeLink.person_id == Person.id)
    open_ = (OneTimeLink.used_at.is_(None), OneTimeLink.ends_at > clock.now(), Person.state != AccountState.DISABLED)
    this = (OneTimeLink.token_sha256 == hashed(token), OneTimeLink.purpose != LinkPurpose.FACTOR)
    return session.scalars(query.where(*this, *open_)).one_or_none()


def unanswered(session: Session) -> Sequence[ResetAsked]:
    """Return the addresses that were asked for and not looked at yet, the oldest first."""
    query = select(ResetAsked).where(ResetAsked.answered_at.is_(None)).order_by(ResetAsked.id)
    # Several processes may send: each answers those that no other answers.
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def newest_link(session: Session, person: Person) -> datetime | None:
    """Return until when the newest link for a password of a person can be used, None where there is none that can."""
    open_ = (
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ends_at > clock.now(),
        OneTimeLink.purpose != LinkPurpose.FACTOR,
    )
    return session.scalar(select(func.max(OneTimeLink.ends_at)).where(OneTimeLink.person_id == person.id, *open_))
