"""Doors of a case: its page, the immediate review and the challenge."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.actions import situation_of_case
from app.audit.enums import AUDIT_STATE_LABELS, LAW_TYPE_LABELS, AssessmentState, AuditState, LawType
from app.audit.grading.draft import Draft, draft_of
from app.audit.grading.fields import Change, changes
from app.audit.grading.in_hand import Answers
from app.audit.guards import case_in_scope
from app.audit.models import Assessment, AuditCase, Decision, Replacement
from app.audit.rules import CASE, sample_can_change
from app.audit.sample import queries as sample_queries
from app.audit.thresholds.document import ThresholdDocument
from app.clock import due_in_words, today
from app.errors import Conflict
from app.events import Event
from app.moderation import actions, queries
from app.moderation.blind_pages import LABELS, blind_page
from app.moderation.enums import Deadline, FurtherAction, ReturnState
from app.moderation.forms import DoneForm, ReviewForm, claim
from app.moderation.guards import return_of_mine, returned_to_me
from app.moderation.models import Challenge, Concern, Return
from app.moderation.own_reviews.actions import Compared, compared, own_review, why_no_own_review
from app.moderation.own_views.actions import blind_to
from app.moderation.pages import ConfirmPage, assessment_of
from app.moderation.rules import (
    RETURN,
    Contestable,
    Relevelled,
    answer_in_words,
    audit_still_open,
    contestable,
    facts_in_words,
    follows_from_standards,
    no_action_waits,
    relevelled,
    why_not_extended,
    why_not_overridden,
    within_challenge_window,
)
from app.people.enums import Role
from app.web.doors import Doors, Visit
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.workflow import Offer

doors = Doors()


@dataclass(frozen=True, slots=True)
class Assessed:
    """A submitted assessment as the case's page shows it: what it changed where it corrects one, and what corrected it."""

    draft: Draft
    facts: Sequence[tuple[str, str]]
    changes: Sequence[Change]
    corrected_by: Assessment | Answers | None


@dataclass(frozen=True, slots=True)
class Correction:
    """Where the auditor of a submitted case stands: until when it can be corrected, why not, and whether a correction is begun."""

    until: date | None
    refusal: str | None
    begun: bool


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """A case: its standing grade, its judgements, and everything that happened to it."""

    template: ClassVar[str] = "moderation/case.html"
    case: AuditCase
    document: ThresholdDocument
    law_type: str
    audit_state: str
    assessed: Sequence[Assessed]
    correction: Correction | None
    decisions: Sequence[Decision]
    returns: Sequence[Return]
    challenges: Sequence[Challenge]
    # Of a grade that the person gave, to which they can add a note.
    challenged: Challenge | None
    concerns: Sequence[Concern]
    answers: Mapping[int, str]
    # By return, the decision that withdrew it.
    withdrawn: Mapping[int, Decision]
    decided: Mapping[str, Relevelled]
    offers: Sequence[Offer]
    events: Sequence[tuple[Event, str]]
    names: dict[int, str]
    labels: dict[str, dict[object, str]]
    is_auditor: bool
    is_head: bool
    request: Replacement | None
    may_replace: bool
    may_answer: bool
    # More time for the newest return, for the lead; its late review, for the director.
    may_extend: bool
    # For the head of service: their own review beside the audit's, or whether they can make one.
    compared: Sequence[Compared]
    may_own_review: bool
    may_override: bool


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """The immediate review of a returned case."""

    template: ClassVar[str] = "moderation/review.html"
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

    template: ClassVar[str] = "moderation/action_done.html"
    returned: Return
    case: AuditCase
    form: Filled
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class ChallengeFormPage(Page):
    """Challenge a grade, standard by standard."""

    template: ClassVar[str] = "moderation/challenge_form.html"
    returned: Return
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    items: Sequence[Contestable]
    needs_standard: bool
    form: Filled
    refusal: str | None




def _assessed(visit: Visit, case: AuditCase) -> list[Assessed]:
    """Return everything that the auditor of a case submitted, newest first."""
    drafts = [draft_of(case, a) for a in audit_queries.submitted_assessments(visit.session, visit.viewer, case)]
    earlier, later = [*drafts[1:], None], [None, *drafts]
    return [
        Assessed(now, facts_in_words(now), changes(before, now) if before else (), by.assessment if by else None)
        for now, before, by in zip(drafts, earlier, later, strict=False)
    ]  # fmt: skip


def _correction(visit: Visit, case: AuditCase) -> Correction | None:
    """Return where the auditor stands with a correction; nobody else, and nothing before the case is submitted or after fieldwork."""
    begun = audit_queries.draft_in_hand(visit.session, visit.viewer, case)
    over = case.audit.state is not AuditState.FIELDWORK and begun is None
    if case.auditor_id != visit.viewer.id or case.state not in audit_queries.RETURNED_TO_AREA or over:
        return None
    refusal = actions.why_not_corrected(visit.session, case, visit.viewer)
    return Correction(audit_queries.correct_until(visit.session, case), refusal, begun is not None)


def _compared(visit: Visit, case: AuditCase) -> Sequence[Compared]:
    """Return the person's own submitted review of a case beside the audit's; nothing where there is none."""
    own = own_review(visit.session, visit.viewer, case)
    return compared(assessment_of(visit, case), draft_of(case, own)) if own and own.state is AssessmentState.SUBMITTED else ()


def _withdrawn(returns: Sequence[Return], decisions: Sequence[Decision]) -> dict[int, Decision]:
    """Return, by withdrawn return, the decision that came after the one that it was for."""
    following = {before.id: after for after, before in pairwise(decisions)}
    return {r.id: following[r.decision_id] for r in returns if r.state is ReturnState.WITHDRAWN}


@doors.get("/cases/{case_id}", case_in_scope)
def case_page(visit: Visit, case: AuditCase) -> Response:
    """Show a case and its whole line of decisions and events; to whoever has to form a view of it first, where that is done."""
    waits = blind_to(visit.session, visit.viewer, case)
    if waits is not None:
        return visit.render(blind_page(visit, waits))
    returns = queries.returns_of_case(visit.session, visit.viewer, case)
    offers = RETURN.offers(returns[0], situation_of_case(case, visit.viewer)) if returns else []
    decisions = audit_queries.decisions(visit.session, visit.viewer, case)
    assessed = _assessed(visit, case)
    challenges = queries.challenges_of_case(visit.session, visit.viewer, case)
    people = [*(d.by_id for d in decisions), *(r.reviewed_by for r in returns), *(a.draft.assessment.author_id for a in assessed)]
    is_head = case.area in visit.viewer.areas(Role.HEAD_OF_SERVICE)
    is_lead = visit.viewer.has(Role.LEAD, audit=case.audit.ref)
    page = CasePage(
        title=f"Case {case.case_ref}", case=case, document=audit_queries.document_of(case.audit), law_type=LAW_TYPE_LABELS[LawType(case.law_type)],
        audit_state=AUDIT_STATE_LABELS[case.audit.state], assessed=assessed, correction=_correction(visit, case), decisions=decisions, returns=returns,
        challenges=challenges, challenged=next(iter(queries.challenges_to_note(visit.session, visit.viewer, on=case)), None),
        answers={r.id: answer_in_words(r, challenges) for r in returns}, offers=offers,
        concerns=queries.concerns_of_case(visit.session, visit.viewer, case), decided=relevelled(challenges), withdrawn=_withdrawn(returns, decisions),
        events=queries.timeline(visit.session, visit.viewer, case), labels=LABELS,  # type: ignore[arg-type]
        names=audit_queries.names(visit.session, frozenset(p for p in people if p)), is_auditor=case.auditor_id == visit.viewer.id,
        is_head=is_head,
        compared=_compared(visit, case), may_own_review=is_head and why_no_own_review(case) is None,
        may_extend=is_lead and bool(returns) and why_not_extended(returns[0], Deadline.CHALLENGE) is None,
        may_override=visit.viewer.has(Role.DIRECTOR) and bool(returns) and why_not_overridden(returns[0]) is None,
        request=sample_queries.open_request(visit.session, case), may_answer=is_lead,
        may_replace=(is_lead or case.auditor_id == visit.viewer.id) and case.state in CASE["replace"].sources and sample_can_change(case.audit) is None,
    )  # fmt: skip
    return visit.render(page)


def _review_page(visit: Visit, returned: Return, form: Filled) -> ReviewPage:
    situation = situation_of_case(returned.case, visit.viewer)
    may_answer, assessment = audit_still_open(returned, situation) is None, assessment_of(visit, returned.case)
    return ReviewPage(
        title="Immediate review", returned=returned, case=returned.case, document=audit_queries.document_of(returned.case.audit),
        assessment=assessment, facts=facts_in_words(assessment), form=form, refusal=RETURN.refusal("review", returned, situation),
        may_answer=may_answer, may_challenge=may_answer and within_challenge_window(returned, situation) is None,
    )  # fmt: skip


@doors.get("/cases/{case_id}/review", returned_to_me)
def review_page(visit: Visit, returned: Return) -> Response:
    """Ask what the immediate review found."""
    return visit.render(_review_page(visit, returned, Filled()))


@doors.post("/cases/{case_id}/review", returned_to_me)
def review(visit: Visit, returned: Return) -> Response:
    """Record the immediate review, and the answer to the grade."""
    situation = situation_of_case(returned.case, visit.viewer)
    refusal = RETURN.refusal("review", returned, situation)
    if refusal:
        raise Conflict(refusal)
    # Where its audit has ended a case is reviewed all the same; only the answer to the grade is not asked for.
    unanswered = {"answer": ["later"]} if audit_still_open(returned, situation) else {}
    sent, form = fill(ReviewForm, {**visit.form, **unanswered})
    if sent is not None:
        form = form.with_errors(**sent.faults())
    if sent is None or form.errors:
        return visit.render(_review_page(visit, returned, form), status=422)
    needed = sent.further_action == "needed"
    found = actions.Review(
        children_safe=sent.children_safe == "yes", note=sent.note, further_action=FurtherAction(sent.further_action),
        action_what=sent.action_what if needed else "", action_who=sent.action_who if needed else "",
        action_by=sent.action_by if needed else None,
    )  # fmt: skip
    actions.review(visit.session, returned, found, by=visit.viewer)
    return _answer(visit, returned, sent.answer)


def _answer(visit: Visit, returned: Return, answer: str) -> Response:
    """Go on from a recorded review to the answer; the review stays recorded where the answer is not possible any more."""
    where = f"/cases/{returned.case_id}"
    wanted = "challenge" if answer == "challenge" else "accept"
    refusal = RETURN.refusal(wanted, returned, situation_of_case(returned.case, visit.viewer))
    if refusal:
        return visit.redirect(where, f"Your review is recorded. {refusal}")
    if answer == "accept":
        actions.accept_grade(visit.session, returned, by=visit.viewer)
        return visit.redirect(where, "Your review is recorded and the grade is accepted.")
    if answer == "challenge":
        return visit.redirect(f"{where}/challenge", "Your review is recorded. Say next what you contest.")
    return visit.redirect(where, "Your review is recorded. You can answer the grade until the date shown.")


@doors.get("/cases/{case_id}/accept", returned_to_me)
def accept_page(visit: Visit, returned: Return) -> Response:
    """Say what accepting the grade means."""
    case = returned.case
    grade = audit_queries.document_of(case.audit).label(case.standing_grade or "")
    consequences = [f"The grade {grade} is then final. You can no longer challenge it."]
    if today() <= returned.challenge_due:
        consequences.append(f"You have until {due_in_words(returned.challenge_due)}, to challenge it, so you can also go back and answer later.")
    page = ConfirmPage(
        title="Accept the grade", case=case, consequences=consequences, back_to=f"/cases/{case.id}", back_text="Go back to the case",
        refusal=RETURN.refusal("accept", returned, situation_of_case(case, visit.viewer)),
    )  # fmt: skip
    return visit.render(page)


@doors.post("/cases/{case_id}/accept", returned_to_me)
def accept(visit: Visit, returned: Return) -> Response:
    """Accept the grade."""
    actions.accept_grade(visit.session, returned, by=visit.viewer)
    return visit.redirect(f"/cases/{returned.case_id}", "The grade is accepted.")


def _action_page(returned: Return, form: Filled) -> ActionDonePage:
    return ActionDonePage(title="Further action", returned=returned, case=returned.case, form=form, refusal=no_action_waits(returned))


@doors.get("/returns/{return_id}/action", return_of_mine)
def action_page(visit: Visit, returned: Return) -> Response:
    """Ask when the further action was done."""
    return visit.render(_action_page(returned, Filled()))


@doors.post("/returns/{return_id}/action", return_of_mine)
def action_done(visit: Visit, returned: Return) -> Response:
    """Record that the further action was done."""
    refusal = no_action_waits(returned)
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(DoneForm, visit.form)
    if sent is not None and sent.done_on > today():
        form = form.with_errors(done_on="The date must be today or in the past")
    if sent is None or form.errors:
        return visit.render(_action_page(returned, form), status=422)
    actions.record_action_done(visit.session, returned, done_on=sent.done_on, by=visit.viewer)
    return visit.redirect(f"/cases/{returned.case_id}", "The further action is recorded as done.")


def _challenge_page(visit: Visit, returned: Return, form: Filled) -> ChallengeFormPage:
    case, draft = returned.case, assessment_of(visit, returned.case)
    return ChallengeFormPage(
        title="Challenge the grade", returned=returned, case=case, document=audit_queries.document_of(case.audit),
        assessment=draft, items=contestable(draft), needs_standard=follows_from_standards(draft, case.standing_grade), form=form,
        refusal=_why_no_challenge(visit, returned),
    )  # fmt: skip


def _why_no_challenge(visit: Visit, returned: Return) -> str | None:
    situation = situation_of_case(returned.case, visit.viewer)
    if returned.state is ReturnState.OPEN and not audit_still_open(returned, situation):
        return "Record the immediate review first: the children’s safety comes before the grade. Then you can challenge it."
    return audit_still_open(returned, situation) or RETURN.refusal("challenge", returned, situation)


@doors.get("/cases/{case_id}/challenge", returned_to_me)
def challenge_page(visit: Visit, returned: Return) -> Response:
    """Ask which standards are contested, and why."""
    return visit.render(_challenge_page(visit, returned, Filled()))


@doors.post("/cases/{case_id}/challenge", returned_to_me)
def challenge(visit: Visit, returned: Return) -> Response:
    """Challenge the grade."""
    refusal = _why_no_challenge(visit, returned)
    if refusal:
        raise Conflict(refusal)
    document = audit_queries.document_of(returned.case.audit)
    draft = assessment_of(visit, returned.case)
    claimed, errors = claim(document, contestable(draft), visit.form, needs_standard=follows_from_standards(draft, returned.case.standing_grade))
    if errors:
        values = {name: v if name in {"standards", "left_out"} else v[0] for name, v in visit.form.items()}
        return visit.render(_challenge_page(visit, returned, Filled(values, errors)), status=422)
    made = actions.challenge_grade(
        visit.session, returned, claimed_grade=claimed.grade, summary=claimed.summary, points=claimed.points, by=visit.viewer
    )  # fmt: skip
    return visit.redirect(f"/challenges/{made.id}", "The grade is challenged. An audit lead who gave none of its grades decides.")
