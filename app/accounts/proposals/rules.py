"""What may happen to a proposed role."""

from dataclasses import dataclass

from app.accounts.proposals.log import proposal_row
from app.people.enums import PROPOSAL_STATE_LABELS, ProposalState, Role
from app.people.models import RoleProposal
from app.workflow import Situation, Transition, Workflow, looked_up


@dataclass(frozen=True, slots=True)
class ProposalKnown:
    """What is known of whom a role is proposed for: whether they were added, and who has the practitioner's id."""

    added: bool | None = None
    taken_by: str = ""


def not_who_proposed(of: RoleProposal, situation: Situation[ProposalKnown]) -> str | None:
    """Two people have to agree."""
    if of.proposed_by != situation.viewer.id:
        return None
    return "You proposed this role, so another administrator has to answer."


def was_added(of: RoleProposal, situation: Situation[ProposalKnown]) -> str | None:
    """Ask that the person can sign in."""
    if looked_up(situation.known.added):
        return None
    return f"Nobody who can sign in has the address {of.email}. Add {of.name} on ‘People and roles’, then confirm."


def is_free(of: RoleProposal, situation: Situation[ProposalKnown]) -> str | None:
    """One practitioner is one person."""
    taken = situation.known.taken_by
    if not taken:
        return None
    return f"{taken} is practitioner {of.scope} already. End that role first, or decline this one."


PROPOSAL: Workflow[RoleProposal, ProposalKnown] = Workflow(
    "proposed role",
    "proposed role",
    PROPOSAL_STATE_LABELS,
    (
        Transition(
            "propose",
            "Propose a role",
            (),
            ProposalState.PROPOSED,
            (Role.HEAD_OF_SERVICE,),
            "role_proposed",
        ),
        Transition(
            "confirm",
            "Confirm",
            (ProposalState.PROPOSED,),
            ProposalState.CONFIRMED,
            (Role.ADMINISTRATOR,),
            "role_confirmed",
            (was_added, is_free),
            personal=(not_who_proposed,),
        ),
        Transition(
            "decline",
            "Decline",
            (ProposalState.PROPOSED,),
            ProposalState.DECLINED,
            (Role.ADMINISTRATOR,),
            "role_declined",
            personal=(not_who_proposed,),
        ),
    ),
    proposal_row,
)
