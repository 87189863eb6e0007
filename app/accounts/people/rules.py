"""When somebody can leave."""

from datetime import date

from app.dates import WITHIN

NOT_WITHOUT = (
    "{name} is the only administrator who can sign in after that day. Make somebody else an administrator first, for "
    "good."
)


def last_day_fault(last: date, on: date) -> str | None:
    """Return what is wrong with somebody's last day, or None."""
    if last < on:
        return "The last day must be today or later"
    return "The last day must be within five years" if last > on + WITHIN else None
