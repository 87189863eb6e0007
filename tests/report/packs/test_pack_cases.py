"""What a pack tells of one case.

What was decided in order of time, what became of it, and the further action that it needs.
"""

from datetime import UTC, date, datetime, timedelta

from app.audit.enums import AuditState, CaseState, DecisionKind, Origin
from app.audit.models import Audit, AuditCase, Decision
from app.db import unsaved
from app.moderation.enums import ChallengeState, FurtherAction, Outcome, ReturnState
from app.moderation.models import Challenge, Return
from app.report.packs.cases import PackCase, became, further_actions, told
from tests.report.packs.test_pack_sections import DOCUMENT

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def after(days: int) -> datetime:
    return START + timedelta(days=days)


def decision(kind: DecisionKind, grade: str, days: int, reasons: str = "") -> Decision:
    return unsaved(Decision, kind=kind, grade=grade, reasons=reasons, at=after(days))


def returned(state: ReturnState, **more: object) -> Return:
    return unsaved(
        Return,
        **{
            "state": state,
            "opened_at": after(1),
            "overridden_at": None,
            "reviewed_at": None,
            "further_action": None,
            **more,
        },
    )


def challenge(state: ChallengeState, **more: object) -> Challenge:
    values = {
        "state": state,
        "raised_at": after(3),
        "escalated_at": None,
        "adjudication_outcome": None,
        "summary": "It is on file.",
    }
    return unsaved(Challenge, **{**values, **more})


def pack_case(
    decisions: list[Decision], returns: list[Return], challenges: list[Challenge], *, imported: bool = False
) -> PackCase:
    audit = unsaved(Audit, state=AuditState.FINALISED, imported=imported)
    case = unsaved(
        AuditCase,
        case_ref="C-1",
        state=CaseState.FINAL,
        standing_grade=decisions[-1].grade,
        origin=Origin.ADDED,
        audit=audit,
    )
    for of in returns:
        of.case = case
    return PackCase(case, None, None, decisions, returns, challenges)


def test_a_whole_story_is_told_in_order_with_its_reasons() -> None:
    story = pack_case(
        [
            decision(DecisionKind.FIRST_GRADE, "not_met", 0),
            decision(DecisionKind.CHALLENGE_DECISION, "not_met", 5, "Nothing on file."),
            decision(DecisionKind.ADJUDICATION, "met", 9, "It is there."),
        ],
        [returned(ReturnState.CHALLENGED, reviewed_at=after(2), children_safe=False, review_note="Visit booked.")],
        [
            challenge(
                ChallengeState.ADJUDICATED,
                escalated_at=after(7),
                escalation_reason="Look again.",
                adjudication_outcome=Outcome.REGRADED,
            )
        ],
    )
    assert told(story, DOCUMENT) == [
        "Went back to the area for immediate review, 3 November 2026.",
        "Reviewed by the area, 4 November 2026: It could not be said that the children are safe. Visit booked.",
        "Challenged, 5 November 2026: It is on file.",
        "Challenge decision, Not Met, 7 November 2026: Nothing on file.",
        "Taken to the national service director, 9 November 2026: Look again.",
        "Adjudication, Met, 11 November 2026: It is there.",
    ]
    assert became(story, DOCUMENT) == "Adjudicated, re-graded"
    assert not story.counted
    assert (story.first, story.final) == ("not_met", "met")


def test_what_was_brought_in_has_no_dates_and_follows_in_the_usual_order() -> None:
    decisions = [
        decision(DecisionKind.FIRST_GRADE, "not_met", 0),
        decision(DecisionKind.CHALLENGE_DECISION, "not_met", 0),
    ]
    story = pack_case(
        decisions,
        [returned(ReturnState.CHALLENGED, opened_at=after(0))],
        [challenge(ChallengeState.DECIDED, raised_at=after(0), summary="Brought in with the results.")],
        imported=True,
    )
    assert told(story, DOCUMENT) == [
        "Went back to the area for immediate review.",
        "What the review found was not brought in.",
        "Challenged; why was not brought in.",
        "Challenge decision, Not Met.",
    ]
    assert became(story, DOCUMENT) == "Challenged, grade unchanged"


def test_what_became_of_a_case_that_was_not_challenged() -> None:
    first = [decision(DecisionKind.FIRST_GRADE, "not_met", 0)]
    withdrawn = challenge(ChallengeState.WITHDRAWN)
    assert (
        became(pack_case(first, [returned(ReturnState.LAPSED)], []), DOCUMENT) == "Returned, not answered, grade stands"
    )
    assert (
        became(pack_case(first, [returned(ReturnState.ACCEPTED)], [withdrawn]), DOCUMENT) == "Returned, grade accepted"
    )
    assert (
        became(pack_case(first, [returned(ReturnState.OPEN, overridden_at=after(8))], []), DOCUMENT)
        == "Returned, stays Not Met"
    )
    corrected = [*first, decision(DecisionKind.CORRECTION, "good", 1, "Wrong case.")]
    assert became(pack_case(corrected, [returned(ReturnState.WITHDRAWN)], []), DOCUMENT) == "Not returned"
    sentences = told(pack_case(first, [returned(ReturnState.OPEN, overridden_at=after(8))], [withdrawn]), DOCUMENT)
    assert sentences[1] == "Challenged (withdrawn later), 5 November 2026: It is on file."
    assert sentences[2] == "The audit went on without the review, 10 November 2026."


def test_an_answer_that_was_not_brought_in_is_not_told() -> None:
    first = [decision(DecisionKind.FIRST_GRADE, "not_met", 0)]
    for state in (ReturnState.BROUGHT_IN, ReturnState.ACCEPTED):
        story = pack_case(
            first, [returned(state, reviewed_at=after(2), children_safe=True, review_note="x")], [], imported=True
        )
        assert became(story, DOCUMENT) == "Returned, stays Not Met"
        assert told(story, DOCUMENT)[-1] == "What the review found was not brought in."


def test_further_action_that_is_open_comes_first() -> None:
    first = [decision(DecisionKind.FIRST_GRADE, "not_met", 0)]
    action = {"action_what": "Visit", "action_who": "Manager", "action_by": date(2026, 12, 1)}
    done = returned(ReturnState.ACCEPTED, further_action=FurtherAction.DONE, action_done_on=date(2026, 11, 9), **action)
    waiting = returned(ReturnState.ACCEPTED, further_action=FurtherAction.NEEDED, action_done_on=None, **action)
    none = returned(ReturnState.ACCEPTED, further_action=FurtherAction.NONE)
    assert [f.done_on for f in further_actions([pack_case(first, [done, waiting, none], [])])] == [
        None,
        date(2026, 11, 9),
    ]
