"""Closed lists about notices, and the words in which people are told."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a person is told."""

    REVIEW = "review"
    REVIEW_SOON = "review_soon"
    REVIEW_LATE = "review_late"
    RETURN_WITHDRAWN = "return_withdrawn"
    CHALLENGE = "challenge"
    DECISION = "decision"
    ESCALATION = "escalation"
    ADJUDICATION = "adjudication"
    CONCERN = "concern"
    CONCERN_LATE = "concern_late"
    CONCERN_NEWS = "concern_news"
    CASES_GIVEN = "cases_given"
    CASES_TAKEN = "cases_taken"
    REPLACEMENT_ASKED = "replacement_asked"
    REPLACEMENT_ANSWERED = "replacement_answered"
    REMINDER = "reminder"
    TIME_EXTENDED = "time_extended"
    AREA_REMINDED = "area_reminded"
    SECONDS_GIVEN = "seconds_given"
    DIFFERENCE = "difference"
    PACK_READY = "pack_ready"
    RETURN_UNREAD = "return_unread"
    GRADE_CHALLENGED = "grade_challenged"
    GRADE_SETTLED = "grade_settled"
    SECOND_SETTLED = "second_settled"
    INVITATION = "invitation"
    RESET = "reset"
    ADDRESS_CHANGED = "address_changed"
    PROBLEM_REPORTED = "problem_reported"
    PROBLEM_ANSWERED = "problem_answered"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a word, no password
    FACTOR_CHANGED = "factor_changed"
    RECOVERY_USED = "recovery_used"
    FACTOR_LOST = "factor_lost"
    FACTOR_GUESSED = "factor_guessed"
    ROLES_CHANGED = "roles_changed"
    TEST = "test"

    @property
    def at_once(self) -> bool:
        """Say whether it is sent at once whatever its person chose: a child's safety waits for no digest."""
        return self.urgent or self.about_signing_in or self is Kind.TEST

    @property
    def urgent(self) -> bool:
        """Say whether its message is called urgent."""
        return self in {Kind.CONCERN, Kind.CONCERN_LATE, Kind.RETURN_UNREAD}

    @property
    def has_link(self) -> bool:
        """Say whether its message has a link that works once."""
        return self in {Kind.INVITATION, Kind.RESET, Kind.FACTOR_LOST}

    @property
    def about_signing_in(self) -> bool:
        """Say whether it is a message alone, of which nothing stands among the news."""
        return self in ABOUT_SIGNING_IN

    @property
    def after_grading(self) -> bool:
        """Say whether it waits until its person has nothing left to grade in the audit, first or second."""
        return self in {Kind.GRADE_SETTLED, Kind.SECOND_SETTLED}


ABOUT_SIGNING_IN = (
    Kind.INVITATION,
    Kind.RESET,
    Kind.ADDRESS_CHANGED,
    Kind.PASSWORD_CHANGED,
    Kind.FACTOR_CHANGED,
    Kind.RECOVERY_USED,
    Kind.FACTOR_LOST,
    Kind.FACTOR_GUESSED,
    Kind.ROLES_CHANGED,
)
URGENT = tuple(kind for kind in Kind if kind.urgent)


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in words, and how its day is told where it has one."""

    sentence: str
    due: str = "It is due by {day}."


# The only words that a message has of its kind: no case, no grade, no area and no name can stand in them.
WORDS = {
    Kind.REVIEW: Words("A case of your area has come back for immediate review."),
    Kind.REVIEW_SOON: Words("The immediate review of a case of your area has not been recorded yet."),
    Kind.REVIEW_LATE: Words("The immediate review of a case is overdue.", "It was due by {day}."),
    Kind.RETURN_WITHDRAWN: Words("A case that had come back to your area no longer waits for its review."),
    Kind.CHALLENGE: Words(
        "A challenge has been raised, for an audit lead to decide.", "A decision is expected by {day}."
    ),
    Kind.DECISION: Words("A challenge of your area has been decided.", "It can be taken further until {day}."),
    Kind.ESCALATION: Words("A challenge has been taken further, for a director to adjudicate."),
    Kind.ADJUDICATION: Words("A challenge has been adjudicated."),
    Kind.CONCERN: Words("An urgent safeguarding concern has been raised.", "It has to be acknowledged by {day}."),
    Kind.CONCERN_LATE: Words("The next step of an urgent safeguarding concern is overdue.", "It was due by {day}."),
    Kind.CONCERN_NEWS: Words("Something was done about a safeguarding concern that you raised."),
    Kind.CASES_GIVEN: Words("Cases have been given to you to grade.", "Grading ends on {day}."),
    Kind.CASES_TAKEN: Words("Cases that you had to grade have been given to somebody else."),
    Kind.REPLACEMENT_ASKED: Words("Somebody asked for a case to be replaced."),
    Kind.REPLACEMENT_ANSWERED: Words("Your request to replace a case has been answered."),
    Kind.REMINDER: Words("The audit lead reminds you to go on grading."),
    Kind.TIME_EXTENDED: Words("Your area has been given more time for a case.", "It has until {day}."),
    Kind.AREA_REMINDED: Words("The audit lead reminds your area of an answer that is late."),
    Kind.SECONDS_GIVEN: Words("Cases have been given to you to grade a second time."),
    Kind.DIFFERENCE: Words("Two grades of a case differ, for an audit lead to resolve."),
    Kind.PACK_READY: Words("An audit has ended, and the pack of your area is ready."),
    Kind.RETURN_UNREAD: Words("A case that came back to its area a working day ago has not been opened there."),
    Kind.GRADE_CHALLENGED: Words("A grade that you gave has been challenged.", "A decision is expected by {day}."),
    Kind.GRADE_SETTLED: Words("It has been decided what becomes of a grade that you gave."),
    Kind.SECOND_SETTLED: Words("It has been decided between your second grade and another."),
    Kind.INVITATION: Words("You have been invited to Casework Audit, where casework is audited."),
    Kind.RESET: Words("A new password was asked for, for your account in Casework Audit."),
    Kind.ADDRESS_CHANGED: Words("The address with which you sign in to Casework Audit was changed. It was this one."),
    Kind.PROBLEM_REPORTED: Words("Somebody reported a problem with a page."),
    Kind.PROBLEM_ANSWERED: Words("A problem with a page that you reported has been answered."),
    Kind.PASSWORD_CHANGED: Words("The password of your account in Casework Audit was changed."),
    Kind.FACTOR_CHANGED: Words(
        "What you sign in with to Casework Audit beside your password was changed: a passkey, an app or recovery codes."
    ),
    Kind.RECOVERY_USED: Words("One of your recovery codes for Casework Audit was used."),
    Kind.FACTOR_LOST: Words(
        "An administrator of Casework Audit was told that you have lost your phone, passkeys and recovery codes."
    ),
    Kind.FACTOR_GUESSED: Words(
        "Somebody who knows your password for Casework Audit gave five wrong codes, and could not sign in."
    ),
    Kind.ROLES_CHANGED: Words("A role in Casework Audit was given to you, or one of yours has ended."),
    Kind.TEST: Words("You asked for this test message."),
}


class MailChoice(StrEnum):
    """When a person wants email."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


MAIL_CHOICE_LABELS = {
    MailChoice.AT_ONCE: "At once, a message for each thing",
    MailChoice.DAILY: "Once a day, at 7am on working days",
    MailChoice.NEVER: "Never, I look at ‘Your work’",
}


class MailState(StrEnum):
    """What became of a notice's message."""

    HELD = "held"
    WAITING = "waiting"
    SENT = "sent"
    PARKED = "parked"
    NONE = "none"


MAIL_STATE_LABELS = {
    MailState.HELD: "Held until the person has finished grading",
    MailState.WAITING: "Waiting to be sent",
    MailState.SENT: "Sent",
    MailState.PARKED: "Given up",
    MailState.NONE: "Shown on ‘Your work’ only",
}
