"""Whether the answers of a case can be given, changed or corrected now."""

from app.audit.enums import AuditState, CaseState
from app.audit.rules import CASE, IF_IT_IS_WRONG, CaseKnown, CaseToMove
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
