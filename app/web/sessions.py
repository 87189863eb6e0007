"""Who is signed in: a session is a row, its token in a cookie, its hash in the table; both run out."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.clock import clock
from app.people.enums import Role
from app.people.models import Person, RoleGrant, SignedIn
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


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """Who is signed in, and when their session was last used as far as the database knows."""

    viewer: Viewer
    seen_at: datetime


# Built once, and of columns alone: every request starts with this read.
_WHO = (
    select(
        SignedIn.ended_at,
        SignedIn.seen_at,
        SignedIn.created_at,
        Person.id,
        Person.name,
        Person.email,
        Person.job_title,
        RoleGrant.role,
        RoleGrant.scope_kind,
        RoleGrant.scope,
    )
    .join(Person, Person.id == SignedIn.person_id)
    .outerjoin(RoleGrant, RoleGrant.person_id == Person.id)
    .where(SignedIn.token_sha256 == bindparam("token"), Person.disabled_at.is_(None))
)


def signed_in_person(session: Session, cookies: Mapping[str, str], settings: Settings) -> SignedInPerson | None:
    """Return who is signed in, or None: no cookie, an ended or expired session, or a disabled person."""
    token = cookies.get(cookie_name(settings))
    if not token:
        return None
    rows, now = session.connection().execute(_WHO, {"token": hashed(token)}).all(), clock.now()
    if not rows or rows[0].ended_at or now - rows[0].seen_at > IDLE or now - rows[0].created_at > ABSOLUTE:
        return None
    first = rows[0]
    grants = frozenset(Grant(row.role, row.scope_kind, row.scope) for row in rows if row.role)
    return SignedInPerson(
        standing_in(session, Viewer(first.id, first.name, first.email, first.job_title, grants)), first.seen_at
    )


def standing_in(session: Session, viewer: Viewer) -> Viewer:
    """Let an assistant director act as head of the service areas that have none."""
    if not viewer.nationwide(Role.ASSISTANT_DIRECTOR):
        return viewer
    return replace(viewer, standing_in=frozenset(headless(session)))


def viewer_of(person: Person) -> Viewer:
    """Return a person as the rules see them."""
    grants = frozenset(Grant(g.role, g.scope_kind, g.scope) for g in person.grants)
    return Viewer(person.id, person.name, person.email, person.job_title, grants)
