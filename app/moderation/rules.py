"""What may happen to a return, a challenge and a concern: the transition tables, the rules of separation, what can be contested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.audit.enums import AUDIT_STATE_LABELS, AuditState
from app.audit.grading.draft import Draft
from app.audit.grading.in_hand import JudgedRow
from app.audit.models import Judgement
from app.audit.thresholds.document import Level, Standard
from app.audit.thresholds.indication import Indication, Judged, indicate
from app.clock import day, local_date, today
from app.moderation.enums import (
    ANSWERED_BY_CHALLENGE,
    CHALLENGE_STATE_LABELS,
    CHALLENGE_TOLD,
    CONCERN_STATE_LABELS,
    CONCERN_TOLD,
    RETURN_STATE_LABELS,
    RETURN_TOLD,
    STAGES,
    ChallengeState,
    ConcernState,
    Deadline,
    FurtherAction,
    ReturnState,
    Stage,
)
from app.moderation.log import challenge_row, concern_row, return_row
from app.moderation.models import Challenge, Concern, Return
from app.people.enums import Role
from app.people.rules import Viewer
from app.workflow import Situation, Transition, Workflow


def within_challenge_window(returned: Return, _situation: Situation) -> str | None:
    """Ask for the time: a Not Met can be challenged for a set number of working days from the return."""
    if today() <= returned.challenge_due:
        return None
    return f"The time to challenge this grade ended on {day(returned.challenge_due)}, so the grade stands. Accept it to make the case final."


def window_is_over(returned: Return, situation: Situation) -> str | None:
    """Ask for the time: silence counts only once the time to answer is over."""
    if within_challenge_window(returned, situation):
        return None
    return f"The area can answer until {day(returned.challenge_due)}. Only then does its silence count."


def is_unanswered(returned: Return) -> bool:
    """Say whether a reviewed case was not answered in time, so that its grade stands."""
    return returned.state is ReturnState.LAPSED or (returned.state is ReturnState.REVIEWED and returned.challenge_due < today())


def why_not_extended(thing: Return | Challenge, deadline: Deadline) -> str | None:
    """Return why the time for an answer cannot be extended, or None: the audit is open, and the answer has not been given."""
    audit = thing.case.audit
    if audit.state is not AuditState.FIELDWORK:
        return f"The audit has been {AUDIT_STATE_LABELS[audit.state].lower()}, so no time can be extended. An immediate review can still be recorded late."
    if isinstance(thing, Challenge):
        return None if thing.state is ChallengeState.DECIDED else f"{CHALLENGE_TOLD[thing.state]}, so there is no time to extend."
    open_for = (ReturnState.OPEN,) if deadline is Deadline.REVIEW else (ReturnState.OPEN, ReturnState.REVIEWED)
    return None if thing.state in open_for else f"{RETURN_TOLD[thing.state]}, so there is no time to extend."


def next_due(returned: Return) -> date | None:
    """Return the day by which the next thing about a returned case is due: its review, its answer or the further action."""
    waiting = {ReturnState.OPEN: returned.review_due, ReturnState.REVIEWED: None if is_unanswered(returned) else returned.challenge_due}
    action = returned.action_by if returned.further_action is FurtherAction.NEEDED else None
    return min((due for due in (waiting.get(returned.state), action) if due), default=None)


def is_late(returned: Return) -> bool:
    """Say whether something about a returned case is late: its review, or the further action."""
    reviewing = returned.state is ReturnState.OPEN and returned.review_due < today()
    return reviewing or (returned.further_action is FurtherAction.NEEDED and returned.action_by is not None and returned.action_by < today())


def reminded_today(returned: Return) -> bool:
    """Say whether the area was reminded of a returned case today."""
    return returned.reminded_at is not None and local_date(returned.reminded_at) == today()


def why_not_reminded(returned: Return) -> str | None:
    """Return why the area cannot be reminded of a returned case now, or None."""
    if not is_late(returned):
        return "Nothing about this case is late, so there is nothing to be reminded of."
    if reminded_today(returned):
        return f"The area was reminded of case {returned.case.case_ref} today already. Tomorrow a reminder is possible again."
    return None


def why_not_overridden(returned: Return) -> str | None:
    """Return why the audit cannot go on without a review, or None: only a late one is overridden."""
    if returned.case.audit.state is not AuditState.FIELDWORK:
        return f"The audit has been {AUDIT_STATE_LABELS[returned.case.audit.state].lower()}, so it waits for no review."
    if returned.state is not ReturnState.OPEN:
        return f"{RETURN_TOLD[returned.state]}, so there is nothing to override."
    if returned.overridden_at is not None:
        return f"The late review of this case was overridden on {day(returned.overridden_at)}."
    if returned.review_due >= today():
        return f"The review is due on {day(returned.review_due)}. Only a late one can be overridden."
    # Who is late with the review can still answer the grade, and finalising would take that away.
    return (
        None
        if returned.challenge_due < today()
        else f"The area can answer the grade until {day(returned.challenge_due)}. After that the review can be overridden."
    )


def within_escalation_window(challenge: Challenge, _situation: Situation) -> str | None:
    """Ask for the time: a decision can be escalated for a set number of working days."""
    if challenge.escalation_due is not None and today() <= challenge.escalation_due:
        return None
    return f"The time to take this decision further ended on {day(challenge.escalation_due)}."


def audit_still_open(thing: Return | Challenge, _situation: Situation) -> str | None:
    """Once an audit has ended its grades stand; what is for the children's safety does not ask for this."""
    state = thing.case.audit.state
    if state is AuditState.FIELDWORK:
        return None
    return (
        f"The audit has been {AUDIT_STATE_LABELS[state].lower()}, so its grades can no longer change. "
        "The immediate review of a case and a further action that is done can still be recorded."
    )


def gave_no_grade(challenge: Challenge, situation: Situation) -> str | None:
    """Nobody decides on a case that they graded, in whatever role: as its auditor, or by an earlier decision."""
    if situation.viewer.id in _known(situation)["graded"]:
        return f"You graded this case, so {_somebody_else(challenge)}"
    if situation.viewer.id in _known(situation)["decided"]:
        theirs = challenge.decision is not None and challenge.decision.by_id == situation.viewer.id
        return f"You decided {'this challenge' if theirs else 'an earlier challenge of this case'}, so {_somebody_else(challenge)}"
    return None


def is_no_party(challenge: Challenge, situation: Situation) -> str | None:
    """Nobody decides their own challenge, or one of their own area."""
    if situation.area in situation.viewer.areas(Role.HEAD_OF_SERVICE):
        return f"This challenge comes from your own area, so {_somebody_else(challenge)}"
    if situation.viewer.id in _known(situation)["acted_for_area"]:
        return f"You acted for the area on this case, so {_somebody_else(challenge)}"
    return None


def did_not_stand_aside(challenge: Challenge, situation: Situation) -> str | None:
    """Nobody decides a challenge of which they read both sides without a view of their own."""
    if situation.viewer.id in _known(situation)["stood_aside"]:
        return f"You said that you would not decide this challenge, and both sides are open to you since, so {_somebody_else(challenge)}"
    return None


def _known(situation: Situation) -> Mapping[str, Any]:
    # A situation without it is a fault of ours and has to stop the act: what is not known would bar nobody.
    return situation.known or {}


def _somebody_else(challenge: Challenge) -> str:
    who, does = ("another national service director", "adjudicate") if challenge.state is ChallengeState.ESCALATED else ("another audit lead", "decide")
    return f"somebody else has to {does}: {who} who gave none of its grades and is not of its area. An administrator gives that role on the ‘People’ page."


def due_of(concern: Concern) -> date | None:
    """Return the day by which the next step of a concern has to be taken."""
    return {ConcernState.RAISED: concern.acknowledge_by, ConcernState.ACKNOWLEDGED: concern.act_by}.get(concern.state)


def is_overdue(concern: Concern) -> bool:
    """Say whether the day for the next step of a concern has passed."""
    due = due_of(concern)
    return due is not None and due < today()


def who_answers(area: str, heads: Sequence[str], directors: Sequence[str]) -> str:
    """Return by name who acknowledges a concern for an area; empty where it has neither a head nor anybody who stands in."""
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


def area_comes_first(concern: Concern, situation: Situation) -> str | None:
    """Ask the area first: an audit lead acts where its day has passed, where nobody answers for it, or on what they took on."""
    viewer, responsible, due = situation.viewer, _known(situation)["responsible"], due_of(concern)
    theirs = viewer.has(Role.HEAD_OF_SERVICE, area=situation.area) or viewer.id == concern.acknowledged_by
    if theirs or not responsible or due is None or due < today():
        return None
    return f"{responsible} has until {day(due)}. If that day passes, you can do this in their place."


def did_not_raise_it(concern: Concern, situation: Situation) -> str | None:
    """Nobody closes a concern that they raised: somebody else has to agree that nothing more is to be done."""
    if situation.viewer.id != concern.raised_by:
        return None
    return f"You raised this concern, so somebody else closes it: an audit lead, or a head of service of {situation.area}."


def no_action_waits(returned: Return) -> str | None:
    """Ask for a further action that is still to be done."""
    if returned.further_action is FurtherAction.NEEDED:
        return None
    if returned.further_action is FurtherAction.DONE:
        return f"This further action was recorded as done on {day(returned.action_done_on)}."
    if returned.further_action is FurtherAction.NONE:
        return "The immediate review found no further action to be needed, so there is none to record as done."
    return "No further action waits, as the immediate review has not been recorded yet. It says whether one is needed."


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
            levels = [best] if row.judgement == best.code else [level for level in draft.document.scale if level.code != row.judgement]
            found.append(Contestable(standard, row, levels))
    return sorted(found, key=lambda c: c.judged.judgement == draft.document.best.code)


def follows_from_standards(draft: Draft | None, grade: str | None) -> bool:
    """Say whether a grade is the one that the rules indicated; one that departs can be contested as a whole."""
    return draft is not None and draft.assessment.indicated_grade == grade and bool(contestable(draft))


def answer_in_words(returned: Return, challenges: Sequence[Challenge]) -> str:
    """Return where a returned case stands, and what became of its challenge where it was challenged."""
    challenge = next((c for c in challenges if c.return_id == returned.id), None)
    if is_unanswered(returned):
        return RETURN_STATE_LABELS[ReturnState.LAPSED]
    return RETURN_STATE_LABELS[returned.state] if challenge is None else ANSWERED_BY_CHALLENGE[challenge.state]


def facts_in_words(draft: Draft | None) -> Sequence[tuple[str, str]]:
    """Return each factual question with its answer; none where the assessment brought no facts."""
    if draft is None or not draft.facts:
        return ()
    found = []
    for fact in draft.document.facts_for(draft.law_type):
        labels = {answer.code: answer.label for answer in fact.answers}
        found.append((fact.question, "; ".join(labels.get(given, given) for given in draft.facts.get(fact.code, ())) or "Not answered"))
    return found


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
    """Return the grade that the rules indicate with some standards at decided levels, the others as the auditor judged them.

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


_HEAD = (Role.HEAD_OF_SERVICE,)
# What keeps a person from deciding on a challenge, in whatever role they come.
SEPARATION = (gave_no_grade, is_no_party, did_not_stand_aside)
OWN_VIEW_FIRST = "Record your own view of each contested standard first. Both sides are opened to you then, and you decide."

RETURN = Workflow("returned case", "return", RETURN_STATE_LABELS, (
    Transition("review", "Record the immediate review", (ReturnState.OPEN,), ReturnState.REVIEWED, _HEAD, "return_reviewed"),
    Transition("accept", "Accept the grade", (ReturnState.REVIEWED,), ReturnState.ACCEPTED, _HEAD, "grade_accepted", (audit_still_open,)),
    Transition("challenge", "Challenge the grade", (ReturnState.REVIEWED,), ReturnState.CHALLENGED, _HEAD,
               "challenge_raised", (audit_still_open, within_challenge_window)),
    Transition("withdraw", "Withdraw it, as its grade is corrected", (ReturnState.OPEN,), ReturnState.WITHDRAWN, (Role.IMPROVEMENT_MANAGER,),
               "return_withdrawn", (audit_still_open,), offered=False),
    Transition("lapse", "Count as not answered", (ReturnState.REVIEWED,), ReturnState.LAPSED, (Role.LEAD, Role.DIRECTOR), "return_lapsed",
               (audit_still_open, window_is_over), offered=False),
    Transition("overtake", "Withdraw it, as a second grade changed its grade", (ReturnState.OPEN, ReturnState.REVIEWED), ReturnState.WITHDRAWN,
               (Role.LEAD, Role.DIRECTOR), "return_withdrawn", (audit_still_open,), offered=False),
), return_row, RETURN_TOLD)  # fmt: skip

CHALLENGE = Workflow("challenge", "challenge", CHALLENGE_STATE_LABELS, (
    Transition("withdraw", "Withdraw the challenge", (ChallengeState.OPEN,), ChallengeState.WITHDRAWN, _HEAD, "challenge_withdrawn",
               (audit_still_open,)),
    Transition("decide", "Decide the challenge", (ChallengeState.OPEN,), ChallengeState.DECIDED, (Role.LEAD,),
               "challenge_decided", (audit_still_open,), personal=SEPARATION),
    Transition("accept", "Accept the decision", (ChallengeState.DECIDED,), ChallengeState.ACCEPTED, _HEAD, "decision_accepted",
               (audit_still_open,)),
    Transition("escalate", "Ask the director to adjudicate", (ChallengeState.DECIDED,), ChallengeState.ESCALATED, _HEAD,
               "challenge_escalated", (audit_still_open, within_escalation_window)),
    Transition("adjudicate", "Adjudicate", (ChallengeState.ESCALATED,), ChallengeState.ADJUDICATED, (Role.DIRECTOR,),
               "challenge_adjudicated", (audit_still_open,), personal=SEPARATION),
), challenge_row, CHALLENGE_TOLD)  # fmt: skip

# None of its moves asks for an open audit or an undisputed grade: a child's safety does not end with the audit.
CONCERN = Workflow("concern", "concern", CONCERN_STATE_LABELS, (
    Transition("acknowledge", "Acknowledge the concern", (ConcernState.RAISED,), ConcernState.ACKNOWLEDGED, (Role.HEAD_OF_SERVICE, Role.LEAD),
               "concern_acknowledged", (area_comes_first,)),
    Transition("act", "Record what was done", (ConcernState.ACKNOWLEDGED,), ConcernState.ACTION_TAKEN, (Role.HEAD_OF_SERVICE, Role.LEAD),
               "concern_acted_on", (area_comes_first,)),
    Transition("close", "Close the concern", (ConcernState.ACTION_TAKEN,), ConcernState.CLOSED, (Role.HEAD_OF_SERVICE, Role.LEAD),
               "concern_closed", personal=(did_not_raise_it,)),
), concern_row, CONCERN_TOLD)  # fmt: skip


def decides_blind(challenge: Challenge, situation: Situation) -> bool:
    """Say whether the person may decide a challenge now and has not recorded their own view, so that neither side is shown to them anywhere."""
    stage = STAGES.get(challenge.state)
    return stage is not None and not has_own_view(stage, situation) and CHALLENGE.refusal(stage.verb, challenge, situation) is None


def has_own_view(stage: Stage, situation: Situation) -> bool:
    """Say whether the person has recorded their own view at a stage of the challenge."""
    return (situation.viewer.id, stage) in _known(situation)["own_views"]


def why_no_note(challenge: Challenge, viewer: Viewer) -> str | None:
    """Return why a person cannot add a note to a challenge now, or None."""
    if challenge.case.auditor_id != viewer.id:
        return "Only the improvement manager who gave the grade can add a note to its challenge."
    if challenge.state in STAGES:
        return None
    return f"{CHALLENGE_TOLD[challenge.state]}, so a note can no longer be added."
