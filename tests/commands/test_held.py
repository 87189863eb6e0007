"""Every column of every table is held by the event log, or is named with the reason why it need not be.

On a database with one row in every table, whatever tables there will be: nobody can forget one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Enum, Table
from sqlalchemy.orm import Session

import app.main  # noqa: F401 - loads the tables of every room
from app.audit.enums import AssessmentState
from app.audit.models import Assessment
from app.db import Base, Database
from app.events import EventLog
from app.keeping.record import NOT_HELD, ROWS
from app.sampling.lines import packed

TABLES = {table.name: table for table in Base.metadata.sorted_tables}
# A draft is its author's alone, so the rows that are looked at are of what was submitted.
SUBMITTED = {Assessment.__table__.c.state: (AssessmentState.SUBMITTED, AssessmentState.DRAFT)}


PAIRS: dict[type, tuple[Any, Any]] = {
    bool: (True, False),
    int: (1, 2),
    float: (1.0, 2.5),
    str: ("one", "two"),
    datetime: (datetime(2026, 9, 1, 9, tzinfo=UTC), datetime(2026, 9, 1, 10, tzinfo=UTC)),
    date: (date(2026, 9, 1), date(2026, 9, 2)),
    list: (["one"], ["two"]),
    bytes: (packed(["a\tb"]), packed(["a\tc"])),
}


def values(column: Column[Any]) -> tuple[Any, Any]:
    """Return two values that a column can have; a closed list may have one only."""
    kind = column.type
    if column in SUBMITTED:
        return SUBMITTED[column]
    if isinstance(kind, Enum) and kind.enum_class:
        members = list(kind.enum_class)
        return members[0], members[-1]
    # Neither JSON nor SQLModel's type of moments says what it keeps.
    of = list if isinstance(kind, JSON) else datetime if kind.python_type is object else kind.python_type
    return PAIRS[of]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Return a session on a database with a row in every table, in which nothing is checked."""
    database = Database(f"sqlite:///{tmp_path / 'one.sqlite3'}", event_log=EventLog(b"key"))
    Base.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON"):
            driver.execute(f"PRAGMA {pragma}")
        with Session(connection) as opened:
            for table in TABLES.values():
                opened.execute(table.insert().values({c.name: values(c)[0] for c in table.columns}))
            yield opened
    database.close()


Rows = list[list[object]]


def kept(session: Session, room: int) -> Rows:
    """Return every row of a room as the log would keep it now."""
    session.expire_all()
    return [row.kept("salt") for row in ROWS[room](session)]


def not_held(session: Session, table: Table) -> Iterator[str]:
    """Yield the columns of a table in which another value would be as good for the log."""
    before, rooms = [kept(session, room) for room in range(len(ROWS))], list(range(len(ROWS)))
    for column in table.columns:
        with session.begin_nested() as savepoint:
            session.execute(table.update().values({column.name: values(column)[1]}))
            found = next((room for room in rooms if kept(session, room) != before[room]), None)
            savepoint.rollback()
        if found is None:
            yield column.name
        else:
            # The room that holds one column of a table most likely holds the next.
            rooms.remove(found)
            rooms.insert(0, found)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_held_or_says_why_not(session: Session, name: str) -> None:
    table = TABLES[name]
    found = set(not_held(session, table))
    if name in NOT_HELD:
        assert found == {c.name for c in table.columns}, f"{name} is held after all: take it out of NOT_HELD"
        return
    excepted = {key.partition(".")[2] for key in NOT_HELD if key.startswith(f"{name}.")}
    assert found == excepted, (
        f"{name}: the event log holds no {sorted(found - excepted)}, and holds {sorted(excepted - found)} after all. "
        "Add the column to the log.py of its room, or to NOT_HELD in app/keeping/record.py with the reason."
    )


def test_what_is_excepted_is_there() -> None:
    there = {*TABLES, *(f"{t.name}.{c.name}" for t in TABLES.values() for c in t.columns)}
    assert set(NOT_HELD) <= there
    assert all(len(reason) > 20 for reason in NOT_HELD.values())
