"""What happens when somebody leaves: their roles end with their last day, and others follow in their areas."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.actions import grant_role
from app.accounts.log import person_rows
from app.accounts.people.rules import NOT_WITHOUT, last_day_fault
from app.clock import today
from app.errors import Conflict, insist
from app.events import Subject, record
from app.people.enums import Role, Scope
from app.people.models import Person
from app.people.rules import Days


def leave(session: Session, person: Person, last: date, follow: Mapping[str, Person], *, by: int | None) -> None:
    """Let every role of a person end with their last day, and give those who follow the areas that they head.

    Raises Conflict where the day cannot be theirs, or nobody would be left as an administrator.
    """
    insist(last_day_fault(last, today()))
    if queries.only_administrator(session, person, on=last + timedelta(days=1)):
        raise Conflict(NOT_WITHOUT.format(name=person.name))
    for grant in person.grants:
        if grant.until_day is None or grant.until_day > last:
            # One that would begin later never does.
            grant.from_day = min(grant.from_day, last) if grant.from_day else None
            grant.until_day = last
    person.leaves_on = last
    session.flush()
    subject, details = Subject("person", person.id), {"last": last}
    record(session, "person_leaves", by=by, subject=subject, details=details, rows=person_rows(person))
    for area, successor in follow.items():
        days = Days(last + timedelta(days=1))
        grant_role(session, successor, Role.HEAD_OF_SERVICE, Scope.AREA, area, by=by, days=days)


def stay(session: Session, person: Person, *, by: int | None) -> None:
    """Take back that a person leaves: the roles that would end with that day go on; raises Conflict."""
    last = person.leaves_on
    if last is None:
        raise Conflict(f"Nobody has said that {person.name} leaves.")
    for grant in person.grants:
        if grant.until_day == last:
            grant.until_day = None
    person.leaves_on = None
    session.flush()
    record(session, "person_stays", by=by, subject=Subject("person", person.id), rows=person_rows(person))
