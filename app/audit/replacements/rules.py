"""What may happen to a request to replace a case."""

from app.audit.enums import REPLACEMENT_STATE_LABELS, ReplacementState
from app.audit.log import replacement_row
from app.audit.models import Replacement
from app.audit.rules import CASE, CaseKnown
from app.people.enums import Role
from app.workflow import Situation, Transition, Workflow


def case_can_be_replaced(request: Replacement, situation: Situation[CaseKnown]) -> str | None:
    """Ask that the case itself can still be replaced."""
    return CASE.refusal("replace", request.case, situation)


REPLACEMENT: Workflow[Replacement, CaseKnown] = Workflow(
    "request",
    "replacement",
    REPLACEMENT_STATE_LABELS,
    (
        Transition(
            "make",
            "Replace the case",
            (ReplacementState.ASKED,),
            ReplacementState.MADE,
            (Role.LEAD,),
            "replacement_made",
            (case_can_be_replaced,),
        ),
        Transition(
            "decline",
            "Keep the case",
            (ReplacementState.ASKED,),
            ReplacementState.DECLINED,
            (Role.LEAD,),
            "replacement_declined",
        ),
    ),
    replacement_row,
)
