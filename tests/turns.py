"""A clock on the turns to write: how long each transaction that writes kept its thread busy.

Processor time, so that what else a machine does meanwhile is left out; on SQLite nobody else writes in a turn.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.event import listen, remove


@contextmanager
def turns() -> Iterator[list[float]]:
    """Give a list of the seconds of every turn that begins and ends meanwhile."""
    taken: list[float] = []
    began: dict[Any, float] = {}

    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes"):
            began[connection] = time.thread_time()

    def end(connection: Connection) -> None:
        if connection in began:
            taken.append(time.thread_time() - began.pop(connection))

    heard = (("begin", begin), ("commit", end), ("rollback", end))
    for name, hear in heard:
        listen(Engine, name, hear)
    yield taken
    for name, hear in heard:
        remove(Engine, name, hear)
