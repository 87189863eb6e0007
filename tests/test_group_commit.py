"""Acts that share a transaction.

Each is told after the commit, a refused one alone, and one that nobody waits for is done.
"""

from concurrent.futures import Future
from threading import Event as Signal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict
from app.group_commit import GroupCommit
from app.people.models import ServiceArea
from tests.world import World


def area(code: str) -> ServiceArea:
    return ServiceArea(code=code, name=code, position=99)


def held(together: GroupCommit) -> tuple[Signal, "Future[None]"]:
    """Keep the thread busy, so that what is sent meanwhile waits together."""
    go_on, busy = Signal(), Signal()

    def wait(_session: Session) -> None:
        busy.set()
        go_on.wait(5)

    future = together.do(wait)
    busy.wait(5)
    return go_on, future


def count(world: World, code: str) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).where(ServiceArea.code == code)) or 0


def test_one_that_is_refused_does_not_take_the_others_with_it(world: World) -> None:
    together = GroupCommit(world.database)

    def refused(session: Session) -> None:
        session.add(area("B2"))
        session.flush()
        raise Conflict("No.")

    go_on, first = held(together)
    futures = [
        together.do(lambda session: session.add(area("B1"))),
        together.do(refused),
        together.do(lambda session: session.add(area("B3"))),
    ]
    go_on.set()
    first.result(5)
    futures[0].result(5)
    futures[2].result(5)
    with pytest.raises(Conflict, match="No"):
        futures[1].result(5)
    assert [count(world, code) for code in ("B1", "B2", "B3")] == [1, 0, 1]


def test_what_somebody_sent_is_kept_although_they_have_gone(world: World) -> None:
    together = GroupCommit(world.database)
    go_on, _ = held(together)
    gone = together.do(lambda session: session.add(area("B1")))
    assert gone.cancel()
    go_on.set()
    together.do(lambda session: session.add(area("B2"))).result(5)
    assert [count(world, code) for code in ("B1", "B2")] == [1, 1]


def test_the_same_written_twice_is_a_fault_of_one_of_them(world: World) -> None:
    together = GroupCommit(world.database)
    go_on, _ = held(together)
    futures = [together.do(lambda session: session.add(area("B1"))) for _ in range(2)]
    go_on.set()
    assert [futures[0].exception(5), type(futures[1].exception(5)).__name__] == [None, "IntegrityError"]
    assert count(world, "B1") == 1
