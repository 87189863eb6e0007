"""What may happen to a challenge, who must not decide it, and what can be contested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.audit.grading.draft import Draft
from app.audit.grading.in_hand import JudgedRow
from app.audit.models import Judgement
from app.audit.rules import PartsKnown
from app.audit.thresholds.document import Level, Standard
from app.audit.thresholds.indication import Indication, Judged, indicate
from app.clock import add_working_days, day, local_date, today
from app.moderation.enums import CHALLENGE_STATE_LABELS, CHALLENGE_TOLD, STAGES, ChallengeState, Stage
from app.moderation.log import challenge_row
from app.moderation.models import Challenge
from app.moderation.rules import HEAD, audit_still_open
from app.people.enums import Role
from app.people.rules import Viewer
from app.workflow import Situation, Transition, Workflow


@dataclass(frozen=True, slots=True)
class ChallengeKnown:
    """Everybody's earlier part in the case, who recorded an own view at which stage, and who stood aside."""

    parts: PartsKnown
    own_views: frozenset[tuple[int, Stage]] = frozenset()
    stood_aside: frozenset[int] = frozenset()


# Within so many working days a challenge is decided, or adjudicated: what both sides are told to expect.
DECISION_DAYS = 6


def decide_by(of: Challenge) -> date | None:
    """Return the day by which a challenge that waits is expected to be decided or adjudicated, or None."""
    since = {ChallengeState.OPEN: of.raised_at, ChallengeState.ESCALATED: of.escalated_at}.get(of.state)
    return add_working_days(local_date(since), DECISION_DAYS) if since else None


def within_escalation_window(challenge: Challenge, _situation: Situation[object]) -> str | None:
    """Ask for the time: a decision can be escalated for a set number of working days."""
    if challenge.escalation_due is not None and today() <= challenge.escalation_due:
        return None
    return f"The time to take this decision further ended on {day(challenge.escalation_due)}."


def gave_no_grade(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Nobody decides on a case that they graded, in whatever role: as its auditor, or by an earlier decision."""
    if situation.viewer.id in situation.known.parts.graded:
        return f"You graded this case, so {_somebody_else(challenge)}"
    if situation.viewer.id in situation.known.parts.decided:
        theirs = challenge.decision is not None and challenge.decision.by_id == situation.viewer.id
        return (
            f"You decided {'this challenge' if theirs else 'an earlier challenge of this case'}, so "
            f"{_somebody_else(challenge)}"
        )
    return None


def is_no_party(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Nobody decides their own challenge, or one of their own area."""
    if situation.area in situation.viewer.areas(Role.HEAD_OF_SERVICE):
        return f"This challenge comes from your own area, so {_somebody_else(challenge)}"
    if situation.viewer.id in situation.known.parts.acted_for_area:
        return f"You acted for the area on this case, so {_somebody_else(challenge)}"
    return None


def did_not_stand_aside(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Nobody decides a challenge of which they read both sides without a view of their own."""
    if situation.viewer.id in situation.known.stood_aside:
        return (
            "You said that you would not decide this challenge, and both sides are open to you since, so "
            f"{_somebody_else(challenge)}"
        )
    return None


def _somebody_else(challenge: Challenge) -> str:
    who, does = (
        ("another national service director", "adjudicate")
        if challenge.state is ChallengeState.ESCALATED
        else ("another audit lead", "decide")
    )
    return (
        f"somebody else has to {does}: {who} who gave none of its grades and is not of its area. An administrator "
        "gives that role on the ‘People’ page."
    )


@dataclass(frozen=True, slots=True)
class Contestable:
    """A standard that a challenge can contest: how it was judged, and the levels that can be claimed instead."""

    standard: Standard
    judged: Judgement | JudgedRow
    levels: Sequence[Level]


def contestable(draft: Draft | None) -> Sequence[Contestable]:
    """Return every standard that was judged and not set aside, those below the best level first.

    What was judged best is claimed as it was judged: against a grade that departs from the standards.
    """
    if draft is None:
        return ()
    found = []
    for standard in draft.document.standards_for(draft.law_type):
        row = draft.judgements.get(standard.code)
        if row is not None and row.judgement and not row.set_aside:
            best = draft.document.best
            levels = (
                [best]
                if row.judgement == best.code
                else [level for level in draft.document.scale if level.code != row.judgement]
            )
            found.append(Contestable(standard, row, levels))
    return sorted(found, key=lambda c: c.judged.judgement == draft.document.best.code)


def follows_from_standards(draft: Draft | None, grade: str | None) -> bool:
    """Say whether a grade is the one that the rules indicated; one that departs can be contested as a whole."""
    return draft is not None and draft.assessment.indicated_grade == grade and bool(contestable(draft))


@dataclass(frozen=True, slots=True)
class Relevelled:
    """The level that a decision gave to a contested standard, and when."""

    level: str
    adjudicated: bool
    at: datetime


def relevelled(challenges: Sequence[Challenge]) -> Mapping[str, Relevelled]:
    """Return the newest decision on each contested standard of a case."""
    found = {}
    for challenge in sorted(challenges, key=lambda c: c.id):
        for point in challenge.points:
            if challenge.decision and point.decided:
                found[point.standard] = Relevelled(point.decided, adjudicated=False, at=challenge.decision.at)
            if challenge.adjudication and point.adjudicated:
                found[point.standard] = Relevelled(point.adjudicated, adjudicated=True, at=challenge.adjudication.at)
    return found


def indicated_from(draft: Draft | None, levels: Mapping[str, str]) -> Indication | None:
    """Return the grade that the rules indicate from decided levels, and elsewhere from the auditor's judgements.

    A standard decided at the best level needs no improvement; at any other level the auditor's degree stays.
    """
    if draft is None:
        return None
    none, judged = draft.document.improvement_degrees[0].code, dict(draft.judged)
    for code, level in levels.items():
        before = judged.get(code, Judged())
        if level != before.judgement or before.set_aside:
            judged[code] = Judged(level, none if level == draft.document.best.code else before.degree)
    return indicate(draft.document, draft.law_type, judged)


# What keeps a person from deciding on a challenge, in whatever role they come.
SEPARATION = (gave_no_grade, is_no_party, did_not_stand_aside)


OWN_VIEW_FIRST = (
    "Record your own view of each contested standard first. Both sides are opened to you then, and you decide."
)


CHALLENGE: Workflow[Challenge, ChallengeKnown] = Workflow(
    "challenge",
    "challenge",
    CHALLENGE_STATE_LABELS,
    (
        Transition(
            "withdraw",
            "Withdraw the challenge",
            (ChallengeState.OPEN,),
            ChallengeState.WITHDRAWN,
            HEAD,
            "challenge_withdrawn",
            (audit_still_open,),
        ),
        Transition(
            "decide",
            "Decide the challenge",
            (ChallengeState.OPEN,),
            ChallengeState.DECIDED,
            (Role.LEAD,),
            "challenge_decided",
            (audit_still_open,),
            personal=SEPARATION,
        ),
        Transition(
            "accept",
            "Accept the decision",
            (ChallengeState.DECIDED,),
            ChallengeState.ACCEPTED,
            HEAD,
            "decision_accepted",
            (audit_still_open,),
        ),
        Transition(
            "escalate",
            "Ask the director to adjudicate",
            (ChallengeState.DECIDED,),
            ChallengeState.ESCALATED,
            HEAD,
            "challenge_escalated",
            (audit_still_open, within_escalation_window),
        ),
        Transition(
            "adjudicate",
            "Adjudicate",
            (ChallengeState.ESCALATED,),
            ChallengeState.ADJUDICATED,
            (Role.DIRECTOR,),
            "challenge_adjudicated",
            (audit_still_open,),
            personal=SEPARATION,
        ),
    ),
    challenge_row,
    CHALLENGE_TOLD,
)


def decides_blind(challenge: Challenge, situation: Situation[ChallengeKnown]) -> bool:
    """Say whether the person may decide a challenge and, with no own view recorded, must be shown neither side."""
    stage = STAGES.get(challenge.state)
    return (
        stage is not None
        and not has_own_view(stage, situation)
        and CHALLENGE.refusal(stage.verb, challenge, situation) is None
    )


def has_own_view(stage: Stage, situation: Situation[ChallengeKnown]) -> bool:
    """Say whether the person has recorded their own view at a stage of the challenge."""
    return (situation.viewer.id, stage) in situation.known.own_views


def why_no_note(challenge: Challenge, viewer: Viewer) -> str | None:
    """Return why a person cannot add a note to a challenge now, or None."""
    if challenge.case.auditor_id != viewer.id:
        return "Only the improvement manager who gave the grade can add a note to its challenge."
    if challenge.state in STAGES:
        return None
    return f"{CHALLENGE_TOLD[challenge.state]}, so a note can no longer be added."
