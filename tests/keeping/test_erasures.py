"""Details that are gone are missed, unless an event says that they were erased; and nothing is left out for it."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditCase, Decision
from app.events import ERASURE, Event, EventHead, Subject, record
from app.keeping.record import ROWS
from tests.keeping.test_record import found, some_event
from tests.world import REF, World


def erase(session: Session, number: int) -> Event:
    """Take away an event's details; nothing says so."""
    event = session.get_one(Event, number)
    session.execute(update(Event).where(Event.number == number).values(payload=None, salt=None))
    return event


def test_details_that_nobody_erased_are_missed_and_nothing_is_left_out_for_it(world: World) -> None:
    with world.database.writing() as session:
        event = erase(session, some_event(session))
        session.execute(update(Decision).values(reasons="Other reasons."))
    gone, *rows = found(world)
    assert gone == (
        f"Event {event.number} (grade_submitted): its details are gone, and no event says that they were erased."
    )
    with world.database.reading() as session:
        decided = session.scalars(select(Decision.id)).all()
    assert [any(row.startswith(f"Decision {key} of case") for row in rows) for key in decided] == [True] * len(decided)


def test_an_erasure_names_what_it_erased_and_says_again_how_the_rows_stand(world: World) -> None:
    with world.database.writing() as session:
        said = [(kind, str(key)) for kind, key, *_ in session.get_one(Event, some_event(session)).rows]
        event = erase(session, some_event(session))
        live = {row.name: row for rows in ROWS for row in rows(session)}
        record(
            session,
            ERASURE,
            by=1,
            subject=Subject("case", event.case_id or 0, "", event.case_id),
            details={"erased": [event.number]},
            rows=[live[name] for name in said],
        )
    assert found(world) == []
    with world.database.writing() as session:
        session.execute(update(AuditCase).where(AuditCase.id == event.case_id).values(standing_grade="good"))
    (sentence,) = found(world)
    assert sentence.startswith(f"Case {event.case_id}: by event")


@pytest.mark.parametrize("erased", ["what comes after", [], [1, 2], None])
def test_an_erasure_that_does_not_name_it_erases_nothing(world: World, erased: object) -> None:
    with world.database.writing() as session:
        after = session.get_one(EventHead, 1).number + 2
        details = {"erased": [after] if erased == "what comes after" else erased}
        record(session, ERASURE, by=1, subject=Subject("audit", REF, REF), details=details)
        record(session, "signed_in", by=1, subject=Subject("person", 1))
        erase(session, after)
    (sentence,) = found(world)
    assert sentence.startswith(f"Event {after} (signed_in): its details are gone")
