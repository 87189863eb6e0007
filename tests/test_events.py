"""The chain of the event log: whole after every story, and broken by any change of a row."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.db import Database
from app.events import Event, EventHead, EventLog, Subject, newest, record
from app.keeping.record import faults
from app.people.models import ServiceArea
from tests.world import World

SUBJECT = Subject("audit", 1, "T-2026")


def found(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(faults(session))


def test_the_chain_is_whole(world: World) -> None:
    assert found(world) == []
    with world.database.reading() as session:
        names = set(session.scalars(select(Event.name)))
    assert {
        "person_added",
        "audit_commissioned",
        "frame_imported",
        "sample_drawn",
        "grade_submitted",
        "return_opened",
        "challenge_raised",
    } <= names


TAMPER: dict[str, dict[str, Any]] = {
    "actor_id": {"actor_id": 2},
    "at": {"at": text("'2020-01-01 00:00:00'")},
    "name": {"name": "grade_final"},
    "case_id": {"case_id": 99},
    "payload": {"payload": '{"grade": "good"}'},
    "subject": {"subject_id": "99"},
}


@pytest.mark.parametrize("what", TAMPER)
def test_a_changed_field_is_named(world: World, what: str) -> None:
    with world.database.writing() as session:
        number = session.scalars(select(Event.number).where(Event.name == "grade_submitted").limit(1)).one()
        session.execute(update(Event).where(Event.number == number).values(**TAMPER[what]))
    assert any(f"Event {number} " in sentence for sentence in found(world))


def test_a_missing_event_and_a_cut_tail_are_named(world: World) -> None:
    with world.database.reading() as session:
        last = session.get_one(EventHead, 1).number
    with world.database.writing() as session:
        session.execute(delete(Event).where(Event.number == last))
    assert "events were cut off" in " ".join(found(world))
    with world.database.writing() as session:
        session.execute(delete(Event).where(Event.number == 3))
    assert any(s.startswith("Event 3 is missing") for s in found(world))


def test_a_chain_rewritten_without_the_key_does_not_hold(world: World) -> None:
    database = Database(world.settings.database_url, event_log=EventLog(b"somebody else's"))
    with database.writing() as session:
        record(session, "area_added", by=None, subject=SUBJECT)
    database.close()
    assert len(found(world)) == 1


def test_details_can_be_erased_and_the_chain_still_holds(world: World) -> None:
    with world.database.writing() as session:
        session.execute(update(Event).where(Event.name == "grade_submitted").values(payload=None, salt=None))
    assert found(world) == []


def numbers(world: World, name: str = "area_added") -> list[str]:
    """Return what the events of a name are about, in the order of the chain."""
    with world.database.reading() as session:
        return list(session.scalars(select(Event.subject_id).where(Event.name == name).order_by(Event.number)))[3:]


def add(session: Session, code: str) -> None:
    record(session, "area_added", by=None, subject=Subject("area", code))


def test_what_a_transaction_recorded_is_chained_at_its_end_in_the_order_in_which_it_happened(world: World) -> None:
    with world.database.writing() as session:
        for code in ("B1", "B2", "B3"):
            add(session, code)
        # Nobody waits for the head meanwhile.
        assert session.connection().scalar(text("SELECT number FROM event_head")) == last(world)
    assert numbers(world) == ["B1", "B2", "B3"]
    assert found(world) == []


def last(world: World) -> int:
    with world.database.reading() as session:
        return session.get_one(EventHead, 1).number


def test_whoever_reads_the_log_within_a_transaction_finds_what_it_recorded(world: World) -> None:
    before = last(world)
    with world.database.writing() as session:
        add(session, "B1")
        assert session.scalar(select(func.max(Event.number))) == before + 1
        add(session, "B2")
        assert newest(session, "area", "B2", ["area_added"]) is not None
        assert session.get_one(EventHead, 1).number == before + 2
        add(session, "B3")
    assert numbers(world) == ["B1", "B2", "B3"]
    assert found(world) == []


def undone(session: Session, *, reading: bool) -> None:
    """Record an event in a savepoint that is given up, after the log was read in it or not."""
    with suppress(ZeroDivisionError), session.begin_nested():
        add(session, "gone")
        if reading:
            assert "gone" in session.scalars(select(Event.subject_id)).all()
        raise ZeroDivisionError


@pytest.mark.parametrize("reading", [False, True])
def test_the_events_of_a_savepoint_that_is_given_up_go_with_it(world: World, *, reading: bool) -> None:
    with world.database.writing() as session:
        add(session, "B1")
        undone(session, reading=reading)
        with session.begin_nested():
            add(session, "B2")
            with session.begin_nested():
                add(session, "B3")
            undone(session, reading=reading)
        add(session, "B4")
    assert numbers(world) == ["B1", "B2", "B3", "B4"]
    assert found(world) == []


def test_a_savepoint_that_breaks_at_its_end_takes_only_its_own(world: World) -> None:
    with world.database.writing() as session:
        add(session, "B1")
        with suppress(IntegrityError), session.begin_nested():
            add(session, "gone")
            session.add(ServiceArea(code="A1", name="A1", position=1))
        add(session, "B2")
    assert numbers(world) == ["B1", "B2"]
    assert found(world) == []


def test_two_sessions_that_record_at_once_follow_one_another(world: World) -> None:
    def many(who: int) -> None:
        for n in range(10):
            with world.database.writing() as session:
                add(session, f"{who}-{n}")
                add(session, f"{who}-{n}+")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(many, range(4)))
    told = numbers(world)
    assert len(told) == 80
    assert all(told[told.index(code) + 1] == f"{code}+" for code in told if not code.endswith("+"))
    assert found(world) == []


def _fail_after_recording(world: World) -> None:
    with world.database.writing() as session:
        record(session, "area_added", by=None, subject=SUBJECT)
        raise ZeroDivisionError


def test_an_act_that_fails_leaves_no_event(world: World) -> None:
    with world.database.reading() as session:
        before = session.get_one(EventHead, 1).number
    with pytest.raises(ZeroDivisionError):
        _fail_after_recording(world)
    with world.database.reading() as session:
        assert session.get_one(EventHead, 1).number == before
    assert found(world) == []


def test_details_are_kept_with_a_salt_of_their_own(world: World) -> None:
    with world.database.writing() as session:
        for _ in range(2):
            record(session, "area_added", by=None, subject=SUBJECT, details={"area": "A1"})
    with world.database.reading() as session:
        one, other = session.scalars(select(Event).order_by(Event.number.desc()).limit(2)).all()
    assert one.payload == other.payload
    assert one.payload_sha256 != other.payload_sha256
    for event in (one, other):
        assert len(event.salt or "") == 32
        # Whoever guesses what an erased event said cannot try it.
        assert hashlib.sha256((event.payload or "").encode()).hexdigest() != event.payload_sha256
        assert hashlib.sha256(f"\n{event.payload}".encode()).hexdigest() != event.payload_sha256


@pytest.mark.parametrize("changed", [{"chain": "0" * 64}, {"number": EventHead.number + 1}])
def test_a_changed_head_is_named(world: World, changed: dict[str, Any]) -> None:
    with world.database.writing() as session:
        session.execute(update(EventHead).values(**changed))
    assert any("head" in sentence for sentence in found(world))
