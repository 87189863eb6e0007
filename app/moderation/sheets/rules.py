"""Whether it can be recorded that a case was discussed, and on which day."""

from datetime import date

from app.audit.enums import CaseState
from app.audit.models import AuditCase
from app.clock import today
from app.dates import done_fault, due_fault

NOT_FINAL = "The case is not final yet. Its page for supervision can be made once its grade can no longer change."


def why_no_sheet(case: AuditCase) -> str | None:
    """Return why a case has no page for supervision, or None."""
    return None if case.state is CaseState.FINAL else NOT_FINAL


def why_not_discussed_on(on: date, since: date) -> str | None:
    """Return why a case was not discussed on a day; `since` is when it became final."""
    return done_fault(on, since, "The case became final")


def why_not_due(agreed: str, due: date | None) -> str | None:
    """Return why what was agreed cannot be due then; a day needs something that is due."""
    if due is None:
        return None
    if not agreed:
        return "Say what was agreed, or leave the date empty"
    return None if due < today() else due_fault(due)
