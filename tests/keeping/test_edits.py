"""Whatever is edited past the product, wherever, is found and named, on a demonstration of a thousand cases.

`CASEWORK_AUDIT_EDITS` says at how many places of chance each edit is tried.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Table, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.enums import AssessmentState
from app.audit.models import Assessment, AuditCase, Decision
from app.db import Base
from app.events import Event, EventHead, Subject, link, record
from app.keeping.record import NOT_HELD, head, leads_to, wrong
from tests.commands.test_held import values
from tests.conftest import BOTH
from tests.old_demonstration import brought_up
from tests.world import World

# One process builds what all of these look at.
pytestmark = pytest.mark.xdist_group("edits")
PLACES = int(os.environ.get("CASEWORK_AUDIT_EDITS", "2"))
HELD = [table for table in Base.metadata.sorted_tables if table.name not in NOT_HELD]
# How the log calls the rows of a table, where it has another word; and those that stand in the row of another table.
CALLED = {
    "audit_case": "Case",
    "returned_case": "Return",
    "sample_draw": "Draw",
    "threshold_document": "Threshold",
    "stood_aside": "Standing aside",
    "challenge_note": "Note",
    "sign_off": "Sign-off",
}
STANDS_IN = {
    "judgement": ("assessment_id", ["Assessment"]),
    "fact_answer": ("assessment_id", ["Assessment"]),
    "challenge_point": ("challenge_id", ["Challenge"]),
    "role_grant": ("person_id", ["Person", "Account"]),
    "frame_part": ("frame_id", ["Filings", "Frame"]),
    "person": ("id", ["Person", "Account"]),
    "service_area": ("code", ["Service area"]),
}
Names = list[str]


@pytest.fixture(scope="module", params=BOTH)
def demonstration(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return the demonstration, which no test changes for good."""
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    with brought_up(tmp_path_factory.mktemp("edits"), server) as world:
        yield world


def sentences(session: Session) -> list[str]:
    """Return everything that verify-log would say."""
    session.expire_all()
    with closing(wrong(session)) as found:
        return list(found)


def about(found: Sequence[str], names: Names) -> list[str]:
    """Return the sentences that begin with one of some names."""
    return [s for s in found if s.startswith(tuple(f"{name}{end}" for name in names for end in " :"))]


def named(table: Table, row: Any) -> Names:
    """Return how the log calls a row."""
    called = CALLED.get(table.name, table.name.replace("_", " ").capitalize())
    column, kinds = STANDS_IN.get(table.name, ("id", [called]))
    return [f"{kind} {getattr(row, column)}" for kind in kinds]


def rows_of(session: Session, table: Table) -> Sequence[Any]:
    """Return the rows of a table that the log holds: of assessments those that were submitted."""
    query, submitted = select(table), Assessment.__table__.c.state == AssessmentState.SUBMITTED
    if "assessment_id" in table.c:
        query = query.join(Assessment.__table__, Assessment.__table__.c.id == table.c.assessment_id).where(submitted)
    elif table.name == "assessment":
        query = query.where(submitted)
    return session.execute(query).all()


def key_of(table: Table, row: Any) -> tuple[object, ...]:
    """Return a row's primary key."""
    return tuple(getattr(row, column.name) for column in table.primary_key.columns)


def tried(session: Session, table: Table, statement: Any, row: Any = None) -> bool:
    """Edit a row, or a table; say whether the database takes it: it refuses some edits by itself."""
    if row is not None:
        for column, value in zip(table.primary_key.columns, key_of(table, row), strict=True):
            statement = statement.where(column == value)
    try:
        with session.begin_nested():
            session.execute(statement)
    except IntegrityError:
        return False
    return True


def another(session: Session, column: Column[Any], now: object, chance: random.Random) -> object:
    """Return another value for a column; what refers to a row refers to another one then."""
    for key in column.foreign_keys:
        others = [value for value in session.scalars(select(key.column)) if value != now]
        return chance.choice(others) if others else now
    return next((value for value in values(column) if value != now), now)


def one_changed(session: Session, column: Column[Any], chance: random.Random) -> Names:
    """Change a column of a row of chance; return how the row is called, nothing where it is not changed."""
    table: Any = column.table
    rows = rows_of(session, table)
    if not rows:
        return []
    row = chance.choice(rows)
    to = another(session, column, getattr(row, column.name), chance)
    if to == getattr(row, column.name) or not tried(session, table, update(table).values({column.name: to}), row):
        return []
    moved = [r for r in rows_of(session, table) if key_of(table, r) == key_of(table, row)]
    return [name for r in (row, *moved) for name in named(table, r)]


def one_less(session: Session, table: Table, chance: random.Random) -> Names:
    """Take a row of chance away to which no other refers; return how it was called."""
    rows = rows_of(session, table)
    gone = (row for row in chance.sample(rows, k=min(20, len(rows))) if tried(session, table, delete(table), row))
    return [name for row in [next(gone, None)] if row is not None for name in named(table, row)]


def one_more(session: Session, table: Table, chance: random.Random) -> Names:
    """Add a copy of a row of chance, with other texts in it; return how it is called."""
    rows = rows_of(session, table)
    if not rows:
        return []
    copied = chance.choice(rows)._asdict()
    texts = {c.name for c in table.columns if isinstance(copied[c.name], str) and type(copied[c.name]) is str}
    free = {c.name for c in table.columns if not c.foreign_keys and not hasattr(c.type, "enums")}
    new = {name: f"{value}+" if name in texts & free and value else value for name, value in copied.items()}
    new |= {"number": 99} if table.name == "frame_part" else {}
    if "id" in new:
        new["id"] = max(row.id for row in rows) + 100_000
    if not tried(session, table, insert(table).values(new)):
        return []
    before = {key_of(table, row) for row in rows}
    return [n for row in rows_of(session, table) if key_of(table, row) not in before for n in named(table, row)]


@pytest.mark.parametrize("place", range(PLACES))
def test_every_column_of_a_row_of_chance(demonstration: World, place: int) -> None:
    chance, made = random.Random(place), {}
    with demonstration.trial() as session:
        for table in HELD:
            for column in table.columns:
                if column.primary_key or f"{table.name}.{column.name}" in NOT_HELD:
                    continue
                if names := one_changed(session, column, chance):
                    made[f"{table.name}.{column.name}"] = names
        found = sentences(session)
    assert len(made) > 120, len(made)
    assert [edit for edit, names in made.items() if not about(found, names)] == []
    every = [name for names in made.values() for name in names]
    assert [sentence for sentence in found if not about([sentence], every)] == []


@pytest.mark.parametrize("place", range(PLACES))
@pytest.mark.parametrize("edit", [one_less, one_more])
def test_a_row_less_or_more_of_every_table(
    demonstration: World, edit: Callable[[Session, Table, random.Random], Names], place: int
) -> None:
    chance = random.Random(place)
    with demonstration.trial() as session:
        made = {table.name: edit(session, table, chance) for table in reversed(HELD)}
        found = sentences(session)
    assert sum(bool(names) for names in made.values()) > 12, made
    assert [table for table, names in made.items() if names and not about(found, names)] == []


def event_of_chance(session: Session, chance: random.Random, *conditions: Any) -> Event:
    """Return an event, neither the first nor the last."""
    last = session.scalar(select(func.max(Event.number))) or 0
    query = select(Event.number).where(Event.number > 1, Event.number < last, *conditions)
    return session.get_one(Event, chance.choice(session.scalars(query).all()))


EventEdit = Callable[[Session, random.Random], str]


def with_columns(**columns: Any) -> EventEdit:
    """Return an edit of an event of chance that gives the sentence's beginning."""

    def edit(session: Session, chance: random.Random) -> str:
        differs = [getattr(Event, name).is_distinct_from(value) for name, value in columns.items()]
        event = event_of_chance(session, chance, *differs)
        session.execute(update(Event).where(Event.number == event.number).values(**columns))
        return f"Event {event.number} ("

    return edit


def an_event_less(session: Session, chance: random.Random) -> str:
    event = event_of_chance(session, chance)
    session.execute(delete(Event).where(Event.number == event.number))
    return f"Event {event.number} is missing"


def two_events_swapped(session: Session, chance: random.Random) -> str:
    number = event_of_chance(session, chance).number
    for old, new in ((number, -1), (number + 1, number), (-1, number + 1)):
        session.execute(update(Event).where(Event.number == old).values(number=new))
    return f"Event {number} ("


def an_event_more(session: Session, chance: random.Random) -> str:
    """Add one between two, and count up those after it."""
    event = event_of_chance(session, chance)
    row = session.execute(select(Event.__table__).where(Event.number == event.number)).one()._asdict()
    session.execute(update(Event).where(Event.number > event.number).values(number=-Event.number - 1))
    session.execute(update(Event).where(Event.number < 0).values(number=-Event.number))
    session.execute(insert(Event).values({**row, "number": event.number + 1}))
    return f"Event {event.number + 1} ("


def the_tail_cut(session: Session, chance: random.Random) -> str:
    last, cut = session.get_one(EventHead, 1).number, chance.randint(1, 50)
    session.execute(delete(Event).where(Event.number > last - cut))
    return f"The log's head names event {last}, but the last event is {last - cut}"


def the_head_removed(session: Session, _chance: random.Random) -> str:
    session.execute(delete(EventHead))
    return "The log's head is missing"


def the_head_moved(session: Session, chance: random.Random) -> str:
    session.execute(update(EventHead).values(number=EventHead.number - chance.randint(1, 9)))
    return "The log's head names event"


def the_head_marked(session: Session, chance: random.Random) -> str:
    session.execute(update(EventHead).values(key_mark=chance.choice(["", "0" * 64])))
    return "The log's head has the mark of another key"


def the_details_taken(session: Session, chance: random.Random) -> str:
    """Take away all details of a case, and change its grade in three tables."""
    event = event_of_chance(session, chance, Event.name == "grade_submitted")
    session.execute(update(Event).where(Event.case_id == event.case_id).values(payload=None, salt=None))
    for table, case, column in (
        (AuditCase, AuditCase.id, "standing_grade"),
        (Assessment, Assessment.case_id, "grade"),
        (Decision, Decision.case_id, "grade"),
    ):
        session.execute(update(table).where(case == event.case_id).values({column: "good"}))
    first = session.scalar(select(func.min(Event.number)).where(Event.case_id == event.case_id))
    return f"Event {first} ("


def the_rest_linked_anew(session: Session, chance: random.Random) -> str:
    """Change an event and link everything after it anew, without the key."""
    event = event_of_chance(session, chance, Event.name == "grade_submitted")
    session.execute(update(Event).where(Event.number == event.number).values(actor_id=1))
    previous = session.get_one(Event, event.number - 1).chain
    session.expire_all()
    for later in session.scalars(select(Event).where(Event.number >= event.number).order_by(Event.number)).all():
        later.chain = previous = link(b"a guess", previous, later)
    session.flush()
    session.execute(update(EventHead).values(chain=previous))
    return f"Event {event.number} (grade_submitted): it does not follow"


EVENT_EDITS: dict[str, EventEdit] = {
    "a payload": with_columns(payload='{"grade": "good"}'),
    "a salt": with_columns(salt="0" * 32),
    "a payload without its salt": with_columns(salt=None),
    "a hash": with_columns(payload_sha256="0" * 64),
    "a link": with_columns(chain="0" * 64),
    "an actor": with_columns(actor_id=7),
    "a time": with_columns(at=datetime(2013, 1, 1, tzinfo=UTC)),
    "a name": with_columns(name="grade_looked_at"),
    "a subject": with_columns(subject_id="99999"),
    "a kind of subject": with_columns(subject_kind="thing"),
    "an audit": with_columns(audit_ref="ANOTHER"),
    "a case": with_columns(case_id=99999),
    "details taken away": with_columns(payload=None, salt=None),
    "details taken away and a grade changed in three tables": the_details_taken,
    "an event less": an_event_less,
    "an event more": an_event_more,
    "two events swapped": two_events_swapped,
    "the tail cut": the_tail_cut,
    "the head removed": the_head_removed,
    "the head moved": the_head_moved,
    "the head marked": the_head_marked,
    "the rest linked anew": the_rest_linked_anew,
}


@pytest.mark.parametrize("what", EVENT_EDITS)
def test_an_edited_log_is_found_and_named(demonstration: World, what: str) -> None:
    for place in range(PLACES):
        with demonstration.trial() as session:
            words = EVENT_EDITS[what](session, random.Random(place))
            session.expire_all()
            with closing(wrong(session)) as found:
                first = next(found, "Nothing.")
        assert first.startswith(words), first


def test_an_older_database_put_back_is_found_by_a_head_that_was_kept(demonstration: World) -> None:
    with demonstration.trial() as session:
        for _ in range(3):
            record(session, "signed_in", by=1, subject=Subject("person", 1))
        kept = head(session)
        assert leads_to(session, kept)
        assert sentences(session) == []
    with demonstration.trial() as session:
        assert sentences(session) == []
        assert not leads_to(session, kept)
