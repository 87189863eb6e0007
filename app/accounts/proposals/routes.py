"""Routes of proposed roles: what waits for an administrator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.accounts.proposals import actions, queries
from app.accounts.proposals.forms import DeclineForm
from app.accounts.proposals.rules import PROPOSAL
from app.people.enums import Role
from app.people.models import RoleProposal
from app.people.queries import names_of
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.routing import Guard, Router, Visit, administrator
from app.workflow import Offer

router = Router()


def _proposal(visit: Visit) -> RoleProposal:
    administrator.find(visit)
    return queries.proposal(visit.session, visit.number("proposal_id"))


to_answer = Guard("an administrator, for a proposed role", _proposal).making(PROPOSAL["confirm"], PROPOSAL["decline"])


@dataclass(frozen=True, kw_only=True)
class ProposalsPage(Page):
    """The proposed roles that wait for an administrator."""

    template: ClassVar[str] = "accounts/proposals/proposals.html"
    proposals: Sequence[RoleProposal]
    teams: Mapping[str, str]
    names: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class ProposalPage(Page):
    """A proposed role, to confirm or to decline."""

    template: ClassVar[str] = "accounts/proposals/proposal.html"
    proposal: RoleProposal
    team: str
    by: str
    confirm: Offer | None
    form: Filled


def _teams(visit: Visit, of: Sequence[RoleProposal]) -> dict[str, str]:
    keys = [int(p.scope) for p in of if p.role is Role.SERVICE_MANAGER]
    return {str(key): name for key, (name, _) in queries.team_names(visit.session, keys).items()}


@router.get("/admin/proposals", administrator)
def proposals_page(visit: Visit, _viewer: Viewer) -> Response:
    """List the proposed roles."""
    found = queries.waiting(visit.session)
    names = names_of(visit.session, {p.proposed_by for p in found})
    page = ProposalsPage(title="Proposed roles", proposals=found, teams=_teams(visit, found), names=names)
    return visit.render(page)


def _page(visit: Visit, of: RoleProposal, form: Filled) -> ProposalPage:
    situation = actions.situation_of(visit.session, of, visit.viewer)
    return ProposalPage(
        title=f"{of.name}: {of.role.label.lower()}?",
        proposal=of,
        team=_teams(visit, [of]).get(of.scope, ""),
        by=names_of(visit.session, {of.proposed_by}).get(of.proposed_by, ""),
        confirm=PROPOSAL.offer("confirm", of, situation),
        form=form,
    )


@router.get("/admin/proposals/{proposal_id}", to_answer)
def proposal_page(visit: Visit, of: RoleProposal) -> Response:
    """Show a proposed role."""
    return visit.render(_page(visit, of, Filled()))


@router.post("/admin/proposals/{proposal_id}/confirm", lately_proved(to_answer))
def confirm(visit: Visit, of: RoleProposal) -> Response:
    """Give the role."""
    actions.confirm(visit.session, of, by=visit.viewer)
    return visit.redirect("/admin/proposals", f"{of.name} is now {of.role.label.lower()}.")


@router.post("/admin/proposals/{proposal_id}/decline", lately_proved(to_answer))
def decline(visit: Visit, of: RoleProposal) -> Response:
    """Decline the role, with a reason."""
    sent, form = fill(DeclineForm, visit.form)
    if sent is None:
        return visit.render(_page(visit, of, form), status=422)
    actions.decline(visit.session, of, sent.reason, by=visit.viewer)
    return visit.redirect("/admin/proposals", "The role is declined. The head of service reads why.")
