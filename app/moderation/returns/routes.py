"""Routes of a returned case for its head of service: the immediate review, the answer, the further action."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.actions import situation_of_case
from app.audit.grading.draft import Draft
from app.audit.library import queries as library_queries
from app.audit.models import AuditCase
from app.audit.thresholds.document import ThresholdDocument
from app.clock import due_in_words, today
from app.errors import Conflict
from app.moderation.models import Return
from app.moderation.pages import ConfirmPage, assessment_of
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.forms import DoneForm, ReviewForm
from app.moderation.returns.guards import return_of_mine, return_to
from app.moderation.returns.rules import (
    RETURN,
    no_action_waits,
    waits_to_be_read,
    why_not_done_on,
    within_challenge_window,
)
from app.moderation.rules import audit_still_open, facts_in_words
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.web.second_look import look_again

router = Router()


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """The immediate review of a returned case."""

    template: ClassVar[str] = "moderation/returns/review.html"
    returned: Return
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    facts: Sequence[tuple[str, str]]
    form: Filled
    refusal: str | None
    may_answer: bool
    may_challenge: bool


@dataclass(frozen=True, kw_only=True)
class ActionDonePage(Page):
    """Ask when the further action was done."""

    template: ClassVar[str] = "moderation/returns/action_done.html"
    returned: Return
    case: AuditCase
    form: Filled
    refusal: str | None


def _review_page(visit: Visit, returned: Return, form: Filled) -> ReviewPage:
    situation = situation_of_case(returned.case, visit.viewer)
    may_answer, assessment = audit_still_open(returned, situation) is None, assessment_of(visit, returned.case)
    return ReviewPage(
        title="Immediate review",
        returned=returned,
        case=returned.case,
        document=library_queries.document_of(returned.case.audit),
        assessment=assessment,
        facts=facts_in_words(assessment),
        form=form,
        refusal=RETURN.refusal("review", returned, situation),
        may_answer=may_answer,
        may_challenge=may_answer and within_challenge_window(returned, situation) is None,
    )


# A route of its own: nobody who writes waits until a page is made.
@router.get("/cases/{case_id}/read", return_to(RETURN["review"]), writes=True)
def read_return(visit: Visit, returned: Return) -> Response:
    """Keep that somebody of the area opened a returned case, and lead to the page that they wanted."""
    returns_actions.keep_reading(visit.session, returned, by=visit.viewer)
    page = f"/cases/{returned.case_id}"
    return visit.redirect(f"{page}/review" if visit.query("page") == "review" else page)


@router.get("/cases/{case_id}/review", return_to(RETURN["review"]))
def review_page(visit: Visit, returned: Return) -> Response:
    """Ask what the immediate review found."""
    if waits_to_be_read(returned):
        return visit.redirect(f"/cases/{returned.case_id}/read?page=review")
    return visit.render(_review_page(visit, returned, Filled()))


@router.post("/cases/{case_id}/review", return_to(RETURN["review"], RETURN["accept"]))
def review(visit: Visit, returned: Return) -> Response:
    """Record the immediate review, and the answer to the grade."""
    situation = situation_of_case(returned.case, visit.viewer)
    refusal = RETURN.refusal("review", returned, situation)
    if refusal:
        raise Conflict(refusal)
    # Where its audit has ended a case is reviewed all the same; only the answer to the grade is not asked for.
    unanswered = {"answer": ["later"]} if audit_still_open(returned, situation) else {}
    sent, form = fill(ReviewForm, {**visit.form, **unanswered})
    form = look_again(visit, form, ["note", "action_what", "practitioner_says"], sent.faults() if sent else {})
    if sent is None or form.errors:
        return visit.render(_review_page(visit, returned, form), status=422)
    returns_actions.review(visit.session, returned, sent.found, by=visit.viewer)
    return _answer(visit, returned, sent.answer)


def _answer(visit: Visit, returned: Return, answer: str) -> Response:
    """Go on from a recorded review to the answer; the review stays recorded where that is not possible any more."""
    where = f"/cases/{returned.case_id}"
    wanted = "challenge" if answer == "challenge" else "accept"
    refusal = RETURN.refusal(wanted, returned, situation_of_case(returned.case, visit.viewer))
    if refusal:
        return visit.redirect(where, f"Your review is recorded. {refusal}")
    if answer == "accept":
        returns_actions.accept_grade(visit.session, returned, by=visit.viewer)
        return visit.redirect(where, "Your review is recorded and the grade is accepted.")
    if answer == "challenge":
        return visit.redirect(f"{where}/challenge", "Your review is recorded. Say next what you contest.")
    return visit.redirect(where, "Your review is recorded. You can answer the grade until the date shown.")


def _accepting(returned: Return) -> Iterator[str]:
    grade = library_queries.document_of(returned.case.audit).label(returned.case.standing_grade or "")
    yield f"The grade {grade} is then final. You can no longer challenge it."
    if today() <= returned.challenge_due:
        until = due_in_words(returned.challenge_due)
        yield f"You have until {until}, to challenge it, so you can also go back and answer later."


@router.get("/cases/{case_id}/accept", return_to(RETURN["accept"]))
def accept_page(visit: Visit, returned: Return) -> Response:
    """Say what accepting the grade means."""
    case = returned.case
    page = ConfirmPage(
        title="Accept the grade",
        case=case,
        consequences=list(_accepting(returned)),
        back_to=f"/cases/{case.id}",
        back_text="Go back to the case",
        refusal=RETURN.refusal("accept", returned, situation_of_case(case, visit.viewer)),
    )
    return visit.render(page)


@router.post("/cases/{case_id}/accept", return_to(RETURN["accept"]))
def accept(visit: Visit, returned: Return) -> Response:
    """Accept the grade."""
    returns_actions.accept_grade(visit.session, returned, by=visit.viewer)
    return visit.redirect(f"/cases/{returned.case_id}", "The grade is accepted.")


def _action_page(returned: Return, form: Filled) -> ActionDonePage:
    return ActionDonePage(
        title="Further action", returned=returned, case=returned.case, form=form, refusal=no_action_waits(returned)
    )


@router.get("/returns/{return_id}/action", return_of_mine)
def action_page(visit: Visit, returned: Return) -> Response:
    """Ask when the further action was done."""
    return visit.render(_action_page(returned, Filled()))


@router.post("/returns/{return_id}/action", return_of_mine)
def action_done(visit: Visit, returned: Return) -> Response:
    """Record that the further action was done."""
    refusal = no_action_waits(returned)
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(DoneForm, visit.form)
    if sent is not None and (fault := why_not_done_on(returned, sent.done_on)):
        form = form.with_errors(done_on=fault)
    if sent is None or form.errors:
        return visit.render(_action_page(returned, form), status=422)
    returns_actions.record_action_done(visit.session, returned, done_on=sent.done_on, by=visit.viewer)
    return visit.redirect(f"/cases/{returned.case_id}", "The further action is recorded as done.")
