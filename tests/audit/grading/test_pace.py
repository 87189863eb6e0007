"""The pace line: how far somebody is with their cases, and what it takes each day on which they are there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.grading.rules import pace
from app.audit.staff.time import Time
from app.clock import clock, is_working_day

MONDAY = date(2026, 11, 30)
COUNTS = st.integers(min_value=0, max_value=2000)
DAYS = st.dates(date(2026, 10, 1), date(2027, 3, 1))


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    clock.set(datetime.combine(MONDAY, datetime.min.time(), UTC) + timedelta(hours=9))
    yield
    clock.set(None)


@pytest.mark.parametrize(
    ("graded", "rest", "last", "time", "said"),
    [
        (11, 56, date(2026, 12, 9), Time(), "11 of 67 graded. 7 each working day would finish by 9 December"),
        (11, 56, None, Time(), "11 of 67 graded"),
        (67, 0, date(2026, 12, 9), Time(), "67 of 67 graded"),
        (55, 12, date(2026, 11, 27), Time(), "Grading ended on 27 November: 12 are still to be graded"),
        (66, 1, date(2026, 11, 27), Time(), "Grading ended on 27 November: 1 is still to be graded"),
        (0, 3, MONDAY, Time(), "0 of 3 graded. 3 each working day would finish by 30 November"),
        (0, 3, date(2027, 1, 4), Time(), "0 of 3 graded. 1 each working day would finish by 4 January 2027"),
        # Away from Tuesday: Monday alone is left, and not even that.
        (0, 9, date(2026, 12, 4), Time(away_from=date(2026, 12, 1), away_to=date(2026, 12, 4)),
         "0 of 9 graded. 9 each working day would finish by 4 December"),
        (0, 9, date(2026, 12, 4), Time(starts_on=date(2026, 12, 7)),
         "Grading ends on 4 December: 9 are still to be graded"),
    ],
)  # fmt: skip
def test_it_says(graded: int, rest: int, last: date | None, time: Time, said: str) -> None:
    assert pace(graded, rest, last, time) == said


@given(COUNTS, COUNTS, DAYS, DAYS, DAYS)
def test_so_many_each_day_are_enough_and_one_less_is_not(
    graded: int, rest: int, last: date, away_from: date, away_to: date
) -> None:
    time = Time(away_from=min(away_from, away_to), away_to=max(away_from, away_to))
    days = (MONDAY + timedelta(days=n) for n in range((last - MONDAY).days + 1))
    there = sum(is_working_day(day) and time.is_there(day) for day in days)
    said = pace(graded, rest, last, time)
    first, _, second = said.partition(". ")
    if not rest:
        assert said == f"{graded:,} of {graded:,} graded"
    elif not there:
        assert said.startswith("Grading end")
        assert f": {rest:,} " in said
    else:
        assert first == f"{graded:,} of {graded + rest:,} graded"
        each = int(second.split()[0].replace(",", ""))
        assert (each - 1) * there < rest <= each * there
