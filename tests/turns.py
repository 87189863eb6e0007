"""A clock on the turns to write: how long each transaction that writes kept its thread busy.

Processor time, so that what else a machine does meanwhile is left out, and without the garbage collector, whose rounds
grow with all that a run of tests has in memory. On SQLite nobody else writes in a turn.
"""

import gc
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from sqlalchemy import Connection, Engine, Pool
from sqlalchemy.event import listen, remove

# Seconds that the work below takes where a machine is as quick as the one on which bounds were measured usually is.
USUAL = 0.027


def slowness() -> float:
    """Return how many times as long as usual the machine takes now, at least 1.

    The same processor takes half as long again, or twice as long, for the same work when its neighbours are busy, and
    counts all of it as time of the process. The quickest of three, without the garbage collector.
    """
    gc.disable()
    try:
        return max(1.0, min(_work() for _ in range(3)) / USUAL)
    finally:
        gc.enable()


def _work() -> float:
    began, found = time.thread_time(), {}
    for n in range(20_000):
        found[str(n)] = [n, 2 * n]
    json.dumps(found)
    return time.thread_time() - began


@contextmanager
def turns() -> Iterator[list[float]]:
    """Give a list of the seconds of every turn that begins and ends meanwhile."""
    taken: list[float] = []
    began: dict[int, float] = {}

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            began[get_ident()] = time.thread_time()

    def end(*_connection: object) -> None:
        # A connection goes back once its transaction has been committed, in the thread that began it.
        if get_ident() in began:
            taken.append(time.thread_time() - began.pop(get_ident()))

    heard: tuple[tuple[Any, str, Callable[..., None]], ...] = ((Engine, "begin", begin), (Pool, "checkin", end))
    for what, name, hear in heard:
        listen(what, name, hear)
    gc.disable()
    try:
        yield taken
    finally:
        gc.enable()
        for what, name, hear in heard:
            remove(what, name, hear)
