"""What may happen to a return and to a challenge: the transition tables, the rules of separation, what can be contested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.audit.draft import Draft
from app.audit.enums import AUDIT_STATE_LABELS, AuditState
from app.audit.models import Judgement
from app.audit.thresholds.document import Level, Standard
from app.audit.thresholds.indication import Indication, Judged, indicate
from app.clock import day, today
from app.moderation.enums import (
    ANSWERED_BY_CHALLENGE,
    CHALLENGE_STATE_LABELS,
    CHALLENGE_TOLD,
    RETURN_STATE_LABELS,
    RETURN_TOLD,
    ChallengeState,
    FurtherAction,
    ReturnState,
)
from app.moderation.models import Challenge, Return
from app.moderation.rows import challenge_row, return_row
from app.people.enums import Role
from app.workflow import Situation, Transition, Workflow


def within_challenge_window(returned: Return, _situation: Situation) -> str | None:
    """Ask for the time: a Not Met can be challenged for a set number of working days from the return."""
    if today() <= returned.challenge_due:
        return None
    return f"The time to challenge this grade ended on {day(returned.challenge_due)}, so the grade stands. Accept it to make the case final."


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


def _known(situation: Situation) -> Mapping[str, frozenset[int]]:
    # A situation without it is a fault of ours and has to stop the act: what is not known would bar nobody.
    return situation.known or {}


def _somebody_else(challenge: Challenge) -> str:
    who, does = ("another national service director", "adjudicate") if challenge.state is ChallengeState.ESCALATED else ("another audit lead", "decide")
    return f"somebody else has to {does}: {who} who gave none of its grades and is not of its area. An administrator gives that role on the ‘People’ page."


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
    judged: Judgement
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

RETURN = Workflow("returned case", "return", RETURN_STATE_LABELS, (
    Transition("review", "Record the immediate review", (ReturnState.OPEN,), ReturnState.REVIEWED, _HEAD, "return_reviewed"),
    Transition("accept", "Accept the grade", (ReturnState.REVIEWED,), ReturnState.ACCEPTED, _HEAD, "grade_accepted", (audit_still_open,)),
    Transition("challenge", "Challenge the grade", (ReturnState.REVIEWED,), ReturnState.CHALLENGED, _HEAD,
               "challenge_raised", (audit_still_open, within_challenge_window)),
    Transition("withdraw", "Withdraw it, as its grade is corrected", (ReturnState.OPEN,), ReturnState.WITHDRAWN, (Role.IMPROVEMENT_MANAGER,),
               "return_withdrawn", (audit_still_open,), offered=False),
), return_row, RETURN_TOLD)  # fmt: skip

CHALLENGE = Workflow("challenge", "challenge", CHALLENGE_STATE_LABELS, (
    Transition("withdraw", "Withdraw the challenge", (ChallengeState.OPEN,), ChallengeState.WITHDRAWN, _HEAD, "challenge_withdrawn",
               (audit_still_open,)),
    Transition("decide", "Decide the challenge", (ChallengeState.OPEN,), ChallengeState.DECIDED, (Role.LEAD,),
               "challenge_decided", (audit_still_open, gave_no_grade, is_no_party)),
    Transition("accept", "Accept the decision", (ChallengeState.DECIDED,), ChallengeState.ACCEPTED, _HEAD, "decision_accepted",
               (audit_still_open,)),
    Transition("escalate", "Ask the director to adjudicate", (ChallengeState.DECIDED,), ChallengeState.ESCALATED, _HEAD,
               "challenge_escalated", (audit_still_open, within_escalation_window)),
    Transition("adjudicate", "Adjudicate", (ChallengeState.ESCALATED,), ChallengeState.ADJUDICATED, (Role.DIRECTOR,),
               "challenge_adjudicated", (audit_still_open, gave_no_grade, is_no_party)),
), challenge_row, CHALLENGE_TOLD)  # fmt: skip
