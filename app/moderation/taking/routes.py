"""Routes by which those who decide take a challenge on, let it go, or take it over."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.models import AuditCase
from app.errors import Conflict
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.guards import challenge_to
from app.moderation.challenges.pages import situation_in
from app.moderation.challenges.rules import CHALLENGE, decides_blind
from app.moderation.enums import STAGES
from app.moderation.models import Challenge
from app.moderation.taking.forms import TakeOverForm
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.web.second_look import look_again

router = Router()


@dataclass(frozen=True, kw_only=True)
class TakeOverPage(Page):
    """Take a challenge over from somebody else, with a reason."""

    template: ClassVar[str] = "moderation/taking/take_over.html"
    challenge: Challenge
    case: AuditCase
    holder: str
    form: Filled
    refusal: str | None


def _go_on(visit: Visit, challenge: Challenge) -> Response:
    """Lead on to what comes next for whoever has a challenge: their own view, or the decision."""
    blind = decides_blind(challenge, situation_in(visit, challenge))
    page = "view" if blind else STAGES[challenge.state].verb
    return visit.redirect(f"/challenges/{challenge.id}/{page}", "You have this challenge. Nobody else works on it now.")


@router.post("/challenges/{challenge_id}/take", challenge_to(CHALLENGE["take"]))
def take(visit: Visit, challenge: Challenge) -> Response:
    """Take a challenge on."""
    challenges_actions.take(visit.session, challenge, by=visit.viewer)
    return _go_on(visit, challenge)


@router.post("/challenges/{challenge_id}/let-go", challenge_to(CHALLENGE["let_go"]))
def let_go(visit: Visit, challenge: Challenge) -> Response:
    """Let a challenge go."""
    challenges_actions.let_go(visit.session, challenge, by=visit.viewer)
    words = "You have let this challenge go. Your own view and what you wrote are kept, if you come back to it."
    return visit.redirect(f"/challenges/{challenge.id}", words)


def _take_over_page(visit: Visit, challenge: Challenge, form: Filled) -> TakeOverPage:
    situation = situation_in(visit, challenge)
    refusal, holder = CHALLENGE.refusal("take_over", challenge, situation), situation.known.holder
    return TakeOverPage(
        title="Take the challenge over",
        challenge=challenge,
        case=challenge.case,
        holder=holder.name if holder and not refusal else "",
        form=form,
        refusal=refusal,
    )


@router.get("/challenges/{challenge_id}/take-over", challenge_to(CHALLENGE["take_over"]))
def take_over_page(visit: Visit, challenge: Challenge) -> Response:
    """Ask why somebody else has to decide."""
    return visit.render(_take_over_page(visit, challenge, Filled()))


@router.post("/challenges/{challenge_id}/take-over", challenge_to(CHALLENGE["take_over"]))
def take_over(visit: Visit, challenge: Challenge) -> Response:
    """Take a challenge over."""
    refusal = CHALLENGE.refusal("take_over", challenge, situation_in(visit, challenge))
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(TakeOverForm, visit.form)
    form = look_again(visit, form, ["reason"], {})
    if sent is None or form.errors:
        return visit.render(_take_over_page(visit, challenge, form), status=422)
    challenges_actions.take_over(visit.session, challenge, reason=sent.reason, by=visit.viewer)
    return _go_on(visit, challenge)
