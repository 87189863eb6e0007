"""What may happen to a returned case, and by when."""

from collections.abc import Sequence
from datetime import date, datetime

from app.audit.enums import AUDIT_STATE_LABELS, AuditState
from app.clock import LONDON, add_working_days, day, local_date, today
from app.dates import done_fault, working_fault
from app.moderation.enums import (
    ANSWERED_BY_CHALLENGE,
    CHALLENGE_TOLD,
    RETURN_STATE_LABELS,
    RETURN_TOLD,
    ChallengeState,
    Deadline,
    FurtherAction,
    ReturnState,
)
from app.moderation.log import return_row
from app.moderation.models import Challenge, Return
from app.moderation.rules import HEAD, audit_still_open
from app.people.enums import Role
from app.workflow import Situation, Transition, Workflow

# Who follows what is late: reminds an area, and gives it more time.
FOLLOWERS = (Role.LEAD,)
# How long an answer can be put off at most, as a framework's own windows.
MOST_MORE = 60
# Who has the audit go on without a late review.
OVERRIDERS = (Role.DIRECTOR,)


def within_challenge_window(returned: Return, _situation: Situation[object]) -> str | None:
    """Ask for the time: a Not Met can be challenged for a set number of working days from the return."""
    if today() <= returned.challenge_due:
        return None
    return (
        f"The time to challenge this grade ended on {day(returned.challenge_due)}, so the grade stands. Accept it to "
        "make the case final."
    )


def window_is_over(returned: Return, situation: Situation[object]) -> str | None:
    """Ask for the time: silence counts only once the time to answer is over."""
    if within_challenge_window(returned, situation):
        return None
    return f"The area can answer until {day(returned.challenge_due)}. Only then does its silence count."


def is_unanswered(returned: Return) -> bool:
    """Say whether a reviewed case was not answered in time, so that its grade stands."""
    return returned.state is ReturnState.LAPSED or (
        returned.state is ReturnState.REVIEWED and returned.challenge_due < today()
    )


def is_to_answer(returned: Return) -> bool:
    """Say whether the area has to record its review, or to answer the grade."""
    return returned.state in {ReturnState.OPEN, ReturnState.REVIEWED}


def keeps_open(returned: Return) -> bool:
    """Say whether an audit cannot be finalised before something is done.

    That is a review neither recorded nor overridden, or an answer whose time still runs.
    """
    needed = returned.state is ReturnState.OPEN and returned.overridden_at is None
    return needed or (is_to_answer(returned) and returned.challenge_due >= today())


def has_to_act(returned: Return) -> bool:
    """Say whether the area has further action to take; of results that were brought in nobody here has."""
    return returned.further_action is FurtherAction.NEEDED and not returned.brought_in


def why_not_extended(thing: Return | Challenge, deadline: Deadline) -> str | None:
    """Return why the time for an answer cannot be extended, or None while the audit is open and it is not given."""
    audit = thing.case.audit
    if audit.state is not AuditState.FIELDWORK:
        return (
            f"The audit has been {AUDIT_STATE_LABELS[audit.state].lower()}, so no time can be extended. An immediate "
            "review can still be recorded late."
        )
    if isinstance(thing, Challenge):
        told = f"{CHALLENGE_TOLD[thing.state]}, so there is no time to extend."
        return None if thing.state is ChallengeState.DECIDED else told
    open_for = (ReturnState.OPEN,) if deadline is Deadline.REVIEW else (ReturnState.OPEN, ReturnState.REVIEWED)
    return None if thing.state in open_for else f"{RETURN_TOLD[thing.state]}, so there is no time to extend."


def due_of(thing: Return | Challenge, deadline: Deadline) -> date | None:
    """Return the day by which an answer is due as things stand."""
    if isinstance(thing, Challenge):
        return thing.escalation_due
    return thing.review_due if deadline is Deadline.REVIEW else thing.challenge_due


def why_not_until(thing: Return | Challenge, deadline: Deadline, until: date) -> str | None:
    """Return why the time for an answer cannot end on a day: not later than now, or a day on which nobody answers.

    A review comes before the answer to the grade.
    """
    before, last = due_of(thing, deadline), add_working_days(today(), MOST_MORE)
    if before is None:
        return "No time runs for this, so there is none to extend"
    if until <= before:
        return f"The area has until {day(before)} already. Enter a later day"
    if until < today():
        return "The new last day must be today or later"
    if until > last:
        return f"The new last day must be {day(last)} or earlier, which is in {MOST_MORE} working days"
    if isinstance(thing, Return) and deadline is Deadline.REVIEW and until > thing.challenge_due:
        return (
            f"The area can answer the grade until {day(thing.challenge_due)}, and its review comes first. Enter that "
            "day or an earlier one, or give more time to answer before"
        )
    return working_fault(until)


def why_not_done_on(returned: Return, done: date) -> str | None:
    """Return why the further action on a returned case was not done on a day."""
    return done_fault(done, local_date(returned.opened_at), "The case came back")


def next_due(returned: Return) -> date | None:
    """Return the day by which the next thing of a returned case is due: review, answer or further action."""
    waiting = {
        ReturnState.OPEN: returned.review_due,
        ReturnState.REVIEWED: None if is_unanswered(returned) else returned.challenge_due,
    }
    action = returned.action_by if returned.further_action is FurtherAction.NEEDED else None
    return min((due for due in (waiting.get(returned.state), action) if due), default=None)


def is_late(returned: Return) -> bool:
    """Say whether something about a returned case is late: its review, or the further action."""
    reviewing = returned.state is ReturnState.OPEN and returned.review_due < today()
    return reviewing or (
        returned.further_action is FurtherAction.NEEDED
        and returned.action_by is not None
        and returned.action_by < today()
    )


def waits_to_be_read(returned: Return) -> bool:
    """Say whether nobody of the area has opened a case that waits for its review."""
    return returned.state is ReturnState.OPEN and returned.read_at is None


def is_unread(returned: Return, now: datetime) -> bool:
    """Say whether a case went back a whole working day ago and nobody of its area has opened it."""
    after = add_working_days(local_date(returned.opened_at), 1, told=returned.opened_at)
    ends = datetime.combine(after, returned.opened_at.astimezone(LONDON).timetz(), LONDON)
    return waits_to_be_read(returned) and ends <= now


def reminded_today(returned: Return) -> bool:
    """Say whether the area was reminded of a returned case today."""
    return returned.reminded_at is not None and local_date(returned.reminded_at) == today()


def why_not_reminded(returned: Return) -> str | None:
    """Return why the area cannot be reminded of a returned case now, or None."""
    if not is_late(returned):
        return "Nothing about this case is late, so there is nothing to be reminded of."
    if reminded_today(returned):
        return (
            f"The area was reminded of case {returned.case.case_ref} today already. Tomorrow a reminder is possible "
            "again."
        )
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
        else f"The area can answer the grade until {day(returned.challenge_due)}. "
        "After that the review can be overridden."
    )


def no_action_waits(returned: Return) -> str | None:
    """Ask for a further action that is still to be done."""
    if returned.brought_in:
        return f"{RETURN_TOLD[ReturnState.BROUGHT_IN]}, which do not say what was done about it."
    if returned.further_action is FurtherAction.NEEDED:
        return None
    if returned.further_action is FurtherAction.DONE:
        return f"This further action was recorded as done on {day(returned.action_done_on)}."
    if returned.further_action is FurtherAction.NONE:
        return "The immediate review found no further action to be needed, so there is none to record as done."
    return "No further action waits, as the immediate review has not been recorded yet. It says whether one is needed."


def answer_in_words(returned: Return, challenges: Sequence[Challenge]) -> str:
    """Return where a returned case stands, and what became of its challenge where it was challenged."""
    challenge = next((c for c in challenges if c.return_id == returned.id), None)
    if is_unanswered(returned):
        return RETURN_STATE_LABELS[ReturnState.LAPSED]
    if returned.brought_in and challenge is None:
        return RETURN_STATE_LABELS[ReturnState.BROUGHT_IN]
    return RETURN_STATE_LABELS[returned.state] if challenge is None else ANSWERED_BY_CHALLENGE[challenge.state]


RETURN: Workflow[Return, object] = Workflow(
    "returned case",
    "return",
    RETURN_STATE_LABELS,
    (
        Transition(
            "review", "Record the immediate review", (ReturnState.OPEN,), ReturnState.REVIEWED, HEAD, "return_reviewed"
        ),
        Transition(
            "accept",
            "Accept the grade",
            (ReturnState.REVIEWED,),
            ReturnState.ACCEPTED,
            HEAD,
            "grade_accepted",
            (audit_still_open,),
        ),
        Transition(
            "challenge",
            "Challenge the grade",
            (ReturnState.REVIEWED,),
            ReturnState.CHALLENGED,
            HEAD,
            "challenge_raised",
            (audit_still_open, within_challenge_window),
        ),
        Transition(
            "withdraw",
            "Withdraw it, as its grade is corrected",
            (ReturnState.OPEN,),
            ReturnState.WITHDRAWN,
            (Role.IMPROVEMENT_MANAGER,),
            "return_withdrawn",
            (audit_still_open,),
            offered=False,
        ),
        Transition(
            "lapse",
            "Count as not answered",
            (ReturnState.REVIEWED,),
            ReturnState.LAPSED,
            (Role.LEAD, Role.DIRECTOR),
            "return_lapsed",
            (audit_still_open, window_is_over),
            offered=False,
        ),
        Transition(
            "overtake",
            "Withdraw it, as a second grade changed its grade",
            (ReturnState.OPEN, ReturnState.REVIEWED),
            ReturnState.WITHDRAWN,
            (Role.LEAD, Role.DIRECTOR),
            "return_withdrawn",
            (audit_still_open,),
            offered=False,
        ),
    ),
    return_row,
    RETURN_TOLD,
)
