"""Who works on a challenge: one person takes it on, lets it go, or another takes it over; the area hears no name."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts import actions as accounts
from app.clock import clock, day
from app.moderation.enums import ChallengeState
from app.moderation.models import Challenge
from app.people.models import Person
from tests.browser import plain
from tests.moderation.stories import RULING, after_own_view, auditor_of, the_case, the_challenge
from tests.world import World

NOW = datetime(2026, 12, 1, 10, tzinfo=UTC)  # a Tuesday


@pytest.fixture(autouse=True)
def _tuesday() -> Iterator[None]:
    clock.set(NOW)
    yield
    clock.set(None)


def holder(world: World, raised: int) -> int | None:
    with world.database.reading() as session:
        return session.get_one(Challenge, raised).taken_by


def test_one_person_takes_a_challenge_on_and_lets_it_go(world: World) -> None:
    raised, lead, second = the_challenge(world), world.browser("lead"), world.browser("second")
    assert "I take this one" in plain(lead.get(f"/challenges/{raised}").text)
    assert "You have this challenge" in plain(lead.post(f"/challenges/{raised}/take").text)
    page = plain(second.get(f"/challenges/{raised}").text)
    assert f"{world.viewer('lead').name} has had this challenge since 1 December 2026" in page
    assert "You can take it over from 4 December 2026" in page
    assert "I take this one" not in page
    assert "The audit:" not in page, "who cannot decide now is shown neither side either"
    for path in ("take", "take-over", "view"):
        refused = second.post(f"/challenges/{raised}/{path}", {"reason": "Away."}, status=409)
        assert "has had this challenge" in plain(refused.text)
    lead.post(f"/challenges/{raised}/take", status=409)
    assert "have not taken" in plain(second.post(f"/challenges/{raised}/let-go", status=409).text)
    lead.post(f"/challenges/{raised}/let-go")
    assert holder(world, raised) is None
    second.post(f"/challenges/{raised}/take")
    assert holder(world, raised) == world.viewer("second").id


def test_the_own_view_and_the_decision_take_it_where_nobody_has(world: World) -> None:
    raised = the_challenge(world)
    lead = after_own_view(world, "lead", raised)
    assert holder(world, raised) == world.viewer("lead").id
    lead.post(f"/challenges/{raised}/let-go")
    lead.post(f"/challenges/{raised}/decide", RULING)
    assert holder(world, raised) == world.viewer("lead").id
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    assert holder(world, raised) is None, "the director takes it anew"
    refused = world.browser("lead").post(f"/challenges/{raised}/take", status=409)
    assert "Only the national service director can do this." in plain(refused.text)


def test_it_is_taken_over_after_three_working_days_with_a_reason(world: World) -> None:
    raised, second = the_challenge(world), world.browser("second")
    world.browser("lead").post(f"/challenges/{raised}/take")
    clock.set(NOW + timedelta(days=3))  # Friday, the third working day
    second = world.browser("second")
    assert "you can take it over" in plain(second.get("/").text)
    assert "Enter why" in plain(second.post(f"/challenges/{raised}/take-over", {"reason": ""}, status=422).text)
    second.post(f"/challenges/{raised}/take-over", {"reason": "They are ill."})
    assert holder(world, raised) == world.viewer("second").id
    refused = plain(world.browser("lead").post(f"/challenges/{raised}/view", {}, status=409).text)
    assert "has had this challenge since 4 December 2026" in refused


def test_it_is_taken_over_at_once_from_somebody_who_cannot_sign_in(world: World) -> None:
    raised, second = the_challenge(world), world.browser("second")
    world.browser("lead").post(f"/challenges/{raised}/take")
    second.post(f"/challenges/{raised}/take-over", {"reason": "Gone."}, status=409)
    with world.database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == "lead@example.test")).one()
        accounts.disable(session, person, by=None)
    second.post(f"/challenges/{raised}/take-over", {"reason": "They have left."})
    assert holder(world, raised) == world.viewer("second").id


def test_the_area_and_the_grader_hear_that_it_is_taken_on_and_not_by_whom(world: World) -> None:
    raised = the_challenge(world)
    auditor, name = auditor_of(world, raised), world.viewer("second").name
    world.browser("second").post(f"/challenges/{raised}/take")
    after_own_view(world, "second", raised)
    case = f"/cases/{the_case(world, raised)}"
    assert "Taken on 1 December 2026" in plain(world.browser("head2").get(f"/challenges/{raised}").text)
    assert "taken on 1 December 2026" in plain(world.browser("head2").get("/").text)
    for who, path in (("head2", case), ("head2", f"/challenges/{raised}"), ("head2", "/"), (auditor, case)):
        assert name not in world.browser(who).get(path).text, (who, path)
    assert "Challenge taken on" in plain(world.browser("head2").get(case).text)
    world.browser("second").post(f"/challenges/{raised}/decide", RULING)
    assert name in world.browser("head2").get(case).text


def test_a_challenge_is_expected_within_the_days_of_its_framework_and_late_is_said_to_both(world: World) -> None:
    raised = the_challenge(world)
    with world.database.reading() as session:
        kept = session.get_one(Challenge, raised)
        assert kept.state is ChallengeState.OPEN
        expected = kept.decide_by
    assert expected is not None
    for who in ("head2", "lead"):
        assert f"{day(expected)}" in plain(world.browser(who).get(f"/challenges/{raised}").text)
    clock.set(NOW + timedelta(days=60))
    for who in ("head2", "lead"):
        assert "late" in plain(world.browser(who).get(f"/challenges/{raised}").text)
    assert "it was expected by" in plain(world.browser("head2").get("/").text)
    assert "Decide the challenge: nobody has taken it on" in plain(world.browser("lead").get("/").text)


def test_who_stands_aside_lets_it_go(world: World) -> None:
    raised, lead = the_challenge(world), world.browser("lead")
    lead.post(f"/challenges/{raised}/take")
    lead.post(f"/challenges/{raised}/aside")
    assert holder(world, raised) is None
