"""Who is signed in: a session is a row, its token in a cookie, its hash in the table; both run out."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.clock import clock
from app.people.enums import Role
from app.people.models import Person, SignedIn
from app.people.queries import headless
from app.people.rules import Grant, Viewer
from app.settings import Settings

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=10)


def hashed(token: str) -> str:
    """Return the form in which a session's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(settings: Settings, name: str = "session") -> str:
    """Return a cookie's name; the `__Host-` prefix needs https."""
    return f"__Host-{name}" if settings.https else name


def signed_in_person(session: Session, cookies: Mapping[str, str], settings: Settings) -> Viewer | None:
    """Return who is signed in, or None: no cookie, an ended or expired session, or a disabled person."""
    token = cookies.get(cookie_name(settings))
    if not token:
        return None
    kept = session.get(SignedIn, hashed(token))
    now = clock.now()
    if kept is None or kept.ended_at or now - kept.seen_at > IDLE or now - kept.created_at > ABSOLUTE:
        return None
    query = select(Person).where(Person.id == kept.person_id, Person.disabled_at.is_(None)).options(joinedload(Person.grants))
    person = session.scalars(query).unique().one_or_none()
    return _standing_in(session, viewer_of(person)) if person else None


def _standing_in(session: Session, viewer: Viewer) -> Viewer:
    """Let an assistant director act as head of the service areas that have none."""
    if not viewer.nationwide(Role.ASSISTANT_DIRECTOR):
        return viewer
    return replace(viewer, standing_in=frozenset(headless(session)))


def viewer_of(person: Person) -> Viewer:
    """Return a person as the rules see them."""
    grants = frozenset(Grant(g.role, g.scope_kind, g.scope) for g in person.grants)
    return Viewer(person.id, person.name, person.email, person.job_title, grants)
