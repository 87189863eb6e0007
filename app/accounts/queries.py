"""What an administrator may see: people, service areas, and the event log without its details."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import column, exists, select, table, tuple_
from sqlalchemy.orm import Session, selectinload

from app.accounts.log import account_row, area_row, person_row
from app.clock import today
from app.db import PageOf, page_of
from app.errors import Conflict, NotFound
from app.events import QUIET, Event, Row
from app.people.enums import AccountState, Role
from app.people.models import Person, Region, RoleGrant, ServiceArea
from app.people.queries import held_on

# Audits stand above people in the house; of them only the references are looked at here.
_AUDITS = table("audit", column("ref"))


def people(session: Session) -> Sequence[Person]:
    """Return everybody, by name."""
    return session.scalars(select(Person).options(selectinload(Person.grants)).order_by(Person.name)).all()


def person(session: Session, person_id: int) -> Person:
    """Return a person; raises NotFound."""
    found = session.get(Person, person_id, options=[selectinload(Person.grants)])
    if found is None:
        raise NotFound
    return found


def only_administrator(session: Session, person: Person, on: date | None = None) -> bool:
    """Say whether a person is an administrator and nobody else who can sign in is one, today or on another day."""
    if not any(g.role is Role.ADMINISTRATOR and g.days.hold(today()) for g in person.grants):
        return False
    another = (
        select(RoleGrant.id)
        .join(RoleGrant.person)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR,
            RoleGrant.person_id != person.id,
            held_on(RoleGrant, on or today()),
            Person.state == AccountState.ACTIVE,
        )
    )
    return session.scalar(select(~another.exists())) is True


def audit_reference(session: Session, typed: str) -> str:
    """Return the reference of an audit as it is kept; raises Conflict where there is no such audit."""
    ref = typed.strip().upper()
    if not session.scalar(select(exists().where(_AUDITS.c.ref == ref))):
        raise Conflict(f"There is no audit with the reference {ref}. Check it, or have the audit commissioned first.")
    return ref


def areas(session: Session) -> Sequence[ServiceArea]:
    """Return the service areas in their usual order."""
    return session.scalars(select(ServiceArea).order_by(ServiceArea.position)).all()


def regions(session: Session) -> Sequence[Region]:
    """Return the regions in their order."""
    return session.scalars(select(Region).order_by(Region.position, Region.code)).all()


def areas_after(session: Session, last: tuple[int, str] | None, most: int) -> Sequence[ServiceArea]:
    """Return `most` of the same areas, those that follow one at this position with this code."""
    query = select(ServiceArea).order_by(ServiceArea.position, ServiceArea.code).limit(most)
    if last is not None:
        query = query.where(tuple_(ServiceArea.position, ServiceArea.code) > tuple_(*last))
    return session.scalars(query).all()


def log(session: Session, number: str) -> tuple[PageOf[Event], Sequence[tuple[Event, str, str]]]:
    """Return a page of events, newest first, and each of them with its actor's name and what it is on.

    None is about a case: that one was opened again for its area would say how it was graded. Nor do their numbers
    stand there, whose gaps would say how much happened in between.
    """
    query = select(Event).where(Event.name.not_in(QUIET), Event.case_id.is_(None)).order_by(Event.number.desc())
    page = page_of(session, query, number)
    ids = {e.actor_id for e in page.rows} | {int(e.subject_id) for e in page.rows if e.subject_kind == "person"}
    names = {key: name for key, name in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
    return page, [(e, names.get(e.actor_id or 0, "The system"), _subject_of(e, names)) for e in page.rows]


def _subject_of(event: Event, names: Mapping[int, str]) -> str:
    if event.subject_kind == "person":
        return names.get(int(event.subject_id), "")
    if event.subject_kind == "settings":
        return "Settings"
    if event.subject_kind == "threshold":
        rows: Any = event.details.get("rows", ())
        versions = [shown["version"] for kind, _, shown, _ in rows if kind == "threshold"]
        return " ".join(["Threshold document", *versions])
    # An audit has its reference, everything else of it a number.
    return (
        event.audit_ref
        if event.subject_kind == "audit"
        else f"{event.audit_ref} {event.subject_kind} {event.subject_id}".strip()
    )


def rows(session: Session) -> Iterator[Row]:
    """Yield people and service areas as the event log keeps them."""
    people = session.scalars(select(Person).options(selectinload(Person.grants)).order_by(Person.id)).all()
    yield from map(person_row, people)
    yield from map(account_row, people)
    yield from map(area_row, areas(session))
