"""Nobody decides on a grade that they gave in any role, nor for their own side; whoever is refused reads who can."""

from sqlalchemy import delete, select

from app.moderation.models import Challenge
from app.people.enums import Role, Scope
from app.people.models import Person, RoleGrant
from tests.browser import plain
from tests.moderation.seconds import benchmarked, second_grade
from tests.moderation.stories import (
    CLAIM,
    REVIEW,
    after_own_view,
    auditor_of,
    give,
    lowered_again,
    newest_challenge,
    ruled,
    the_case,
    the_challenge,
)
from tests.world import REF, World


def challenged_again(world: World) -> int:
    """Let the area challenge the grade that the director gave; return the challenge."""
    case_id = lowered_again(world)
    head = world.browser("head2")
    head.post(f"/cases/{case_id}/review", REVIEW)
    head.post(f"/cases/{case_id}/challenge", CLAIM)
    return newest_challenge(world, case_id)


def test_whoever_adjudicated_does_not_adjudicate_their_own_grade(world: World) -> None:
    raised = challenged_again(world)
    after_own_view(world, "second", raised).post(f"/challenges/{raised}/decide", ruled("not_met"))
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "Not agreed."})
    director = world.browser("director")
    assert f"/challenges/{raised}/adjudicate" not in director.get("/").text
    page = plain(director.get(f"/challenges/{raised}/adjudicate").text)
    assert "You decided an earlier challenge of this case" in page
    refused = plain(director.post(f"/challenges/{raised}/adjudicate", ruled("not_met"), status=409).text)
    assert "another national service director" in refused, "the sentence says who can"
    assert "‘People’" in refused, "and how somebody becomes one"
    give(world, "ad", Role.DIRECTOR, Scope.NATION, "")
    other = world.browser("ad")
    assert f"/challenges/{raised}/adjudicate" in other.get("/").text
    after_own_view(world, "ad", raised)
    other.post(f"/challenges/{raised}/adjudicate", ruled("met"))


def test_whoever_decided_before_does_not_decide_again(world: World) -> None:
    raised = challenged_again(world)
    lead, director = world.browser("lead"), world.browser("director")
    refused = plain(lead.post(f"/challenges/{raised}/decide", ruled("met"), status=409).text)
    assert "You decided an earlier challenge of this case" in refused
    assert "another audit lead" in refused
    give(world, "director", Role.LEAD, Scope.AUDIT, REF)
    assert "earlier challenge" in plain(director.post(f"/challenges/{raised}/decide", ruled("met"), status=409).text), (
        "the grade was the director's"
    )
    for who in (lead, director):
        assert f"/challenges/{raised}/decide" not in who.get("/").text
    second = world.browser("second")
    assert f"/challenges/{raised}/decide" in second.get("/").text
    after_own_view(world, "second", raised)
    second.post(f"/challenges/{raised}/decide", ruled("met"))


def test_an_auditor_who_became_director_does_not_adjudicate_their_grade(world: World) -> None:
    raised = the_challenge(world)
    auditor = auditor_of(world, raised)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", ruled("not_met"))
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "Not agreed."})
    give(world, auditor, Role.DIRECTOR, Scope.NATION, "")
    refused = plain(world.browser(auditor).post(f"/challenges/{raised}/adjudicate", ruled("met"), status=409).text)
    assert "You graded this case" in refused
    assert "another national service director" in refused


def test_whoever_graded_a_case_a_second_time_does_not_decide_its_challenge(world: World) -> None:
    raised = the_challenge(world)
    case_id = the_case(world, raised)
    benchmarked(world, case_id, who="second", by="lead")
    second_grade(world, case_id, "not_met", who="second")
    second = world.browser("second")
    assert f"/challenges/{raised}/decide" not in second.get("/").text
    refused = plain(second.post(f"/challenges/{raised}/decide", ruled("not_met"), status=409).text)
    assert "You graded this case" in refused


def test_the_challenger_does_not_decide_even_after_leaving_the_area(world: World) -> None:
    raised = the_challenge(world)
    give(world, "head2", Role.LEAD, Scope.AUDIT, REF)
    with world.database.writing() as session:
        head = session.scalars(select(Person.id).where(Person.email == "head2@example.test")).one()
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == head, RoleGrant.role == Role.HEAD_OF_SERVICE))
    browser = world.browser("head2")
    assert f"/challenges/{raised}/decide" not in browser.get("/").text
    refused = plain(browser.post(f"/challenges/{raised}/decide", ruled("met"), status=409).text)
    assert "You acted for the area on this case" in refused
    assert "another audit lead" in refused


def test_whoever_escalated_for_the_area_does_not_adjudicate(world: World) -> None:
    raised = the_challenge(world)
    give(world, "ad", Role.HEAD_OF_SERVICE, Scope.AREA, "A2")
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", ruled("not_met"))
    world.browser("ad").post(f"/challenges/{raised}/escalate", {"reason": "Not agreed."})
    give(world, "ad", Role.DIRECTOR, Scope.NATION, "")
    with world.database.writing() as session:
        session.execute(
            delete(RoleGrant).where(
                RoleGrant.role == Role.HEAD_OF_SERVICE,
                RoleGrant.person_id == session.get_one(Challenge, raised).escalated_by,
            )
        )
    refused = plain(world.browser("ad").post(f"/challenges/{raised}/adjudicate", ruled("met"), status=409).text)
    assert "You acted for the area on this case" in refused


def test_a_lead_who_heads_another_area_decides_and_one_who_heads_two_does_not(world: World) -> None:
    raised = the_challenge(world)
    give(world, "head1", Role.LEAD, Scope.AUDIT, REF)
    one = world.browser("head1")
    assert f"/challenges/{raised}/decide" in one.get("/").text
    give(world, "head1", Role.HEAD_OF_SERVICE, Scope.AREA, "A2")
    assert f"/challenges/{raised}/decide" not in one.get("/").text
    assert "comes from your own area" in plain(one.post(f"/challenges/{raised}/decide", ruled("met"), status=409).text)
    case_page = one.get(f"/cases/{the_case(world, raised)}").text
    assert "Back with the area" in case_page
