"""A head of service's own review of an audited case: the same tool, for comparison; it never changes a grade."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.actions import situation_about, subject_of_case
from app.audit.enums import AssessmentKind, AssessmentState
from app.audit.evidence.reuse import sealed
from app.audit.grading.actions import new_draft
from app.audit.grading.draft import Draft
from app.audit.library.queries import proposed_in
from app.audit.models import Assessment, AuditCase
from app.audit.queries import assessments_of
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.moderation.own_reviews.rules import OWN_REVIEW, OwnReviewKnown, why_no_own_review
from app.people.rules import Viewer
from app.workflow import moving


@dataclass(frozen=True, slots=True)
class Compared:
    """What stands of one standard, or the grade that stands, and what the head of service judged; empty where none is.

    `first` is what the auditor said, where a decision left something else; `how` is that decision in a word.
    """

    what: str
    audit: str
    own: str
    first: str = ""
    how: str = ""


def own_review(session: Session, viewer: Viewer, of: AuditCase) -> Assessment | None:
    """Return the person's own review of a case, a draft or submitted."""
    own = [a for a in assessments_of(session, viewer, of) if a.kind is AssessmentKind.OWN_REVIEW]
    return next((a for a in own if a.author_id == viewer.id), None)


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
        sealed(draft.judgements)
        draft.indicated_grade, draft.indicated_rule = indicated or (None, None)
        draft.proposed = proposed_in(case, draft)


def compared(grade: str, audit: Draft | None, own: Draft) -> Sequence[Compared]:
    """Return an own review beside what stands of the audit: the grade that stands, then each standard."""
    first = (audit.assessment.grade or "") if audit else ""
    found = [Compared("Grade", grade, own.assessment.grade or "", first if first != grade else "", "Now")]
    for standard in own.document.standards_for(own.law_type):
        stands, mine = audit.standing.get(standard.code) if audit else None, own.judgements.get(standard.code)
        before = stands.first_level if stands and stands.level != stands.first_level else ""
        level, how = (stands.level, stands.called) if stands else ("", "")
        found.append(Compared(standard.title, level, mine.judgement if mine else "", before, how))
    return found
