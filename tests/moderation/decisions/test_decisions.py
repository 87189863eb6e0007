"""Who may decide what, until when, and what becomes of the case."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.enums import CaseState, Cause, ReadingSource
from app.audit.models import AuditCase, Decision
from app.audit.wording.models import ClauseReading
from app.clock import clock
from app.moderation.enums import ChallengeState, FurtherAction
from app.moderation.models import Return
from app.people.enums import Role, Scope
from tests.browser import Browser, plain
from tests.moderation.stories import (
    ACTION,
    CLAIM,
    REVIEW,
    RULING,
    after_own_view,
    auditor_of,
    date_fields,
    give,
    returned_case,
    returns_of,
    state,
    summary_and_fields,
    the_case,
    the_challenge,
    today_fields,
)
from tests.world import REF, World, cases, challenge, grade


@pytest.fixture(autouse=True)
def real_time() -> Iterator[None]:
    """Give the clock back."""
    yield
    clock.set(None)


def test_from_challenge_to_adjudication(world: World) -> None:
    raised = the_challenge(world)
    page = after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    assert "Your decision is recorded" in page.text
    assert state(world, raised) == (ChallengeState.DECIDED, CaseState.GRADED, "met")
    head = world.browser("head2")
    head.post(f"/challenges/{raised}/escalate", {"reason": ""}, status=422)
    head.post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    director = after_own_view(world, "director", raised)
    assert "It should be Good." in director.get(f"/challenges/{raised}/adjudicate").text
    director.post(
        f"/challenges/{raised}/adjudicate", {**RULING, "SAF1-level": "good", "SAF1-degree": "", "grade": "good"}
    )
    assert state(world, raised) == (ChallengeState.ADJUDICATED, CaseState.FINAL, "good")
    text = plain(head.get(f"/cases/{the_case(world, raised)}").text)
    with world.database.reading() as session:
        read = session.execute(
            select(ClauseReading.source, ClauseReading.level_a, ClauseReading.level_b, ClauseReading.cause)
        ).all()
    assert [tuple(r) for r in read] == [
        (ReadingSource.CHALLENGE, "not_met", "met", Cause.ERROR),
        (ReadingSource.ADJUDICATION, "not_met", "good", Cause.ERROR),
    ], "where two people read a standard differently is kept, for whoever writes its next version"
    for words in ("adjudicated", "Enough for Met.", "challenged", "back with A2"):
        assert words.lower() in text.lower()
    with world.database.reading() as session:
        kept = session.scalars(
            select(Decision.grade).where(Decision.case_id == the_case(world, raised)).order_by(Decision.id)
        ).all()
    assert kept == ["not_met", "met", "good"], "every decision stays"


def test_an_adjudication_that_lowers_the_grade_sends_the_case_back_again(world: World) -> None:
    raised = the_challenge(world)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    after_own_view(world, "director", raised).post(
        f"/challenges/{raised}/adjudicate", {**RULING, "SAF1-level": "not_met", "grade": "not_met"}
    )
    assert state(world, raised) == (ChallengeState.ADJUDICATED, CaseState.GRADED, "not_met")
    assert returned_case(world, "A2") == the_case(world, raised), "for the child's safety first"


def test_accepting_a_decision_ends_it(world: World) -> None:
    raised = the_challenge(world)
    head = world.browser("head2")
    head.post(f"/challenges/{raised}/accept", status=409)
    after_own_view(world, "lead", raised).post(
        f"/challenges/{raised}/decide", {**RULING, "SAF1-level": "not_met", "grade": "not_met"}
    )
    head.post(f"/challenges/{raised}/accept")
    assert state(world, raised) == (ChallengeState.ACCEPTED, CaseState.FINAL, "not_met")
    refused = head.post(f"/challenges/{raised}/escalate", {"reason": "After all."}, status=409)
    assert "The decision on this challenge was accepted on" in plain(refused.text)
    assert "After all." in refused.text, "what was typed is given back"


def test_whoever_graded_a_case_does_not_decide_its_challenge(world: World) -> None:
    raised = the_challenge(world)
    auditor = auditor_of(world, raised)
    give(world, auditor, Role.LEAD, Scope.AUDIT, REF)
    browser = world.browser(auditor)
    assert "You graded this case" in plain(browser.get(f"/challenges/{raised}/decide").text)
    refused = browser.post(f"/challenges/{raised}/decide", RULING, status=409)
    assert "somebody else has to decide" in plain(refused.text)
    assert state(world, raised)[0] is ChallengeState.OPEN


def test_nobody_decides_a_challenge_of_their_own_area(world: World) -> None:
    raised = the_challenge(world)
    give(world, "head2", Role.LEAD, Scope.AUDIT, REF)
    refused = world.browser("head2").post(f"/challenges/{raised}/decide", RULING, status=409)
    assert "comes from your own area" in plain(refused.text)


def test_whoever_decided_does_not_adjudicate(world: World) -> None:
    raised = the_challenge(world)
    give(world, "director", Role.LEAD, Scope.AUDIT, REF)
    director = after_own_view(world, "director", raised)
    director.post(f"/challenges/{raised}/decide", RULING)
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "Not agreed."})
    refused = director.post(f"/challenges/{raised}/adjudicate", RULING, status=409)
    assert "You decided this challenge" in plain(refused.text)


NOT_THEIRS = [
    ("head2", "decide"),
    ("im1", "decide"),
    ("ad", "decide"),
    ("lead", "adjudicate"),
    ("lead", "withdraw"),
    ("lead", "escalate"),
    ("head1", "withdraw"),
]


@pytest.mark.parametrize(("who", "verb"), NOT_THEIRS)
def test_an_act_of_somebody_else_is_refused(world: World, who: str, verb: str) -> None:
    raised = the_challenge(world)
    answer = world.browser(who).send("POST", f"/challenges/{raised}/{verb}", data={**RULING, "reason": "x"})
    assert answer.status_code in {403, 404}
    assert state(world, raised)[0] is ChallengeState.OPEN


def test_after_the_window_a_grade_cannot_be_challenged_and_the_page_says_so(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    assert "first" in plain(head.get(f"/cases/{case_id}/challenge").text), "the review comes first"
    head.post(f"/cases/{case_id}/challenge", CLAIM, status=409)
    head.post(f"/cases/{case_id}/review", REVIEW)
    with world.database.reading() as session:
        due = session.scalars(select(Return.challenge_due).where(Return.case_id == case_id)).one()
    clock.set(clock.now() + (due - clock.now().date()) + timedelta(days=1))
    head.sign_in("head1@example.test", "a password for tests")
    refused = head.post(f"/cases/{case_id}/challenge", CLAIM, status=409)
    assert "The time to challenge this grade ended" in plain(refused.text)
    assert "On file." in refused.text
    head.post(f"/cases/{case_id}/accept")


def test_on_the_last_day_it_can(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", REVIEW)
    with world.database.reading() as session:
        due = session.scalars(select(Return.challenge_due).where(Return.case_id == case_id)).one()
    clock.set(clock.now() + (due - clock.now().date()))
    head.sign_in("head1@example.test", "a password for tests")
    assert "An audit lead who gave none" in head.post(f"/cases/{case_id}/challenge", CLAIM).text


INCOMPLETE_REVIEWS = [
    (
        {},
        [
            "Say whether the children are safe",
            "Enter what you found",
            "Say whether further action is needed",
            "Say whether you accept the grade",
        ],
    ),
    ({**REVIEW, "further_action": "needed"}, ["Enter what will be done", "Enter who will do it", "Enter the date"]),
    ({**REVIEW, "children_safe": "no"}, ["If the children are not safe further action is needed"]),
    ({**REVIEW, "note": "x" * 4001}, ["4000 characters or fewer"]),
    (
        {**REVIEW, "further_action": "needed", **ACTION, **date_fields("action_by", 31, 2, 2026)},
        ["‘By when?’ must be a real date"],
    ),
    (
        {**REVIEW, "further_action": "needed", **ACTION, **date_fields("action_by", 1, 1, 2026)},
        ["must be today or later"],
    ),
]


@pytest.mark.parametrize(("form", "errors"), INCOMPLETE_REVIEWS)
def test_an_incomplete_review_comes_back_with_everything_typed(
    world: World, form: dict[str, str], errors: list[str]
) -> None:
    case_id = returned_case(world, "A1")
    page = world.browser("head1").post(f"/cases/{case_id}/review", form, status=422)
    summary_and_fields(page.text, errors)
    if form.get("note"):
        assert form["note"] in page.text
    assert returned_case(world, "A1") == case_id, "still open"


INCOMPLETE_CLAIMS = [
    ({}, ["there is nothing to send", "Enter why the grade should change"]),
    ({**CLAIM, "SAF1-level": ""}, ["there is nothing to send"]),
    ({**CLAIM, "SAF1-why": ""}, ["Enter your evidence in the file"]),
]


@pytest.mark.parametrize(("form", "errors"), INCOMPLETE_CLAIMS)
def test_an_incomplete_challenge_comes_back_with_everything_typed(
    world: World, form: dict[str, str], errors: list[str]
) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", REVIEW)
    page = head.post(f"/cases/{case_id}/challenge", form, status=422)
    summary_and_fields(page.text, errors)
    if form:
        assert "It is on file.</textarea>" in page.text
        assert ("On file.</textarea>" in page.text) == bool(form["SAF1-why"])


@pytest.mark.parametrize("left_out", sorted(RULING))
def test_an_incomplete_decision_comes_back_with_everything_typed(world: World, left_out: str) -> None:
    raised = the_challenge(world)
    form = {**RULING, left_out: ""}
    page = after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", form, status=422)
    assert "There is a problem" in plain(page.text)
    assert all(text in page.text for name, text in form.items() if text and name in {"reasons", "SAF1-why"})
    assert state(world, raised)[0] is ChallengeState.OPEN


def test_further_action_is_followed_until_it_is_done(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    action = {"further_action": "needed", **ACTION, **date_fields("action_by", 1, 12, 2030)}
    head.post(f"/cases/{case_id}/review", {**REVIEW, **action, "answer": "accept"})
    assert "Further action: record when it is done. Who does it: Service manager" in plain(head.get("/").text), (
        "in her work although the grade is accepted"
    )
    [returned] = returns_of(world, case_id)
    page = head.post(f"/returns/{returned}/action", date_fields("done_on", 1, 1, 2031), status=422)
    assert "today or in the past" in plain(page.text)
    head.post(f"/returns/{returned}/action", today_fields("done_on"))
    with world.database.reading() as session:
        assert (
            session.scalars(select(Return.further_action).where(Return.case_id == case_id)).one() is FurtherAction.DONE
        )
    head.post(f"/returns/{returned}/action", today_fields("done_on"), status=409)


def test_finalising_is_refused_while_anything_is_open_and_names_it(world: World) -> None:
    lead = world.browser("lead")
    page = lead.get(f"/audits/{REF}/finalise")
    words = plain(page.text)
    assert f'href="/challenges/{the_challenge(world)}"' in page.text or "challenge" in words.lower()
    refused = lead.post(f"/audits/{REF}/finalise", status=409)
    assert "open" in plain(refused.text)
    _close_everything(world)
    # The framework has second grades, and nobody chose them: that is open too, until it is said why not.
    assert "nobody has chosen among 10 graded cases" in plain(lead.get(f"/audits/{REF}/finalise").text)
    lead.post(f"/audits/{REF}/finalise", status=409)
    lead.post(f"/audits/{REF}/benchmarks/none", {"why_none": ""}, status=422)
    lead.post(f"/audits/{REF}/benchmarks/none", {"why_none": "Both benchmarkers have left."})
    lead.post(f"/audits/{REF}/benchmarks/none", {"why_none": "Again."}, status=409)
    lead.post(f"/audits/{REF}/finalise")
    with world.database.reading() as session:
        assert set(session.scalars(select(AuditCase.state))) == {CaseState.FINAL}
    late = world.browser("head2").post(f"/challenges/{the_challenge(world)}/escalate", {"reason": "Late."}, status=409)
    assert "Late." in late.text
    report = lead.get(f"/audits/{REF}/report")
    assert "Figure 1" in report.text
    assert "Nobody chose second grades among 10 graded cases" in plain(report.text)
    assert "Both benchmarkers have left." in plain(report.text)
    assert Browser(world.app).send("GET", f"/reports/{REF}").status_code == 303


def _close_everything(world: World) -> None:
    head1, head2 = world.browser("head1"), world.browser("head2")
    head1.post(f"/cases/{returned_case(world, 'A1')}/review", {**REVIEW, "answer": "accept"})
    head2.post(f"/challenges/{the_challenge(world)}/withdraw")
    for area in ("A1", "A2"):
        for case_id in cases(world, area):
            grade(world, case_id, "good")


def test_a_second_challenge_of_the_same_return_is_refused(world: World) -> None:
    raised = the_challenge(world)
    case_id = the_case(world, raised)
    refused = world.browser("head2").post(f"/cases/{case_id}/challenge", CLAIM, status=409)
    assert "challenged" in plain(refused.text)
    case = cases(world, "A2")[0]
    grade(world, case, "not_met")
    assert challenge(world, case, "head2") != raised
