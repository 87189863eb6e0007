"""Closed lists of the moderation room."""

from enum import StrEnum


class ReturnState(StrEnum):
    """Where the immediate review of a Not Met stands."""

    OPEN = "open"
    REVIEWED = "reviewed"
    ACCEPTED = "accepted"
    CHALLENGED = "challenged"


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


class Outcome(StrEnum):
    """What a decision did to the grade."""

    UNCHANGED = "unchanged"
    REGRADED = "regraded"


RETURN_STATE_LABELS = {
    ReturnState.OPEN: "Review due",
    ReturnState.REVIEWED: "Reviewed, answer due",
    ReturnState.ACCEPTED: "Grade accepted",
    ReturnState.CHALLENGED: "Challenged",
}
CHALLENGE_STATE_LABELS = {
    ChallengeState.OPEN: "Waiting for a decision",
    ChallengeState.WITHDRAWN: "Withdrawn",
    ChallengeState.DECIDED: "Decided",
    ChallengeState.ACCEPTED: "Decision accepted",
    ChallengeState.ESCALATED: "Waiting for the director",
    ChallengeState.ADJUDICATED: "Adjudicated",
}
OUTCOME_LABELS = {Outcome.UNCHANGED: "Grade unchanged", Outcome.REGRADED: "Re-graded"}
FURTHER_ACTION_LABELS = {
    FurtherAction.NONE: "No further action needed",
    FurtherAction.NEEDED: "Further action needed",
    FurtherAction.DONE: "Further action done",
}
