"""Doors of a case: check and submit, the case's page, the immediate review and the challenge."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.actions import situation_of_case
from app.audit.draft import Draft, Missing, draft_of
from app.audit.enums import AUDIT_STATE_LABELS, CASE_STATE_LABELS, DECISION_LABELS, LAW_TYPE_LABELS, LawType
from app.audit.grading_routes import InHand, case_in_hand
from app.audit.guards import any_audit, case_in_scope
from app.audit.models import Audit, AuditCase, Decision, Replacement
from app.audit.rules import CASE, sample_can_change
from app.audit.thresholds.document import ThresholdDocument
from app.clock import today
from app.doors import Doors, Visit
from app.errors import Conflict
from app.events import Event
from app.forms import fill
from app.moderation import actions, queries
from app.moderation.enums import CHALLENGE_STATE_LABELS, FURTHER_ACTION_LABELS, OUTCOME_LABELS, RETURN_STATE_LABELS, FurtherAction, ReturnState
from app.moderation.forms import DoneForm, ReviewForm, challenge_points
from app.moderation.guards import returned_to_me
from app.moderation.models import Challenge, Return
from app.moderation.rules import RETURN
from app.pages import Filled, Page
from app.people.enums import Role
from app.workflow import Offer

doors = Doors()
LABELS = {
    "returns": RETURN_STATE_LABELS, "challenges": CHALLENGE_STATE_LABELS, "outcomes": OUTCOME_LABELS,
    "actions": FURTHER_ACTION_LABELS, "decisions": DECISION_LABELS, "cases": CASE_STATE_LABELS,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """Check answers, and submit."""

    template: ClassVar[str] = "moderation/check.html"
    case: AuditCase
    document: ThresholdDocument
    draft: Draft
    form: Filled
    missing: Sequence[Missing]
    returns: bool


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """A case: its standing grade, its judgements, and everything that happened to it."""

    template: ClassVar[str] = "moderation/case.html"
    case: AuditCase
    document: ThresholdDocument
    law_type: str
    audit_state: str
    assessment: Draft | None
    decisions: Sequence[Decision]
    returned: Return | None
    challenges: Sequence[Challenge]
    offers: Sequence[Offer]
    events: Sequence[tuple[Event, str]]
    names: dict[int, str]
    labels: dict[str, dict[object, str]]
    is_auditor: bool
    may_record_done: bool
    request: Replacement | None
    may_replace: bool
    may_answer: bool


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """The immediate review of a returned case."""

    template: ClassVar[str] = "moderation/review.html"
    returned: Return
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    form: Filled
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class ActionDonePage(Page):
    """Ask when the further action was done."""

    template: ClassVar[str] = "moderation/action_done.html"
    returned: Return
    case: AuditCase
    form: Filled


@dataclass(frozen=True, kw_only=True)
class ChallengeFormPage(Page):
    """Challenge a grade, standard by standard."""

    template: ClassVar[str] = "moderation/challenge_form.html"
    returned: Return
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    form: Filled
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class ChallengesPage(Page):
    """The challenges of an audit."""

    template: ClassVar[str] = "moderation/challenges.html"
    audit: Audit
    document: ThresholdDocument
    challenges: Sequence[Challenge]
    labels: dict[str, dict[object, str]]


def _check_page(held: InHand, form: Filled) -> CheckPage:
    document = held.draft.document
    return CheckPage(
        title="Check your answers", case=held.case, document=document, draft=held.draft, form=form, missing=held.draft.missing,
        returns=held.draft.assessment.grade == document.lowest.code,
    )  # fmt: skip


@doors.get("/cases/{case_id}/check", case_in_hand)
def check_page(visit: Visit, held: InHand) -> Response:
    """Show all answers before they are submitted."""
    return visit.render(_check_page(held, Filled()))


@doors.post("/cases/{case_id}/check", case_in_hand)
def submit(visit: Visit, held: InHand) -> Response:
    """Submit the assessment; the lowest grade goes back to the area in the same transaction."""
    missing = held.draft.missing
    if missing:
        errors = {f"missing-{i}": m.sentence for i, m in enumerate(missing)}
        anchors = {f"missing-{i}": m.link for i, m in enumerate(missing)}
        return visit.render(_check_page(held, Filled({}, errors, anchors)), status=422)
    indication = held.draft.indication
    indicated = (indication.grade, indication.rule) if indication else None
    actions.submit_grade(visit.session, held.case, held.draft.assessment, indicated=indicated, by=visit.viewer)
    grade = held.draft.document.label(held.case.standing_grade or "")
    after = f" It has gone back to the head of service of {held.case.area} for immediate review." if _check_page(held, Filled()).returns else ""
    return visit.redirect("/", f"Case {held.case.case_ref} is submitted as {grade}.{after}")


def assessment_of(visit: Visit, case: AuditCase) -> Draft | None:
    """Return the first assessment of a case as far as the visitor may read it."""
    found = audit_queries.first_assessment(visit.session, visit.viewer, case)
    return draft_of(case, found) if found else None


@doors.get("/cases/{case_id}", case_in_scope)
def case_page(visit: Visit, case: AuditCase) -> Response:
    """Show a case and its whole line of decisions and events."""
    returned = queries.newest_return(visit.session, visit.viewer, case)
    offers = RETURN.offers(returned, situation_of_case(case, visit.viewer)) if returned else []
    decisions = audit_queries.decisions(visit.session, visit.viewer, case)
    assessment = assessment_of(visit, case)
    authors = [d.by_id for d in decisions] + ([assessment.assessment.author_id] if assessment else []) + [case.auditor_id]
    is_lead = visit.viewer.has(Role.LEAD, audit=case.audit.ref)
    page = CasePage(
        title=f"Case {case.case_ref}", case=case, document=audit_queries.document_of(case.audit), law_type=LAW_TYPE_LABELS[LawType(case.law_type)],
        audit_state=AUDIT_STATE_LABELS[case.audit.state], assessment=assessment, decisions=decisions, returned=returned,
        challenges=queries.challenges_of_case(visit.session, visit.viewer, case), offers=offers,
        events=queries.timeline(visit.session, visit.viewer, case), labels=LABELS,  # type: ignore[arg-type]
        names=audit_queries.names(visit.session, frozenset(a for a in authors if a)), is_auditor=case.auditor_id == visit.viewer.id,
        request=audit_queries.open_request(visit.session, case), may_answer=is_lead,
        may_replace=(is_lead or case.auditor_id == visit.viewer.id) and case.state in CASE["replace"].sources and sample_can_change(case.audit) is None,
        may_record_done=returned is not None and returned.further_action is FurtherAction.NEEDED
        and case.area in visit.viewer.areas(Role.HEAD_OF_SERVICE),
    )  # fmt: skip
    return visit.render(page)


def _review_page(visit: Visit, returned: Return, form: Filled) -> ReviewPage:
    return ReviewPage(
        title="Immediate review", returned=returned, case=returned.case, document=audit_queries.document_of(returned.case.audit),
        assessment=assessment_of(visit, returned.case), form=form,
        refusal=RETURN.refusal("review", returned, situation_of_case(returned.case, visit.viewer)),
    )  # fmt: skip


@doors.get("/cases/{case_id}/review", returned_to_me)
def review_page(visit: Visit, returned: Return) -> Response:
    """Ask what the immediate review found."""
    return visit.render(_review_page(visit, returned, Filled()))


@doors.post("/cases/{case_id}/review", returned_to_me)
def review(visit: Visit, returned: Return) -> Response:
    """Record the immediate review, and the answer to the grade."""
    sent, form = fill(ReviewForm, visit.form)
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
    where = f"/cases/{returned.case_id}"
    if sent.answer == "accept":
        actions.accept_grade(visit.session, returned, by=visit.viewer)
        return visit.redirect(where, "Your review is recorded and the grade is accepted.")
    if sent.answer == "challenge":
        return visit.redirect(f"{where}/challenge", "Your review is recorded. Say next what you contest.")
    return visit.redirect(where, "Your review is recorded. You can accept or challenge the grade until the date shown.")


@doors.post("/cases/{case_id}/accept", returned_to_me)
def accept(visit: Visit, returned: Return) -> Response:
    """Accept the grade."""
    actions.accept_grade(visit.session, returned, by=visit.viewer)
    return visit.redirect(f"/cases/{returned.case_id}", "The grade is accepted.")


@doors.get("/cases/{case_id}/action", returned_to_me)
def action_page(visit: Visit, returned: Return) -> Response:
    """Ask when the further action was done."""
    return visit.render(ActionDonePage(title="Further action", returned=returned, case=returned.case, form=Filled()))


@doors.post("/cases/{case_id}/action", returned_to_me)
def action_done(visit: Visit, returned: Return) -> Response:
    """Record that the further action was done."""
    sent, form = fill(DoneForm, visit.form)
    if sent is not None and sent.done_on > today():
        form = form.with_errors(done_on="The date must be today or in the past")
    if sent is None or form.errors:
        page = ActionDonePage(title="Further action", returned=returned, case=returned.case, form=form)
        return visit.render(page, status=422)
    actions.record_action_done(visit.session, returned, done_on=sent.done_on, by=visit.viewer)
    return visit.redirect(f"/cases/{returned.case_id}", "The further action is recorded as done.")


def _challenge_page(visit: Visit, returned: Return, form: Filled) -> ChallengeFormPage:
    return ChallengeFormPage(
        title="Challenge the grade", returned=returned, case=returned.case, document=audit_queries.document_of(returned.case.audit),
        assessment=assessment_of(visit, returned.case), form=form,
        refusal=_why_no_challenge(visit, returned),
    )  # fmt: skip


def _why_no_challenge(visit: Visit, returned: Return) -> str | None:
    if returned.state is ReturnState.OPEN:
        return "Record the immediate review first: the children’s safety comes before the grade. Then you can challenge it."
    return RETURN.refusal("challenge", returned, situation_of_case(returned.case, visit.viewer))


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
    points, errors = challenge_points(document, document.standards_for(returned.case.law_type), visit.form)
    claimed, summary = visit.sent("claimed_grade"), visit.sent("summary").strip()
    if claimed not in {level.code for level in document.scale} - {document.lowest.code}:
        errors = {"claimed_grade": "Choose the grade that you claim", **errors}
    if not points:
        errors["standards"] = "Choose at least one standard that you contest"
    if not summary or len(summary) > 4000:  # noqa: PLR2004 - as every long text
        errors["summary"] = "Enter why the grade should change, in 4,000 characters or fewer"
    if errors:
        values = {name: v if name == "standards" else v[0] for name, v in visit.form.items()}
        return visit.render(_challenge_page(visit, returned, Filled(values, errors)), status=422)
    made = actions.challenge_grade(visit.session, returned, claimed_grade=claimed, summary=summary, points=points, by=visit.viewer)
    return visit.redirect(f"/challenges/{made.id}", "The grade is challenged. An audit lead who gave none of its grades decides.")


@doors.get("/audits/{ref}/challenges", any_audit)
def challenges_page(visit: Visit, audit: Audit) -> Response:
    """List the challenges of an audit that the person may see."""
    page = ChallengesPage(
        title="Challenges", audit=audit, document=audit_queries.document_of(audit),
        challenges=queries.challenges_of_audit(visit.session, visit.viewer, audit), labels=LABELS,  # type: ignore[arg-type]
    )  # fmt: skip
    return visit.render(page)
