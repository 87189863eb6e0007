"""What keeps a returned case from moving, day by day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.audit.enums import AuditState
from app.db import unsaved
from app.moderation.enums import ChallengeState, Deadline, FurtherAction, ReturnState
from app.moderation.models import Challenge
from app.moderation.returns.rules import (
    RETURN,
    answer_in_words,
    is_late,
    is_unanswered,
    next_due,
    no_action_waits,
    reminded_today,
    why_not_extended,
    why_not_overridden,
    why_not_reminded,
)
from app.people.enums import Role
from tests.moves import (
    ENDED,
    TODAY,
    TOMORROW,
    YESTERDAY,
    refused,
    said,
    stopped,
    thing,
    who,
)

HEAD, LEAD = who(Role.HEAD_OF_SERVICE), who(Role.LEAD)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with stopped():
        yield


def returned(state: ReturnState = ReturnState.REVIEWED, **more: Any) -> Any:
    """Return a returned case of which everything is due today and nothing else was done."""
    usual = {
        "challenge_due": TODAY,
        "review_due": TODAY,
        "further_action": FurtherAction.NONE,
        "action_by": None,
        "action_done_on": None,
        "reminded_at": None,
        "overridden_at": None,
        "brought_in": False,
    }
    return thing(state, **{**usual, **more})


@pytest.mark.parametrize(
    ("name", "state", "viewer"),
    [
        ("accept", ReturnState.REVIEWED, HEAD),
        ("challenge", ReturnState.REVIEWED, HEAD),
        ("withdraw", ReturnState.OPEN, who(Role.IMPROVEMENT_MANAGER)),
        ("overtake", ReturnState.OPEN, LEAD),
    ],
)
def test_a_grade_is_answered_while_its_audit_is_open(name: str, state: ReturnState, viewer: Any) -> None:
    assert refused(RETURN, name, returned(state), viewer) is None
    assert said(refused(RETURN, name, returned(state, audit=AuditState.FINALISED), viewer)).startswith(ENDED)
    assert refused(RETURN, "review", returned(ReturnState.OPEN, audit=AuditState.FINALISED), HEAD) is None


def test_a_grade_is_challenged_until_its_day_and_silence_counts_after_it() -> None:
    late = returned(challenge_due=YESTERDAY)
    assert "ended on 24 November 2026" in said(refused(RETURN, "challenge", late, HEAD))
    assert refused(RETURN, "lapse", late, LEAD) is None
    assert "can answer until 25 November 2026" in said(refused(RETURN, "lapse", returned(), LEAD))
    assert said(
        refused(RETURN, "lapse", returned(challenge_due=YESTERDAY, audit=AuditState.FINALISED), LEAD)
    ).startswith(ENDED)
    assert [is_unanswered(of) for of in (late, returned(), returned(ReturnState.LAPSED))] == [True, False, True]
    assert not is_unanswered(returned(ReturnState.CHALLENGED, challenge_due=YESTERDAY))


def test_time_is_extended_for_what_is_still_to_be_answered() -> None:
    def open_for(deadline: Deadline) -> set[ReturnState]:
        return {state for state in ReturnState if why_not_extended(returned(state), deadline) is None}

    assert open_for(Deadline.REVIEW) == {ReturnState.OPEN}
    assert open_for(Deadline.CHALLENGE) == {ReturnState.OPEN, ReturnState.REVIEWED}
    over = returned(ReturnState.OPEN, audit=AuditState.FINALISED)
    assert "no time can be extended" in said(why_not_extended(over, Deadline.REVIEW))
    assert said(why_not_extended(returned(ReturnState.ACCEPTED), Deadline.REVIEW)).endswith("no time to extend.")


def test_the_time_of_a_decision_is_extended_while_it_waits_for_an_answer() -> None:
    extendable = set()
    for state in ChallengeState:
        challenge = unsaved(Challenge, id=1, state=state)
        challenge.__dict__["case"] = thing(None).case
        found = why_not_extended(challenge, Deadline.ESCALATION)
        assert found is None or found.endswith("so there is no time to extend.")
        extendable |= {state} if found is None else set()
    assert extendable == {ChallengeState.DECIDED}


@pytest.mark.parametrize(
    ("of", "due"),
    [
        ({"state": ReturnState.OPEN, "review_due": TOMORROW}, TOMORROW),
        ({"state": ReturnState.REVIEWED, "challenge_due": TOMORROW}, TOMORROW),
        ({"state": ReturnState.REVIEWED, "challenge_due": YESTERDAY}, None),
        ({"state": ReturnState.ACCEPTED}, None),
        ({"state": ReturnState.ACCEPTED, "further_action": FurtherAction.NEEDED, "action_by": TOMORROW}, TOMORROW),
        ({"state": ReturnState.ACCEPTED, "further_action": FurtherAction.DONE, "action_by": TOMORROW}, None),
        ({"state": ReturnState.OPEN, "further_action": FurtherAction.NEEDED, "action_by": YESTERDAY}, YESTERDAY),
        ({"state": ReturnState.OPEN, "further_action": FurtherAction.NEEDED, "action_by": TOMORROW}, TODAY),
    ],
)
def test_the_next_thing_of_a_return_is_due(of: dict[str, Any], due: date | None) -> None:
    assert next_due(returned(**of)) == due


@pytest.mark.parametrize(
    ("of", "late"),
    [
        ({"state": ReturnState.OPEN}, False),
        ({"state": ReturnState.OPEN, "review_due": YESTERDAY}, True),
        ({"state": ReturnState.REVIEWED, "review_due": YESTERDAY}, False),
        ({"further_action": FurtherAction.NEEDED, "action_by": YESTERDAY}, True),
        ({"further_action": FurtherAction.NEEDED, "action_by": TODAY}, False),
        ({"further_action": FurtherAction.NEEDED, "action_by": None}, False),
        ({"further_action": FurtherAction.DONE, "action_by": YESTERDAY}, False),
    ],
)
def test_a_return_is_late_from_the_day_after(of: dict[str, Any], *, late: bool) -> None:
    assert is_late(returned(**of)) is late
    assert (why_not_reminded(returned(**of)) is None) is late


def test_an_area_is_reminded_once_a_day_of_what_is_late() -> None:
    late: dict[str, Any] = {"state": ReturnState.OPEN, "review_due": YESTERDAY}
    now, before = datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert [reminded_today(returned(reminded_at=at)) for at in (None, before, now)] == [False, False, True]
    assert why_not_reminded(returned(**late, reminded_at=before)) is None
    assert "today already" in said(why_not_reminded(returned(**late, reminded_at=now)))
    assert said(why_not_reminded(returned())).startswith("Nothing about this case is late")


OVERRIDABLE = {"state": ReturnState.OPEN, "review_due": YESTERDAY, "challenge_due": YESTERDAY}


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({}, None),
        ({"audit": AuditState.FINALISED}, "waits for no review"),
        ({"state": ReturnState.REVIEWED}, "nothing to override"),
        ({"overridden_at": datetime(2026, 11, 24, 9, tzinfo=UTC)}, "was overridden on 24 November 2026"),
        ({"review_due": TODAY}, "The review is due on 25 November 2026."),
        ({"challenge_due": TODAY}, "can answer the grade until 25 November 2026"),
    ],
)
def test_only_a_late_review_is_overridden(of: dict[str, Any], words: str | None) -> None:
    found = why_not_overridden(returned(**{**OVERRIDABLE, **of}))
    assert found is None if words is None else words in said(found)


def test_a_further_action_waits_once_the_review_says_so() -> None:
    def waits(action: FurtherAction | None) -> str | None:
        return no_action_waits(returned(further_action=action, action_done_on=TODAY))

    assert waits(FurtherAction.NEEDED) is None
    assert "recorded as done on 25 November 2026" in said(waits(FurtherAction.DONE))
    assert "no further action to be needed" in said(waits(FurtherAction.NONE))
    assert "has not been recorded yet" in said(waits(None))
    old = returned(further_action=FurtherAction.NEEDED, brought_in=True)
    assert "do not say what was done about it" in said(no_action_waits(old))


def test_where_a_return_stands_is_said_with_its_challenge() -> None:
    challenge: Any = SimpleNamespace(return_id=7, state=ChallengeState.WITHDRAWN)
    other: Any = SimpleNamespace(return_id=8, state=ChallengeState.WITHDRAWN)
    words = {
        answer_in_words(returned(ReturnState.CHALLENGED), [other, challenge]),
        answer_in_words(returned(ReturnState.CHALLENGED), [other]),
        answer_in_words(returned(challenge_due=YESTERDAY), [challenge]),
        answer_in_words(returned(ReturnState.LAPSED), []),
    }
    assert len(words) == 3, words
    # However an earlier version stored it.
    assert answer_in_words(returned(ReturnState.ACCEPTED, brought_in=True), []) == "What followed was not brought in"
