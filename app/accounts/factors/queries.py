"""What somebody proves who they are with, who is half way in, and what lately changed; whoever asks is that person."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.factors.log import factor_row
from app.accounts.factors.rules import TRIES, TRIES_WITHIN
from app.clock import clock
from app.errors import NotFound
from app.events import Event, Row
from app.people.enums import AccountState, FactorKind, LinkPurpose
from app.people.factors import Factor, FactorTry, HalfWay
from app.people.models import OneTimeLink, Person
from app.web.sessions import hashed

# What somebody is told of their own account, by the event's name.
CHANGES = {
    "password_changed": "You changed your password",
    "password_set": "Your password was set by somebody else",
    "factor_added": "A passkey or an app was added",
    "factor_removed": "A passkey or an app was taken away",
    "recovery_codes_made": "New recovery codes were made",
    "recovery_code_used": "A recovery code was used",
    "factors_forgotten": "Everything that you signed in with beside your password was taken away",
    "role_granted": "A role was given to you",
    "role_ended": "A role of yours ended",
    "address_changed": "Your email address was changed",
}
MOST_CHANGES = 10


def factors(session: Session, person_id: int) -> Sequence[Factor]:
    """Return what somebody can prove themselves with now, in the order in which it was set up."""
    query = select(Factor).where(Factor.person_id == person_id, Factor.removed_at.is_(None)).order_by(Factor.id)
    return session.scalars(query).all()


def factor(session: Session, person_id: int, key: int) -> Factor:
    """Return one of somebody's own apps or passkeys; raises NotFound."""
    found = next((f for f in factors(session, person_id) if f.id == key and f.kind is not FactorKind.RECOVERY), None)
    if found is None:
        raise NotFound
    return found


def passkey(session: Session, credential: str) -> tuple[Factor, Person] | None:
    """Return the passkey that is known by a name, and whose it is who can sign in."""
    query = select(Factor, Person).join(Person, Person.id == Factor.person_id)
    here = (Factor.credential == credential, Factor.removed_at.is_(None), Person.state == AccountState.ACTIVE)
    found = session.execute(query.where(*here)).first()
    return (found[0], found[1]) if found else None


def half_way(session: Session, token: str) -> HalfWay | None:
    """Return how far the browser with a token has come, None where that was too long ago."""
    found = session.get(HalfWay, hashed(token)) if token else None
    return found if found and found.ends_at > clock.now() else None


def tried_too_often(session: Session, person_id: int) -> bool:
    """Say whether somebody gave so many wrong codes of late that no more is looked at."""
    lately = (FactorTry.person_id == person_id, FactorTry.at > clock.now() - TRIES_WITHIN)
    return (session.scalar(select(func.count()).where(*lately)) or 0) >= TRIES


def who_lost(session: Session, token: str) -> Person | None:
    """Return who can set up anew with a link, None where it opens nothing."""
    open_ = (OneTimeLink.used_at.is_(None), OneTimeLink.ends_at > clock.now(), Person.state == AccountState.ACTIVE)
    this = (OneTimeLink.token_sha256 == hashed(token), OneTimeLink.purpose == LinkPurpose.FACTOR)
    query = select(Person).join(OneTimeLink, OneTimeLink.person_id == Person.id)
    return session.scalars(query.where(*this, *open_)).one_or_none()


def changes(session: Session, person_id: int) -> Sequence[tuple[datetime, str]]:
    """Return what was lately changed of somebody's account, the newest first."""
    about = (Event.subject_kind == "person", Event.subject_id == str(person_id), Event.name.in_(CHANGES))
    query = select(Event.at, Event.name).where(*about).order_by(Event.number.desc()).limit(MOST_CHANGES)
    return [(at, CHANGES[name]) for at, name in session.execute(query)]


def rows(session: Session) -> Iterator[Row]:
    """Yield every factor as the event log keeps it."""
    yield from map(factor_row, session.scalars(select(Factor).order_by(Factor.id)))
