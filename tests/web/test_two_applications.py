"""Two applications in one process share nothing.

Each has its own database, key, name, demonstration and email, and both are used at the same time.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from app.db import Database
from app.demo.cast import PASSWORD
from app.events import Event, EventLog, Subject, record
from app.keeping.record import faults
from app.main import create_app
from app.notices.enums import MailState
from app.notices.models import Notice
from app.notices.telling import hear
from tests.browser import plain
from tests.world import World, copied, settings_for

TURNS = 6
SUBJECT = Subject("area", "A1")


@pytest.fixture
def two(template: Path, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Return a plain installation, and a demonstration with another key, another name and email."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    one = copied(template, here)
    shutil.copy(template, there / "world.sqlite3")
    settings = settings_for(there).model_copy(update={"organisation": "The Other Service", "demo": True})
    log = EventLog(b"another key", partial(hear, by_mail=True))
    database = Database(settings.database_url, event_log=log)
    other = World(database, settings, create_app(settings, database))
    yield one, other
    one.database.close()
    other.database.close()


def test_pages_say_whose_they_are_in_turn(two: tuple[World, World]) -> None:
    one, other = two
    for _ in range(2):
        first, second = one.browser().get("/sign-in").text, other.browser().get("/sign-in").text
        assert "The Other Service" not in first
        assert "National Improvement Service" not in second
        assert PASSWORD not in first
        assert PASSWORD in plain(second)


def test_each_writes_its_own_log_with_its_own_key(two: tuple[World, World]) -> None:
    one, other = two
    before = [_numbers(world) for world in two]
    for world in (one, other, one, other):
        with world.database.writing() as session:
            record(session, "area_added", by=None, subject=SUBJECT)
    assert [_numbers(world) for world in two] == [n + 2 for n in before]
    assert _faults(one) == []
    # What the copy brought along was written with the other key; what was added since follows from it.
    # And its head has the mark of the key that it was begun with.
    assert len(_faults(other)) == before[1] + 1
    for world, key in ((one, b"another key"), (other, b"a key for tests")):
        crossed = Database(world.settings.database_url, event_log=EventLog(key))
        with crossed.reading() as session:
            assert len(list(faults(session))) == (before[0] + 3 if world is one else 2)
        crossed.close()


def test_who_is_told_by_email_is_each_ones_own(two: tuple[World, World]) -> None:
    one, other = two
    # A case goes back to its area once more, in both.
    for world in two:
        with world.database.writing() as session:
            session.execute(delete(Notice))
            told = session.scalars(select(Event).where(Event.name == "return_opened").limit(1)).one()
            record(
                session,
                "return_opened",
                by=told.actor_id,
                subject=Subject(told.subject_kind, told.subject_id, told.audit_ref, told.case_id),
                details=told.details,
            )
    assert _mail_states(one) == {MailState.NONE}
    assert _mail_states(other) == {MailState.WAITING}


def test_both_at_once_from_threads(two: tuple[World, World]) -> None:
    before = [_numbers(world) for world in two]

    def use(turn: int) -> str:
        world = two[turn % 2]
        with world.database.writing() as session:
            record(session, "area_added", by=None, subject=SUBJECT)
        return world.browser("lead").get("/").text

    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(use, range(2 * TURNS)))
    for turn, page in enumerate(pages):
        ours, theirs = ("National Improvement Service", "The Other Service")[:: 1 if turn % 2 == 0 else -1]
        assert ours in page
        assert theirs not in page
    assert [_numbers(world) for world in two] == [n + TURNS for n in before]
    assert _faults(two[0]) == []
    assert len(_faults(two[1])) == before[1] + 1


def test_nothing_is_recorded_without_a_log(two: tuple[World, World]) -> None:
    database = Database(two[0].settings.database_url)
    with pytest.raises(TypeError, match="opened without an event log"), database.writing() as session:
        record(session, "area_added", by=None, subject=SUBJECT)
    database.close()
    assert "key" not in repr(EventLog(b"a key"))


def _numbers(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Event)) or 0


def _faults(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(faults(session))


def _mail_states(world: World) -> set[MailState]:
    with world.database.reading() as session:
        return set(session.scalars(select(Notice.state)))
