"""Timetables without a database: plans forwards and backwards, what follows from the windows, the order of days."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit.enums import AuditState, TimetableStage
from app.audit.timetable.rules import (
    STAGES,
    Standing,
    Until,
    backwards,
    faults,
    forwards,
    gaps,
    is_done,
    is_late,
    remarks,
    until,
)
from app.clock import add_working_days, is_working_day, take_working_days

USUAL: Any = SimpleNamespace(challenge_days=10, decision_days=6, escalation_days=5)
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
BETWEEN = st.lists(st.integers(0, 30), min_size=len(STAGES) - 1, max_size=len(STAGES) - 1)
S = TimetableStage


def test_the_earliest_finalising_follows_from_the_windows() -> None:
    assert until(date(2026, 11, 20), USUAL) == Until(
        date(2026, 12, 4), date(2026, 12, 14), date(2026, 12, 21), date(2026, 12, 31)
    )


def test_a_plan_goes_across_christmas() -> None:
    found = forwards(date(2026, 11, 9), gaps(USUAL, 20))
    assert found == {
        S.LIST_BY: date(2026, 11, 9),
        S.LOCK_ON: date(2026, 11, 11),
        S.DICE_ON: date(2026, 11, 12),
        S.GRADING_FROM: date(2026, 11, 16),
        S.GRADING_TO: date(2026, 12, 14),
        # Christmas Day is a Friday, Boxing Day moves to Monday 28, and 1 January is a Friday.
        S.LAST_CHALLENGE: date(2026, 12, 30),
        S.FINALISE_ON: date(2027, 1, 25),
        S.REPORT_ON: date(2027, 2, 1),
        S.PUBLISH_ON: date(2027, 2, 8),
    }
    assert backwards(date(2027, 2, 8), gaps(USUAL, 20)) == found
    assert backwards(date(2027, 2, 7), gaps(USUAL, 20))[S.PUBLISH_ON] == date(2027, 2, 5), "a Sunday: the Friday before"
    assert forwards(date(2026, 12, 25), gaps(USUAL, 1))[S.LIST_BY] == date(2026, 12, 29)


@settings(deadline=None)  # the first bank holiday waits for their list
@given(DAYS, BETWEEN)
def test_a_plan_is_of_working_days_in_order_and_the_same_backwards(first: date, between: list[int]) -> None:
    found = forwards(first, between)
    assert list(found) == list(STAGES)
    assert all(map(is_working_day, found.values()))
    assert faults(found) == {}
    assert backwards(found[S.PUBLISH_ON], between) == found


@settings(deadline=None)
@given(DAYS, st.integers(0, 60))
def test_working_days_are_taken_as_they_were_added(day: date, count: int) -> None:
    start = day if is_working_day(day) else add_working_days(day, 1)
    assert take_working_days(add_working_days(start, count), count) == start


@given(st.lists(DAYS, min_size=2, max_size=9))
@settings(deadline=None)
def test_days_out_of_order_or_on_which_nobody_works_are_named(days: list[date]) -> None:
    planned = dict(zip(STAGES, days, strict=False))
    found = faults(planned)
    assert {s.value for s, d in planned.items() if not is_working_day(d)} <= found.keys()
    in_order = days == sorted(days)
    assert (not found) == (in_order and all(map(is_working_day, days)))


def test_a_shorter_plan_is_told() -> None:
    days = {S.GRADING_TO: date(2026, 11, 20), S.LAST_CHALLENGE: date(2026, 12, 1), S.FINALISE_ON: date(2026, 12, 18)}
    told = list(remarks(days, USUAL, date(2026, 11, 27)))
    assert [sentence.split(".")[0][-40:] for sentence in told] == [
        sentence.split(".")[0][-40:]
        for sentence in (
            "The framework says that grading ends on 27 November 2026; the timetable says 20 November 2026.",
            "A case graded on the last day can be challenged until 4 December 2026, not only 1 December 2026.",
            "It is planned to finalise on 18 December 2026.",
        )
    ]
    assert "by 31 December 2026" in told[2]
    assert (
        list(remarks({**days, S.LAST_CHALLENGE: date(2026, 12, 4), S.FINALISE_ON: date(2026, 12, 31)}, USUAL, None))
        == []
    )
    assert list(remarks({}, USUAL, None)) == []


@pytest.mark.parametrize(
    ("stage", "of", "late"),
    [
        (S.LIST_BY, Standing(AuditState.COMMISSIONED), True),
        (S.LIST_BY, Standing(AuditState.FRAMEWORK_AGREED, has_list=True), False),
        (S.LOCK_ON, Standing(AuditState.FRAMEWORK_AGREED, has_list=True), True),
        (S.LOCK_ON, Standing(AuditState.FRAMEWORK_AGREED, has_list=True, locked=True), False),
        (S.DICE_ON, Standing(AuditState.SAMPLED), False),
        (S.GRADING_FROM, Standing(AuditState.SAMPLED), True),
        (S.GRADING_TO, Standing(AuditState.FIELDWORK, ungraded=True), True),
        (S.GRADING_TO, Standing(AuditState.FIELDWORK), False),
        (S.LAST_CHALLENGE, Standing(AuditState.FIELDWORK), False),
        (S.FINALISE_ON, Standing(AuditState.FIELDWORK), True),
        (S.PUBLISH_ON, Standing(AuditState.FINALISED), True),
        (S.PUBLISH_ON, Standing(AuditState.WITHDRAWN), False),
        (S.LIST_BY, Standing(AuditState.DRAFT), True),
    ],
)
def test_what_has_passed_undone_is_late(stage: TimetableStage, of: Standing, late: bool) -> None:
    on, day_after = date(2026, 11, 24), date(2026, 11, 25)
    assert is_late(stage, on, of, day_after) is late
    assert not is_late(stage, day_after, of, day_after), "its day is not over"
    assert not is_late(stage, None, of, day_after)
    assert not (late and is_done(stage, of))
