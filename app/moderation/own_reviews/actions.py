"""A head of service's own review of an audited case: the same tool, for comparison; it never changes a grade."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.actions import subject_of_case
from app.audit.enums import AUDIT_STATE_LABELS, AssessmentKind, AssessmentState, AuditState
from app.audit.grading.actions import new_draft
from app.audit.grading.draft import Draft
from app.audit.log import assessment_row
from app.audit.models import Assessment, AuditCase
from app.audit.queries import RETURNED_TO_AREA, assessments_visible_to
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class Compared:
    """What the audit and the head of service judged of one standard, or of the grade, empty where they did not."""

    what: str
    audit: str
    own: str


def why_no_own_review(case: AuditCase) -> str | None:
    """Return why a case cannot be reviewed by its own head, or None: it is graded, and its audit is not over."""
    if case.audit.state not in {AuditState.FIELDWORK, AuditState.FINALISED}:
        return f"The audit has been {AUDIT_STATE_LABELS[case.audit.state].lower()}, so own reviews are closed."
    return (
        None
        if case.state in RETURNED_TO_AREA
        else "This case has not been graded yet. You can review it yourself once it is."
    )


def own_review(session: Session, viewer: Viewer, of: AuditCase) -> Assessment | None:
    """Return the person's own review of a case, a draft or submitted."""
    mine = (
        Assessment.case_id == of.id,
        Assessment.kind == AssessmentKind.OWN_REVIEW,
        Assessment.author_id == viewer.id,
    )
    return session.scalars(assessments_visible_to(viewer).where(*mine)).one_or_none()


def start(session: Session, case: AuditCase, *, by: Viewer) -> Assessment:
    """Open the draft of an own review; the one in hand where there is one."""
    lock(session, AuditCase, case.id)
    refusal = why_no_own_review(case)
    if refusal:
        raise Conflict(refusal)
    return own_review(session, by, case) or new_draft(session, case, AssessmentKind.OWN_REVIEW, by=by)


def submit(
    session: Session, case: AuditCase, draft: Assessment, *, indicated: tuple[str, str] | None, by: Viewer
) -> None:
    """Submit an own review that lacks nothing: it never changes again, and no grade changes with it."""
    lock(session, AuditCase, case.id)
    session.refresh(draft, ["state"])
    if refusal := why_no_own_review(case):
        raise Conflict(refusal)
    if draft.state is not AssessmentState.DRAFT:
        raise Conflict("You have submitted your own review of this case already.")
    draft.state, draft.submitted_at = AssessmentState.SUBMITTED, clock.now()
    draft.indicated_grade, draft.indicated_rule = indicated or (None, None)
    subject, details, rows = subject_of_case(case), {"assessment": draft.id}, [assessment_row(draft)]
    record(session, "own_review_submitted", by=by.id, subject=subject, details=details, rows=rows)


def compared(audit: Draft | None, own: Draft) -> Sequence[Compared]:
    """Return an own review beside the audit's assessment: the grade, then each standard."""
    found = [Compared("Grade", (audit.assessment.grade or "") if audit else "", own.assessment.grade or "")]
    for standard in own.document.standards_for(own.law_type):
        theirs, mine = (draft.judgements.get(standard.code) if draft else None for draft in (audit, own))
        found.append(Compared(standard.title, theirs.judgement if theirs else "", mine.judgement if mine else ""))
    return found
