"""Whose identity it is, and what was begun in which browser."""

from collections.abc import Iterator, Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.sso.log import identity_row
from app.accounts.sso.models import Identity, SigningIn
from app.accounts.sso.rules import LASTS
from app.clock import clock
from app.events import Row
from app.people.models import KnownBrowser, Person
from app.web.sessions import hashed

_TIED = Identity.untied_at.is_(None)


def begun(session: Session, token: str) -> SigningIn | None:
    """Return what was begun in the browser with a token, None where it was nothing, or too long ago."""
    found = session.get(SigningIn, hashed(token)) if token else None
    return found if found and clock.now() - found.at <= LASTS else None


def whose(session: Session, issuer: str, subject: str) -> Person | None:
    """Return the person whom a provider knows by a subject."""
    query = select(Person).join(Identity, Identity.person_id == Person.id)
    return session.scalars(query.where(Identity.issuer == issuer, Identity.subject == subject, _TIED)).one_or_none()


def is_tied(session: Session, person: Person | None, issuer: str) -> bool:
    """Say whether a provider knows a person already, by whatever subject."""
    return person is not None and any(i.issuer == issuer for i in identities(session, person.id))


def identities(session: Session, person_id: int) -> Sequence[Identity]:
    """Return as whom providers know a person."""
    return session.scalars(select(Identity).where(Identity.person_id == person_id, _TIED).order_by(Identity.id)).all()


def is_known(session: Session, browser: str) -> bool:
    """Say whether anybody has signed in before in a browser, by its token."""
    return (
        bool(browser) and session.scalar(select(exists().where(KnownBrowser.token_sha256 == hashed(browser)))) is True
    )


def rows(session: Session) -> Iterator[Row]:
    """Yield every identity as the event log keeps it."""
    yield from map(identity_row, session.scalars(select(Identity).order_by(Identity.id)))
