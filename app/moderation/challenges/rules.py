"""What may happen to a challenge, who must not decide it, and what can be contested."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.audit.bars.rules import Bars, may_act_on_its_case
from app.audit.grading.draft import Draft
from app.audit.rules import PartsKnown
from app.audit.standing.rules import Settled, StandingJudgement
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
    """Everybody's earlier part in the case, who recorded an own view at which stage, who stood aside, and the bars."""

    parts: PartsKnown
    own_views: frozenset[tuple[int, Stage]] = frozenset()
    stood_aside: frozenset[int] = frozenset()
    bars: Bars | None = None


# Within so many working days a challenge is decided, or adjudicated: what both sides are told to expect.
DECISION_DAYS = 6


def decide_by(of: Challenge) -> date | None:
    """Return the day by which a challenge that waits is expected to be decided or adjudicated, or None."""
    since = {ChallengeState.OPEN: of.raised_at, ChallengeState.ESCALATED: of.escalated_at}.get(of.state)
    return add_working_days(local_date(since), DECISION_DAYS) if since else None


def keeps_open(of: Challenge) -> bool:
    """Say whether an audit cannot be finalised before a challenge is settled, or can no longer be taken further."""
    if of.state is ChallengeState.DECIDED:
        return of.escalation_due is not None and of.escalation_due >= today()
    return of.state in {ChallengeState.OPEN, ChallengeState.ESCALATED}


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
    """A standard that a challenge can contest: the judgement that stands, and what can be claimed instead."""

    standard: Standard
    judged: StandingJudgement
    levels: Sequence[Level]


def contestable(draft: Draft | None) -> Sequence[Contestable]:
    """Return every standard whose standing judgement has a level, those below the best level first.

    What was judged best is claimed as it was judged: against a grade that departs from the standards.
    """
    if draft is None:
        return ()
    found = []
    for standard in draft.document.standards_for(draft.law_type):
        stands = draft.standing.get(standard.code)
        if stands is not None and stands.level:
            best = draft.document.best
            levels = (
                [best]
                if stands.level == best.code
                else [level for level in draft.document.scale if level.code != stands.level]
            )
            found.append(Contestable(standard, stands, levels))
    return sorted(found, key=lambda c: c.judged.level == draft.document.best.code)


def follows_from_standards(draft: Draft | None, grade: str | None) -> bool:
    """Say whether a grade is the one that the rules indicate; one that departs can be contested as a whole."""
    if draft is None or not contestable(draft):
        return False
    now = indicated_from(draft, {}) if draft.decided else None
    return (now.grade if now else draft.assessment.indicated_grade) == grade


def settled_by(challenge: Challenge, stage: Stage) -> Iterator[Settled]:
    """Yield what the decision of a stage says of each contested standard; nothing where it does not say it."""
    for p in challenge.points:
        level, degree, why = (
            (p.decided, p.decided_degree, p.decided_reasons)
            if stage is Stage.DECISION
            else (p.adjudicated, p.adjudicated_degree, p.adjudicated_reasons)
        )
        if level:
            yield Settled(p.standard, level, degree, why)


def indicated_from(draft: Draft | None, ruled: Mapping[str, Judged]) -> Indication | None:
    """Return the grade that the rules indicate from the levels that are being decided, and elsewhere from what stands.

    What is decided without a degree, as it once was, needs no improvement at the best level, and elsewhere keeps the
    degree that stands.
    """
    if draft is None:
        return None
    none, judged = draft.document.improvement_degrees[0].code, dict(draft.standing_judged)
    for code, now in ruled.items():
        before = judged.get(code, Judged())
        rises = now.judgement == draft.document.best.code and now.judgement != before.judgement
        judged[code] = Judged(now.judgement, now.degree or (none if rises else before.degree))
    return indicate(draft.document, draft.law_type, judged)


# What keeps a person from deciding on a challenge, in whatever role they come.
SEPARATION = (gave_no_grade, is_no_party, did_not_stand_aside, may_act_on_its_case)


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
    """Say whether the person may decide a challenge and, with no own view recorded, must be shown neither side.

    An interest can be waived or end, so whoever has one is shown neither side either.
    """
    stage = STAGES.get(challenge.state)
    return (
        stage is not None
        and not has_own_view(stage, situation)
        and CHALLENGE.refusal(stage.verb, challenge, without_bars(situation)) is None
    )


def without_bars(situation: Situation[ChallengeKnown]) -> Situation[ChallengeKnown]:
    """Return the situation as it would be if no interest were declared."""
    return replace(situation, known=replace(situation.known, bars=Bars()))


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
