"""Once an audit is withdrawn, finalised or published its grades stand.

What is for the children can always be recorded.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest
from sqlalchemy import select, update

from app.audit.commission.actions import withdraw
from app.audit.enums import AuditState
from app.audit.models import Audit
from app.errors import Conflict
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.enums import ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.queries import return_of
from app.moderation.returns.rules import RETURN
from tests.browser import Browser, plain
from tests.moderation.returns.test_returns import NEEDED
from tests.moderation.stories import (
    ACTION,
    CLAIM,
    REVIEW,
    after_own_view,
    returned_case,
    returns_of,
    ruled,
    state,
    the_case,
    the_challenge,
    today_fields,
    withdraw_audit,
)
from tests.world import REF, World, cases, grade, review, the_audit

WITHDRAWN = "The audit has been withdrawn, so its grades can no longer change."
ACTS: list[tuple[list[tuple[str, str, dict[str, str]]], str, str, dict[str, str]]] = [
    ([], "head2", "withdraw", {}),
    ([], "lead", "decide", ruled("met")),
    ([("lead", "decide", ruled("not_met"))], "head2", "accept", {}),
    ([("lead", "decide", ruled("not_met"))], "head2", "escalate", {"reason": "Not agreed."}),
    (
        [("lead", "decide", ruled("not_met")), ("head2", "escalate", {"reason": "No."})],
        "director",
        "adjudicate",
        ruled("met"),
    ),
]

# Choices come back as the page says them; what was written comes back as it is.
SAID = {"good": "Good", "met": "Met", "not_met": "Not Met", "moderate": "Moderate"}


def waiting(browser: Browser) -> str:
    """Return what waits for somebody and what they follow, without the news, which tell what has been."""
    before, news, after = browser.get("/").text.partition("News of the last two weeks")
    return before + after.partition("What you follow")[2] if news else before


@pytest.mark.parametrize(("before", "who", "verb", "form"), ACTS, ids=[a[2] for a in ACTS])
def test_nothing_is_decided_in_a_withdrawn_audit(
    world: World, before: list[Any], who: str, verb: str, form: dict[str, str]
) -> None:
    raised = the_challenge(world)
    for name, act, sent in before:
        (after_own_view(world, name, raised) if act == "decide" else world.browser(name)).post(
            f"/challenges/{raised}/{act}", sent
        )
    was = state(world, raised)
    assert verb == "withdraw" or f"/challenges/{raised}" in waiting(world.browser(who))
    withdraw_audit(world)
    browser = world.browser(who)
    assert f"/challenges/{raised}" not in waiting(browser)
    assert WITHDRAWN in plain(browser.get(f"/challenges/{raised}").text)
    refused = browser.post(f"/challenges/{raised}/{verb}", form, status=409)
    assert WITHDRAWN in plain(refused.text)
    assert all(SAID.get(text, text) in plain(refused.text) for text in form.values())
    assert state(world, raised) == was


def test_in_a_withdrawn_audit_a_grade_is_not_answered_and_the_page_says_so_once(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", REVIEW)
    withdraw_audit(world)
    assert f"/cases/{case_id}" not in waiting(head)
    assert plain(head.get(f"/cases/{case_id}").text).count(WITHDRAWN) == 1
    head.post(f"/cases/{case_id}/accept", status=409)
    refused = head.post(f"/cases/{case_id}/challenge", CLAIM, status=409)
    assert WITHDRAWN in plain(refused.text)
    assert "On file." in refused.text


@pytest.mark.parametrize("answer", ["", "accept", "challenge", "later"])
def test_a_review_is_always_possible_and_kept_whatever_was_answered(world: World, answer: str) -> None:
    case_id = returned_case(world, "A1")
    [returned] = returns_of(world, case_id)
    withdraw_audit(world)
    head = world.browser("head1")
    assert f"/cases/{case_id}/review" in head.get("/").text
    assert WITHDRAWN in plain(head.get(f"/cases/{case_id}/challenge").text), "not: review first, then challenge"
    assert "Do you accept the grade?" not in head.get(f"/cases/{case_id}/review").text
    incomplete = head.post(f"/cases/{case_id}/review", {**NEEDED, "note": "", "answer": answer}, status=422)
    assert ACTION["action_what"] in incomplete.text
    page = head.post(f"/cases/{case_id}/review", {**NEEDED, "answer": answer})
    assert f"Your review is recorded. {WITHDRAWN}" in plain(page.text)
    assert returned_case(world, "A1", ReturnState.REVIEWED) == case_id
    assert f"/returns/{returned}/action" in head.get("/").text
    head.post(f"/returns/{returned}/action", today_fields("done_on"))
    with world.database.reading() as session:
        assert session.get_one(Return, returned).action_done_on


def test_the_page_of_a_case_leads_back_to_its_withdrawn_audit(world: World) -> None:
    case_id = returned_case(world, "A1")
    withdraw_audit(world)
    head = world.browser("head1")
    assert f'href="/audits/{REF}/cases"' in head.get(f"/cases/{case_id}").text
    assert "Withdrawn" in plain(head.get(f"/audits/{REF}").text)
    assert world.browser("stranger").send("GET", f"/audits/{REF}").status_code == 404


@pytest.mark.parametrize("ended", [AuditState.FINALISED, AuditState.PUBLISHED, AuditState.WITHDRAWN])
def test_the_sentence_names_what_became_of_the_audit(world: World, ended: AuditState) -> None:
    raised = the_challenge(world)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", ruled("not_met"))
    with world.database.writing() as session:
        session.execute(update(Audit).where(Audit.ref == REF).values(state=ended))
    page = plain(world.browser("head2").get(f"/challenges/{raised}").text)
    assert f"The audit has been {ended}, so its grades can no longer change." in page
    assert "You can accept the decision" not in page


def test_only_what_is_for_the_children_does_not_ask_for_an_open_audit() -> None:
    free = {
        (w.kind, t.name)
        for w in (RETURN, CHALLENGE)
        for t in w.transitions
        if "audit_still_open" not in {g.__name__ for g in t.guards}
    }
    assert free == {("return", "review")}


def decide(world: World) -> None:
    with world.database.writing() as session:
        challenge = session.get_one(Challenge, the_challenge(world))
        challenges_actions.decide_challenge(
            session, challenge, challenges_actions.Ruling("met", "x", ()), by=world.viewer("lead")
        )


def review_the_other(world: World) -> None:
    review(world, returned_case(world, "A1"), "head1")


def accept_the_other(world: World) -> None:
    with world.database.writing() as session:
        viewer = world.viewer("head1")
        returns_actions.accept_grade(
            session, return_of(session, viewer, returned_case(world, "A1", ReturnState.REVIEWED)), by=viewer
        )


def submit_not_met(world: World) -> None:
    grade(world, cases(world, "A1")[0], "not_met")


@pytest.mark.parametrize("act", [decide, accept_the_other, submit_not_met])
def test_an_act_waits_for_whoever_withdraws_the_audit_at_this_moment(
    world: World, act: Callable[[World], None]
) -> None:
    review_the_other(world)
    with ThreadPoolExecutor(1) as pool:
        with world.database.writing() as session:
            withdraw(session, the_audit(session), by=world.viewer("director"), reason="No longer wanted.")
            late = pool.submit(act, world)
            sleep(0.3)
            assert not late.done()
        with pytest.raises(Conflict, match="withdrawn"):
            late.result(30)


def test_a_case_of_a_withdrawn_audit_is_not_made_final(world: World) -> None:
    raised = the_challenge(world)
    withdraw_audit(world)
    world.browser("head2").post(f"/challenges/{raised}/withdraw", status=409)
    with world.database.reading() as session:
        kept = session.scalars(select(Return.state).where(Return.case_id == the_case(world, raised))).one()
    assert kept is ReturnState.CHALLENGED
