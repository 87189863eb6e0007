"""Routes of a challenge: raising it, the two sides, the decision, the escalation and the adjudication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.actions import situation_of_case
from app.audit.grading.draft import Draft
from app.audit.library import queries as library_queries
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.audit.queries import names
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.audit.thresholds.indication import Indication
from app.clock import day, due_in_words, today
from app.errors import Conflict
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.blind import LABELS, blind_page
from app.moderation.challenges.duties import nobody_left
from app.moderation.challenges.forms import EscalationForm, claim, ruling_points
from app.moderation.challenges.guards import any_challenge, challenge_to_adjudicate, challenge_to_decide, own_challenge
from app.moderation.challenges.rules import (
    CHALLENGE,
    OWN_VIEW_FIRST,
    Contestable,
    contestable,
    decides_blind,
    follows_from_standards,
    indicated_from,
    relevelled,
    why_no_note,
    within_escalation_window,
)
from app.moderation.enums import STAGES, Deadline, ReturnState, Stage
from app.moderation.models import Challenge, ChallengeNote, OwnView, Return
from app.moderation.pages import ConfirmPage, assessment_of
from app.moderation.returns.guards import returned_to_me
from app.moderation.returns.rules import RETURN, why_not_extended
from app.moderation.rules import audit_still_open
from app.people.enums import Role
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.workflow import Offer, Situation

router = Router()


@dataclass(frozen=True, kw_only=True)
class ChallengePage(Page):
    """A challenge: both sides, standard by standard, what was decided, and what can be done."""

    template: ClassVar[str] = "moderation/challenges/challenge.html"
    challenge: Challenge
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    standards: Mapping[str, Standard]
    decided: Indication | None
    adjudicated: Indication | None
    # By stage, the own view of whoever decided, by standard.
    views: Mapping[Stage, Mapping[str, OwnView]]
    notes: Sequence[ChallengeNote]
    may_note: bool
    nobody: str
    offers: Sequence[Offer]
    may_extend: bool
    names: Mapping[int, str]
    labels: dict[str, dict[object, str]]


@dataclass(frozen=True, kw_only=True)
class RulingPage(Page):
    """Decide or adjudicate: both sides, and the form with reasons for each contested standard."""

    template: ClassVar[str] = "moderation/challenges/ruling.html"
    challenge: Challenge
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    standards: Mapping[str, Standard]
    form: Filled
    refusal: str | None
    verb: str
    view: Mapping[str, OwnView]
    notes: Sequence[ChallengeNote]
    names: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class EscalatePage(Page):
    """Ask the director to adjudicate."""

    template: ClassVar[str] = "moderation/challenges/escalate.html"
    challenge: Challenge
    case: AuditCase
    form: Filled
    refusal: str | None


def _standards(challenge: Challenge) -> dict[str, Standard]:
    document = document_of(challenge.case.audit)
    return {p.standard: document.standard(p.standard) for p in challenge.points}


def _situation(visit: Visit, challenge: Challenge) -> Situation:
    return challenges_actions.situation_of_challenge(visit.session, challenge, visit.viewer)


def _indicated(visit: Visit, challenge: Challenge, levels: Mapping[str, str]) -> Indication | None:
    """Return the grade that the rules indicate from the levels decided on a challenge, and on those before it."""
    earlier = [
        c
        for c in challenges_queries.challenges_of_case(visit.session, visit.viewer, challenge.case)
        if c.id < challenge.id
    ]
    settled = {code: ruled.level for code, ruled in relevelled(earlier).items()}
    return indicated_from(assessment_of(visit, challenge.case), {**settled, **levels})


def _names(visit: Visit, challenge: Challenge) -> dict[int, str]:
    decided = [d.by_id for d in (challenge.decision, challenge.adjudication) if d]
    auditor = assessment_of(visit, challenge.case)
    ids = {
        challenge.case.auditor_id,
        challenge.raised_by,
        challenge.escalated_by,
        *decided,
        auditor.assessment.author_id if auditor else None,
    }
    return names(visit.session, frozenset(i for i in ids if i))


@router.get("/challenges/{challenge_id}", any_challenge)
def challenge_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides of a challenge; to whoever has to form a view of it first, where that is done."""
    situation = _situation(visit, challenge)
    if decides_blind(challenge, situation):
        return visit.render(blind_page(visit, challenge))
    page = ChallengePage(
        title=f"Challenge of case {challenge.case.case_ref}",
        challenge=challenge,
        case=challenge.case,
        document=document_of(challenge.case.audit),
        assessment=assessment_of(visit, challenge.case),
        standards=_standards(challenge),
        decided=_indicated(visit, challenge, {p.standard: p.decided for p in challenge.points})
        if challenge.decision
        else None,
        adjudicated=_indicated(visit, challenge, {p.standard: p.adjudicated for p in challenge.points})
        if challenge.adjudication
        else None,
        may_extend=visit.viewer.has(Role.LEAD, audit=challenge.case.audit.ref)
        and why_not_extended(challenge, Deadline.ESCALATION) is None,
        views=_views(visit, challenge),
        notes=challenges_queries.notes_of(visit.session, challenge),
        may_note=why_no_note(challenge, visit.viewer) is None,
        nobody=nobody_left(visit.session, challenge),
        offers=CHALLENGE.offers(challenge, situation),
        names=_names(visit, challenge),
        labels=LABELS,  # type: ignore[arg-type]
    )
    return visit.render(page)


def _views(visit: Visit, challenge: Challenge) -> dict[Stage, Mapping[str, OwnView]]:
    decided = {Stage.DECISION: challenge.decision, Stage.ADJUDICATION: challenge.adjudication}
    return {
        stage: challenges_queries.own_views(visit.session, challenge, by.by_id, stage)
        for stage, by in decided.items()
        if by
    }


def _ruling_page(visit: Visit, challenge: Challenge, form: Filled, verb: str) -> RulingPage:
    return RulingPage(
        title="Decide the challenge" if verb == "decide" else "Adjudicate",
        challenge=challenge,
        case=challenge.case,
        document=document_of(challenge.case.audit),
        assessment=assessment_of(visit, challenge.case),
        standards=_standards(challenge),
        form=form,
        refusal=CHALLENGE.refusal(verb, challenge, _situation(visit, challenge)),
        verb=verb,
        names=_names(visit, challenge),
        view=challenges_queries.own_views(
            visit.session, challenge, visit.viewer.id, STAGES.get(challenge.state, Stage.DECISION)
        ),
        notes=challenges_queries.notes_of(visit.session, challenge),
    )


def _ruling(visit: Visit, challenge: Challenge) -> tuple[challenges_actions.Ruling, dict[str, str]]:
    """Return what was decided in a form, and what is missing."""
    document = document_of(challenge.case.audit)
    points, errors = ruling_points(document, list(_standards(challenge).values()), visit.form)
    ruling = challenges_actions.Ruling(visit.sent("grade"), visit.sent("reasons").strip(), points)
    if ruling.grade not in {level.code for level in document.scale}:
        errors["grade"] = "Choose the grade that shall stand"
    if not ruling.reasons or len(ruling.reasons) > 4000:  # noqa: PLR2004 - as every long text
        errors["reasons"] = "Enter your reasons, in 4,000 characters or fewer"
    indication = None if errors else _indicated(visit, challenge, {p.standard: p.level for p in points})
    if indication and indication.grade != ruling.grade and not visit.sent("departs"):
        errors["departs"] = (
            f"From these levels the rules indicate {document.label(indication.grade)}, but your grade is "
            f"{document.label(ruling.grade)}. "
            "Say why in your reasons and tick the box, or change a level or the grade"
        )
    return ruling, errors


def _answer_ruling(visit: Visit, challenge: Challenge, verb: str) -> Response:
    situation = _situation(visit, challenge)
    refusal = CHALLENGE.refusal(verb, challenge, situation) or (
        OWN_VIEW_FIRST if decides_blind(challenge, situation) else None
    )
    ruling, errors = _ruling(visit, challenge)
    if errors and not refusal:
        form = Filled({name: values[0] for name, values in visit.form.items()}, errors)
        return visit.render(_ruling_page(visit, challenge, form, verb), status=422)
    act = challenges_actions.decide_challenge if verb == "decide" else challenges_actions.adjudicate
    act(visit.session, challenge, ruling, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "Your decision is recorded. The head of service sees it now.")


def _open_ruling(visit: Visit, challenge: Challenge, verb: str) -> Response:
    if decides_blind(challenge, _situation(visit, challenge)):
        return visit.redirect(f"/challenges/{challenge.id}/view")
    return visit.render(_ruling_page(visit, challenge, Filled(), verb))


@router.get("/challenges/{challenge_id}/decide", challenge_to_decide)
def decide_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides and ask for the decision, once the person has recorded their own view."""
    return _open_ruling(visit, challenge, "decide")


@router.post("/challenges/{challenge_id}/decide", challenge_to_decide)
def decide(visit: Visit, challenge: Challenge) -> Response:
    """Decide a challenge."""
    return _answer_ruling(visit, challenge, "decide")


@router.get("/challenges/{challenge_id}/adjudicate", challenge_to_adjudicate)
def adjudicate_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides and the decision, and ask for the adjudication, once the person has recorded their own view."""
    return _open_ruling(visit, challenge, "adjudicate")


@router.post("/challenges/{challenge_id}/adjudicate", challenge_to_adjudicate)
def adjudicate(visit: Visit, challenge: Challenge) -> Response:
    """Adjudicate."""
    return _answer_ruling(visit, challenge, "adjudicate")


def _escalate_page(visit: Visit, challenge: Challenge, form: Filled) -> EscalatePage:
    return EscalatePage(
        title="Ask the director to adjudicate",
        challenge=challenge,
        case=challenge.case,
        form=form,
        refusal=CHALLENGE.refusal("escalate", challenge, _situation(visit, challenge)),
    )


@router.get("/challenges/{challenge_id}/escalate", own_challenge)
def escalate_page(visit: Visit, challenge: Challenge) -> Response:
    """Ask why the decision is not accepted."""
    return visit.render(_escalate_page(visit, challenge, Filled()))


@router.post("/challenges/{challenge_id}/escalate", own_challenge)
def escalate(visit: Visit, challenge: Challenge) -> Response:
    """Escalate a decision."""
    refusal = CHALLENGE.refusal("escalate", challenge, _situation(visit, challenge))
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(EscalationForm, visit.form)
    if sent is None:
        return visit.render(_escalate_page(visit, challenge, form), status=422)
    challenges_actions.escalate(visit.session, challenge, reason=sent.reason, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "The national service director will adjudicate.")


def _confirm(visit: Visit, challenge: Challenge, name: str, consequences: Sequence[str]) -> Response:
    page = ConfirmPage(
        title=CHALLENGE[name].label,
        case=challenge.case,
        consequences=consequences,
        back_to=f"/challenges/{challenge.id}",
        back_text="Go back to the challenge",
        refusal=CHALLENGE.refusal(name, challenge, _situation(visit, challenge)),
    )
    return visit.render(page)


def _standing(challenge: Challenge) -> str:
    return document_of(challenge.case.audit).label(challenge.case.standing_grade or "")


@router.get("/challenges/{challenge_id}/accept", own_challenge)
def accept_page(visit: Visit, challenge: Challenge) -> Response:
    """Say what accepting the decision means."""
    consequences = [
        (
            f"The grade {_standing(challenge)} is then final. You can no longer ask the national service director to "
            "adjudicate."
        )
    ]
    if within_escalation_window(challenge, _situation(visit, challenge)) is None:
        consequences.append(
            f"You have until {due_in_words(challenge.escalation_due)}, to ask, so you can also go back and answer "
            "later."
        )
    return _confirm(visit, challenge, "accept", consequences)


@router.post("/challenges/{challenge_id}/accept", own_challenge)
def accept(visit: Visit, challenge: Challenge) -> Response:
    """Accept a decision."""
    challenges_actions.accept_decision(visit.session, challenge, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "The decision is accepted.")


@router.get("/challenges/{challenge_id}/withdraw", own_challenge)
def withdraw_page(visit: Visit, challenge: Challenge) -> Response:
    """Say what withdrawing a challenge means."""
    consequences = [f"The grade {_standing(challenge)} then stands and is final. Nobody decides on your challenge."]
    again = "A grade can be challenged once, so you cannot challenge this one again"
    still = today() <= challenge.returned.challenge_due
    consequences.append(
        f"{again}, although the time for it runs until {day(challenge.returned.challenge_due)}."
        if still
        else f"{again}."
    )
    return _confirm(visit, challenge, "withdraw", consequences)


@router.post("/challenges/{challenge_id}/withdraw", own_challenge)
def withdraw(visit: Visit, challenge: Challenge) -> Response:
    """Withdraw a challenge."""
    challenges_actions.withdraw_challenge(visit.session, challenge, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "The challenge is withdrawn. The grade stands.")


@dataclass(frozen=True, kw_only=True)
class ChallengeFormPage(Page):
    """Challenge a grade, standard by standard."""

    template: ClassVar[str] = "moderation/challenges/challenge_form.html"
    returned: Return
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    items: Sequence[Contestable]
    needs_standard: bool
    form: Filled
    refusal: str | None


def _challenge_page(visit: Visit, returned: Return, form: Filled) -> ChallengeFormPage:
    case, draft = returned.case, assessment_of(visit, returned.case)
    return ChallengeFormPage(
        title="Challenge the grade",
        returned=returned,
        case=case,
        document=library_queries.document_of(case.audit),
        assessment=draft,
        items=contestable(draft),
        needs_standard=follows_from_standards(draft, case.standing_grade),
        form=form,
        refusal=_why_no_challenge(visit, returned),
    )


def _why_no_challenge(visit: Visit, returned: Return) -> str | None:
    situation = situation_of_case(returned.case, visit.viewer)
    if returned.state is ReturnState.OPEN and not audit_still_open(returned, situation):
        return (
            "Record the immediate review first: the children’s safety comes before the grade. Then you can challenge "
            "it."
        )
    return audit_still_open(returned, situation) or RETURN.refusal("challenge", returned, situation)


@router.get("/cases/{case_id}/challenge", returned_to_me)
def challenge_form_page(visit: Visit, returned: Return) -> Response:
    """Ask which standards are contested, and why."""
    return visit.render(_challenge_page(visit, returned, Filled()))


@router.post("/cases/{case_id}/challenge", returned_to_me)
def challenge(visit: Visit, returned: Return) -> Response:
    """Challenge the grade."""
    refusal = _why_no_challenge(visit, returned)
    if refusal:
        raise Conflict(refusal)
    document = library_queries.document_of(returned.case.audit)
    draft = assessment_of(visit, returned.case)
    claimed, errors = claim(
        document,
        contestable(draft),
        visit.form,
        needs_standard=follows_from_standards(draft, returned.case.standing_grade),
    )
    if errors:
        values = {name: v if name in {"standards", "left_out"} else v[0] for name, v in visit.form.items()}
        return visit.render(_challenge_page(visit, returned, Filled(values, errors)), status=422)
    made = challenges_actions.challenge_grade(visit.session, returned, claimed, by=visit.viewer)
    return visit.redirect(
        f"/challenges/{made.id}", "The grade is challenged. An audit lead who gave none of its grades decides."
    )
