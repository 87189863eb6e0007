"""How the database is asked: a statement is written once for everybody it is the same for, and asked once a page."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache, wraps
from typing import Concatenate, Generic, ParamSpec, TypeVar, cast

from sqlalchemy.orm import Session

P = ParamSpec("P")
Statement = TypeVar("Statement")
Answer = TypeVar("Answer")
Key = TypeVar("Key")
# Under this name a session that only reads keeps what was answered (Database.reading).
ANSWERS = "answers"
# For so many viewers, and whatever else a statement is written for.
MOST_WRITTEN = 1024


def written_once(write: Callable[P, Statement]) -> Callable[P, Statement]:
    """Keep the statement, or the condition, that a function writes for a viewer: who they are says all of it.

    Writing one takes SQLAlchemy several times as long as asking it. What else differs is a bindparam.
    """
    return cast(Callable[P, Statement], lru_cache(MOST_WRITTEN)(write))


def asked_once(ask: Callable[Concatenate[Session, P], Answer]) -> Callable[Concatenate[Session, P], Answer]:
    """Let a session that only reads ask a question once, whoever on the page asks it again.

    A session that writes asks each time: its own acts change the answer.
    """

    @wraps(ask)
    def answer(session: Session, /, *args: P.args, **named: P.kwargs) -> Answer:
        kept = session.info.get(ANSWERS)
        if kept is None:
            return ask(session, *args, **named)
        question = (ask, args, tuple(sorted(named.items())))
        if question not in kept:
            kept[question] = ask(session, *args, **named)
        return cast(Answer, kept[question])

    return answer


class AskedTogether(Generic[Key, Answer]):
    """A question about one thing, and about many at once: whoever has a list asks ahead, and each is answered already.

    Made of a function that answers for some keys, every one of them, in the same few statements.
    """

    def __init__(self, ask: Callable[[Session, Collection[Key]], Mapping[Key, Answer]]) -> None:
        self._ask = ask

    def __call__(self, session: Session, key: Key) -> Answer:
        """Return the answer about one thing."""
        kept = session.info.get(ANSWERS)
        if kept is None:
            return self._ask(session, [key])[key]
        self.ahead(session, [key])
        return cast(Answer, kept[self, key])

    def ahead(self, session: Session, keys: Iterable[Key]) -> None:
        """Ask about all the things of a list; in a session that writes each is asked about when its turn comes."""
        kept = session.info.get(ANSWERS)
        unknown = {key for key in keys if (self, key) not in kept} if kept is not None else set()
        if kept is not None and unknown:
            kept.update(((self, key), answer) for key, answer in self._ask(session, unknown).items())
