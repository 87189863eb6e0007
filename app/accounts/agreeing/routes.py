"""Routes of roles that two people give: what waits for the second."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.accounts.agreeing import actions, queries
from app.accounts.agreeing.rules import GIVING
from app.accounts.proposals.forms import DeclineForm
from app.errors import NotFound
from app.people.enums import PROPOSAL_STATE_LABELS, Role
from app.people.models import RoleProposal
from app.people.queries import names_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.routing import Guard, Router, Visit
from app.workflow import Offer

router = Router()


def _proposal(visit: Visit) -> RoleProposal:
    if not visit.viewer.holds(Role.ADMINISTRATOR, Role.DIRECTOR):
        raise NotFound
    return queries.proposal(visit.session, visit.number("proposal_id"))


to_answer = Guard("an administrator or the director, for a role that two give", _proposal)
answering = lately_proved(to_answer).making(GIVING["agree"], GIVING["decline"])


@dataclass(frozen=True, kw_only=True)
class GivingPage(Page):
    """A role that is proposed, to agree to or to decline."""

    template: ClassVar[str] = "accounts/agreeing/role.html"
    proposal: RoleProposal
    by: str
    state: str
    agree: Offer | None
    form: Filled


def _page(visit: Visit, of: RoleProposal, form: Filled) -> GivingPage:
    situation = actions.situation_of(visit.session, of, visit.viewer)
    return GivingPage(
        title=f"{of.name}: {of.role.label.lower()}?",
        proposal=of,
        by=names_of(visit.session, {of.proposed_by}).get(of.proposed_by, ""),
        state=PROPOSAL_STATE_LABELS[of.state],
        agree=GIVING.offer("agree", of, situation),
        form=form,
    )


@router.get("/roles/{proposal_id}", to_answer)
def role_page(visit: Visit, of: RoleProposal) -> Response:
    """Show a role that waits for a second person."""
    return visit.render(_page(visit, of, Filled()))


@router.post("/roles/{proposal_id}/agree", answering)
def agree(visit: Visit, of: RoleProposal) -> Response:
    """Give the role."""
    actions.agree(visit.session, of, by=visit.viewer)
    return visit.redirect("/", f"{of.name} is {of.role.label.lower()} {of.days.words or 'now'}.")


@router.post("/roles/{proposal_id}/decline", answering)
def decline(visit: Visit, of: RoleProposal) -> Response:
    """Decline the role, with a reason."""
    sent, form = fill(DeclineForm, visit.form)
    if sent is None:
        return visit.render(_page(visit, of, form), status=422)
    actions.decline(visit.session, of, sent.reason, by=visit.viewer)
    return visit.redirect("/", "The role is declined.")
