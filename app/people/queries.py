"""Which service areas have nobody at their head, how people are called, and which kinds of work there are."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.people.enums import Role, Scope
from app.people.kinds import KindsOfWork, kinds_of
from app.people.models import Person, RoleGrant, ServiceArea, SettingsKept
from app.people.rules import Grant

# Under this name a session keeps the settings that stand, as whoever is signed in brought them or as they were asked.
SETTINGS = "settings"


def held_on(grants: Any, day: date | BindParameter[date]) -> ColumnElement[bool]:  # noqa: ANN401 - the class or its table
    """Return the condition that a role is held on a day."""
    columns = getattr(grants, "c", grants)
    begun = or_(columns.from_day.is_(None), columns.from_day <= day)
    return and_(begun, or_(columns.until_day.is_(None), columns.until_day >= day))


def passed_to(grants: Any, areas: Any, day: date | BindParameter[date]) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Return the condition that an area has closed, and that a role is that of the head of its successor."""
    held, passed = getattr(grants, "c", grants), getattr(areas, "c", areas)
    is_head = and_(held.role == Role.HEAD_OF_SERVICE, held.scope_kind == Scope.AREA)
    return and_(is_head, passed.successor == held.scope, passed.closed_on <= day)


def in_hand(day: date) -> ColumnElement[bool]:
    """Return the condition that an area needs a head on a day: it is there, or its open cases passed to another."""
    closed = ServiceArea.closed_on.is_(None) | (ServiceArea.closed_on > day)
    return and_(
        closed | ServiceArea.successor.is_not(None), ServiceArea.opened_on.is_(None) | (ServiceArea.opened_on <= day)
    )


def headless(session: Session) -> list[str]:
    """Return the codes of the service areas of which nobody who can sign in is head, in their usual order."""
    return list(regions_of_headless(session))


def regions_of_headless(session: Session) -> dict[str, str]:
    """Return the service areas of which nobody who can sign in is head, in their usual order, each with its region."""
    own = and_(RoleGrant.scope == ServiceArea.code, RoleGrant.scope_kind == Scope.AREA)
    head = exists().where(
        RoleGrant.role == Role.HEAD_OF_SERVICE,
        own | passed_to(RoleGrant, ServiceArea, today()),
        RoleGrant.person_id == Person.id,
        held_on(RoleGrant, today()),
        Person.disabled_at.is_(None),
    )
    query = select(ServiceArea.code, ServiceArea.region).where(in_hand(today()), ~head)
    return {code: region or "" for code, region in session.execute(query.order_by(ServiceArea.position))}


def assistant_directors_hold(session: Session) -> list[Grant]:
    """Return what the assistant directors who can sign in hold as such today."""
    query = select(RoleGrant).join(Person, Person.id == RoleGrant.person_id).where(Person.disabled_at.is_(None))
    held = query.where(RoleGrant.role == Role.ASSISTANT_DIRECTOR, held_on(RoleGrant, today()))
    return [Grant(g.role, g.scope_kind, g.scope) for g in session.scalars(held)]


def names_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by id."""
    return {key: name for key, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}


def settings_now(session: Session) -> str:
    """Return the settings that stand, as JSON; asked at most once in a session."""
    if SETTINGS not in session.info:
        newest = select(SettingsKept.kept).order_by(SettingsKept.id.desc()).limit(1)
        session.info[SETTINGS] = session.scalar(newest) or ""
    return str(session.info[SETTINGS])


def kinds_now(session: Session) -> KindsOfWork:
    """Return the kinds of work as they stand."""
    return kinds_of(settings_now(session))
