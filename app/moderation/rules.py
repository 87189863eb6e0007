"""What may happen to a return and to a challenge: the transition tables and the rules of separation."""

from app.audit.enums import AuditState
from app.clock import day, today
from app.moderation.enums import CHALLENGE_STATE_LABELS, RETURN_STATE_LABELS, ChallengeState, ReturnState
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
    """Once an audit is finalised its grades stand."""
    if thing.case.audit.state is AuditState.FIELDWORK:
        return None
    return "The audit has been finalised, so its grades can no longer change."


def gave_no_grade(_thing: Challenge, situation: Situation) -> str | None:
    """Nobody decides on a grade that they gave."""
    if situation.viewer.id not in (situation.known or {}).get("graded", ()):
        return None
    return "You graded this case, so somebody else has to decide. An audit lead who gave none of its grades can."


def is_no_party(_thing: Challenge, situation: Situation) -> str | None:
    """Nobody decides their own challenge, or one of their own area."""
    own_area = situation.area in situation.viewer.areas(Role.HEAD_OF_SERVICE)
    if not own_area and situation.viewer.id not in (situation.known or {}).get("challenged", ()):
        return None
    return "This challenge comes from your own area, so somebody else has to decide. An audit lead from outside the area can."


def decided_nothing_before(_thing: Challenge, situation: Situation) -> str | None:
    """Whoever decided a challenge does not adjudicate it too."""
    if situation.viewer.id not in (situation.known or {}).get("decided", ()):
        return None
    return "You decided this challenge, so somebody else has to adjudicate. Another national service director can."


_HEAD = (Role.HEAD_OF_SERVICE,)

RETURN = Workflow("returned case", "return", RETURN_STATE_LABELS, (
    Transition("review", "Record the immediate review", (ReturnState.OPEN,), ReturnState.REVIEWED, _HEAD, "return_reviewed"),
    Transition("accept", "Accept the grade", (ReturnState.REVIEWED,), ReturnState.ACCEPTED, _HEAD, "grade_accepted", (audit_still_open,)),
    Transition("challenge", "Challenge the grade", (ReturnState.REVIEWED,), ReturnState.CHALLENGED, _HEAD,
               "challenge_raised", (audit_still_open, within_challenge_window)),
), return_row)  # fmt: skip

CHALLENGE = Workflow("challenge", "challenge", CHALLENGE_STATE_LABELS, (
    Transition("withdraw", "Withdraw the challenge", (ChallengeState.OPEN,), ChallengeState.WITHDRAWN, _HEAD, "challenge_withdrawn"),
    Transition("decide", "Decide the challenge", (ChallengeState.OPEN,), ChallengeState.DECIDED, (Role.LEAD,),
               "challenge_decided", (gave_no_grade, is_no_party)),
    Transition("accept", "Accept the decision", (ChallengeState.DECIDED,), ChallengeState.ACCEPTED, _HEAD, "decision_accepted"),
    Transition("escalate", "Ask the director to adjudicate", (ChallengeState.DECIDED,), ChallengeState.ESCALATED, _HEAD,
               "challenge_escalated", (audit_still_open, within_escalation_window)),
    Transition("adjudicate", "Adjudicate", (ChallengeState.ESCALATED,), ChallengeState.ADJUDICATED, (Role.DIRECTOR,),
               "challenge_adjudicated", (gave_no_grade, is_no_party, decided_nothing_before)),
), challenge_row)  # fmt: skip
