"""Forethought: what an act works out before it takes its turn to write, and whether that still holds once it has it.

SQLite has one writer: whoever thinks in their turn keeps everybody’s saves waiting. So a long act thinks in a session
that only reads, and notes how far the event log was. In its turn it asks the log whether anything has happened since
on which it rests. If not, all is as it was, and it writes what it thought of; otherwise it thinks again.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from app.clock import today
from app.db import TRIES, Database
from app.errors import Refusal
from app.events import has_happened, how_far

T = TypeVar("T")
Part = TypeVar("Part")
Thought = TypeVar("Thought")


class Overtaken(Exception):  # noqa: N818 - no fault
    """Something happened since an act was thought out."""


@dataclass(frozen=True, slots=True)
class Forethought(Generic[T]):
    """What was worked out, and of when it holds: after which event, on which day, for which audits."""

    found: T
    after: int
    on: date
    audits: Sequence[str]

    def part(self, of: Callable[[T], Part]) -> "Forethought[Part]":
        """Return a part of it, which holds as long."""
        return Forethought(of(self.found), self.after, self.on, self.audits)


def foreseen(session: Session, work: Callable[[], T], *audits: str) -> Forethought[T]:
    """Work something out that rests on some audits and on what all audits share; `session` is a snapshot."""
    after, on = how_far(session), today()
    return Forethought(work(), after, on, audits)


def settled(session: Session, before: Forethought[T] | None, work: Callable[[], T]) -> T:
    """Return what was worked out before the act had its turn, or work it out now where nobody did.

    Asked by an act that holds its audit and has recorded nothing yet. Raises Overtaken where it holds no more.
    """
    if before is None:
        return work()
    if before.on != today() or has_happened(session, before.audits, before.after):
        raise Overtaken
    return before.found


def think_then_do(
    database: Database, think: Callable[[Session], Thought | None], act: Callable[[Session, Thought | None], T]
) -> T:
    """Think, then act in a transaction; think again where the act was overtaken.

    After some times the act thinks in its turn, so that it comes to its end whatever others do. What it would be
    refused for while it thinks it is refused for in its turn, so that the sentence is the same.
    """
    for _ in range(TRIES):
        thought = None
        with database.snapshot() as session, suppress(Refusal):
            thought = think(session)
        try:
            return database.do(lambda session, thought=thought: act(session, thought))  # type: ignore[misc]
        except Overtaken:
            continue
    return database.do(lambda session: act(session, None))
