"""The ways in which a column writes its days: how many rows fit each, and which one is meant. Pure.

What is certain needs no decision: a year of four digits first, a month by its name. Whether the day or the month comes
first, what a year of two digits is and what a bare number is, the column decides where it can, and else a person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.clock import month_named
from app.tables.days import EARLIEST, LATEST

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-first", "month-first", "year-first"
ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
# What a bare number can be: days counted from 1900 or 1904, or year, month and day without signs between them.
NUMBERS = ("1900", "1904", "yyyymmdd")
_TIME = r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?:[:.][0-5]\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?"
_ZONE = r"(?:\s*(?:Z|UTC|GMT|BST|[+-]\d\d:?\d\d))?"
_WITH_TIME = re.compile(rf"(.*\d)(?:\s*T|,?\s+)({_TIME})({_ZONE})", re.ASCII | re.IGNORECASE)
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_NAMED = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[-/.\s]+([a-z]{3,9})[-/.,\s]+(\d{4}|\d{2})",
    re.ASCII | re.IGNORECASE,
)
_NAME_FIRST = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?([a-z]{3,9})[-/.\s]+(\d{1,2})(?:st|nd|rd|th)?[-/.,\s]+(\d{4}|\d{2})",
    re.ASCII | re.IGNORECASE,
)
_BARE = re.compile(r"\d{5,8}(?:[.,]\d+)?", re.ASCII)
_SERIAL = range(20_000, 80_000)
_STARTS = {"1900": date(1899, 12, 30), "1904": date(1904, 1, 1)}
_YEAR, _COMPACT = 4, 8
_LONDON = ZoneInfo("Europe/London")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)


def without_time(text: str) -> tuple[str, str, str]:
    """Return a text without its time of day and time zone, and both of them."""
    timed = _WITH_TIME.fullmatch(text)
    return (timed[1].strip(" ,"), timed[2], timed[3].strip()) if timed else (text, "", "")


@dataclass(frozen=True, slots=True)
class Way:
    """A way of writing days: its order, whether years may have two digits, and what a bare number is."""

    order: str = DAY_FIRST
    short_years: bool = False
    numbers: str = ""

    def read(self, text: str) -> date | None:
        """Return the day of a text without a time, or None where it is none in this way."""
        found = self._read(text)
        return found if found is not None and EARLIEST <= found <= LATEST else None

    def _read(self, text: str) -> date | None:
        iso = _ISO.fullmatch(text)
        if iso:
            return real(int(iso[1]), int(iso[3]), int(iso[4]))
        numbers = _NUMBERS.fullmatch(text)
        if numbers:
            return self._in_numbers(numbers)
        named, first = _NAMED.fullmatch(text), _NAME_FIRST.fullmatch(text)
        if named or first:
            day, name, year = (named[1], named[2], named[3]) if named else (first[2], first[1], first[3])  # type: ignore[index] # one of both
            return self._real(year, month_named(name), int(day))
        return self._number(text) if self.numbers and _BARE.fullmatch(text) else None

    def _in_numbers(self, found: re.Match[str]) -> date | None:
        a, b, last = int(found[1]), int(found[3]), found[4]
        if self.order == YEAR_FIRST:
            return self._real(found[1], b, int(last)) if len(found[1]) == len(last) == _YEAR - 2 else None
        month, day = (b, a) if self.order == DAY_FIRST else (a, b)
        return self._real(last, month, day)

    def _real(self, year: str, month: int, day: int) -> date | None:
        if len(year) == _YEAR:
            return real(int(year), month, day)
        return real(2000 + int(year), month, day) if self.short_years else None

    def _number(self, text: str) -> date | None:
        whole = int(re.split("[.,]", text)[0])
        if self.numbers == "yyyymmdd":
            return real(whole // 10_000, whole // 100 % 100, whole % 100) if len(text) == _COMPACT else None
        return _STARTS[self.numbers] + timedelta(days=whole) if whole in _SERIAL else None


def real(year: int, month: int, day: int) -> date | None:
    """Return a day of the calendar, or None."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def moved_by_zone(text: str) -> timedelta | None:
    """Return how many days later or earlier than it stands a moment with a time zone is in London, or None."""
    day, clock, zone = without_time(text)
    if not zone or zone.upper() in {"BST", "GMT"}:
        return None
    standing, at, offset = Way(YEAR_FIRST).read(day) or Way().read(day), _CLOCK.match(clock), _OFFSET.fullmatch(zone)
    if standing is None or at is None:
        return None
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3])) if offset else timedelta()
    ahead = -ahead if offset and offset[1] == "-" else ahead
    moment = datetime(standing.year, standing.month, standing.day, int(at[1]) % 24, int(at[2]), tzinfo=ZoneInfo("UTC"))
    return (moment - ahead).astimezone(_LONDON).date() - standing


@dataclass(frozen=True, slots=True)
class Written:
    """How a column writes its days: the rows that fit each order, the way that is meant, and what has to be asked.

    `asked` is ‘order’ where two orders fit all rows, ‘numbers’ where bare numbers are there; `example` is one of them.
    """

    rows: int
    fits: Mapping[str, int]
    way: Way
    asked: str = ""
    example: str = ""
    short_example: str = ""


def written(days: Mapping[str, int]) -> Written:
    """Return how a column writes its days, from the different texts without their times and how often each is there."""
    texts = {text: n for text, n in days.items() if text}
    rows = sum(texts.values())
    bare = [text for text in texts if _BARE.fullmatch(text)]
    short = next((t for t in texts if any(_short(t, order) for order in ORDERS)), "")
    fits = {
        order: sum(n for text, n in texts.items() if Way(order, short_years=True).read(text) is not None)
        for order in ORDERS
    }
    every = [order for order in ORDERS if fits[order] == rows]
    doubtful = next((t for t in texts if len({Way(o, short_years=True).read(t) for o in every}) > 1), "")
    # A column whose days leave no doubt gives no leave to read another one day first.
    certain = fits[YEAR_FIRST] == rows and not doubtful
    way = Way(YEAR_FIRST if certain else max(ORDERS, key=lambda order: fits[order]), short_years=bool(short))
    if bare:
        return Written(rows, fits, way, "numbers", bare[0], short)
    return Written(rows, fits, way, "order" if doubtful else "", doubtful, short)


def _short(text: str, order: str) -> bool:
    return Way(order, short_years=True).read(text) is not None and Way(order).read(text) is None


def meanings(number: str) -> dict[str, date]:
    """Return what a bare number can mean, by the word that a mapping has for it."""
    found = {word: Way(numbers=word).read(number) for word in NUMBERS}
    return {word: day for word, day in found.items() if day is not None}
