"""Statements on the driver's cursor: the same rows, and the same errors, as SQLAlchemy's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.asking.statements import Statement
from app.audit.bars import queries as bars
from app.audit.models import Assessment, FactAnswer
from app.clock import today
from app.events import Event, EventHead
from app.people.enums import Role, Strength
from app.people.models import Person, RoleGrant, SignedIn
from tests.world import World

# What no test here is about.
MORE = {"strength": Strength.PASSWORD, "proved_at": datetime(2015, 3, 2, tzinfo=UTC), "browser": ""}
TABLES: list[Any] = [t.__table__ for t in (Person, RoleGrant, SignedIn, Assessment, FactAnswer, Event, EventHead)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_rows_are_those_of_sqlalchemy(world: World, table: Any) -> None:
    query = select(table)
    with world.database.reading() as session:
        assert Statement(query).rows(session) == [tuple(row) for row in session.execute(query)]


def test_a_union_has_the_types_of_its_columns(world: World) -> None:
    with world.database.reading() as session:
        head = select(RoleGrant.person_id).where(RoleGrant.role == Role.HEAD_OF_SERVICE).limit(1)
        one = {"person": session.scalars(head).one(), "today": today()}
        expected = [tuple(row) for row in session.execute(bars._ONE.statement, one)]
        assert expected
        assert sorted(bars._ONE.rows(session, **one), key=str) == sorted(expected, key=str)


def test_values_are_kept_as_their_columns_keep_them(world: World) -> None:
    sessions: Any = SignedIn.__table__
    moment = datetime(2015, 3, 2, 9, 30, tzinfo=UTC)
    begin = Statement(insert(sessions))
    end = Statement(update(sessions).where(sessions.c.token_sha256 == bindparam("of")).values(ended_at=bindparam("at")))
    with world.database.writing() as session:
        person = session.scalars(select(Person).limit(1)).one()
        row = {"person_id": person.id, "created_at": moment, "seen_at": moment, "ended_at": None, **MORE}
        begin.run(session, *({"token_sha256": token, **row} for token in ("one", "two")))
        end.run(session, {"of": "two", "at": moment})
    with world.database.reading() as session:
        kept = {row.token_sha256: row for row in session.scalars(select(SignedIn).where(SignedIn.seen_at == moment))}
    assert {token: row.ended_at for token, row in kept.items()} == {"one": None, "two": moment}
    assert kept["one"].created_at == moment


def test_an_error_of_the_driver_is_one_of_sqlalchemy(world: World) -> None:
    begin = Statement(insert(SignedIn.__table__))
    now = datetime(2015, 3, 2, tzinfo=UTC)
    row = {"token_sha256": "one", "person_id": 10**6, "created_at": now, "seen_at": now, "ended_at": None, **MORE}
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), world.database.writing() as session:
        begin.run(session, row)
    with world.database.reading() as session:
        assert Statement(select(Person.id)).rows(session)


def test_what_is_another_statement_for_other_values_is_refused(world: World) -> None:
    with world.database.reading() as session, pytest.raises(TypeError, match="compiled once"):
        Statement(select(Person.id).where(Person.id.in_([1, 2]))).rows(session)


def test_a_value_that_is_missing_is_a_fault(world: World) -> None:
    with world.database.reading() as session, pytest.raises(KeyError, match="of"):
        Statement(select(Person.id).where(Person.id == bindparam("of"))).rows(session)


def test_echo_shows_them_without_what_was_typed(world: World, caplog: pytest.LogCaptureFixture) -> None:
    named = Statement(select(Person.id).where(Person.name == bindparam("of")))
    with caplog.at_level("INFO", "sqlalchemy.engine.Engine"), world.database.reading() as session:
        named.rows(session, of="Somebody Whoever")
    assert any("person" in line for line in caplog.messages)
    assert "Somebody Whoever" not in caplog.text


def test_who_counts_statements_is_told(world: World) -> None:
    told: list[tuple[str, str]] = []
    engine, people = world.database.engine, Statement(select(Person.id).where(Person.id == bindparam("of")))
    listeners: dict[str, Any] = {
        name: lambda *given, name=name: told.append((name, given[2]))
        for name in ("before_cursor_execute", "after_cursor_execute")
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        with world.database.reading() as session:
            people.rows(session, of=1)
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)
    assert [name for name, sql in told if "person" in sql] == ["before_cursor_execute", "after_cursor_execute"]
