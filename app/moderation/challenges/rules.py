"""What may happen to a challenge, who must not decide it, and what can be contested."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from app.audit.bars.rules import Bars, may_act_on_its_case
from app.audit.grading.draft import Draft
from app.audit.rules import PartsKnown
from app.audit.standing.rules import Settled, StandingJudgement
from app.audit.thresholds.document import Standard
from app.audit.thresholds.indication import Indication, Judged, indicate
from app.clock import add_working_days, day, local_date, today
from app.labels import plural
from app.moderation.enums import CHALLENGE_STATE_LABELS, CHALLENGE_TOLD, STAGES, ChallengeState, Stage
from app.moderation.log import challenge_row
from app.moderation.models import Challenge
from app.moderation.rules import HEAD, audit_still_open
from app.people.enums import Role
from app.people.rules import Viewer
from app.workflow import Situation, Transition, Workflow


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has taken a challenge on, and whether they can do nothing about it any more."""

    id: int
    name: str
    gone: bool


@dataclass(frozen=True, slots=True)
class ChallengeKnown:
    """Everybody's earlier part in the case, who recorded an own view at which stage, who stood aside, and the bars.

    And who has taken it on, None where nobody has.
    """

    parts: PartsKnown
    own_views: frozenset[tuple[int, Stage]] = frozenset()
    stood_aside: frozenset[int] = frozenset()
    bars: Bars | None = None
    holder: Holder | None = None


# So many working days after it was taken on, somebody else can take a challenge over.
TAKE_OVER_AFTER = 3


def decide_by(of: Challenge) -> date | None:
    """Return the day by which a challenge that waits is expected to be decided or adjudicated, or None."""
    if of.state not in STAGES:
        return None
    if of.decide_by:
        return of.decide_by
    # One from before a challenge kept its day.
    since = of.escalated_at if of.state is ChallengeState.ESCALATED else of.raised_at
    return add_working_days(local_date(since), of.case.audit.decision_days, told=since) if since else None


def is_late(of: Challenge) -> bool:
    """Say whether a challenge waits longer than its area was told to expect."""
    due = decide_by(of)
    return due is not None and due < today()


# From so many decisions on it is told how long they took.
ENOUGH_DECISIONS = 5


def took(days: Sequence[int]) -> str:
    """Return how many working days decisions took, usually and at least and at most; empty where they are few."""
    if len(days) < ENOUGH_DECISIONS:
        return ""
    usually = plural(int(median(days) + 0.5), "working day")
    return f"so far decisions took {usually} ({min(days)} to {max(days)})"


def waits_for_them(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Ask for the role that decides at this stage: the lead decides, the director adjudicates."""
    row = CHALLENGE[STAGES[challenge.state].verb]
    return None if row.is_for(situation.viewer, situation.audit_ref, situation.area) else row.only


def nobody_has_it(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Ask that nobody has taken the challenge on."""
    holder = situation.known.holder
    if holder is not None and holder.id == situation.viewer.id:
        return f"You took this challenge on on {day(challenge.taken_at)}, so it waits for you already."
    return nobody_else_has_it(challenge, situation)


def nobody_else_has_it(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Two people do not work on one challenge; who may not decide it at all hears that, and not who has it."""
    holder = situation.known.holder
    if holder is None or holder.id == situation.viewer.id:
        return None
    when = (
        "You can take it over now, with a reason."
        if _is_free_again(challenge, holder)
        else f"You can take it over from {day(free_again_on(challenge))}, with a reason."
    )
    has_it = f"{holder.name} has had this challenge since {day(challenge.taken_at)}, and one person decides it. {when}"
    return _separated(challenge, situation) or has_it


def they_have_it(_challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Ask that the person has taken the challenge on."""
    holder = situation.known.holder
    return None if holder and holder.id == situation.viewer.id else "You have not taken this challenge on."


def another_has_had_it(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Ask that somebody else has had the challenge for some days, or can do nothing about it any more."""
    holder = situation.known.holder
    if holder is None:
        return "Nobody has taken this challenge on, so you can take it yourself."
    if holder.id == situation.viewer.id:
        return nobody_has_it(challenge, situation)
    return None if _is_free_again(challenge, holder) else nobody_else_has_it(challenge, situation)


def free_again_on(challenge: Challenge) -> date:
    """Return the day from which somebody else can take a challenge over that was taken on."""
    since = challenge.taken_at or challenge.raised_at
    return add_working_days(local_date(since), TAKE_OVER_AFTER, told=since)


def _is_free_again(challenge: Challenge, holder: Holder) -> bool:
    return holder.gone or free_again_on(challenge) <= today()


def _separated(challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    return next((refusal for guard in SEPARATION if (refusal := guard(challenge, situation))), None)


def keeps_open(of: Challenge) -> bool:
    """Say whether an audit cannot be finalised before a challenge is settled, or can no longer be taken further."""
    return is_unsettled(of.state, of.escalation_due)


def is_unsettled(state: ChallengeState, escalation_due: date | None) -> bool:
    """Say whether a challenge waits to be decided, or its decision can still be taken further."""
    if state is ChallengeState.DECIDED:
        return escalation_due is not None and escalation_due >= today()
    return state in STAGES


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
    """A standard that a decision or a claim can say something of, with the judgement that stands."""

    standard: Standard
    judged: StandingJudgement
    # What stands at the best level is accepted as it is.
    below_best: bool
    at_lowest: bool


def contestable(draft: Draft | None) -> Sequence[Contestable]:
    """Return every standard whose standing judgement has a level, the lowest first and the best last."""
    if draft is None:
        return ()
    order = [level.code for level in reversed(draft.document.scale)]
    best, lowest = draft.document.best.code, draft.document.lowest.code
    found = [
        Contestable(standard, stands, stands.level != best, stands.level == lowest)
        for standard in draft.document.standards_for(draft.law_type)
        if (stands := draft.standing.get(standard.code)) is not None and stands.level
    ]
    return sorted(found, key=lambda c: order.index(c.judged.level))


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


DECIDERS = (Role.LEAD, Role.DIRECTOR)
_WAITS, _NOW = tuple(STAGES), (audit_still_open, waits_for_them)
# The moves by which somebody takes a challenge on, or lets it go: it stays where it is.
_TAKING: tuple[Transition[Challenge, ChallengeKnown], ...] = (
    Transition(
        "take",
        "I take this one",
        _WAITS,
        None,
        DECIDERS,
        "challenge_taken",
        (*_NOW, nobody_has_it),
        personal=SEPARATION,
    ),
    Transition("let_go", "Let it go", _WAITS, None, DECIDERS, "challenge_let_go", (*_NOW, they_have_it)),
    Transition(
        "take_over",
        "Take it over",
        _WAITS,
        None,
        DECIDERS,
        "challenge_taken_over",
        (*_NOW, another_has_had_it),
        personal=SEPARATION,
    ),
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
            (audit_still_open, nobody_else_has_it),
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
            (audit_still_open, nobody_else_has_it),
            personal=SEPARATION,
        ),
        *_TAKING,
    ),
    challenge_row,
    CHALLENGE_TOLD,
)


def decides_blind(challenge: Challenge, situation: Situation[ChallengeKnown]) -> bool:
    """Say whether the person may decide a challenge and, with no own view recorded, must be shown neither side.

    An interest can be waived or end, and a challenge taken over, so whoever has one, and whoever finds it taken on by
    somebody else, is shown neither side either.
    """
    stage = STAGES.get(challenge.state)
    return (
        stage is not None
        and not has_own_view(stage, situation)
        and CHALLENGE.refusal(stage.verb, challenge, without_bars(situation)) is None
    )


def without_bars(situation: Situation[ChallengeKnown]) -> Situation[ChallengeKnown]:
    """Return the situation as it would be if no interest were declared, and nobody had taken the challenge on."""
    return replace(situation, known=replace(situation.known, bars=Bars(), holder=None))


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
