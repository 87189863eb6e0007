"""Small acts done together: one transaction for all that wait, and no answer before its commit."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from operator import itemgetter
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Unavailable

T = TypeVar("T")
# More in one transaction gains nothing: the disk's flush is then a small part of it.
MOST_TOGETHER = 64
MOST_WAITING = 512


class GroupCommit:
    """One thread that does what many people send at once; a flush of the disk costs more than the acts themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: SimpleQueue[tuple[int, Callable[[Session], Any], Future[Any]]] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def do(self, act: Callable[[Session], T], *, holds: int = 0) -> "Future[T]":
        """Have an act done soon, in a transaction that others may share; its result comes after the commit.

        `holds` is the case that it locks: those of a transaction lock theirs in the order of their numbers, as every
        process does. Raises Unavailable where too many wait.
        """
        if self._waiting.qsize() >= MOST_WAITING:
            raise Unavailable
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="together", daemon=True)
                self._thread.start()
        result: Future[T] = Future()
        self._waiting.put((holds, act, result))
        return result

    def _work(self) -> None:
        while True:
            batch = [self._waiting.get()]
            with suppress(Empty):
                while len(batch) < MOST_TOGETHER:
                    batch.append(self._waiting.get_nowait())
            batch.sort(key=itemgetter(0))
            # Whoever has gone away meanwhile sent their words all the same: the act is done, and nobody is told.
            self._do([(act, future if future.set_running_or_notify_cancel() else None) for _, act, future in batch])

    def _do(self, batch: "Sequence[tuple[Callable[[Session], Any], Future[Any] | None]]") -> None:
        try:
            if len(batch) == 1:
                results = [self._database.do(partial(_alone, batch[0][0]))]
            else:
                with self._database.writing() as session:
                    results = [_alone(act, session) for act, _ in batch]
        except BaseException as error:  # noqa: BLE001 - whoever waits must be told, whatever it was
            if len(batch) > 1:
                # One that is refused, or held up, must not take the others with it: each has a transaction of its own.
                for one in batch:
                    self._do([one])
            elif batch[0][1]:
                batch[0][1].set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if future:
                future.set_result(result)


def _alone(act: Callable[[Session], T], session: Session) -> T:
    """Do an act, and leave no object behind that the next one could take for what is stored."""
    result = act(session)
    session.flush()
    session.expunge_all()
    return result
