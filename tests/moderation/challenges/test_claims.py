"""What a challenge can contest, what its form offers and keeps, and that no claim can break a page."""

import pytest
from sqlalchemy import select

from app.moderation.challenges.actions import Claim, Point, challenge_grade
from app.moderation.models import ChallengePoint
from app.moderation.returns.queries import return_of
from tests.browser import Browser, plain
from tests.moderation.stories import (
    CLAIM,
    REVIEW,
    RULING,
    after_own_view,
    grade_apart,
    newest_challenge,
    returned_case,
    standards_of,
    state,
    summary_and_fields,
)
from tests.world import World, cases


def offered(page: str) -> list[str]:
    """Return the standards that a form offers to contest, in order."""
    return [part.split('"', 1)[0] for part in page.split('name="standards" value="')[1:]]


def returned_apart(world: World, aside: str = "") -> tuple[int, Browser]:
    """Return a reviewed case that was graded Not Met although every standard is Good, and its head's browser."""
    case_id = cases(world, "A2")[0]
    grade_apart(world, case_id, aside)
    head = world.browser("head2")
    head.post(f"/cases/{case_id}/review", REVIEW)
    return case_id, head


def contested(world: World, case_id: int) -> set[tuple[str, str]]:
    with world.database.reading() as session:
        points = select(ChallengePoint).where(ChallengePoint.challenge_id == newest_challenge(world, case_id))
        return {(p.standard, p.claimed) for p in session.scalars(points)}


def test_every_judged_standard_is_offered_those_below_the_best_first(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", REVIEW)
    page = head.get(f"/cases/{case_id}/challenge").text
    assert offered(page)[0] == "SAF1"
    assert sorted(offered(page)) == sorted(standards_of(world, case_id))
    assert "Standards judged Good" in plain(page)
    head.post(f"/cases/{case_id}/challenge", {**CLAIM, "standards": ""}, status=422)


def test_a_departure_is_contested_on_a_standard_that_was_judged_best(world: World) -> None:
    case_id, head = returned_apart(world)
    page = plain(head.get(f"/cases/{case_id}/challenge").text)
    assert "The rules indicated Good" in page
    assert "The whole is less than its parts." in page
    head.post(f"/cases/{case_id}/challenge", {**CLAIM, "SAF1-level": ""})
    assert ("SAF1", "good") in contested(world, case_id)
    raised = newest_challenge(world, case_id)
    lead = after_own_view(world, "lead", raised)
    assert "The whole is less than its parts." in plain(lead.get(f"/challenges/{raised}/decide").text)


def test_a_departure_is_contested_as_a_whole(world: World) -> None:
    case_id, head = returned_apart(world)
    head.post(f"/cases/{case_id}/challenge", {"claimed_grade": "good", "summary": "All is good."})
    raised = newest_challenge(world, case_id)
    page = plain(head.get(f"/challenges/{raised}").text)
    assert "contests the grade as a whole" in page
    assert "The grade as a whole is contested." in plain(head.get(f"/cases/{case_id}").text)
    lead = after_own_view(world, "lead", raised)
    lead.post(f"/challenges/{raised}/decide", {"grade": "good"}, status=422)
    lead.post(f"/challenges/{raised}/decide", {"grade": "good", "reasons": "It is."})
    assert state(world, raised)[2] == "good"


def test_a_standard_that_was_set_aside_is_not_offered_and_not_accepted(world: World) -> None:
    case_id, head = returned_apart(world, aside="SAF1")
    assert "SAF1" not in offered(head.get(f"/cases/{case_id}/challenge").text)
    for crafted in ("SAF1", "NOT-THERE"):
        page = head.post(f"/cases/{case_id}/challenge", {**CLAIM, "standards": crafted}, status=422)
        summary_and_fields(page.text, ["Choose only standards that are listed here"])
        assert "It is on file.</textarea>" in page.text


def test_a_claim_on_a_standard_without_a_judgement_breaks_no_page(world: World) -> None:
    """Such a claim may be in the database already."""
    case_id, head = returned_apart(world, aside="SAF1")
    viewer = world.viewer("head2")
    with world.database.writing() as session:
        points = [Point("SAF1", "met", "Crafted.")]
        challenge_grade(
            session,
            return_of(session, viewer, case_id),
            Claim("met", "Crafted.", points),
            by=viewer,
        )
    raised = newest_challenge(world, case_id)
    assert "Set aside" in plain(head.get(f"/challenges/{raised}").text)
    lead = after_own_view(world, "lead", raised)
    assert "Nothing of the kind in this case." in plain(lead.get(f"/challenges/{raised}/decide").text)
    lead.post(f"/challenges/{raised}/decide", {**RULING, "SAF1-why": "x", "reasons": "x"})


def test_the_judged_level_cannot_be_claimed_against_itself(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", REVIEW)
    page = head.post(f"/cases/{case_id}/challenge", {**CLAIM, "SAF1-level": "not_met"}, status=422)
    summary_and_fields(page.text, ["Choose the level that you claim"])


@pytest.mark.parametrize(
    "typed", [{"SAF2-why": "Visit note, 4 May."}, {"SAF1-level": "good"}], ids=["evidence", "level"]
)
def test_what_is_typed_without_the_tick_is_kept_and_asked_about(world: World, typed: dict[str, str]) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", REVIEW)
    base = (
        {**CLAIM, "standards": "SAF2", "SAF2-why": "Visit note, 4 May.", "SAF1-why": ""}
        if "SAF1-level" in typed
        else CLAIM
    )
    page = head.post(f"/cases/{case_id}/challenge", {**base, **typed}, status=422)
    summary_and_fields(page.text, ["is not ticked"])
    assert "Visit note, 4 May.</textarea>" in page.text
    code = next(iter(typed)).split("-", maxsplit=1)[0]
    assert f'name="left_out" value="{code}"' in page.text
    head.post(f"/cases/{case_id}/challenge", {**base, **typed, "left_out": code})
    assert {standard for standard, _ in contested(world, case_id)} == {base["standards"]}
    assert code != base["standards"]
