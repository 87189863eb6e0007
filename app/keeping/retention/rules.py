"""When the time of an audit is over. Pure."""

import json
from datetime import date, datetime

from app.audit.models import Audit
from app.clock import day, local_date
from app.labels import plural

LEAST, MOST = 1, 99
KEPT_AS = "retention_years"


def years_of(kept: str) -> int | None:
    """Return after how many years the cases of an audit are forgotten, by a kept row of settings; None is never."""
    found = json.loads(kept).get(KEPT_AS) if kept else None
    return found if isinstance(found, int) else None


def ended_at(audit: Audit) -> datetime | None:
    """Return when an audit ended: when it was published, else finalised, or withdrawn; None while it goes on."""
    return audit.withdrawn_at or audit.published_at or audit.finalised_at


def forgotten_on(audit: Audit, years: int | None) -> date | None:
    """Return the day on which the cases of an audit are forgotten, or None where they are not."""
    ended = ended_at(audit)
    if years is None or ended is None:
        return None
    last = local_date(ended)
    try:
        return last.replace(year=last.year + years)
    except ValueError:  # the 29 February of a year that has none
        return date(last.year + years, 3, 1)


def refusal(audit: Audit, years: int | None, today: date) -> str:
    """Return why the cases of an audit are not forgotten now; empty where they are."""
    due = forgotten_on(audit, years)
    if audit.forgotten_at:
        return f"{audit.ref} was forgotten on {day(local_date(audit.forgotten_at))} already."
    if years is None:
        return "Nobody has said how long cases are kept. An administrator says it on ‘What is kept, and for how long’."
    if due is None:
        return f"{audit.ref} goes on. Its cases are kept until {plural(years, 'year')} after its end."
    return f"The cases of {audit.ref} are kept until {day(due)}." if due > today else ""
