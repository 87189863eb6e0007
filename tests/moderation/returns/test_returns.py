"""What comes back to an area: every return, its review, and the further action that is followed until it is done."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from sqlalchemy import select, update

from app.audit.models import Audit
from app.clock import clock, day, today
from app.errors import Conflict
from app.keeping.record import wrong
from app.moderation.challenges import actions as challenges_actions
from app.moderation.enums import FurtherAction, ReturnState
from app.moderation.models import Return
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.queries import return_of
from app.people.enums import Role, Scope
from tests.browser import plain
from tests.moderation.stories import (
    ACTION,
    CLAIM,
    REVIEW,
    after_own_view,
    date_fields,
    give,
    newest_challenge,
    returned_case,
    returns_of,
    ruled,
    the_challenge,
    today_fields,
)
from tests.world import REF, World, cases, grade, no_second_grades

NEEDED = {**REVIEW, "further_action": "needed", **ACTION, **date_fields("action_by", 1, 12, 2030)}


def action_of(world: World, return_id: int) -> FurtherAction | None:
    with world.database.reading() as session:
        return session.get_one(Return, return_id).further_action


def twice(world: World) -> tuple[int, int, int]:
    """Send a case of A1 back, with an action, and back again after an adjudication; return the case and its returns."""
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", NEEDED)
    head.post(f"/cases/{case_id}/challenge", CLAIM)
    raised = newest_challenge(world, case_id)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", ruled("met"))
    head.post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    after_own_view(world, "director", raised).post(f"/challenges/{raised}/adjudicate", ruled("not_met"))
    first, second = returns_of(world, case_id)
    return case_id, first, second


def test_an_action_of_an_earlier_return_is_recorded_as_done(world: World) -> None:
    case_id, first, second = twice(world)
    head = world.browser("head1")
    assert f"/returns/{first}/action" in head.get("/").text
    assert f"/returns/{first}/action" in head.get(f"/cases/{case_id}").text
    assert ACTION["action_what"] in head.get(f"/returns/{first}/action").text
    head.post(f"/cases/{case_id}/review", {**NEEDED, "action_what": "Visit once more"})
    assert f"/returns/{second}/action" in head.get("/").text
    head.post(f"/returns/{first}/action", today_fields("done_on"))
    assert (action_of(world, first), action_of(world, second)) == (FurtherAction.DONE, FurtherAction.NEEDED)
    work = head.get("/").text
    assert f"/returns/{first}/action" not in work
    assert f"/returns/{second}/action" in work
    refused = head.post(f"/returns/{first}/action", today_fields("done_on"), status=409)
    assert f"recorded as done on {day(today())}" in plain(refused.text)


def test_the_case_page_shows_every_return_with_its_review(world: World) -> None:
    case_id, _, _ = twice(world)
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", {**REVIEW, "note": "Looked at again."})
    page = plain(head.get(f"/cases/{case_id}").text)
    assert page.count("Back with the area") == 2
    assert page.index("Looked at again.") < page.index("File read. They are safe."), "the newest first"
    assert ACTION["action_what"] in page
    assert page.count("Head1") >= 2, "who reviewed"
    assert page.count("Challenge the grade") == 1, "only the newest can be answered"


@pytest.mark.parametrize(("who", "status"), [("head2", 404), ("im1", 404), ("lead", 403), ("stranger", 404)])
def test_an_action_is_for_the_head_of_the_area(world: World, who: str, status: int) -> None:
    case_id = returned_case(world, "A1")
    world.browser("head1").post(f"/cases/{case_id}/review", NEEDED)
    [returned] = returns_of(world, case_id)
    browser = world.browser(who)
    assert browser.send("GET", f"/returns/{returned}/action").status_code == status
    assert browser.send("POST", f"/returns/{returned}/action", data=today_fields("done_on")).status_code == status
    assert action_of(world, returned) is FurtherAction.NEEDED


def test_without_an_action_there_is_none_to_record(world: World) -> None:
    case_id = returned_case(world, "A1")
    [returned] = returns_of(world, case_id)
    head = world.browser("head1")
    refused = head.post(f"/returns/{returned}/action", {}, status=409)
    assert "the immediate review has not been recorded" in plain(refused.text)
    head.post(f"/cases/{case_id}/review", REVIEW)
    refused = head.post(f"/returns/{returned}/action", {"done_on-day": "31"}, status=409)
    assert "found no further action" in plain(refused.text)


def test_what_two_heads_type_at_once_is_not_lost(world: World) -> None:
    """A review that is incomplete and too late is given back with the reason, not asked to be completed."""
    give(world, "ad", Role.HEAD_OF_SERVICE, Scope.AREA, "A1")
    case_id = returned_case(world, "A1")
    world.browser("ad").post(f"/cases/{case_id}/review", REVIEW)
    refused = world.browser("head1").post(f"/cases/{case_id}/review", {"note": "I rang the duty team."}, status=409)
    assert "I rang the duty team." in refused.text
    assert "This returned case was reviewed on" in plain(refused.text)


def test_the_slower_of_two_is_told_what_the_other_did(world: World) -> None:
    case_id, viewer = returned_case(world, "A1"), world.viewer("head1")
    world.browser("head1").post(f"/cases/{case_id}/review", REVIEW)

    def accept() -> None:
        with world.database.writing() as session:
            returns_actions.accept_grade(session, return_of(session, viewer, case_id), by=viewer)

    with ThreadPoolExecutor(1) as pool:
        with world.database.writing() as session:
            returned = return_of(session, viewer, case_id)
            challenges_actions.challenge_grade(
                session, returned, challenges_actions.Claim("met", "On file.", ()), by=viewer
            )
            second = pool.submit(accept)
            sleep(0.3)
        with pytest.raises(Conflict, match="The grade was challenged on"):
            second.result(30)


def test_an_incomplete_escalation_that_comes_too_late_is_given_back(world: World) -> None:
    raised = the_challenge(world)
    head = world.browser("head2")
    refused = head.post(f"/challenges/{raised}/escalate", {"reason": "x" * 4001}, status=409)
    assert "x" * 4001 in refused.text
    assert "waiting for a decision" in plain(refused.text)


@pytest.mark.parametrize("verb", ["decide", "adjudicate"])
def test_an_incomplete_ruling_that_comes_too_late_is_given_back(world: World, verb: str) -> None:
    raised = the_challenge(world)
    world.browser("head2").post(f"/challenges/{raised}/withdraw")
    refused = world.browser("lead" if verb == "decide" else "director").post(
        f"/challenges/{raised}/{verb}", {"reasons": "Half of a thought"}, status=409
    )
    assert "Half of a thought" in refused.text


def test_a_late_review_does_not_offer_a_challenge_and_is_kept_whatever_was_chosen(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    with world.database.reading() as session:
        due = session.scalars(select(Return.challenge_due).where(Return.case_id == case_id)).one()
    clock.set(clock.now() + (due - clock.now().date()) + timedelta(days=1))
    try:
        head.sign_in("head1@example.test", "a password for tests")
        assert "No, I challenge it" not in head.get(f"/cases/{case_id}/review").text
        page = head.post(f"/cases/{case_id}/review", {**REVIEW, "answer": "challenge"})
        assert "Your review is recorded. The time to challenge this grade ended" in page.text
        assert returned_case(world, "A1", ReturnState.REVIEWED) == case_id
        assert "Reviewed: accept the grade" in plain(head.get("/").text)
    finally:
        clock.set(None)


def test_finalising_names_the_further_action_that_stays_open_but_does_not_wait_for_it(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", {**NEEDED, "answer": "accept"})
    world.browser("head2").post(f"/challenges/{the_challenge(world)}/withdraw")
    for area in ("A1", "A2"):
        for other in cases(world, area):
            grade(world, other, "good")
    no_second_grades(world)
    lead = world.browser("lead")
    page = lead.get(f"/audits/{REF}/finalise")
    words = plain(page.text)
    assert "Further action that stays open: 1" in words
    assert f'href="/cases/{case_id}"' in page.text
    assert "Service manager, by 1 December 2030" in words
    lead.post(f"/audits/{REF}/finalise")
    with world.database.reading() as session:
        assert session.scalars(select(Audit).where(Audit.ref == REF)).one().finalised_at
    [returned] = returns_of(world, case_id)
    head.post(f"/returns/{returned}/action", today_fields("done_on"))
    assert action_of(world, returned) is FurtherAction.DONE


def test_what_the_practitioner_says_is_kept_beside_the_review_and_can_be_used_in_a_challenge(world: World) -> None:
    case_id, head, said = returned_case(world, "A1"), world.browser("head1"), "The check was in the other file."
    named = {**REVIEW, "practitioner_says": "Sarah Miller told me so."}
    asked = head.post(f"/cases/{case_id}/review", named, status=422).text
    assert "Sarah Miller told me so." in asked
    assert "press the button again" in plain(asked)
    head.post(f"/cases/{case_id}/review", {**REVIEW, "practitioner_says": said})
    assert said in head.get(f"/cases/{case_id}/challenge").text
    for who in ("head1", "lead"):
        assert f"What the practitioner says {said}" in plain(world.browser(who).get(f"/cases/{case_id}").text)
    with world.database.reading() as session:
        assert [s for s in wrong(session) if s.startswith("Return")] == []
    with world.database.writing() as session:
        session.execute(update(Return).where(Return.practitioner_says != "").values(practitioner_says="Another."))
        assert any(s.startswith("Return") for s in wrong(session))
