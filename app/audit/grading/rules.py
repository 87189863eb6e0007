"""Whether the answers of a case can be given, changed or corrected now, and how fast somebody gets through theirs."""

from datetime import date

from app.audit.enums import AuditState, CaseState
from app.audit.rules import CASE, IF_IT_IS_WRONG, CaseKnown, CaseToMove
from app.audit.staff.time import Time, days
from app.clock import day_and_month, is_working_day, today
from app.labels import noun
from app.workflow import Situation


def why_not_corrected(case: CaseToMove, situation: Situation[CaseKnown]) -> str | None:
    """Return why a grade cannot be corrected now, or None.

    Whether its area has answered it is asked in the room above.
    """
    if case.state is CaseState.FINAL and case.audit.state is AuditState.FIELDWORK:
        return f"The grade of this case is final, so it can no longer be corrected. {IF_IT_IS_WRONG}"
    return CASE.refusal("correct", case, situation)


def why_not_graded(case: CaseToMove, situation: Situation[CaseKnown], *, correcting: bool) -> str | None:
    """Return why the answers of a case cannot be given or changed now, or None.

    `correcting` where a correction of it is in hand.
    """
    if case.state in {CaseState.GRADED, CaseState.FINAL}:
        return (
            why_not_corrected(case, situation)
            if correcting
            else "This assessment has been submitted, so its answers cannot be changed."
        )
    return CASE.refusal("start" if case.state is CaseState.ALLOCATED else "submit", case, situation)


def pace(graded: int, rest: int, last: date | None, time: Time) -> str:
    """Return how far somebody is with their cases, and what it takes each working day on which they are there."""
    said = f"{graded:,} of {graded + rest:,} graded"
    if last is None or not rest:
        return said
    on = day_and_month(last)
    there = sum(is_working_day(on_day) and time.is_there(on_day) for on_day in days(today(), last))
    if not there:
        over = f"Grading {'ended' if last < today() else 'ends'} on {on}"
        return f"{over}: {rest:,} {noun(rest, 'is', 'are')} still to be graded"
    return f"{said}. {-(-rest // there):,} each working day would finish by {on}"
