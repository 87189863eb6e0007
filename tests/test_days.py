"""Every window the day before, on the day and the day after: the last is part of it, and lateness begins after it."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.audit.bars.rules import Bars
from app.audit.enums import CaseState
from app.audit.rules import CASE, CaseKnown, GradeKnown, PartsKnown
from app.audit.staff.time import Time
from app.clock import clock, time_left
from app.moderation.challenges.queries import challenge_waits, open_challenges
from app.moderation.challenges.rules import CHALLENGE, ChallengeKnown
from app.moderation.concerns.rules import CONCERN, ConcernKnown, is_overdue
from app.moderation.enums import ChallengeState, ConcernState, FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.returns.queries import open_returns, unanswered
from app.moderation.returns.rules import (
    RETURN,
    is_late,
    is_unanswered,
    next_due,
    why_not_overridden,
    why_not_reminded,
)
from app.notices.queries import reviews_due
from app.people.enums import Role
from app.sampling.columns import Allowed
from app.sampling.reading import read_frame
from app.work.home.items import Item
from tests.moves import AREA, ME, SOMEBODY, refused, thing, who
from tests.world import FRAME_HEAD, World, the_audit

DUE, BEFORE = date(2026, 11, 25), date(2026, 11, 2)
THREE = [DUE + timedelta(days=n) for n in (-1, 0, 1)]
HEAD, LEAD, MANAGER = who(Role.HEAD_OF_SERVICE), who(Role.LEAD), who(Role.IMPROVEMENT_MANAGER)
UNTIL, AFTER = [True, True, False], [False, False, True]
NO_PART = ChallengeKnown(PartsKnown(frozenset(), frozenset(), frozenset()))


@pytest.fixture(autouse=True)
def _running_again() -> Iterator[None]:
    yield
    clock.set(None)


def on_each_day(ask: Callable[[], object]) -> list[bool]:
    """Return what is so at noon of the day before, of the day, and of the day after."""
    found = []
    for day in THREE:
        clock.set(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        found.append(bool(ask()))
    return found


def returned(state: ReturnState = ReturnState.OPEN, **more: Any) -> Any:
    """Return a case that is back with its area, of which everything is long past but what is given."""
    usual: dict[str, Any] = dict.fromkeys(("further_action", "action_by", "reminded_at", "overridden_at"))
    return thing(state, **{**usual, "review_due": BEFORE, "challenge_due": BEFORE, "brought_in": False, **more})


def concern(state: ConcernState) -> Any:
    """Return a concern whose next step is due on the day."""
    days = {"acknowledge_by": DUE, "act_by": DUE} if state is ConcernState.RAISED else {"acknowledge_by": BEFORE}
    return thing(state, **{"act_by": DUE, **days, "raised_by": SOMEBODY, "acknowledged_by": None})


REVIEWED = returned(ReturnState.REVIEWED, challenge_due=DUE)
REVIEW_LATE = returned(review_due=DUE, challenge_due=BEFORE)
ACTION = returned(ReturnState.ACCEPTED, further_action=FurtherAction.NEEDED, action_by=DUE)
GRADED = thing(CaseState.GRADED, auditor_id=ME)
DECIDED = thing(ChallengeState.DECIDED, escalation_due=DUE, decision=None)
CORRECTABLE = CaseKnown(GradeKnown(DUE, decided=False), bars=Bars())


RAISED, ACKNOWLEDGED, ANN = concern(ConcernState.RAISED), concern(ConcernState.ACKNOWLEDGED), ConcernKnown("Ann")
WINDOWS: dict[str, tuple[Callable[[], object], list[bool]]] = {
    "challenge": (lambda: refused(RETURN, "challenge", REVIEWED, HEAD) is None, UNTIL),
    "lapse": (lambda: refused(RETURN, "lapse", REVIEWED, LEAD) is None, AFTER),
    "unanswered": (lambda: is_unanswered(REVIEWED), AFTER),
    "next due": (lambda: next_due(REVIEWED) == DUE, UNTIL),
    "late review": (lambda: is_late(REVIEW_LATE), AFTER),
    "late action": (lambda: is_late(ACTION), AFTER),
    "remind of a review": (lambda: why_not_reminded(REVIEW_LATE) is None, AFTER),
    "remind of an action": (lambda: why_not_reminded(ACTION) is None, AFTER),
    "override a review": (lambda: why_not_overridden(REVIEW_LATE) is None, AFTER),
    "override within the time to answer": (lambda: why_not_overridden(returned(challenge_due=DUE)) is None, AFTER),
    "escalate": (lambda: refused(CHALLENGE, "escalate", DECIDED, HEAD, NO_PART) is None, UNTIL),
    "correct": (lambda: refused(CASE, "correct", GRADED, MANAGER, CORRECTABLE) is None, UNTIL),
    "late acknowledgement": (lambda: is_overdue(RAISED), AFTER),
    "late action on a concern": (lambda: is_overdue(ACKNOWLEDGED), AFTER),
    "acknowledge for the area": (lambda: refused(CONCERN, "acknowledge", RAISED, LEAD, ANN) is None, AFTER),
    "act for the area": (lambda: refused(CONCERN, "act", ACKNOWLEDGED, LEAD, ANN) is None, AFTER),
    "acknowledge late": (lambda: refused(CONCERN, "acknowledge", RAISED, HEAD, ANN) is None, [True] * 3),
    "late on your work": (lambda: Item("Case", "/", "Grade it", DUE).overdue, AFTER),
    "late in words": (lambda: time_left(DUE).endswith("late"), AFTER),
    "the last day in words": (lambda: time_left(DUE) == "today is the last day", [False, True, False]),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_ends_with_its_last_day(name: str) -> None:
    ask, so = WINDOWS[name]
    assert on_each_day(ask) == so


def test_what_finalising_waits_for_ends_with_its_last_day(world: World) -> None:
    with world.database.writing() as session:
        late = {"review_due": BEFORE, "challenge_due": DUE}
        session.execute(update(Return).values(overridden_at=datetime(2026, 11, 24, tzinfo=UTC), **late))
        session.execute(update(Challenge).values(state=ChallengeState.DECIDED, escalation_due=DUE))
    lead, director = world.viewer("lead"), world.viewer("director")

    def asked(what: Callable[[Session], object]) -> list[bool]:
        def on_a_day() -> object:
            # A page is of one day: a session asks each question once.
            with world.database.reading() as session:
                return what(session)

        return on_each_day(on_a_day)

    assert asked(lambda s: open_returns(s, lead, the_audit(s))) == UNTIL
    assert asked(lambda s: open_challenges(s, director, the_audit(s))) == UNTIL
    assert asked(lambda s: challenge_waits(s, s.get_one(Challenge, 1).case)) == UNTIL
    with world.database.writing() as session:
        session.execute(update(Return).values(state=ReturnState.REVIEWED, overridden_at=None))
    assert asked(lambda s: open_returns(s, lead, the_audit(s))) == UNTIL
    assert asked(lambda s: unanswered(s, the_audit(s))) == AFTER


def test_a_review_is_near_on_the_day_that_is_asked_for(world: World) -> None:
    with world.database.writing() as session:
        session.execute(update(Return).values(state=ReturnState.OPEN, review_due=DUE))
    with world.database.reading() as session:
        assert [bool(reviews_due(session, day)) for day in THREE] == [False, True, True]


FIRST, LAST = date(2026, 9, 1), date(2026, 10, 31)


@pytest.mark.parametrize("outside", ["reject", "exclude"])
@pytest.mark.parametrize(
    ("day", "inside"),
    [(d + timedelta(n), FIRST <= d + timedelta(n) <= LAST) for d in (FIRST, LAST) for n in (-1, 0, 1)],
    ids=str,
)
def test_a_filing_window_has_its_first_and_its_last_day(outside: str, day: date, *, inside: bool) -> None:
    allowed = Allowed((AREA,), ("public",), ("B1",), (FIRST, LAST), outside_window=outside)
    row = f"C-1,P-1,{AREA},public,B1,employed,{day},report\n"
    reading = read_frame(BytesIO((FRAME_HEAD + row).encode()), allowed)
    assert (reading.rows == 1 and not reading.problems) is inside
    assert ("outside_window" in reading.set_aside) is (outside == "exclude" and not inside)


def test_time_away_has_its_first_and_its_last_day() -> None:
    away = Time(away_from=DUE, away_to=DUE + timedelta(days=2))
    assert [away.is_there(DUE + timedelta(days=n)) for n in (-1, 0, 1, 2, 3)] == [True, False, False, False, True]
    assert [Time(starts_on=DUE).is_there(day) for day in THREE] == [False, True, True]
    assert Time(60).weight(DUE, DUE) == 60
    assert Time(60).weight(DUE, DUE + timedelta(days=1)) == 120


def test_an_act_after_midnight_in_summer_is_of_the_day_in_england() -> None:
    late = SimpleNamespace(**vars(REVIEWED))
    late.challenge_due = date(2026, 6, 30)
    for hour, still in ((22, True), (23, False)):
        clock.set(datetime(2026, 6, 30, hour, 30, tzinfo=UTC))
        assert (refused(RETURN, "challenge", late, HEAD) is None) is still
