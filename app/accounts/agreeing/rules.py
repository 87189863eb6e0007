"""What may happen to a role that two people give."""

from dataclasses import dataclass

from app.accounts.proposals.log import proposal_row
from app.clock import today
from app.people.enums import PROPOSAL_STATE_LABELS, ProposalState, Role
from app.people.models import RoleProposal
from app.workflow import Situation, Transition, Workflow, looked_up

ADMINISTRATOR, BOTH = (Role.ADMINISTRATOR,), (Role.ADMINISTRATOR, Role.DIRECTOR)


@dataclass(frozen=True, slots=True)
class GivingKnown:
    """What is known of whom a role is for: whether they can still get it, and whether anybody else can agree."""

    added: bool | None = None
    somebody_agrees: bool | None = None


def somebody_agrees(of: RoleProposal, situation: Situation[GivingKnown]) -> str | None:
    """Ask that there is a second person at all."""
    if looked_up(situation.known.somebody_agrees):
        return None
    return (
        f"It takes two people to make somebody {of.role.label.lower()}, and nobody but you could agree. Make somebody "
        "else an administrator first, or let whoever runs the service give it on the command line: casework-audit user "
        f"role {of.email} {of.role}"
    )


def not_who_proposed(of: RoleProposal, situation: Situation[GivingKnown]) -> str | None:
    """Two people have to agree."""
    if of.proposed_by != situation.viewer.id:
        return None
    return "You proposed this role, so another administrator or the director has to answer."


def not_for_oneself(of: RoleProposal, situation: Situation[GivingKnown]) -> str | None:
    """Nobody agrees to a role of their own."""
    if of.email != situation.viewer.email:
        return None
    return "This role is for you, so another administrator or the director has to answer."


def can_get_it(of: RoleProposal, situation: Situation[GivingKnown]) -> str | None:
    """Ask that the person is still there."""
    if looked_up(situation.known.added):
        return None
    return f"Nobody who can sign in has the address {of.email} any more. Decline the role."


def still_to_come(of: RoleProposal, _situation: Situation[GivingKnown]) -> str | None:
    """Ask that its days are not over."""
    return "The days of this role are over. Decline it." if of.days.over(today()) else None


GIVING: Workflow[RoleProposal, GivingKnown] = Workflow(
    "role that two give",
    "proposed role",
    {**PROPOSAL_STATE_LABELS, ProposalState.PROPOSED: "Waiting for a second person"},
    (
        Transition(
            "ask", "Propose a role", (), ProposalState.PROPOSED, ADMINISTRATOR, "giving_asked", (somebody_agrees,)
        ),
        Transition(
            "agree",
            "Agree",
            (ProposalState.PROPOSED,),
            ProposalState.CONFIRMED,
            BOTH,
            "giving_agreed",
            (can_get_it, still_to_come),
            personal=(not_who_proposed, not_for_oneself),
        ),
        Transition(
            "decline",
            "Decline",
            (ProposalState.PROPOSED,),
            ProposalState.DECLINED,
            BOTH,
            "giving_declined",
            personal=(not_who_proposed, not_for_oneself),
        ),
    ),
    proposal_row,
)
