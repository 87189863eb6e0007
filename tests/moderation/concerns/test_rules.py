"""Who takes the next step of a concern, and by when."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.moderation.concerns.rules import CONCERN, ConcernKnown, due_of, is_overdue, next_in_words, who_answers
from app.moderation.enums import ConcernState
from app.people.enums import Role
from tests.moves import (
    ME,
    SOMEBODY,
    TODAY,
    TOMORROW,
    YESTERDAY,
    refused,
    said,
    stopped,
    thing,
    who,
)

HEAD, LEAD = who(Role.HEAD_OF_SERVICE), who(Role.LEAD)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with stopped():
        yield


def concern(state: ConcernState = ConcernState.RAISED, **more: Any) -> Any:
    """Return a concern whose next step is due today."""
    usual = {"acknowledge_by": TODAY, "act_by": TOMORROW, "raised_by": SOMEBODY, "acknowledged_by": None}
    return thing(state, **{**usual, **more})


def test_the_next_step_of_a_concern_is_due_and_overdue_the_day_after() -> None:
    days = [due_of(concern(state)) for state in ConcernState]
    assert dict(zip(ConcernState, days, strict=True)) == {
        ConcernState.RAISED: TODAY,
        ConcernState.ACKNOWLEDGED: TOMORROW,
        ConcernState.ACTION_TAKEN: None,
        ConcernState.CLOSED: None,
    }
    assert [is_overdue(concern(acknowledge_by=d)) for d in (YESTERDAY, TODAY)] == [True, False]
    assert not is_overdue(concern(ConcernState.CLOSED, acknowledge_by=YESTERDAY))


def test_who_answers_a_concern_and_what_is_next_are_said_by_name() -> None:
    assert who_answers("A1", ["Ann", "Bo"], ["Di"]) == "Ann or Bo, head of service of A1,"
    assert who_answers("A1", [], ["Di", "Ed"]) == "Di or Ed, assistant director standing in for A1,"
    assert who_answers("A1", [], []) == ""
    sentences = [next_in_words(concern(state), "Ann") for state in ConcernState]
    assert len(set(sentences)) == 4
    assert sum(s.startswith("Ann ") for s in sentences) == 3
    assert next_in_words(concern(), "").startswith("The audit lead, as nobody answers for A1, acknowledges it")


@pytest.mark.parametrize(
    ("name", "state", "day"),
    [("acknowledge", ConcernState.RAISED, "acknowledge_by"), ("act", ConcernState.ACKNOWLEDGED, "act_by")],
)
def test_the_area_comes_first_with_a_concern(name: str, state: ConcernState, day: str) -> None:
    def ask(viewer: Any, responsible: str, **more: Any) -> str | None:
        return refused(CONCERN, name, concern(state, **more), viewer, ConcernKnown(responsible))

    assert ask(HEAD, "Ann", **{day: TODAY}) is None
    assert "Ann has until 25 November 2026." in said(ask(LEAD, "Ann", **{day: TODAY}))
    assert ask(LEAD, "Ann", **{day: YESTERDAY}) is None
    assert ask(LEAD, "Ann", **{day: None}) is None
    assert ask(LEAD, "", **{day: TODAY}) is None
    assert ask(LEAD, "Ann", **{day: TODAY, "acknowledged_by": ME}) is None
    assert ask(who(Role.LEAD, Role.HEAD_OF_SERVICE, area="A2"), "Ann", **{day: TODAY})


def test_nobody_closes_a_concern_that_they_raised() -> None:
    of = concern(ConcernState.ACTION_TAKEN, raised_by=ME)
    assert "You raised this concern" in said(refused(CONCERN, "close", of, LEAD, ConcernKnown("")))
    assert refused(CONCERN, "close", concern(ConcernState.ACTION_TAKEN), LEAD, ConcernKnown("")) is None
