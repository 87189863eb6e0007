"""Dates as people write them."""

from datetime import UTC, date, datetime

import pytest

from app.clock import (
    add_working_days,
    clock,
    day,
    is_working_day,
    local_date,
    month,
    time_of_day,
    today,
    working_days_between,
)


def test_a_month_is_written_out_and_what_is_none_is_left_out() -> None:
    said = {"2013-09": "September 2013", "2013": "2013", "2013-13": "", "": "", "None": "", "2013-09-01": ""}
    assert {when: month(when) for when in said} == said


@pytest.mark.parametrize(
    ("hour", "now"), [(22, date(2026, 6, 30)), (23, date(2026, 7, 1))], ids=["before midnight", "after midnight"]
)
def test_a_day_begins_at_midnight_in_england_in_summer_too(hour: int, now: date) -> None:
    at = datetime(2026, 6, 30, hour, 30, tzinfo=UTC)
    clock.set(at)
    try:
        assert today() == local_date(at) == now
        assert day(at) == f"{now.day} {now:%B} {now.year}"
    finally:
        clock.set(None)
    assert time_of_day(at) == ("11:30pm" if hour == 22 else "12:30am")


def test_working_days_skip_weekends_and_bank_holidays_of_england() -> None:
    assert add_working_days(date(2026, 12, 24), 1) == date(2026, 12, 29)
    assert add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
    # A holiday of Scotland only.
    assert is_working_day(date(2026, 11, 30))
    assert [working_days_between(date(2026, 11, 27), date(2026, 11, d)) for d in (27, 28, 30)] == [0, 0, 1]
