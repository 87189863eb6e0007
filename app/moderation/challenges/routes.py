"""Routes of a challenge: raising it, its two sides, accepting the decision, withdrawing it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.audit.grading.draft import Draft
from app.audit.library.queries import document_of
from app.audit.models import AuditCase, Decision
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.audit.thresholds.indication import Indication, Judged
from app.clock import day, due_in_words, today
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.blind import LABELS, blind_page
from app.moderation.challenges.duties import nobody_left
from app.moderation.challenges.guards import any_challenge, challenge_to
from app.moderation.challenges.pages import (
    TAKING,
    Taking,
    indicated_by,
    names_in,
    situation_in,
    standards_of,
    stood_before,
    taking,
)
from app.moderation.challenges.rules import (
    CHALLENGE,
    decide_by,
    decides_blind,
    settled_by,
    why_no_note,
    within_escalation_window,
)
from app.moderation.enums import Deadline, Outcome, Stage
from app.moderation.models import Challenge, ChallengeNote, OwnView
from app.moderation.pages import ConfirmPage, assessment_of
from app.moderation.returns.rules import FOLLOWERS, why_not_extended
from app.web.pages import Page
from app.web.routing import Router, Visit
from app.workflow import Offer

router = Router()


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided on a challenge, and what the rules indicate from the levels that were decided."""

    name: str
    decision: Decision
    outcome: Outcome | None
    indication: Indication | None
    # The own view of whoever decided, by standard.
    views: Mapping[str, OwnView]


@dataclass(frozen=True, kw_only=True)
class ChallengePage(Page):
    """A challenge: both sides, standard by standard, what was decided, and what can be done."""

    template: ClassVar[str] = "moderation/challenges/challenge.html"
    challenge: Challenge
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    # By standard, what stood before anybody decided on the challenge.
    stood: Mapping[str, StandingJudgement]
    standards: Mapping[str, Standard]
    decided: Sequence[Decided]
    notes: Sequence[ChallengeNote]
    may_note: bool
    nobody: str
    offers: Sequence[Offer]
    taking: Taking
    due: date | None
    may_extend: bool
    names: Mapping[int, str]
    labels: dict[str, dict[object, str]]


@router.get("/challenges/{challenge_id}", any_challenge)
def challenge_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides of a challenge; to whoever has to form a view of it first, where that is done."""
    blind = decides_blind(challenge, situation_in(visit, challenge))
    return visit.render(blind_page(visit, challenge) if blind else _page(visit, challenge))


def _page(visit: Visit, challenge: Challenge) -> ChallengePage:
    follows, situation = visit.viewer.has(*FOLLOWERS, audit=challenge.case.audit.ref), situation_in(visit, challenge)
    return ChallengePage(
        title=f"Challenge of case {challenge.case.case_ref}",
        challenge=challenge,
        case=challenge.case,
        document=document_of(challenge.case.audit),
        assessment=assessment_of(visit, challenge.case),
        stood=stood_before(visit, challenge),
        standards=standards_of(challenge),
        decided=list(_decided(visit, challenge)),
        may_extend=follows and why_not_extended(challenge, Deadline.ESCALATION) is None,
        notes=challenges_queries.notes_of(visit.session, challenge),
        may_note=why_no_note(challenge, visit.viewer) is None,
        nobody=nobody_left(visit.session, challenge),
        offers=[o for o in CHALLENGE.offers(challenge, situation) if o.transition.name not in TAKING],
        taking=taking(challenge, situation),
        due=decide_by(challenge),
        names=names_in(visit, challenge),
        labels=LABELS,  # type: ignore[arg-type]
    )


def _decided(visit: Visit, of: Challenge) -> Iterator[Decided]:
    """Yield the decision and the adjudication, as far as there are any."""
    if of.decision:
        indicated = indicated_by(visit, of, _ruled(of, Stage.DECISION), before=of.decision)
        views = challenges_queries.own_views(visit.session, of, of.decision.by_id, Stage.DECISION)
        yield Decided("Decision", of.decision, of.outcome, indicated, views)
    if of.adjudication:
        indicated = indicated_by(visit, of, _ruled(of, Stage.ADJUDICATION), before=of.adjudication)
        views = challenges_queries.own_views(visit.session, of, of.adjudication.by_id, Stage.ADJUDICATION)
        yield Decided("Adjudication", of.adjudication, of.adjudication_outcome, indicated, views)


def _ruled(of: Challenge, stage: Stage) -> dict[str, Judged]:
    return {s.standard: Judged(s.level, s.degree or "") for s in settled_by(of, stage)}


def _confirm(visit: Visit, challenge: Challenge, name: str, consequences: Sequence[str]) -> Response:
    page = ConfirmPage(
        title=CHALLENGE[name].label,
        case=challenge.case,
        consequences=consequences,
        back_to=f"/challenges/{challenge.id}",
        back_text="Go back to the challenge",
        refusal=CHALLENGE.refusal(name, challenge, situation_in(visit, challenge)),
    )
    return visit.render(page)


def _standing(challenge: Challenge) -> str:
    return document_of(challenge.case.audit).label(challenge.case.standing_grade or "")


@router.get("/challenges/{challenge_id}/accept", challenge_to(CHALLENGE["accept"]))
def accept_page(visit: Visit, challenge: Challenge) -> Response:
    """Say what accepting the decision means."""
    consequences = [
        (
            f"The grade {_standing(challenge)} is then final. You can no longer ask the national service director to "
            "adjudicate."
        )
    ]
    if within_escalation_window(challenge, situation_in(visit, challenge)) is None:
        consequences.append(
            f"You have until {due_in_words(challenge.escalation_due)}, to ask, so you can also go back and answer "
            "later."
        )
    return _confirm(visit, challenge, "accept", consequences)


@router.post("/challenges/{challenge_id}/accept", challenge_to(CHALLENGE["accept"]))
def accept(visit: Visit, challenge: Challenge) -> Response:
    """Accept a decision."""
    challenges_actions.accept_decision(visit.session, challenge, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "The decision is accepted.")


@router.get("/challenges/{challenge_id}/withdraw", challenge_to(CHALLENGE["withdraw"]))
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


@router.post("/challenges/{challenge_id}/withdraw", challenge_to(CHALLENGE["withdraw"]))
def withdraw(visit: Visit, challenge: Challenge) -> Response:
    """Withdraw a challenge."""
    challenges_actions.withdraw_challenge(visit.session, challenge, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "The challenge is withdrawn. The grade stands.")
