"""Days that people type: how they are read, which can be meant, and their order. Every form and command asks here."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from app.clock import MONTHS, add_working_days, bank_holiday, day, holiday, is_working_day, month_named, today
from app.labels import listed

PARTS = ("day", "month", "year")
# What can be meant: no audit knows filings from before, and none plans so far ahead.
FIRST_YEAR, YEARS_AHEAD = 2000, 10
# Within which whatever somebody plans is done.
WITHIN = timedelta(days=5 * 366)
_DAY, _YEAR = re.compile(r"[0-9]{1,2}"), re.compile(r"[0-9]{4}")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


class NotADay(ValueError):  # noqa: N818 - a sentence for whoever typed it
    """What was typed is no day; `wrong` goes on from the name of the field, `parts` are the boxes to put right."""

    def __init__(self, wrong: str, *parts: str) -> None:
        super().__init__(wrong)
        self.wrong, self.parts = wrong, parts


def read(typed_day: str, typed_month: str, typed_year: str) -> date:
    """Return the day of three boxes; a month may be a number or a name, and a year has four digits.

    Raises NotADay.
    """
    typed = dict(zip(PARTS, (t.strip() for t in (typed_day, typed_month, typed_year)), strict=True))
    missing = [part for part, text in typed.items() if not text]
    if missing:
        raise NotADay(f"must include {listed([f'a {part}' for part in missing])}", *missing)
    wrong = {part: sentence for part, sentence in _wrong(typed).items() if sentence}
    if wrong:
        sentence = next(iter(wrong.values())) if len(wrong) == 1 else "must be a real date, such as 27 11 2026"
        raise NotADay(sentence, *wrong)
    year, month, number = int(typed["year"]), _month(typed["month"]), int(typed["day"])
    days = monthrange(year, month)[1]
    if number > days:
        raise NotADay(f"must be a real date. {MONTHS[month - 1]} {year} has {days} days", "day")
    return date(year, month, number)


def _wrong(typed: Mapping[str, str]) -> dict[str, str]:
    number, year = typed["day"], typed["year"]
    return {
        "day": "" if _DAY.fullmatch(number) and 1 <= int(number) <= 31 else "must have a day from 1 to 31",  # noqa: PLR2004
        "month": "" if _month(typed["month"]) else "must have a month from 1 to 12, or its name",
        "year": _year_fault(year),
    }


def _year_fault(text: str) -> str:
    if not _YEAR.fullmatch(text):
        return f"must have a year of four digits, such as {today().year}"
    last = today().year + YEARS_AHEAD
    return "" if FIRST_YEAR <= int(text) <= last else f"must have a year from {FIRST_YEAR} to {last}"


def _month(text: str) -> int:
    """Return the month of a number or of a name in full or short, such as Apr or Sept; 0 where it is none."""
    if _DAY.fullmatch(text):
        return int(text) if 1 <= int(text) <= len(MONTHS) else 0
    return month_named(text)


def day_of(text: str) -> date:
    """Return a day written as 2014-09-30 or 30 September 2014; raises NotADay."""
    iso, words = _ISO.fullmatch(text.strip()), text.split()
    if iso:
        return read(*reversed(iso.groups()))
    if len(words) == len(PARTS) and not words[1].isdigit():
        return read(*words)
    raise NotADay("must be written like 2014-09-30 or 30 September 2014", *PARTS)


def month_of(text: str) -> str:
    """Return a month written as 2024-09 or September 2024 as 2024-09; raises NotADay."""
    iso, words = _ISO_MONTH.fullmatch(text.strip()), text.split()
    if not iso and len(words) != 2:  # noqa: PLR2004 - a month and a year
        raise NotADay("must be written like 2024-09 or September 2024")
    month, year = (iso[2], iso[1]) if iso else words
    return f"{read('1', month, year):%Y-%m}"


def done_fault(done: date, since: date, what: str) -> str | None:
    """Return why something was not done on a day: it has not come, or lies before what it answers (`what`, `since`)."""
    if done > today():
        return "The date must be today or in the past"
    return f"{what} on {day(since)}. Enter that day or a later one" if done < since else None


def due_fault(due: date) -> str | None:
    """Return why something cannot be due on a day: it has passed, or is too far away to be meant."""
    if due < today():
        return "The date by which it will be done must be today or later"
    last = today() + WITHIN
    return f"The date by which it will be done must be {day(last)} or earlier" if due > last else None


def order_fault(first: date, last: date) -> str | None:
    """Return what is wrong with a first and a last day."""
    return "The last day must be on or after the first day" if last < first else None


def working_fault(due: date) -> str | None:
    """Return why an answer cannot be due on a day: nobody works on it."""
    if is_working_day(due):
        return None
    return f"{day(due)} is {_why_nobody_works(due)}. Enter a working day: the next is {day(add_working_days(due, 1))}"


def _why_nobody_works(on: date) -> str:
    if on.weekday() >= 5:  # noqa: PLR2004 - Saturday is 5
        return f"a {on:%A}"
    name = bank_holiday(on)
    return f"a bank holiday ({name})" if name else f"a day off of your service ({holiday(on)})"
