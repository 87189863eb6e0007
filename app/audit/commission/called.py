"""The month by which people call an audit: one, for its title, its sentences and what is compared with it. Pure."""

import re
from datetime import date

from app.clock import MONTHS, month_named

_NAMED = re.compile(rf"\b({'|'.join(MONTHS)}) ((?:19|20)[0-9]{{2}})\b")
_REFERENCE = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})-(0[1-9]|1[0-2])(?![0-9])")
# An audit is graded in the year after its work was filed; a month beyond that is not its own.
YEAR = 12


def month_of(name: str, ref: str, window: tuple[date, date]) -> date:
    """Return the first day of the month by which an audit is called.

    That is the month in its name, or else in its reference, if it is one in which its work was filed or of the year
    after that; otherwise the month in which the filing window ends.
    """
    named = [date(int(year), month_named(word), 1) for word, year in _NAMED.findall(name)]
    referred = [date(int(year), int(number), 1) for year, number in _REFERENCE.findall(ref)]
    for found in (named, referred):
        if len(found) == 1 and _months(window[0], found[0]) >= 0 and _months(window[1], found[0]) <= YEAR:
            return found[0]
    return window[1].replace(day=1)


def _months(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month
