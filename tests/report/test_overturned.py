"""What moderation changed is counted by the grade that stood in the end, and reviews by their last day."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from app.clock import clock
from app.moderation.enums import ReturnState
from app.moderation.models import Challenge, Return
from app.report.cases.queries import moderated
from app.report.figures.moderation import Moderated
from tests.moderation.test_settings_apart import escalate, ruled
from tests.world import World, the_audit


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    clock.set(datetime(2026, 12, 1, 10, tzinfo=UTC))
    yield
    clock.set(None)


def of_area(world: World, area: str = "A2") -> Moderated:
    """Return what became of the one case that went back to an area."""
    with world.database.reading() as session:
        [found] = [m for m in moderated(session, the_audit(session)) if m.area == area]
    return found


@pytest.mark.parametrize("decided", ["met", "not_met"])
@pytest.mark.parametrize("in_the_end", [None, "met", "not_met"])
def test_a_grade_is_overturned_by_whoever_had_the_last_word(world: World, decided: str, in_the_end: str | None) -> None:
    assert of_area(world).overturned is None
    ruled(world, decided)
    if in_the_end:
        escalate(world)
        assert of_area(world).overturned is (decided == "met")
        ruled(world, in_the_end, adjudicated=True)
    with world.database.reading() as session:
        first = session.scalars(select(Challenge.return_id)).one()
    with world.database.writing() as session:
        # A case that became Not Met again went back once more; only its first return was challenged.
        session.execute(update(Return).where(Return.id != first).values(state=ReturnState.WITHDRAWN))
    found = of_area(world)
    assert found.overturned is ((in_the_end or decided) == "met")
    assert (found.escalated, found.adjudicated) == (in_the_end is not None, in_the_end is not None)


@pytest.mark.parametrize(
    ("reviewed", "said"),
    [
        (datetime(2026, 6, 29, 12, tzinfo=UTC), "in_time"),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "in_time"),
        # Half past midnight of the next day in England.
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "late"),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "late"),
    ],
)
def test_a_review_is_in_time_until_the_end_of_its_day(world: World, reviewed: datetime, said: str) -> None:
    with world.database.writing() as session:
        session.execute(
            update(Return).values(reviewed_at=reviewed, review_due=datetime(2026, 6, 30, tzinfo=UTC).date())
        )
    assert of_area(world).review == said
