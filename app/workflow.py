"""States and transitions: one row says who may do what, from where to where, and what is recorded."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session, object_session

from app.clock import day
from app.db import Base
from app.errors import Conflict, Forbidden
from app.events import Row, Subject, newest, record
from app.people.enums import Role
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class Situation:
    """Who wants to move a thing, and what the guards need to know about its surroundings."""

    viewer: Viewer
    audit_ref: str
    area: str = ""
    # What only the rooms above know, such as the items that are still open.
    known: Mapping[str, Any] | None = None


Guard = Callable[[Any, Situation], str | None]


@dataclass(frozen=True, slots=True)
class Transition:
    """A legal move: the button, the form, the route, the event and the diagram all read this row."""

    name: str
    label: str
    sources: tuple[StrEnum, ...]
    target: StrEnum
    roles: tuple[Role, ...]
    event: str
    guards: tuple[Guard, ...] = ()
    # False where it only ever follows from another act, so that there is no button for it.
    offered: bool = True
    # Guards about the person rather than the moment: the separation of duties.
    personal: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that a person could make now, or the sentence that says why not yet."""

    transition: Transition
    refusal: str | None


class Stateful(Protocol):
    """Anything with a state: a row, or columns of it that were read for a page."""

    @property
    def id(self) -> Any: ...  # noqa: ANN401, D102 - whatever the table has
    @property
    def state(self) -> Any: ...  # noqa: ANN401, D102 - whatever the table has


@dataclass(frozen=True, slots=True)
class Workflow:
    """All the moves of one kind of thing.

    `noun` is how people call it, `row` how the log keeps it, `told` how they say what became of it.
    """

    noun: str
    kind: str
    labels: Mapping[Any, str]
    transitions: tuple[Transition, ...]
    row: Callable[[Any], Row]
    told: Mapping[Any, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Transition:
        """Return the transition of that name."""
        return next(t for t in self.transitions if t.name == name)

    def offers(self, thing: Stateful, situation: Situation) -> list[Offer]:
        """Return the moves from the thing's state that the person's roles allow, each with any refusal."""
        theirs = [t for t in self.transitions if t.offered and thing.state in t.sources and _role_allows(t, situation)]
        return [Offer(t, _refused_by_guards(t, thing, situation)) for t in theirs]

    def refusal(self, name: str, thing: Stateful, situation: Situation) -> str | None:
        """Return why a move is not legal now, or None."""
        transition = self[name]
        if not _role_allows(transition, situation):
            return f"Only {_roles_in_words(transition)} can do this."
        if thing.state not in transition.sources:
            return self.moved_on(thing, transition)
        return _refused_by_guards(transition, thing, situation)

    def barred(self, name: str, thing: Stateful, situation: Situation) -> str | None:
        """Return why this person can make a move of the thing at no time, by role or earlier part in it, or None."""
        transition = self[name]
        if not _role_allows(transition, situation):
            return f"Only {_roles_in_words(transition)} can do this."
        return _first(transition.personal, thing, situation)

    def moved_on(self, thing: Stateful, transition: Transition) -> str:
        """Return the sentence for a move whose time has passed or not come."""
        now = self.told.get(thing.state) or f"This {self.noun} is now ‘{self.labels[thing.state].lower()}’"
        session = object_session(thing) if isinstance(thing, Base) else None
        came = (
            newest(session, self.kind, thing.id, [t.event for t in self.transitions if t.target == thing.state])
            if session
            else None
        )
        since = f" on {day(came)}" if came and thing.state in self.told else ""
        if self._leads_to(thing.state, transition.sources):
            wanted = " or ".join(f"‘{self.labels[s].lower()}’" for s in transition.sources)
            return f"{now}{since}. This can be done once it is {wanted}."
        return f"{now}{since}, so this can no longer be done."

    def _leads_to(self, state: StrEnum, wanted: tuple[StrEnum, ...]) -> bool:
        reached = {state}
        # Each round reaches at least one state more, or none is left to reach.
        for _ in self.transitions:
            reached |= {t.target for t in self.transitions if reached.intersection(t.sources)}
        return bool(reached.intersection(wanted))


@contextmanager
def moving(
    session: Session,
    workflow: Workflow,
    name: str,
    thing: Stateful,
    *,
    situation: Situation,
    subject: Subject,
    details: Mapping[str, object] | None = None,
) -> Iterator[list[Row]]:
    """Make a legal move: guard the state in the UPDATE, check the row count, do what goes with it, write the event.

    The block gets a list for the rows that it makes or changes besides the thing itself; the event keeps
    them as the block leaves them. Raises Forbidden where the person's roles do not allow the move and
    Conflict where the thing is not in a state, or a situation, that allows it. The caller has locked the case or audit.
    """
    transition = workflow[name]
    if not _role_allows(transition, situation):
        raise Forbidden(f"Only {_roles_in_words(transition)} can do this.")
    refusal = workflow.refusal(name, thing, situation)
    if refusal:
        raise Conflict(refusal)
    before = thing.state
    session.flush()
    table: Any = type(thing)
    moved = session.execute(
        update(table).where(table.id == thing.id, table.state.in_(transition.sources)).values(state=transition.target)
    )
    if not isinstance(moved, CursorResult) or moved.rowcount != 1:
        raise Conflict(workflow.moved_on(thing, transition))
    session.refresh(thing, ["state"])
    rows: list[Row] = []
    yield rows
    session.flush()
    told = {**(details or {}), "from": before, "state": transition.target}
    record(
        session,
        transition.event,
        by=situation.viewer.id,
        subject=subject,
        details=told,
        rows=[workflow.row(thing), *rows],
    )


def move(
    session: Session,
    workflow: Workflow,
    name: str,
    thing: Stateful,
    *,
    situation: Situation,
    subject: Subject,
    details: Mapping[str, object] | None = None,
) -> None:
    """Make a legal move with which nothing else goes."""
    with moving(session, workflow, name, thing, situation=situation, subject=subject, details=details):
        pass


def _role_allows(transition: Transition, situation: Situation) -> bool:
    return situation.viewer.has(*transition.roles, audit=situation.audit_ref, area=situation.area)


def _roles_in_words(transition: Transition) -> str:
    return " or ".join(f"the {role.label.lower()}" for role in transition.roles)


def _refused_by_guards(transition: Transition, thing: Stateful, situation: Situation) -> str | None:
    return _first((*transition.guards, *transition.personal), thing, situation)


def _first(guards: tuple[Guard, ...], thing: Stateful, situation: Situation) -> str | None:
    return next((refusal for guard in guards if (refusal := guard(thing, situation))), None)


def mermaid(workflow: Workflow) -> str:
    """Return the state diagram that the documentation shows."""
    rows = [f"    {s} --> {t.target}: {t.label}" for t in workflow.transitions for s in t.sources]
    return "\n".join(["stateDiagram-v2", *dict.fromkeys(rows)])
