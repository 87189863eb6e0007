"""Routes of a head of service's own review: the pages of the audit tool at another address, and its submission."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.autosave.routes import keep_answers
from app.audit.enums import AssessmentKind, AssessmentState
from app.audit.evidence import routes as evidence
from app.audit.evidence.emptiness import Question
from app.audit.evidence.guards import InWork, in_work
from app.audit.grading import routes as tool
from app.audit.grading.draft import Draft, draft_of
from app.audit.grading.guards import InHand
from app.audit.grading.in_hand import Held
from app.audit.grading.in_hand import held as in_hand
from app.audit.grading.progress import Task, tasks_of
from app.audit.guards import case_in_scope, on_case
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.audit.thresholds.document import ThresholdDocument
from app.errors import Elsewhere, NotFound
from app.moderation.own_reviews import actions as own_reviews
from app.moderation.own_reviews.rules import OWN_REVIEW, why_no_own_review
from app.moderation.pages import CheckPage, lacking_in, left_to_ask, shown_by, unseen_in
from app.moderation.rules import HEAD
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit

router = Router()
WHO = "the head of service of the graded case’s area"
BASE = "/cases/{case_id}/own-review"


def _in_hand(visit: Visit) -> InHand:
    case = own_case.find(visit)
    draft = own_reviews.own_review(visit.session, visit.viewer, case)
    if draft is None:
        raise NotFound
    done = draft.state is not AssessmentState.DRAFT
    refusal = (
        "You have submitted your own review of this case, so it cannot be changed." if done else why_no_own_review(case)
    )
    visit.turn_away(refusal, f"/cases/{case.id}")
    return InHand(case, draft_of(case, draft), draft)


def _held(visit: Visit) -> Held:
    _in_hand(visit)
    found = in_hand(visit.session, visit.viewer, visit.number("case_id"), kind=AssessmentKind.OWN_REVIEW, locked=True)
    if found is None:
        raise NotFound
    return found


def _in_work(visit: Visit) -> InWork:
    return in_work(visit, _in_hand(visit).case, "own-review", party=True)


own_case = on_case(case_in_scope, *HEAD, case_of=lambda case: case, noun="graded case")
own_review_in_hand = Guard(f"{WHO}, once they began their own review", _in_hand)
own_review_held = Guard(f"{WHO}, once they began their own review", _held)
for page, show, save in (
    ("standards/{area}", tool.standards_page, tool.save_standards),
    ("facts", tool.facts_page, tool.save_facts),
    ("themes", tool.themes_page, tool.save_themes),
    ("grade", tool.grade_page, tool.save_grade),
):
    router.get(f"{BASE}/{page}", own_review_in_hand)(show)
    router.post(f"{BASE}/{page}", own_review_in_hand)(save)
router.put(f"{BASE}/answers", own_review_held)(keep_answers)
own_review_in_work = Guard(own_review_in_hand.words, _in_work)
router.get(f"{BASE}/documents", own_review_in_work)(evidence.documents_page)
router.post(f"{BASE}/documents", own_review_in_work)(evidence.add_document)
router.put(f"{BASE}/documents", own_review_in_work)(evidence.put_document)
router.put(f"{BASE}/phrases", own_review_in_work)(evidence.put_phrase)
router.post(f"{BASE}/documents/{{listed_id}}/remove", own_review_in_work)(evidence.remove_document)


@dataclass(frozen=True, kw_only=True)
class OwnReviewPage(Page):
    """The parts of an own review, or the button that begins it."""

    template: ClassVar[str] = "moderation/own_reviews/own_review.html"
    case: AuditCase
    document: ThresholdDocument
    draft: Draft | None
    tasks: Sequence[Task]
    refusal: str | None


@router.get(BASE, own_case)
def own_review_page(visit: Visit, case: AuditCase) -> Response:
    """Show the parts of an own review."""
    kept = own_reviews.own_review(visit.session, visit.viewer, case)
    if kept is not None and kept.state is not AssessmentState.DRAFT:
        raise Elsewhere(f"/cases/{case.id}", "You have submitted your own review. It stands below, beside the audit’s.")
    return visit.render(_page(case, draft_of(case, kept) if kept else None))


def _page(case: AuditCase, draft: Draft | None) -> OwnReviewPage:
    return OwnReviewPage(
        title="Your own review",
        case=case,
        document=document_of(case.audit),
        draft=draft,
        tasks=tasks_of(draft) if draft else (),
        refusal=why_no_own_review(case),
    )


@router.post(BASE, own_case)
def start(visit: Visit, case: AuditCase) -> Response:
    """Begin an own review."""
    own_reviews.start(visit.session, case, by=visit.viewer)
    return visit.redirect(BASE.format(case_id=case.id))


def _check_page(held: InHand, form: Filled, questions: Sequence[Question] = ()) -> CheckPage:
    return CheckPage(
        title="Check your own review",
        case=held.case,
        document=held.draft.document,
        draft=held.draft,
        form=form,
        missing=held.draft.missing,
        questions=questions,
        shown=shown_by(held.draft),
        returns=False,
        notes={},
        changes=(),
    )


@router.get(f"{BASE}/check", own_review_in_hand)
def check_page(visit: Visit, held: InHand) -> Response:
    """Show all answers before they are submitted."""
    return visit.render(_check_page(held, Filled()))


@router.post(f"{BASE}/check", own_review_in_hand.making(OWN_REVIEW["submit"]))
def submit(visit: Visit, held: InHand) -> Response:
    """Submit an own review."""
    missing, unseen = held.draft.missing, unseen_in(held.draft, visit.sent("shown"))
    if missing or unseen.errors:
        lacking = lacking_in(missing)
        form = Filled({}, {**lacking.errors, **unseen.errors}, {**lacking.anchors, **unseen.anchors})
        return visit.render(_check_page(held, form), status=422 if missing else 409)
    questions = left_to_ask(visit, held)
    if questions:
        return visit.render(_check_page(held, Filled(), questions), status=409)
    own_reviews.submit(visit.session, held.case, held.assessment, indicated=held.draft.indicated, by=visit.viewer)
    return visit.redirect(
        f"/cases/{held.case.id}", "Your own review is submitted. It stands below, beside the audit’s."
    )
