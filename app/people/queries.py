"""Which service areas have nobody at their head, how people are called, and which kinds of work there are."""

from collections.abc import Collection

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.people.enums import Role, Scope
from app.people.kinds import KindsOfWork, kinds_of
from app.people.models import Person, RoleGrant, ServiceArea, SettingsKept

# Under this name a session keeps the settings that stand, as whoever is signed in brought them or as they were asked.
SETTINGS = "settings"


def headless(session: Session) -> list[str]:
    """Return the codes of the service areas of which nobody who can sign in is head, in their usual order."""
    head = exists().where(
        RoleGrant.role == Role.HEAD_OF_SERVICE,
        RoleGrant.scope_kind == Scope.AREA,
        RoleGrant.scope == ServiceArea.code,
        RoleGrant.person_id == Person.id,
        Person.disabled_at.is_(None),
    )
    return list(session.scalars(select(ServiceArea.code).where(~head).order_by(ServiceArea.position)))


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by id."""
    return {key: name for key, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


def kinds_now(session: Session) -> KindsOfWork:
    """Return the kinds of work as they stand; asked at most once in a session."""
    if SETTINGS not in session.info:
        newest = select(SettingsKept.kept).order_by(SettingsKept.id.desc()).limit(1)
        session.info[SETTINGS] = session.scalar(newest) or ""
    return kinds_of(session.info[SETTINGS])
