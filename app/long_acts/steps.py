"""Many moves of one kind at once, such as the allocation of every case: thought out one by one, made together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from app.db import HELD, Base
from app.errors import Conflict
from app.events import Recorded, Subject, event_of, record_all
from app.workflow import Known, Situation, Stateful, Thing, Workflow

NOTHING: Mapping[str, Any] = MappingProxyType({})
# So many rows are named in one statement.
TOGETHER = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was thought out and is still to be made: the columns that it changes, and its event."""

    id: int
    columns: Mapping[str, Any]
    event: Recorded


def step(
    workflow: Workflow[Thing, Known],
    name: str,
    thing: Thing,
    *,
    situation: Situation[Known],
    subject: Subject,
    details: Mapping[str, object] = NOTHING,
    columns: Mapping[str, Any] = NOTHING,
) -> Step:
    """Return a move as it will be made, with the `columns` that change besides the state; nothing is written.

    Raises as `Workflow.demand` does.
    """
    transition = workflow.demand(name, thing, situation)
    changed = {**columns, "state": transition.target}
    row = workflow.row(as_changed(thing, changed))
    said = {**details, **({"from": thing.state, "state": transition.target} if workflow.says_state else {})}
    event = event_of(transition.event, by=situation.viewer.id, subject=subject, details=said, rows=[row])
    return Step(thing.id, changed, event)


def as_changed(thing: Stateful, columns: Mapping[str, Any]) -> Any:  # noqa: ANN401 - stands for the row
    """Return the columns of a row as they will be once some of them are changed."""
    return SimpleNamespace(**{**{c.key: getattr(thing, c.key) for c in _table(type(thing)).c}, **columns})


def begin_all(
    session: Session,
    workflow: Workflow[Thing, Known],
    name: str,
    things: Sequence[tuple[Thing, Situation[Known]]],
    *,
    subject: Callable[[Thing], Subject],
    details: Callable[[Thing], Mapping[str, object]],
) -> None:
    """Keep things that begin, all or none, and write their events; raises as `Workflow.demand` does."""
    for thing, situation in things:
        workflow.demand(name, thing, situation)
    session.add_all([thing for thing, _ in things])
    session.flush()
    began = workflow[name].event
    record_all(
        session,
        [
            event_of(began, by=at.viewer.id, subject=subject(of), details=details(of), rows=[workflow.row(of)])
            for of, at in things
        ],
    )


def make_steps(
    session: Session, workflow: Workflow[Any, Any], name: str, kind: type[Base], steps: Sequence[Step]
) -> None:
    """Make moves of one name, all or none, and record their events in the order given.

    Their rows are held in the order of their numbers, as everybody holds several. Raises Conflict where one of them
    is not in a state that the move leaves.
    """
    session.flush()
    table, transition, connection = _table(kind), workflow[name], session.connection()
    in_order = sorted(steps, key=lambda s: s.id)
    for start in range(0, len(in_order), TOGETHER):
        some = in_order[start : start + TOGETHER]
        leaving = table.c.id.in_([s.id for s in some]) & table.c.state.in_(transition.sources)
        held = select(table.c.id).where(leaving).order_by(table.c.id).with_for_update(**HELD)
        left = set(connection.execute(held).scalars())
        if moved_on := [s.id for s in some if s.id not in left]:
            now: Any = session.get_one(kind, moved_on[0], populate_existing=True)
            raise Conflict(workflow.moved_on(now, transition))
        to: dict[str, Any] = {column: bindparam(f"to_{column}") for column in some[0].columns}
        made = update(table).where(table.c.id == bindparam("of")).values(to)
        connection.execute(made, [{"of": s.id} | {f"to_{c}": value for c, value in s.columns.items()} for s in some])
    for known in (session.identity_map.get(identity_key(kind, s.id)) for s in steps):
        if known is not None:
            session.expire(known)
    record_all(session, [s.event for s in steps])


def _table(kind: type[Any]) -> Any:  # noqa: ANN401 - as SQLAlchemy has it
    return kind.__table__
