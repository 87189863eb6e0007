"""What keeps a return, a challenge, a concern or an own review from moving, guard by guard and day by day."""

from collections.abc import Iterator

import pytest

from app.audit.enums import AssessmentState, AuditState, CaseState
from app.moderation.challenges.rules import (
    CHALLENGE,
    SEPARATION,
)
from app.moderation.concerns.rules import CONCERN
from app.moderation.own_reviews.rules import OWN_REVIEW, OwnReviewKnown, why_no_own_review
from app.moderation.returns.rules import (
    FOLLOWERS,
    OVERRIDERS,
    RETURN,
)
from app.people.enums import Role
from tests.moves import (
    guarded,
    refused,
    stopped,
    thing,
    unoffered,
    who,
)

HEAD = who(Role.HEAD_OF_SERVICE)
OPEN = ["audit_still_open"]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with stopped():
        yield


def test_what_guards_each_move() -> None:
    assert guarded(RETURN) == {
        "review": ([], []),
        "accept": (OPEN, []),
        "challenge": ([*OPEN, "within_challenge_window"], []),
        "withdraw": (OPEN, []),
        "lapse": ([*OPEN, "window_is_over"], []),
        "overtake": (OPEN, []),
    }
    separation = ["gave_no_grade", "is_no_party", "did_not_stand_aside", "may_act_on_its_case"]
    assert [guard.__name__ for guard in SEPARATION] == separation
    assert guarded(CHALLENGE) == {
        "withdraw": (OPEN, []),
        "decide": ([*OPEN, "nobody_else_has_it"], separation),
        "accept": (OPEN, []),
        "escalate": ([*OPEN, "within_escalation_window"], []),
        "adjudicate": ([*OPEN, "nobody_else_has_it"], separation),
        "take": ([*OPEN, "waits_for_them", "nobody_has_it"], separation),
        "let_go": ([*OPEN, "waits_for_them", "they_have_it"], []),
        "take_over": ([*OPEN, "waits_for_them", "another_has_had_it"], separation),
    }
    assert guarded(CONCERN) == {
        "acknowledge": (["area_comes_first"], []),
        "act": (["area_comes_first"], []),
        "close": ([], ["did_not_raise_it"]),
    }
    assert guarded(OWN_REVIEW) == {"submit": (["own_reviews_are_open"], [])}
    assert [unoffered(w) for w in (RETURN, CHALLENGE, CONCERN)] == [{"withdraw", "lapse", "overtake"}, set(), set()]
    assert (FOLLOWERS, OVERRIDERS) == ((Role.LEAD,), (Role.DIRECTOR,))


def test_an_own_review_is_of_a_graded_case_of_an_audit_that_is_not_over() -> None:
    def ask(audit: AuditState, case: CaseState) -> str | None:
        of = thing(None, audit=audit, of=case).case
        found = why_no_own_review(of)
        assert refused(OWN_REVIEW, "submit", thing(AssessmentState.DRAFT), HEAD, OwnReviewKnown(of)) == found
        return found

    assert {s for s in AuditState if ask(s, CaseState.GRADED) is None} == {AuditState.FIELDWORK, AuditState.FINALISED}
    assert {s for s in CaseState if ask(AuditState.FIELDWORK, s) is None} == {CaseState.GRADED, CaseState.FINAL}
