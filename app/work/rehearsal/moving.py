"""The days of a rehearsal moved on: all that it has a day of lies so many weeks further back.

In whole weeks, so that a day stays the day of the week that it was, and a working day one. The log keeps when things
really happened.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Date, DateTime, Table, select, update
from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.models import Audit
from app.audit.rules import AUDIT
from app.clock import LONDON
from app.db import lock
from app.events import Row, record
from app.keeping.record import every_row
from app.people.rules import Viewer
from app.work.rehearsal.belonging import Belonging, of_audit
from app.work.rehearsal.rules import demand

MOST_WEEKS = 12
# What the list of filings says, under the hash by which it was drawn from.
OF_THE_LIST = {("audit", "window_from"), ("audit", "window_to"), ("audit_case", "filed_on")}


def forward(session: Session, audit: Audit, weeks: int, *, by: Viewer | None) -> None:
    """Move the days of a rehearsal on by some weeks; raises Conflict where the audit is none."""
    lock(session, Audit, audit.id)
    demand("forward", audit, by)
    before = {row.name: row for row in every_row(session)}
    for one in of_audit(audit.id):
        _move(session, one, timedelta(weeks=weeks))
    session.expire_all()
    changed = [row for row in every_row(session) if not _is_same(row, before[row.name])]
    details = {"weeks": weeks, "state": audit.state}
    number = by.id if by else None
    record(session, AUDIT["forward"].event, by=number, subject=subject_of(audit), details=details, rows=changed)


def _is_same(one: Row, other: Row) -> bool:
    return (one.shown, one.sealed) == (other.shown, other.sealed)


def _days_of(table: Table) -> list[Column[Any]]:
    """Return the columns of a table that hold a day or a moment of what happens."""
    kinds = ((column, getattr(column.type, "impl_instance", column.type)) for column in table.c)
    days = [column for column, kind in kinds if isinstance(kind, Date | DateTime)]
    return [column for column in days if (table.name, column.name) not in OF_THE_LIST]


def _move(session: Session, one: Belonging, back: timedelta) -> None:
    days = _days_of(one.table)
    if not days:
        return
    keys = list(one.table.primary_key)
    # The earliest first: where a day stands once, its place is free by then.
    found = session.execute(select(*keys, *days).where(one.condition).order_by(*days)).all()
    for row in found:
        its, values = row[: len(keys)], row[len(keys) :]
        here = [key == value for key, value in zip(keys, its, strict=True)]
        session.execute(update(one.table).where(*here).values(dict(_moved(days, values, back))))


def _moved(days: list[Column[Any]], values: Any, back: timedelta) -> Iterator[tuple[str, date | None]]:  # noqa: ANN401 - a part of a row
    for column, value in zip(days, values, strict=True):
        yield column.name, earlier(value, back)


def earlier(value: date | None, back: timedelta) -> date | None:
    """Return a day, or a moment at the same time of day in England and Wales, so much earlier."""
    if isinstance(value, datetime):
        zone = value.tzinfo
        return (value.astimezone(LONDON) - back).astimezone(zone)
    return value - back if value else None
