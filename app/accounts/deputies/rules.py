"""Who may be a deputy of a head of service, for how long, and what becomes of asking the assistant director."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.proposals.log import proposal_row
from app.clock import day, today
from app.people.enums import PROPOSAL_STATE_LABELS, ProposalState, Role
from app.people.models import RoleProposal
from app.people.rules import Days, Viewer
from app.workflow import Situation, Transition, Workflow

# A leave, not an office: whoever is away for longer has a successor, whom an administrator names.
LONGEST = timedelta(days=92)


def faults(days: Days, on: date) -> dict[str, str]:
    """Return what is wrong with the days of a deputy, by the fields of a form."""
    found = days.faults(on)
    if days.first and days.first < on and "from_day" not in found:
        found["from_day"] = "The first day must be today or later"
    first = max(days.first or on, on)
    if days.last and "until_day" not in found and days.last - first > LONGEST:
        found["until_day"] = (
            f"The last day must be {day(first + LONGEST)} or earlier. For longer, an administrator names a head of "
            "service"
        )
    return found


def only_the_head(viewer: Viewer, area: str) -> str | None:
    """Return why somebody cannot say who is deputy of an area: they are one themselves."""
    if area not in viewer.deputy_for:
        return None
    return "You are the deputy. The head of service says who else acts for them; an administrator can, too."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of who is asked: nothing but what the request says."""


def who_is_asked(of: RoleProposal, situation: Situation[Asked]) -> str | None:
    """Only the assistant director who is asked answers."""
    return None if of.email == situation.viewer.email else "Another assistant director is asked, and answers."


def still_to_come(of: RoleProposal, _situation: Situation[Asked]) -> str | None:
    """Ask that the leave is not over."""
    if not of.days.over(today()):
        return None
    return "The days for which you are asked are over. Decline, so that the head of service can ask anew."


DEPUTY: Workflow[RoleProposal, Asked] = Workflow(
    "request for a deputy",
    "proposed role",
    {**PROPOSAL_STATE_LABELS, ProposalState.PROPOSED: "Waiting for the assistant director"},
    (
        Transition("ask", "Ask", (), ProposalState.PROPOSED, (Role.HEAD_OF_SERVICE,), "deputy_asked"),
        Transition(
            "agree",
            "Agree",
            (ProposalState.PROPOSED,),
            ProposalState.CONFIRMED,
            (Role.ASSISTANT_DIRECTOR,),
            "deputy_agreed",
            (still_to_come,),
            personal=(who_is_asked,),
        ),
        Transition(
            "decline",
            "Decline",
            (ProposalState.PROPOSED,),
            ProposalState.DECLINED,
            (Role.ASSISTANT_DIRECTOR,),
            "deputy_declined",
            personal=(who_is_asked,),
        ),
    ),
    proposal_row,
)
