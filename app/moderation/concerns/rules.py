"""What may happen to a concern, who answers, and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.clock import day, local_date, today
from app.dates import done_fault
from app.moderation.enums import CONCERN_STATE_LABELS, CONCERN_TOLD, ConcernState
from app.moderation.log import concern_row
from app.moderation.models import Concern
from app.people.enums import Role
from app.workflow import Situation, Transition, Workflow


def due_of(concern: Concern) -> date | None:
    """Return the day by which the next step of a concern has to be taken."""
    return {ConcernState.RAISED: concern.acknowledge_by, ConcernState.ACKNOWLEDGED: concern.act_by}.get(concern.state)


def is_overdue(concern: Concern) -> bool:
    """Say whether the day for the next step of a concern has passed."""
    due = due_of(concern)
    return due is not None and due < today()


def why_not_done_on(concern: Concern, done: date) -> str | None:
    """Return why something about a concern was not done on a day."""
    return done_fault(done, local_date(concern.raised_at), "The concern was raised")


def who_answers(area: str, heads: Sequence[str], directors: Sequence[str]) -> str:
    """Return by name who acknowledges a concern for an area, or nothing where nobody heads it or stands in."""
    if heads:
        return f"{' or '.join(heads)}, head of service of {area},"
    return f"{' or '.join(directors)}, assistant director standing in for {area}," if directors else ""


def next_in_words(concern: Concern, responsible: str) -> str:
    """Return who has to do what next about a concern."""
    who = responsible or f"The audit lead, as nobody answers for {concern.case.area},"
    return {
        ConcernState.RAISED: f"{who} acknowledges it and says what will be done.",
        ConcernState.ACKNOWLEDGED: f"{who} has it done and records it here.",
        ConcernState.ACTION_TAKEN: f"{who} or an audit lead closes it, once nothing more has to be done.",
        ConcernState.CLOSED: "Nothing. It is closed.",
    }[concern.state]


@dataclass(frozen=True, slots=True)
class ConcernKnown:
    """Who has to take the next step of a concern, by name; empty where the area has nobody."""

    responsible: str


def area_comes_first(concern: Concern, situation: Situation[ConcernKnown]) -> str | None:
    """Ask the area first.

    An audit lead acts where its day has passed, where nobody answers for it, or on what they took on.
    """
    viewer, responsible, due = situation.viewer, situation.known.responsible, due_of(concern)
    theirs = viewer.has(Role.HEAD_OF_SERVICE, area=situation.area) or viewer.id == concern.acknowledged_by
    if theirs or not responsible or due is None or due < today():
        return None
    return f"{responsible} has until {day(due)}. If that day passes, you can do this in their place."


def did_not_raise_it(concern: Concern, situation: Situation[object]) -> str | None:
    """Nobody closes a concern that they raised: somebody else has to agree that nothing more is to be done."""
    if situation.viewer.id != concern.raised_by:
        return None
    return (
        f"You raised this concern, so somebody else closes it: an audit lead, or a head of service of {situation.area}."
    )


# None of its moves asks for an open audit or an undisputed grade: a child's safety does not end with the audit.
CONCERN: Workflow[Concern, ConcernKnown] = Workflow(
    "concern",
    "concern",
    CONCERN_STATE_LABELS,
    (
        Transition(
            "acknowledge",
            "Acknowledge the concern",
            (ConcernState.RAISED,),
            ConcernState.ACKNOWLEDGED,
            (Role.HEAD_OF_SERVICE, Role.LEAD),
            "concern_acknowledged",
            (area_comes_first,),
        ),
        Transition(
            "act",
            "Record what was done",
            (ConcernState.ACKNOWLEDGED,),
            ConcernState.ACTION_TAKEN,
            (Role.HEAD_OF_SERVICE, Role.LEAD),
            "concern_acted_on",
            (area_comes_first,),
        ),
        Transition(
            "close",
            "Close the concern",
            (ConcernState.ACTION_TAKEN,),
            ConcernState.CLOSED,
            (Role.HEAD_OF_SERVICE, Role.LEAD),
            "concern_closed",
            personal=(did_not_raise_it,),
        ),
    ),
    concern_row,
    CONCERN_TOLD,
)
