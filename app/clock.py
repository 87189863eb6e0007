"""The time, how people write it, and the working days of the service."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# In English, whatever language the machine speaks.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORTEST_NAME = 3


class Clock:
    """Tells the time; a test or the demo's builder may set it, and `set(None)` lets it run again."""

    def __init__(self) -> None:
        self._fixed: datetime | None = None

    def set(self, moment: datetime | None) -> None:
        """Stop the clock at an aware moment, or let it run."""
        self._fixed = moment

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return self._fixed or datetime.now(UTC)


# The time of a process is one, whatever applications are in it.
clock = Clock()


def local_date(moment: datetime) -> date:
    """Return the day on which a moment falls in the United Kingdom, where every deadline is counted."""
    return moment.astimezone(LONDON).date()


def today() -> date:
    """Return today's date in the United Kingdom."""
    return local_date(clock.now())


class Nation(StrEnum):
    """A part of the United Kingdom that has its own bank holidays."""

    ENGLAND_AND_WALES = "england_and_wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern_ireland"


_SUBDIVISIONS = {Nation.ENGLAND_AND_WALES: "ENG", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}


@cache
def _bank_holidays(nation: Nation) -> Mapping[date, str]:
    import holidays  # noqa: PLC0415 - only the first deadline waits for it

    return holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation])


@dataclass(frozen=True, slots=True, eq=False)
class WorkingDays:
    """On which days a service works: not at weekends, on bank holidays of its nation, and on days that it added.

    Each is itself and no other, so that what was counted by it is found quickly.
    """

    nation: Nation = Nation.ENGLAND_AND_WALES
    added: Mapping[date, str] = field(default_factory=dict)
    # The moment from which another one stands in its place; None for the one that stands.
    until: datetime | None = None


USUAL_DAYS = WorkingDays()
# Those that have stood in the service of this request, the one that stands last; another request has its own.
_STOOD: ContextVar[Sequence[WorkingDays]] = ContextVar("working days", default=(USUAL_DAYS,))


def count_by(stood: Sequence[WorkingDays]) -> None:
    """Count the working days of a service until this request has been answered; the one that stands is the last."""
    _STOOD.set(stood)


@contextmanager
def counting_by(stood: Sequence[WorkingDays]) -> Iterator[None]:
    """Count the working days of a service in what is done inside."""
    token = _STOOD.set(stood)
    try:
        yield
    finally:
        _STOOD.reset(token)


def working_days(told: datetime | None = None) -> WorkingDays:
    """Return the working days that stand, or those that stood when somebody was told of what is counted.

    With `told` a deadline that is worked out anew on each page stays as it was when it was told.
    """
    *before, standing = _STOOD.get()
    return next((d for d in before if told and d.until and told < d.until), standing)


def is_working_day(day: date) -> bool:
    """Say whether a day is neither at a weekend nor a holiday of the service."""
    return _is_working(working_days(), day)


def holiday(day: date) -> str:
    """Return what a day off is called, one that the service added or a bank holiday; empty where a day is none."""
    return working_days().added.get(day, "") or bank_holiday(day)


def bank_holiday(day: date) -> str:
    """Return what a bank holiday of the service's nation is called, empty where a day is none."""
    return _bank_holidays(working_days().nation).get(day, "")


def add_working_days(start: date, count: int, *, told: datetime | None = None) -> date:
    """Return the day that is `count` working days after `start` (domain.md section 4), as it was told at a moment."""
    return _add(working_days(told), start, count)


def take_working_days(end: date, count: int) -> date:
    """Return the day that is `count` working days before `end`."""
    return _take(working_days(), end, count)


def working_days_between(first: date, last: date, *, told: datetime | None = None) -> int:
    """Return how many working days come after one day up to another; the same both ways round."""
    return _between(working_days(told), *sorted((first, last)))


@lru_cache(maxsize=20_000)
def _is_working(by: WorkingDays, day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(by.nation) and day not in by.added  # noqa: PLR2004 - Saturday is 5


@lru_cache(maxsize=4096)
def _add(by: WorkingDays, start: date, count: int) -> date:
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= _is_working(by, day)
    return day


@lru_cache(maxsize=4096)
def _take(by: WorkingDays, end: date, count: int) -> date:
    day = end
    while count > 0:
        day -= timedelta(days=1)
        count -= _is_working(by, day)
    return day


@lru_cache(maxsize=4096)
def _between(by: WorkingDays, first: date, last: date) -> int:
    return sum(_is_working(by, first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def time_left(due: date) -> str:
    """Return in working days how long there is until a day, or since when it is over."""
    days = working_days_between(today(), due)
    counted = f"{days:,} working day{'' if days == 1 else 's'}"
    if due < today():
        return f"{counted} late" if days else "late"
    if due == today():
        return "today is the last day"
    return f"{counted} left" if days else "no working day left"


def due_in_words(due: date | None, *, short: bool = False) -> str:
    """Return a deadline as every page shows it: 3 December 2026, 4 working days left."""
    return f"{day(due, short=short)}, {time_left(due)}" if due else ""


def day(value: date | datetime | None, *, short: bool = False) -> str:
    """Return a date as people write it: 13 January 2015, or 13 Jan 2015 in tables."""
    if value is None:
        return ""
    return _in_words(local_date(value) if isinstance(value, datetime) else value, short)


def day_and_month(value: date) -> str:
    """Return a day that is near as people say it: 9 December, with its year where that is another one."""
    return f"{value.day} {MONTHS[value.month - 1]}{'' if value.year == today().year else f' {value.year}'}"


@lru_cache(maxsize=4096)
def _in_words(local: date, short: bool) -> str:  # noqa: FBT001 - as `day` has it
    return f"{local.day} {local.strftime('%b' if short else '%B')} {local.year}"


def month(when: str) -> str:
    """Return 2013-09 as September 2013, 2013 as it is, and nothing for what is neither."""
    found = re.fullmatch(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?", when)
    if found is None:
        return ""
    year, number = found.groups()
    return f"{MONTHS[int(number) - 1]} {year}" if number else str(year)


def month_named(text: str) -> int:
    """Return the number of a month by its name in full or short, such as Apr or Sept, in any case; 0 for no name."""
    name = text.removesuffix(".").lower()
    if not name.isascii() or len(name) < _SHORTEST_NAME:
        return 0
    return next((n for n, month in enumerate(MONTHS, 1) if month.lower().startswith(name)), 0)


def moment(value: datetime) -> str:
    """Return a moment as people write it: 13 January 2015 at 9:30am."""
    return f"{day(value)} at {time_of_day(value)}"


def time_of_day(value: datetime) -> str:
    """Return the time of a moment as people write it: 9:30am."""
    local = value.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local.minute:02d}{'am' if local.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon
