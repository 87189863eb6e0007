"""What may happen to a head of service's own review of a case."""

from dataclasses import dataclass

from app.audit.enums import AUDIT_STATE_LABELS, AssessmentState, AuditState, CaseState
from app.audit.log import assessment_row
from app.audit.models import Assessment, AuditCase
from app.moderation.rules import HEAD
from app.workflow import Situation, Transition, Workflow


def why_no_own_review(case: AuditCase) -> str | None:
    """Return why a case cannot be reviewed by its own head, or None: it is graded, and its audit is not over."""
    if case.audit.state not in {AuditState.FIELDWORK, AuditState.FINALISED}:
        return f"The audit has been {AUDIT_STATE_LABELS[case.audit.state].lower()}, so own reviews are closed."
    return (
        None
        if case.state in {CaseState.GRADED, CaseState.FINAL}
        else "This case has not been graded yet. You can review it yourself once it is."
    )


@dataclass(frozen=True, slots=True)
class OwnReviewKnown:
    """The case that is reviewed."""

    case: AuditCase


def own_reviews_are_open(_review: Assessment, situation: Situation[OwnReviewKnown]) -> str | None:
    """Ask for a graded case of an audit that is not over."""
    return why_no_own_review(situation.known.case)


OWN_REVIEW: Workflow[Assessment, OwnReviewKnown] = Workflow(
    "own review",
    "own review",
    {AssessmentState.DRAFT: "Draft", AssessmentState.SUBMITTED: "Submitted"},
    (
        Transition(
            "submit",
            "Submit your own review",
            (AssessmentState.DRAFT,),
            AssessmentState.SUBMITTED,
            HEAD,
            "own_review_submitted",
            (own_reviews_are_open,),
        ),
    ),
    assessment_row,
    says_state=False,
)
