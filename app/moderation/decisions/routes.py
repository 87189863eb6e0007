"""Routes of what is decided on a challenge: the decision, the escalation and the adjudication."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import JSONResponse, Response

from app.audit.models import AuditCase
from app.clock import time_of_day
from app.errors import Conflict
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.guards import challenge_to
from app.moderation.challenges.pages import situation_in
from app.moderation.challenges.rules import CHALLENGE, OWN_VIEW_FIRST, decides_blind
from app.moderation.decisions.forms import EscalationForm
from app.moderation.decisions.pages import check_page, decided, grades, hearing, panel, ruling_page
from app.moderation.enums import HearingStep, Stage
from app.moderation.models import Challenge
from app.moderation.unsent.actions import keep_draft
from app.moderation.unsent.forms import fields_saved, texts_of
from app.web.forms import fill
from app.web.pages import Filled, Page, part
from app.web.routing import Router, Visit
from app.web.second_look import look_again

router = Router()
# Deciding takes a challenge on where nobody has.
_TAKE = CHALLENGE["take"]
decider = challenge_to(CHALLENGE["decide"])
adjudicator = challenge_to(CHALLENGE["adjudicate"])
Record = Callable[[Visit, Challenge, challenges_actions.Ruling], None]


@dataclass(frozen=True, kw_only=True)
class EscalatePage(Page):
    """Ask the director to adjudicate."""

    template: ClassVar[str] = "moderation/decisions/escalate.html"
    challenge: Challenge
    case: AuditCase
    form: Filled
    refusal: str | None


def _why_not(visit: Visit, challenge: Challenge, stage: Stage) -> str | None:
    """Return why somebody cannot work on a decision now; neither side may be shown before their own view."""
    situation = situation_in(visit, challenge)
    blind = OWN_VIEW_FIRST if decides_blind(challenge, situation) else None
    return CHALLENGE.refusal(stage.verb, challenge, situation) or blind


def _open(visit: Visit, challenge: Challenge, stage: Stage) -> Response:
    situation = situation_in(visit, challenge)
    if decides_blind(challenge, situation):
        # Where nobody has taken it on, or somebody else has, its page says so.
        theirs = challenge.taken_by == visit.viewer.id
        return visit.redirect(f"/challenges/{challenge.id}{'/view' if theirs else ''}")
    of = hearing(visit, challenge, stage)
    return visit.render(ruling_page(visit, of, Filled(of.said)))


def _keep(visit: Visit, challenge: Challenge, stage: Stage) -> Response:
    """Keep what is typed of a decision; answer with what it would mean."""
    if refusal := _why_not(visit, challenge, stage):
        raise Conflict(refusal)
    of = hearing(visit, challenge, stage)
    fields = fields_saved(visit.data, of.names)
    kept = keep_draft(visit.session, challenge.returned, HearingStep(stage), fields, by=visit.viewer)
    now = decided(of, kept.fields)
    shown = part("components/hearing.html", "would", panel(of, now))
    told = {"saved": time_of_day(kept.saved_at), "panel": shown, "labels": dict(grades(of, now)), "refusal": ""}
    return JSONResponse(told)


def _check(visit: Visit, challenge: Challenge, stage: Stage) -> Response:
    if _why_not(visit, challenge, stage):
        return visit.redirect(f"/challenges/{challenge.id}")
    of = hearing(visit, challenge, stage)
    return visit.render(check_page(visit, of, of.said))


def _answer(visit: Visit, challenge: Challenge, stage: Stage, record: Record) -> Response:
    """Work out what a decision would mean, go on to its check, or record it."""
    refusal, of = _why_not(visit, challenge, stage), hearing(visit, challenge, stage)
    said = texts_of(visit.form, of.names)
    if visit.sent("act") in {"work", "check"} and refusal is None:
        keep_draft(visit.session, challenge.returned, HearingStep(stage), said, by=visit.viewer)
        return visit.redirect(f"{of.path}{'/check' if visit.sent('act') == 'check' else '#would'}")
    now = decided(of, said)
    if now.errors and refusal is None:
        # Why it departs is asked on the check.
        if set(now.errors) == {"departure"}:
            return visit.render(check_page(visit, of, said, sent=True), status=422)
        return visit.render(ruling_page(visit, of, Filled(said, now.errors)), status=422)
    record(visit, challenge, now.ruling)
    return visit.redirect(f"/challenges/{challenge.id}", "Your decision is recorded. The head of service sees it now.")


@router.get("/challenges/{challenge_id}/decide", decider)
def decide_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides and ask for the decision, once the person has recorded their own view."""
    return _open(visit, challenge, Stage.DECISION)


@router.put("/challenges/{challenge_id}/decide/draft", decider.making())
def keep_decision(visit: Visit, challenge: Challenge) -> Response:
    """Keep a decision as it is written."""
    return _keep(visit, challenge, Stage.DECISION)


@router.get("/challenges/{challenge_id}/decide/check", decider)
def check_decision_page(visit: Visit, challenge: Challenge) -> Response:
    """Show a decision as both sides will read it."""
    return _check(visit, challenge, Stage.DECISION)


@router.post("/challenges/{challenge_id}/decide", decider.making(CHALLENGE["decide"], _TAKE))
def decide(visit: Visit, challenge: Challenge) -> Response:
    """Decide a challenge."""
    return _answer(visit, challenge, Stage.DECISION, _record_decision)


def _record_decision(visit: Visit, challenge: Challenge, ruling: challenges_actions.Ruling) -> None:
    challenges_actions.decide_challenge(visit.session, challenge, ruling, by=visit.viewer)


@router.get("/challenges/{challenge_id}/adjudicate", adjudicator)
def adjudicate_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides and the decision, and ask for the adjudication, once the person has recorded their own view."""
    return _open(visit, challenge, Stage.ADJUDICATION)


@router.put("/challenges/{challenge_id}/adjudicate/draft", adjudicator.making())
def keep_adjudication(visit: Visit, challenge: Challenge) -> Response:
    """Keep an adjudication as it is written."""
    return _keep(visit, challenge, Stage.ADJUDICATION)


@router.get("/challenges/{challenge_id}/adjudicate/check", adjudicator)
def check_adjudication_page(visit: Visit, challenge: Challenge) -> Response:
    """Show an adjudication as both sides will read it."""
    return _check(visit, challenge, Stage.ADJUDICATION)


@router.post("/challenges/{challenge_id}/adjudicate", adjudicator.making(CHALLENGE["adjudicate"], _TAKE))
def adjudicate(visit: Visit, challenge: Challenge) -> Response:
    """Adjudicate."""
    return _answer(visit, challenge, Stage.ADJUDICATION, _record_adjudication)


def _record_adjudication(visit: Visit, challenge: Challenge, ruling: challenges_actions.Ruling) -> None:
    challenges_actions.adjudicate(visit.session, challenge, ruling, by=visit.viewer)


def _escalate_page(visit: Visit, challenge: Challenge, form: Filled) -> EscalatePage:
    return EscalatePage(
        title="Ask the director to adjudicate",
        challenge=challenge,
        case=challenge.case,
        form=form,
        refusal=CHALLENGE.refusal("escalate", challenge, situation_in(visit, challenge)),
    )


@router.get("/challenges/{challenge_id}/escalate", challenge_to(CHALLENGE["escalate"]))
def escalate_page(visit: Visit, challenge: Challenge) -> Response:
    """Ask why the decision is not accepted."""
    return visit.render(_escalate_page(visit, challenge, Filled()))


@router.post("/challenges/{challenge_id}/escalate", challenge_to(CHALLENGE["escalate"]))
def escalate(visit: Visit, challenge: Challenge) -> Response:
    """Escalate a decision."""
    refusal = CHALLENGE.refusal("escalate", challenge, situation_in(visit, challenge))
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(EscalationForm, visit.form)
    form = look_again(visit, form, ["reason"], {})
    if sent is None or form.errors:
        return visit.render(_escalate_page(visit, challenge, form), status=422)
    challenges_actions.escalate(visit.session, challenge, reason=sent.reason, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "The national service director will adjudicate.")
