"""Acts that share a transaction.

Each is told after the commit, a refused one alone, and one that nobody waits for is done.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from threading import Barrier
from threading import Event as Signal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import is_passing, lock
from app.errors import Conflict
from app.events import Subject, record
from app.group_commit import GroupCommit
from app.people.models import Person, ServiceArea
from app.web.refusals import refusal_of
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


def test_what_waits_together_is_done_in_the_order_of_what_it_holds(world: World) -> None:
    together, done = GroupCommit(world.database), list[int]()

    def act(number: int) -> Callable[[Session], None]:
        return lambda _session: done.append(number)

    go_on, _ = held(together)
    futures = [together.do(act(number), holds=number) for number in (10, 2, 33)]
    go_on.set()
    for future in futures:
        future.result(5)
    assert done == [2, 10, 33]


def people(world: World) -> list[int]:
    with world.database.reading() as session:
        return list(session.scalars(select(Person.id).order_by(Person.id).limit(2)))


def waiting_for_each_other(world: World) -> list[int]:
    """Hold two people's rows, each of two acts in the other order; return how often each was tried."""
    gate, tries, both = Barrier(2), [0, 0], people(world)

    def act(who: int, session: Session) -> None:
        tries[who] += 1
        for number, key in enumerate(both[:: 1 - 2 * who]):
            if number and tries[who] == 1:
                gate.wait(30)
            lock(session, Person, key).job_title = f"{who}"

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda who: world.database.do(partial(act, who)), (0, 1)))
    return tries


def held_up(world: World) -> list[int]:
    """Want a row that somebody holds until it was wanted once; return how often it was tried."""
    tries, (key, _), holder = [0], people(world), ExitStack()
    lock(holder.enter_context(world.database.writing()), Person, key)

    def act(session: Session) -> None:
        tries[0] += 1
        if tries[0] == 2:
            holder.close()
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        lock(session, Person, key).job_title = "held"

    world.database.do(act)
    return tries


def written_meanwhile(world: World) -> list[int]:
    """Change a row that somebody else changed since the act began, where that is not allowed; return the tries."""
    tries, (key, _) = [0], people(world)

    def act(session: Session) -> None:
        tries[0] += 1
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        person = session.get_one(Person, key)
        if tries[0] == 1:
            with world.database.writing() as other:
                other.get_one(Person, key).job_title = "before"
        person.job_title = "after"

    world.database.do(act)
    return tries


@pytest.mark.postgres
@pytest.mark.parametrize("world", ["postgres"], indirect=True)
@pytest.mark.parametrize(("how", "tries"), [(waiting_for_each_other, 3), (held_up, 2), (written_meanwhile, 2)])
def test_what_another_act_stood_in_the_way_of_is_done_again(
    world: World, how: Callable[[World], list[int]], tries: int
) -> None:
    # Whoever begins again at once may meet the other once more.
    assert tries <= sum(how(world)) <= 2 * tries


@pytest.mark.postgres
@pytest.mark.parametrize("world", ["postgres"], indirect=True)
def test_it_is_tried_three_times_and_then_refused(world: World) -> None:
    tries, (key, _) = [], people(world)

    def act(session: Session) -> None:
        tries.append(key)
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        lock(session, Person, key)

    with world.database.writing() as holder:
        lock(holder, Person, key)
        with pytest.raises(OperationalError) as refused:
            world.database.do(act)
    assert (len(tries), is_passing(refused.value)) == (3, True)
    assert refusal_of(refused.value).status == 503


@pytest.mark.postgres
@pytest.mark.parametrize("world", ["postgres"], indirect=True)
def test_rows_that_refer_to_a_held_one_can_be_made(world: World) -> None:
    key, _ = people(world)
    with world.database.writing() as holder:
        lock(holder, Person, key)
        with world.database.writing() as session:
            session.execute(text("SET LOCAL lock_timeout = '50ms'"))
            record(session, "signed_in", by=key, subject=Subject("person", key))
