"""States and transitions: one row says who may do what, from where to where, and what is recorded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session, object_session

from app.clock import clock, day
from app.db import Base
from app.errors import Conflict, Forbidden
from app.events import Row, Subject, newest, record
from app.people.enums import Role
from app.people.rules import Viewer


class Stateful(Protocol):
    """Anything with a state: a row, or columns of it that were read for a page."""

    @property
    def id(self) -> Any: ...  # noqa: ANN401, D102 - whatever the table has
    @property
    def state(self) -> Any: ...  # noqa: ANN401, D102 - whatever the table has


Thing = TypeVar("Thing", bound=Stateful)
Known = TypeVar("Known")
KnownSoFar = TypeVar("KnownSoFar", covariant=True)
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Situation(Generic[KnownSoFar]):
    """Who wants to move a thing, where it belongs, and what the guards need to know about its surroundings.

    `known` is what only the rooms above the table know; each workflow has a type of its own for it.
    """

    viewer: Viewer
    audit_ref: str
    known: KnownSoFar
    area: str = ""
    # Whose case it is, and in which team they are, for the roles that reach no further.
    practitioner: str = ""
    team: str = ""


def looked_up(known: Told | None) -> Told:
    """Return what a guard needs to know; raises LookupError where nobody looked it up.

    That is a fault of ours and stops the act: what is not known must neither allow nor bar.
    """
    if known is None:
        raise LookupError("A guard asks for something that nobody looked up. Make the situation of this move first.")
    return known


Guard = Callable[[Thing, Situation[Known]], str | None]


@dataclass(frozen=True, slots=True)
class Transition(Generic[Thing, Known]):
    """A legal move: the button, the form, the route, the event and the diagram all read this row.

    One without sources is how a thing begins; one without a target leaves the thing where it is.
    """

    name: str
    label: str
    sources: tuple[StrEnum, ...]
    target: StrEnum | None
    roles: tuple[Role, ...]
    event: str
    guards: tuple[Guard[Thing, Known], ...] = ()
    # False where it only ever follows from another act, so that there is no button for it.
    offered: bool = True
    # Guards about the person rather than the moment: the separation of duties.
    personal: tuple[Guard[Thing, Known], ...] = ()
    # Made by the person whom the thing is: it asks for no role.
    own: bool = False

    def is_for(
        self, viewer: Viewer, audit_ref: str = "", area: str = "", practitioner: str = "", team: str = ""
    ) -> bool:
        """Say whether somebody holds one of the row's roles where the thing belongs, if it asks for one."""
        return self.own or viewer.has(*self.roles, audit=audit_ref, area=area, practitioner=practitioner, team=team)

    def demand_role(self, viewer: Viewer, audit_ref: str = "", area: str = "") -> None:
        """Raise Forbidden where somebody holds none of the row's roles where the thing belongs."""
        if not self.is_for(viewer, audit_ref, area):
            raise Forbidden(self.only)

    @property
    def only(self) -> str:
        """Return the sentence for those who hold none of the row's roles."""
        return f"Only {in_words(self.roles)} can do this."

    def may_leave(self, state: StrEnum) -> bool:
        """Say whether the move is made from a state; one that begins a thing leaves none."""
        return not self.sources or state in self.sources


AnyRow = Transition[Any, Any]


def roles_of(*rows: AnyRow) -> tuple[Role, ...]:
    """Return the roles of some rows, each once."""
    return tuple(dict.fromkeys(role for row in rows for role in row.roles))


def in_words(roles: Sequence[Role]) -> str:
    """Return roles as a sentence names them."""
    return " or ".join(f"the {role.label.lower()}" for role in roles)


@dataclass(frozen=True, slots=True)
class Offer:
    """A move that a person could make now, or the sentence that says why not yet."""

    transition: AnyRow
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A last state that a table keeps as the moment at which it was reached: until then the column is empty."""

    column: str
    last: StrEnum


@dataclass(frozen=True, slots=True)
class Workflow(Generic[Thing, Known]):
    """All the moves of one kind of thing.

    `noun` is how people call it, `row` how the log keeps it, `told` how they say what became of it.
    """

    noun: str
    kind: str
    labels: Mapping[Any, str]
    transitions: tuple[Transition[Thing, Known], ...]
    row: Callable[[Any], Row]
    told: Mapping[Any, str] = field(default_factory=dict)
    # None where the table has a column for the state.
    stamp: Stamp | None = None
    # False where its events name no states.
    says_state: bool = True

    def __getitem__(self, name: str) -> Transition[Thing, Known]:
        """Return the transition of that name."""
        return next(t for t in self.transitions if t.name == name)

    def offers(self, thing: Thing, situation: Situation[Known]) -> list[Offer]:
        """Return the moves from the thing's state that the person's roles allow, each with any refusal."""
        state = thing.state
        theirs = [t for t in self.transitions if t.offered and state in t.sources and _is_theirs(t, situation)]
        return [Offer(t, _refused_by_guards(t, thing, situation)) for t in theirs]

    def offer(self, name: str, thing: Thing, situation: Situation[Known]) -> Offer | None:
        """Return one move with any refusal.

        None where the person's roles do not allow it, or the thing's state is not for it.
        """
        transition = self[name]
        if not _is_theirs(transition, situation) or not transition.may_leave(thing.state):
            return None
        return Offer(transition, _refused_by_guards(transition, thing, situation))

    def refusal(self, name: str, thing: Thing, situation: Situation[Known]) -> str | None:
        """Return why a move is not legal now, or None."""
        transition = self[name]
        if not _is_theirs(transition, situation):
            return transition.only
        if not transition.may_leave(thing.state):
            return self.moved_on(thing, transition)
        return _refused_by_guards(transition, thing, situation)

    def demand(self, name: str, thing: Thing, situation: Situation[Known]) -> Transition[Thing, Known]:
        """Return a legal move.

        Raises Forbidden where the person's roles do not allow it and Conflict where the thing is not in a state, or a
        situation, that does.
        """
        transition = self[name]
        if not _is_theirs(transition, situation):
            raise Forbidden(transition.only)
        refusal = self.refusal(name, thing, situation)
        if refusal:
            raise Conflict(refusal)
        return transition

    def barred(self, name: str, thing: Thing, situation: Situation[Known]) -> str | None:
        """Return why this person can make a move of the thing at no time, by role or earlier part in it, or None."""
        transition = self[name]
        if not _is_theirs(transition, situation):
            return transition.only
        return _first(transition.personal, thing, situation)

    def moved_on(self, thing: Stateful, transition: AnyRow) -> str:
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
            return f"{now}{since}. ‘{transition.label}’ is possible once it is {wanted}."
        return f"{now}{since}, so ‘{transition.label}’ is no longer possible."

    def _leads_to(self, state: StrEnum, wanted: tuple[StrEnum, ...]) -> bool:
        reached = {state}
        # Each round reaches at least one state more, or none is left to reach.
        for _ in self.transitions:
            reached |= {t.target for t in self.transitions if t.target and reached.intersection(t.sources)}
        return bool(reached.intersection(wanted))

    def shift(self, session: Session, thing: Thing, transition: Transition[Thing, Known]) -> None:
        """Change the stored state, where it is still one that the move leaves; raises Conflict where it is not."""
        session.flush()
        table: Any = type(thing)
        here, column, value = (
            (table.state.in_(transition.sources), "state", transition.target or table.state)
            if self.stamp is None
            else (getattr(table, self.stamp.column).is_(None), self.stamp.column, clock.now())
        )
        # What the session has of it is refreshed below; comparing everything that it has would take longer each time.
        made = update(table).where(table.id == thing.id, here).values({column: value})
        moved = session.execute(made, execution_options={"synchronize_session": False})
        if not isinstance(moved, CursorResult) or moved.rowcount != 1:
            raise Conflict(self.moved_on(thing, transition))
        session.refresh(thing, [column])


@contextmanager
def moving(
    session: Session,
    workflow: Workflow[Thing, Known],
    name: str,
    thing: Thing,
    *,
    situation: Situation[Known],
    subject: Subject,
    details: Mapping[str, object] | None = None,
) -> Iterator[list[Row]]:
    """Make a legal move: guard the state in the UPDATE, check the row count, do what goes with it, write the event.

    The block gets a list for the rows that it makes or changes besides the thing itself; the event keeps
    them as the block leaves them. Raises as `Workflow.demand` does. The caller has locked the case or audit.
    """
    transition, before = workflow.demand(name, thing, situation), thing.state
    workflow.shift(session, thing, transition)
    rows: list[Row] = []
    yield rows
    session.flush()
    said = {"from": before, "state": transition.target or before} if workflow.says_state else {}
    record(
        session,
        transition.event,
        by=situation.viewer.id,
        subject=subject,
        details={**(details or {}), **said, **_for_whom(transition, situation)},
        rows=[workflow.row(thing), *rows],
    )


def move(
    session: Session,
    workflow: Workflow[Thing, Known],
    name: str,
    thing: Thing,
    *,
    situation: Situation[Known],
    subject: Subject,
    details: Mapping[str, object] | None = None,
) -> None:
    """Make a legal move with which nothing else goes."""
    with moving(session, workflow, name, thing, situation=situation, subject=subject, details=details):
        pass


def begin(
    session: Session,
    workflow: Workflow[Thing, Known],
    name: str,
    thing: Thing,
    *,
    situation: Situation[Known],
    subject: Callable[[Thing], Subject],
    details: Mapping[str, object],
    rows: Sequence[Row] = (),
) -> None:
    """Keep a thing that begins, and write the event with its row and `rows`; raises as `Workflow.demand` does."""
    transition = workflow.demand(name, thing, situation)
    session.add(thing)
    session.flush()
    record(
        session,
        transition.event,
        by=situation.viewer.id,
        subject=subject(thing),
        details={**details, **_for_whom(transition, situation)},
        rows=[workflow.row(thing), *rows],
    )


def _for_whom(transition: AnyRow, situation: Situation[Any]) -> dict[str, object]:
    """Return of whom somebody is the deputy in a move that is the head of service's."""
    head = situation.viewer.deputy_for.get(situation.area)
    return {"deputy_for": head} if head and Role.HEAD_OF_SERVICE in transition.roles else {}


def _is_theirs(transition: AnyRow, situation: Situation[object]) -> bool:
    here = (situation.audit_ref, situation.area, situation.practitioner, situation.team)
    return transition.is_for(situation.viewer, *here)


def _refused_by_guards(transition: Transition[Thing, Known], thing: Thing, situation: Situation[Known]) -> str | None:
    return _first((*transition.guards, *transition.personal), thing, situation)


def _first(guards: tuple[Guard[Thing, Known], ...], thing: Thing, situation: Situation[Known]) -> str | None:
    return next((refusal for guard in guards if (refusal := guard(thing, situation))), None)


def mermaid(workflow: Workflow[Any, Any]) -> str:
    """Return the state diagram that the documentation shows."""
    rows = [f"    {s} --> {t.target or s}: {t.label}" for t in workflow.transitions for s in t.sources or ("[*]",)]
    return "\n".join(["stateDiagram-v2", *dict.fromkeys(rows)])
