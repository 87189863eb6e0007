"""A head of service's own review of an audited case: the same tool, for comparison; it never changes a grade."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.actions import situation_about, subject_of_case
from app.audit.enums import AssessmentKind, AssessmentState
from app.audit.grading.actions import new_draft
from app.audit.grading.draft import Draft
from app.audit.models import Assessment, AuditCase
from app.audit.queries import assessments_visible_to
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.moderation.own_reviews.rules import OWN_REVIEW, OwnReviewKnown, why_no_own_review
from app.people.rules import Viewer
from app.workflow import moving


@dataclass(frozen=True, slots=True)
class Compared:
    """What the audit and the head of service judged of one standard, or of the grade, empty where they did not."""

    what: str
    audit: str
    own: str


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
    if draft.state is not AssessmentState.DRAFT:
        raise Conflict("You have submitted your own review of this case already.")
    situation, subject = situation_about(case, by, OwnReviewKnown(case)), subject_of_case(case)
    details = {"assessment": draft.id}
    with moving(session, OWN_REVIEW, "submit", draft, situation=situation, subject=subject, details=details):
        draft.submitted_at = clock.now()
        draft.indicated_grade, draft.indicated_rule = indicated or (None, None)


def compared(audit: Draft | None, own: Draft) -> Sequence[Compared]:
    """Return an own review beside the audit's assessment: the grade, then each standard."""
    found = [Compared("Grade", (audit.assessment.grade or "") if audit else "", own.assessment.grade or "")]
    for standard in own.document.standards_for(own.law_type):
        theirs, mine = (draft.judgements.get(standard.code) if draft else None for draft in (audit, own))
        found.append(Compared(standard.title, theirs.judgement if theirs else "", mine.judgement if mine else ""))
    return found
