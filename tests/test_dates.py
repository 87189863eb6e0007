"""Days as people type them: what is read, what is refused with the box named, and the order between days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.clock import MONTHS, clock, is_working_day
from app.dates import (
    PARTS,
    NotADay,
    day_of,
    done_fault,
    due_fault,
    month_of,
    order_fault,
    read,
    working_fault,
)

TODAY = date(2026, 11, 27)
MEANT = st.dates(date(2000, 1, 1), date(2036, 12, 31))


@pytest.fixture(autouse=True, scope="module")
def _a_friday() -> Iterator[None]:
    clock.set(datetime(2026, 11, 27, 10, tzinfo=UTC))
    yield
    clock.set(None)


@given(MEANT, st.integers(3, 9), st.sampled_from([str.lower, str.upper, str.title]), st.booleans())
def test_a_day_is_read_however_its_month_is_written(
    meant: date, length: int, case: st.SearchStrategy[str], padded: bool
) -> None:
    day, year = f"{meant.day:02d}" if padded else str(meant.day), str(meant.year)
    name = MONTHS[meant.month - 1]
    for month in (str(meant.month), f"{meant.month:02d}", case(name), case(name[:length]), f"{name[:3]}."):  # type: ignore[operator]
        assert read(day, f" {month} ", year) == meant
    assert day_of(meant.isoformat()) == day_of(f"{day} {name[:length]} {year}") == meant
    assert month_of(f"{meant:%Y-%m}") == month_of(f"{name[:3]} {year}") == f"{meant:%Y-%m}"


def day_or_refusal(*typed: str) -> tuple[date | None, NotADay | None]:
    """Return the day that was typed, or why it is none."""
    try:
        return read(*typed), None
    except NotADay as refused:
        return None, refused


@given(MEANT, st.sampled_from(PARTS), st.text(max_size=9))
@example(TODAY, "year", "26")
@example(TODAY, "year", "0026")
@example(TODAY, "year", "2_026")
@example(TODAY, "year", "\uff12\uff10\uff12\uff16")
@example(TODAY, "year", "+2026")
@example(TODAY, "year", "1926")
@example(TODAY, "year", "2062")
@example(TODAY, "day", "3_0")
@example(TODAY, "day", "\uff13")
@example(TODAY, "day", "\u0663")
@example(TODAY, "day", "0")
@example(TODAY, "day", "-1")
@example(TODAY, "month", "13")
@example(TODAY, "month", "No")
@example(TODAY, "month", "\u212aan")
def test_whatever_is_typed_is_that_day_or_is_refused_at_its_box(meant: date, part: str, text: str) -> None:
    typed = dict(zip(PARTS, (str(meant.day), str(meant.month), str(meant.year)), strict=True)) | {part: text}
    found, refused = day_or_refusal(*typed.values())
    if refused is not None:
        # A day that its month does not have is a fault of the day, wherever the month was changed.
        assert refused.parts in {(part,), ("day",)}, refused.parts
        assert refused.wrong.startswith("must ")
    else:
        assert found is not None
        assert text.strip().isascii(), "only digits and names that everybody can read"
        assert text.strip().rstrip(".").isalnum()
        assert 2000 <= found.year <= 2036
        assert all(getattr(found, other) == getattr(meant, other) for other in PARTS if other != part)


@pytest.mark.parametrize(
    ("typed", "wrong", "parts"),
    [
        (("", "11", "2026"), "must include a day", ("day",)),
        (("27", "", ""), "must include a month and a year", ("month", "year")),
        (("31", "9", "2026"), "must be a real date. September 2026 has 30 days", ("day",)),
        (("29", "Feb", "2026"), "must be a real date. February 2026 has 28 days", ("day",)),
        (("27", "11", "26"), "must have a year of four digits, such as 2026", ("year",)),
        (("27", "11", "0026"), "must have a year from 2000 to 2036", ("year",)),
        (("27", "Octember", "2026"), "must have a month from 1 to 12, or its name", ("month",)),
        (("32", "11", "2026"), "must have a day from 1 to 31", ("day",)),
        (("32", "13", "2026"), "must be a real date, such as 27 11 2026", ("day", "month")),
    ],
)
def test_a_refusal_names_its_box(typed: tuple[str, str, str], wrong: str, parts: tuple[str, ...]) -> None:
    with pytest.raises(NotADay) as refused:
        read(*typed)
    assert (refused.value.wrong, refused.value.parts) == (wrong, parts)


@pytest.mark.parametrize(
    "text",
    ["", "2014-9-30", "20140930", "2014-W40-2", "30/09/2014", "14-09-30", "0014-09-30", "2014-09-31", "30 Sept 14"],
)
def test_a_day_of_a_command_has_one_form(text: str) -> None:
    with pytest.raises(NotADay):
        day_of(text)


@pytest.mark.parametrize("text", ["", "2024", "2024-13", "24-09", "0024-09", "\uff12024-09", "2024-9", "Sep 24"])
def test_a_month_has_one_form(text: str) -> None:
    with pytest.raises(NotADay):
        month_of(text)


@given(st.integers(-800, 800), st.integers(0, 800))
def test_what_was_done_lies_between_what_it_answers_and_today(days: int, ago: int) -> None:
    done, since = TODAY + timedelta(days), TODAY - timedelta(ago)
    assert (done_fault(done, since, "The concern was raised") is None) == (since <= done <= TODAY)


@given(st.integers(-800, 2200))
def test_what_is_due_lies_ahead_and_not_too_far(days: int) -> None:
    assert (due_fault(TODAY + timedelta(days)) is None) == (0 <= days <= 5 * 366)


@given(MEANT, MEANT)
def test_a_first_day_is_never_after_the_last(first: date, last: date) -> None:
    assert (order_fault(first, last) is None) == (first <= last)


@given(MEANT)
def test_only_working_days_have_answers_due(day: date) -> None:
    assert (working_fault(day) is None) == is_working_day(day)


def test_a_day_off_is_called_what_it_is() -> None:
    assert working_fault(date(2026, 11, 28)) == (
        "28 November 2026 is a Saturday. Enter a working day: the next is 30 November 2026"
    )
    assert working_fault(date(2026, 12, 25)) == (
        "25 December 2026 is a bank holiday (Christmas Day). Enter a working day: the next is 29 December 2026"
    )
