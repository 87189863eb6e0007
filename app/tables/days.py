"""Days as tables write them: what is certain is taken, and what could be two days is refused with both written out.

The column decides whether the day or the month comes first, and only where it leaves no doubt (adoption.md section 1).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import day as in_words
from app.clock import month_named
from app.tables.cells import Fault

DATE_WANTED = "A date such as 2014-09-30 or 30/09/2014"
FOUR_DIGITS = "The year in four digits, such as 2014-09-30"
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
_TIME = r"(?:[01]?\d|2[0-4])[:.][0-5]\d(?:[:.][0-5]\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?"
_ZONE = r"(?:\s*(?:Z|UTC|GMT|BST|[+-]\d\d:?\d\d))?"
_WITH_TIME = re.compile(rf"(.*\d)(?:\s*T|,?\s+){_TIME}{_ZONE}", re.ASCII | re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})", re.ASCII)
_NAMED = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th)?[-/.\s]+([a-z]{3,9})[-/.,\s]+(\d{4}|\d{2})",
    re.ASCII | re.IGNORECASE,
)
_NAME_FIRST = re.compile(
    r"(?:[a-z]{3,9}\.?,?\s+)?([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.ASCII | re.IGNORECASE
)
_BARE = re.compile(r"\d{1,20}(?:[.,]\d+)?", re.ASCII)
_SERIAL = range(20_000, 80_000)
# The day before the first that a spreadsheet counts: on Windows, and on an old Macintosh.
_WINDOWS, _MACINTOSH = date(1899, 12, 30), date(1904, 1, 1)
_COMPACT = 8
_YEAR = 4
NO_DATE: Fault = ("E-DATE", "This is not a real date.", DATE_WANTED)


@dataclass
class Days:
    """Reads the days of one column; `first` to `last` is where they are expected, for what could be two days."""

    first: date = EARLIEST
    last: date = LATEST
    # Whether a value was met that is a day, or one where it is expected, only with the day first.
    settled: bool = False
    # Whether one was met that is a day only with the month first.
    month_first: bool = False
    # The first value that could be two days.
    doubtful: str = ""

    def read(self, text: str) -> date | Fault:
        """Return a day, or what is wrong; a time of day and a time zone are taken off."""
        timed = _WITH_TIME.fullmatch(text)
        text = timed[1].strip() if timed else text
        found = self._written(text)
        if isinstance(found, date) and not EARLIEST <= found <= LATEST:
            return "E-DATE", f"The year {found.year} cannot be right.", DATE_WANTED
        return found

    def doubt(self) -> Fault | None:
        """Return what is wrong with the column once every value was read, or None."""
        numbers = _NUMBERS.fullmatch(self.doubtful)
        if numbers is None or (self.settled and not self.month_first):
            return None
        readings, why = list(_readings(numbers)), "no row of the column settles it"
        if self.month_first:
            why = "other rows of the column have the month first"
        wrong = f"{self.doubtful} can be {' or '.join(map(in_words, readings))}, and {why}."
        return "E-DATE-ORDER", wrong, f"Every date of the column as {readings[0].isoformat()}, the year first"

    def _written(self, text: str) -> date | Fault:
        year_first = _YEAR_FIRST.fullmatch(text)
        if year_first:
            return _real(int(year_first[1]), int(year_first[3]), int(year_first[4])) or NO_DATE
        numbers = _NUMBERS.fullmatch(text)
        if numbers:
            return self._in_numbers(text, numbers)
        named, name_first = _NAMED.fullmatch(text), _NAME_FIRST.fullmatch(text)
        if named:
            return _with_name(named[1], named[2], named[3])
        if name_first:
            return _with_name(name_first[2], name_first[1], name_first[3])
        return _number(text) if _BARE.fullmatch(text) else NO_DATE

    def _in_numbers(self, text: str, numbers: re.Match[str]) -> date | Fault:
        if len(numbers[4]) < _YEAR:
            return _short_year(list(_readings(numbers)))
        a, b, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
        found, other = _real(year, b, a), _real(year, a, b)
        if found is None:
            self.month_first = self.month_first or other is not None
            return _other_order(other) if other else NO_DATE
        if other is None or (self._expected(found) and not self._expected(other)):
            self.settled = True
        elif other != found and not self.doubtful:
            self.doubtful = text
        return found

    def _expected(self, day: date) -> bool:
        return self.first <= day <= self.last


def _readings(numbers: re.Match[str]) -> Iterator[date]:
    """Yield the days that three numbers can be: the day first, then the month first."""
    a, b, year = int(numbers[1]), int(numbers[3]), int(numbers[4])
    year += 2000 if len(numbers[4]) < _YEAR else 0
    yield from dict.fromkeys(day for day in (_real(year, b, a), _real(year, a, b)) if day)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_name(day: str, name: str, year: str) -> date | Fault:
    month = month_named(name)
    if len(year) < _YEAR:
        found = _real(2000 + int(year), month, int(day))
        return _short_year([found] if found else [])
    return _real(int(year), month, int(day)) or NO_DATE


def _short_year(readings: list[date]) -> Fault:
    """Return what is wrong with a year of two digits, every reading written out."""
    if not readings:
        return NO_DATE
    earlier = [d for d in (_real(r.year - 100, r.month, r.day) for r in readings) if d]
    words = " or ".join(map(in_words, [*readings, *earlier]))
    return "E-DATE", f"The year has two digits: this can be {words}.", FOUR_DIGITS


def _other_order(other: date) -> Fault:
    wrong = f"With the day first this is no day of the calendar; with the month first it would be {in_words(other)}."
    return "E-DATE", wrong, f"{DATE_WANTED}, the day before the month"


def _number(text: str) -> Fault:
    """Return what a bare number in a column of dates is: nothing is guessed of it."""
    whole = int(re.split("[.,]", text)[0])
    if whole in _SERIAL:
        windows, macintosh = (in_words(start + timedelta(days=whole)) for start in (_WINDOWS, _MACINTOSH))
        counted = f"{windows} counted from 1900, or {macintosh} counted from 1904, as old Macintosh files do"
        return "E-DATE", f"This is the number by which a spreadsheet keeps a day: {counted}.", DATE_WANTED
    compact = _real(whole // 10_000, whole // 100 % 100, whole % 100) if len(text) == _COMPACT else None
    if compact:
        return "E-DATE", f"This is a number; it would be {in_words(compact)} without its hyphens.", DATE_WANTED
    return "E-DATE", "This is a number, not a date.", DATE_WANTED
