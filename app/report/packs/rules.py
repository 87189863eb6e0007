"""What may happen to an action of an improvement plan, and on which days."""

from datetime import date

from app.clock import day, local_date
from app.dates import done_fault, due_fault
from app.report.packs.models import ImprovementAction


def why_not_changed(of: ImprovementAction) -> str | None:
    """Return why an action cannot be changed any more, or None."""
    if of.done_on is None:
        return None
    return (
        f"This action was done on {day(of.done_on)}, so it stays as it is. If more has to be done, add another "
        "action to the plan."
    )


def why_not_by(by_when: date, before: date | None) -> str | None:
    """Return why an action cannot be planned for a day; the one that stood there already (`before`) may stay."""
    return None if by_when == before else due_fault(by_when)


def why_not_done_on(of: ImprovementAction, done: date) -> str | None:
    """Return why an action was not done on a day."""
    return done_fault(done, local_date(of.made_at), "The action was planned")
