"""Saves are counted by the score: a process takes twenty at a time from the database, and spends them by itself.

A statement for every save would cost each of them, and its row, held to the end of a transaction that many share, would
have people of two processes wait for each other. Whatever is lost on the way (a process that stops, a transaction that
is undone) is lost to who saves: never more are made than were counted.
"""

import time
from dataclasses import dataclass, field

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.db import Database
from app.limits.actions import take, too_many
from app.limits.rules import MINUTE, SAVES, Limit

AT_ONCE = 20
# Under this name a transaction keeps what it has taken and not spent, by person.
TAKEN = "saves taken"
MOST_KEPT = 10_000


@dataclass(slots=True)
class Saves:
    """What one process may still save for each person; asked by its one thread that saves."""

    database: Database
    limit: Limit = SAVES
    # By person how many are left, and until when (of the process's own clock): nobody hoards them.
    _left: dict[int, tuple[int, float]] = field(default_factory=dict)

    def spend(self, session: Session, person: int) -> None:
        """Count one save; raises TooMany."""
        taken: dict[int, int] = session.info.setdefault(TAKEN, {})
        if taken.get(person):
            taken[person] -= 1
            return
        left, until = self._left.get(person, (0, 0.0))
        if left and time.monotonic() < until:
            self._left[person] = left - 1, until
            return
        if not self.database.sqlite:
            # By itself: held with the cases of a batch, two processes would wait for each other.
            with self.database.writing() as apart:
                self._take(apart, person)
            self._left[person] = AT_ONCE - 1, time.monotonic() + MINUTE
            return
        self._take(session, person)
        if not taken:
            event.listen(session, "after_commit", self._keep, once=True)
        taken[person] = AT_ONCE - 1

    def _take(self, session: Session, person: int) -> None:
        if seconds := take(session, self.limit, person, many=AT_ONCE):
            raise too_many(self.limit, seconds)

    def _keep(self, session: Session) -> None:
        """Keep what is left once it is counted for good."""
        if len(self._left) > MOST_KEPT:
            self._left.clear()
        until = time.monotonic() + MINUTE
        self._left |= {person: (left, until) for person, left in session.info.pop(TAKEN, {}).items()}
