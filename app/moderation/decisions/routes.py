"""Routes of what is decided on a challenge: the decision, the escalation and the adjudication."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.audit.grading.draft import Draft
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.audit.thresholds.indication import Judged
from app.db import LONGEST_TEXT
from app.errors import Conflict
from app.labels import length_fault
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.guards import challenge_to
from app.moderation.challenges.pages import indicated_by, names_in, situation_in, standards_of, stood_before
from app.moderation.challenges.rules import CHALLENGE, OWN_VIEW_FIRST, decides_blind
from app.moderation.decisions.forms import EscalationForm, ruling_points
from app.moderation.enums import STAGES, Stage
from app.moderation.models import Challenge, ChallengeNote, OwnView
from app.moderation.pages import assessment_of
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
# Deciding takes a challenge on where nobody has.
_TAKE = CHALLENGE["take"]


class Decides(Protocol):
    """The act by which a challenge is decided, or adjudicated."""

    def __call__(
        self, session: Session, challenge: Challenge, ruling: challenges_actions.Ruling, *, by: Viewer
    ) -> None:
        """Decide it."""


@dataclass(frozen=True, kw_only=True)
class RulingPage(Page):
    """Decide or adjudicate: both sides, and the form with reasons for each contested standard."""

    template: ClassVar[str] = "moderation/decisions/ruling.html"
    challenge: Challenge
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    stood: Mapping[str, StandingJudgement]
    standards: Mapping[str, Standard]
    form: Filled
    # The grades that can stand, as options.
    grades: Sequence[tuple[str, str]]
    refusal: str | None
    verb: str
    view: Mapping[str, OwnView]
    notes: Sequence[ChallengeNote]
    names: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class EscalatePage(Page):
    """Ask the director to adjudicate."""

    template: ClassVar[str] = "moderation/decisions/escalate.html"
    challenge: Challenge
    case: AuditCase
    form: Filled
    refusal: str | None


def _grades(of: AuditCase) -> list[tuple[str, str]]:
    scale, stands = document_of(of.audit).scale, of.standing_grade
    return [(x.code, f"{x.label} (unchanged)" if x.code == stands else x.label) for x in scale]


def _ruling_page(visit: Visit, challenge: Challenge, form: Filled, verb: str) -> RulingPage:
    return RulingPage(
        title="Decide the challenge" if verb == "decide" else "Adjudicate",
        challenge=challenge,
        case=challenge.case,
        document=document_of(challenge.case.audit),
        assessment=assessment_of(visit, challenge.case),
        stood=stood_before(visit, challenge),
        standards=standards_of(challenge),
        form=form,
        grades=_grades(challenge.case),
        refusal=CHALLENGE.refusal(verb, challenge, situation_in(visit, challenge)),
        verb=verb,
        names=names_in(visit, challenge),
        view=challenges_queries.own_views(
            visit.session, challenge, visit.viewer.id, STAGES.get(challenge.state, Stage.DECISION)
        ),
        notes=challenges_queries.notes_of(visit.session, challenge),
    )


SAY_WHY = "Say why in your reasons and tick the box, or change a level or the grade"


def _ruling(visit: Visit, challenge: Challenge) -> tuple[challenges_actions.Ruling, dict[str, str]]:
    """Return what was decided in a form, and what is missing."""
    document = document_of(challenge.case.audit)
    points, errors = ruling_points(document, list(standards_of(challenge).values()), visit.form)
    ruling = challenges_actions.Ruling(visit.sent("grade"), visit.sent("reasons").strip(), points)
    if ruling.grade not in {level.code for level in document.scale}:
        errors["grade"] = "Choose the grade that shall stand"
    missing = "" if ruling.reasons else "Enter your reasons"
    if wrong := missing or length_fault("Your reasons", ruling.reasons, LONGEST_TEXT):
        errors["reasons"] = wrong
    indication = None if errors else indicated_by(visit, challenge, _judged(points))
    if indication and indication.grade != ruling.grade and not visit.sent("departs"):
        indicated, given = document.label(indication.grade), document.label(ruling.grade)
        errors["departs"] = f"From these levels the rules indicate {indicated}, but your grade is {given}. {SAY_WHY}"
    return ruling, errors


def _judged(points: Sequence[challenges_actions.Point]) -> dict[str, Judged]:
    return {p.standard: Judged(p.level, p.degree or "") for p in points}


def _answer_ruling(visit: Visit, challenge: Challenge, verb: str, act: Decides) -> Response:
    situation = situation_in(visit, challenge)
    refusal = CHALLENGE.refusal(verb, challenge, situation) or (
        OWN_VIEW_FIRST if decides_blind(challenge, situation) else None
    )
    ruling, errors = _ruling(visit, challenge)
    if errors and not refusal:
        form = Filled({name: values[0] for name, values in visit.form.items()}, errors)
        return visit.render(_ruling_page(visit, challenge, form, verb), status=422)
    act(visit.session, challenge, ruling, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "Your decision is recorded. The head of service sees it now.")


def _open_ruling(visit: Visit, challenge: Challenge, verb: str) -> Response:
    if decides_blind(challenge, situation_in(visit, challenge)):
        # Where nobody has taken it on, or somebody else has, its page says so.
        theirs = challenge.taken_by == visit.viewer.id
        return visit.redirect(f"/challenges/{challenge.id}{'/view' if theirs else ''}")
    return visit.render(_ruling_page(visit, challenge, Filled(), verb))


@router.get("/challenges/{challenge_id}/decide", challenge_to(CHALLENGE["decide"]))
def decide_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides and ask for the decision, once the person has recorded their own view."""
    return _open_ruling(visit, challenge, "decide")


@router.post("/challenges/{challenge_id}/decide", challenge_to(CHALLENGE["decide"]).making(CHALLENGE["decide"], _TAKE))
def decide(visit: Visit, challenge: Challenge) -> Response:
    """Decide a challenge."""
    return _answer_ruling(visit, challenge, "decide", challenges_actions.decide_challenge)


@router.get("/challenges/{challenge_id}/adjudicate", challenge_to(CHALLENGE["adjudicate"]))
def adjudicate_page(visit: Visit, challenge: Challenge) -> Response:
    """Show both sides and the decision, and ask for the adjudication, once the person has recorded their own view."""
    return _open_ruling(visit, challenge, "adjudicate")


@router.post(
    "/challenges/{challenge_id}/adjudicate",
    challenge_to(CHALLENGE["adjudicate"]).making(CHALLENGE["adjudicate"], _TAKE),
)
def adjudicate(visit: Visit, challenge: Challenge) -> Response:
    """Adjudicate."""
    return _answer_ruling(visit, challenge, "adjudicate", challenges_actions.adjudicate)


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
    if sent is None:
        return visit.render(_escalate_page(visit, challenge, form), status=422)
    challenges_actions.escalate(visit.session, challenge, reason=sent.reason, by=visit.viewer)
    return visit.redirect(f"/challenges/{challenge.id}", "The national service director will adjudicate.")
