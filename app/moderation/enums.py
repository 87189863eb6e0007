"""Closed lists of the moderation room."""

from enum import StrEnum


class ReturnState(StrEnum):
    """Where the immediate review of a Not Met stands."""

    OPEN = "open"
    REVIEWED = "reviewed"
    ACCEPTED = "accepted"
    CHALLENGED = "challenged"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    # Of an earlier audit: its results say that the case went back, and not what the review found.
    BROUGHT_IN = "brought_in"


class Deadline(StrEnum):
    """A time that an area has for an answer, and that the audit lead can extend."""

    REVIEW = "review"
    CHALLENGE = "challenge"
    ESCALATION = "escalation"


class FurtherAction(StrEnum):
    """Whether the immediate review found something to be done for the children."""

    NONE = "none"
    NEEDED = "needed"
    DONE = "done"


class ChallengeState(StrEnum):
    """Where a challenge stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"
    ACCEPTED = "accepted"
    ESCALATED = "escalated"
    ADJUDICATED = "adjudicated"


class ConcernState(StrEnum):
    """Where an urgent safeguarding concern stands."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    ACTION_TAKEN = "action_taken"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What a decision did to the grade."""

    UNCHANGED = "unchanged"
    REGRADED = "regraded"


class Stage(StrEnum):
    """The two moments at which somebody who is no party decides on a challenge."""

    DECISION = "decision"
    ADJUDICATION = "adjudication"

    @property
    def verb(self) -> str:
        """Return the move of a challenge that is made at this stage."""
        return "decide" if self is Stage.DECISION else "adjudicate"


class HearingStep(StrEnum):
    """What somebody writes in a hearing before they send it."""

    CLAIM = "claim"
    DECISION = "decision"
    ADJUDICATION = "adjudication"


# The stage that a challenge waits for.
STAGES = {ChallengeState.OPEN: Stage.DECISION, ChallengeState.ESCALATED: Stage.ADJUDICATION}
RETURN_STATE_LABELS = {
    ReturnState.OPEN: "Review due",
    ReturnState.REVIEWED: "Reviewed, answer due",
    ReturnState.ACCEPTED: "Grade accepted",
    ReturnState.CHALLENGED: "Challenged",
    ReturnState.WITHDRAWN: "Withdrawn, grade corrected",
    ReturnState.LAPSED: "Not answered, grade stands",
    ReturnState.BROUGHT_IN: "What followed was not brought in",
}
DEADLINE_LABELS = {
    Deadline.REVIEW: "Immediate review",
    Deadline.CHALLENGE: "Answer to the grade",
    Deadline.ESCALATION: "Taking the decision further",
}
CHALLENGE_STATE_LABELS = {
    ChallengeState.OPEN: "Waiting for a decision",
    ChallengeState.WITHDRAWN: "Withdrawn",
    ChallengeState.DECIDED: "Decided",
    ChallengeState.ACCEPTED: "Decision accepted",
    ChallengeState.ESCALATED: "Waiting for the director",
    ChallengeState.ADJUDICATED: "Adjudicated",
}
CONCERN_STATE_LABELS = {
    ConcernState.RAISED: "Waiting to be acknowledged",
    ConcernState.ACKNOWLEDGED: "Acknowledged, action due",
    ConcernState.ACTION_TAKEN: "Action taken",
    ConcernState.CLOSED: "Closed",
}
# What became of a challenged grade, as the returned case's page says it.
ANSWERED_BY_CHALLENGE = {
    ChallengeState.OPEN: "Challenged",
    ChallengeState.WITHDRAWN: "Challenge withdrawn, grade stands",
    ChallengeState.DECIDED: "Challenge decided",
    ChallengeState.ACCEPTED: "Challenge decided, decision accepted",
    ChallengeState.ESCALATED: "Challenged, waiting for the director",
    ChallengeState.ADJUDICATED: "Adjudicated",
}
# How a refusal tells what became of a thing; the date follows where an act brought it there.
RETURN_TOLD = {
    ReturnState.OPEN: "This returned case waits for its immediate review",
    ReturnState.REVIEWED: "This returned case was reviewed",
    ReturnState.ACCEPTED: "The grade was accepted",
    ReturnState.CHALLENGED: "The grade was challenged",
    ReturnState.WITHDRAWN: "The grade was corrected and this returned case withdrawn",
    ReturnState.LAPSED: "The grade was not answered in time, so it stands",
    ReturnState.BROUGHT_IN: "This returned case was brought in with the results of an earlier audit",
}
CHALLENGE_TOLD = {
    ChallengeState.OPEN: "This challenge is waiting for a decision",
    ChallengeState.WITHDRAWN: "This challenge was withdrawn",
    ChallengeState.DECIDED: "This challenge was decided",
    ChallengeState.ACCEPTED: "The decision on this challenge was accepted",
    ChallengeState.ESCALATED: "This challenge was taken to the national service director",
    ChallengeState.ADJUDICATED: "This challenge was adjudicated",
}
CONCERN_TOLD = {
    ConcernState.RAISED: "This concern was raised",
    ConcernState.ACKNOWLEDGED: "This concern was acknowledged",
    ConcernState.ACTION_TAKEN: "The action on this concern was recorded",
    ConcernState.CLOSED: "This concern was closed",
}
OUTCOME_LABELS = {Outcome.UNCHANGED: "Grade unchanged", Outcome.REGRADED: "Re-graded"}
FURTHER_ACTION_LABELS = {
    FurtherAction.NONE: "No further action needed",
    FurtherAction.NEEDED: "Further action needed",
    FurtherAction.DONE: "Further action done",
}
