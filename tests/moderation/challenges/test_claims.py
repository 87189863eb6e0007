"""What a challenge can contest, what its workspace offers, keeps and refuses, and that no claim can break a page."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from app.audit.models import Assessment, Judgement
from app.clock import clock
from app.moderation.challenges.actions import Claim, Point, challenge_grade
from app.moderation.models import ChallengePoint, HearingDraft
from app.moderation.returns.queries import return_of
from app.people.enums import Role, Scope
from tests.browser import Browser, plain
from tests.moderation.stories import (
    CLAIM,
    REVIEW,
    RULING,
    after_own_view,
    give,
    grade_apart,
    newest_challenge,
    returned_case,
    standards_of,
    state,
    summary_and_fields,
)
from tests.world import World, cases


@pytest.fixture(autouse=True)
def _real_time() -> Iterator[None]:
    yield
    clock.set(None)


def offered(page: str) -> list[str]:
    """Return the standards whose levels a page offers, in order."""
    return list(dict.fromkeys(part.split("-", 1)[0] for part in page.split('type="radio" id="')[1:]))


def reviewed(world: World) -> tuple[str, Browser]:
    """Return the address of the workspace of a reviewed case in which SAF1 is Not Met, and its head's browser."""
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    head.post(f"/cases/{case_id}/review", REVIEW)
    return f"/cases/{case_id}/challenge", head


def returned_apart(world: World, aside: str = "") -> tuple[int, Browser]:
    """Return a reviewed case that was graded Not Met although every standard is Good, and its head's browser."""
    case_id = cases(world, "A2")[0]
    grade_apart(world, case_id, aside)
    head = world.browser("head2")
    head.post(f"/cases/{case_id}/review", REVIEW)
    return case_id, head


def number(path: str) -> int:
    return int(path.split("/")[2])


def contested(world: World, case_id: int) -> set[tuple[str, str]]:
    with world.database.reading() as session:
        points = select(ChallengePoint).where(ChallengePoint.challenge_id == newest_challenge(world, case_id))
        return {(p.standard, p.claimed) for p in session.scalars(points)}


def drafts(world: World) -> list[dict[str, str]]:
    with world.database.reading() as session:
        return list(session.scalars(select(HearingDraft.fields)))


def test_the_levels_below_the_best_are_offered_and_the_best_are_listed(world: World) -> None:
    path, head = reviewed(world)
    page = head.get(path).text
    assert offered(page) == ["SAF1"]
    assert f"{len(standards_of(world, number(path))) - 1} standards judged Good" in plain(page)
    assert "As the audit judged Not Met" in plain(page)
    assert "once for this grade" in plain(page)


def test_choosing_another_level_is_contesting_it_and_the_rules_say_what_it_changes(world: World) -> None:
    path, head = reviewed(world)
    worked = head.post(path, {**CLAIM, "SAF1-why": "", "act": "work"})
    assert "With the levels that you claim Met" in plain(worked.text)
    assert "1 of 1 below Good" in plain(worked.text)
    assert "There is a problem" not in plain(worked.text), "nothing is asked before it is to be sent"
    page = plain(head.post(path, {**CLAIM, "act": "work", "SAF1-level": "not_met"}).text)
    assert "None of 1 below Good" in page


def test_the_check_shows_what_is_sent_and_what_keeps_it_from_being_sent(world: World) -> None:
    path, head = reviewed(world)
    page = head.post(path, {"SAF1-level": "met", "SAF1-why": "", "summary": "", "act": "check"})
    words = plain(page.text)
    assert "Enter your evidence in the file for" in words
    assert "Enter why the grade should change" in words
    assert f'href="{path}#SAF1-why"' in page.text
    assert "Send the challenge" not in words
    named = plain(head.post(path, {**CLAIM, "summary": "Sarah Miller wrote it.", "act": "check"}).text)
    assert "‘Why should the grade change?’ has something in it that looks like the name of a person" in named
    assert "Send the challenge" in named, "it warns, and refuses nothing"
    page = head.post(path, {**CLAIM, "act": "check"})
    words = plain(page.text)
    assert "looks like" not in words
    assert "You claim: Met On file." in words
    assert "you cannot add to it" in words
    assert 'name="SAF1-level" value="met"' in page.text
    head.post(path, CLAIM)
    assert contested(world, number(path)) == {("SAF1", "met")}
    assert drafts(world) == [], "what was sent is no draft any more"


def test_what_is_written_on_an_accepted_level_is_named_and_not_sent(world: World) -> None:
    path, head = reviewed(world)
    page = plain(head.post(path, {**CLAIM, "SAF1-level": "not_met", "act": "check"}).text)
    assert "is not sent, as you leave its level as the audit judged it" in page
    assert "there is nothing to send" in page


def test_a_draft_is_kept_as_it_is_typed_and_is_its_authors_alone(world: World) -> None:
    path, head = reviewed(world)
    give(world, "ad", Role.HEAD_OF_SERVICE, Scope.AREA, "A1")
    typed = {"fields": {"SAF1-level": "met", "summary": "Seen on file.", "nonsense": "x"}}
    told = head.send("PUT", f"{path}/draft", json=typed).json()
    assert "Met" in told["panel"]
    assert drafts(world) == [{"SAF1-level": "met", "summary": "Seen on file."}]
    head.send("PUT", f"{path}/draft", json={"fields": {"SAF1-why": "Log, 3 May."}})
    page = head.get(path).text
    assert "Log, 3 May.</textarea>" in page
    assert "Seen on file.</textarea>" in page
    other = world.browser("ad").get(path).text
    assert "Somebody else of A1 has begun a challenge of this grade too" in plain(other)
    assert "Seen on file." not in other
    assert "Somebody else" not in plain(page)
    for who in ("lead", "director", "im1"):
        assert world.browser(who).send("PUT", f"{path}/draft", json=typed).status_code in {403, 404}
    assert head.send("PUT", f"{path}/draft", json={"fields": "x"}).status_code == 400


def test_a_text_is_kept_when_its_time_has_ended(world: World) -> None:
    path, head = reviewed(world)
    head.send("PUT", f"{path}/draft", json={"fields": {"SAF1-level": "met", "SAF1-why": "Log, 3 May."}})
    clock.set(clock.now() + timedelta(days=40))
    head = world.browser("head1")
    told = head.send("PUT", f"{path}/draft", json={"fields": {"summary": "It is there."}}).json()
    assert "ended" in told["refusal"]
    page = head.post(path, {**CLAIM, "act": "check"})
    assert "What you had written" in plain(page.text)
    assert "On file." in page.text
    assert "It is on file." in head.post(path, CLAIM, status=409).text


def test_a_claim_that_leaves_the_indicated_grade_says_so_and_is_allowed(world: World) -> None:
    path, head = reviewed(world)
    with world.database.writing() as session:
        by = world.viewer("head1")
        returned = return_of(session, by, number(path))
        # Another critical standard is Not Met too, so one claim alone changes nothing.
        of_case = (Assessment.case_id == returned.case_id, Judgement.standard == "SAF2")
        kept = session.scalars(select(Judgement).join(Assessment).where(*of_case)).one()
        kept.judgement, kept.degree = "not_met", "significant"
    page = plain(head.post(path, {**CLAIM, "act": "check"}).text)
    assert "These levels leave the grade as it is. You can send them all the same." in page
    head.post(path, CLAIM)
    assert contested(world, number(path)) == {("SAF1", "met")}


def test_a_departure_is_contested_as_a_whole(world: World) -> None:
    case_id, head = returned_apart(world)
    page = plain(head.get(f"/cases/{case_id}/challenge").text)
    assert "The rules indicated Good" in page
    assert "The whole is less than its parts." in page
    assert "Which overall grade do you claim?" in page
    refused = head.post(f"/cases/{case_id}/challenge", {"claimed_grade": "not_met", "summary": "No."}, status=422)
    summary_and_fields(refused.text, ["Choose the grade that you claim"])
    head.post(f"/cases/{case_id}/challenge", {"claimed_grade": "good", "summary": "All is good."})
    raised = newest_challenge(world, case_id)
    page = plain(head.get(f"/challenges/{raised}").text)
    assert "contests the grade as a whole" in page
    assert "The grade as a whole is contested." in plain(head.get(f"/cases/{case_id}").text)
    lead = after_own_view(world, "lead", raised)
    assert "The whole is less than its parts." in plain(lead.get(f"/challenges/{raised}/decide").text)
    lead.post(f"/challenges/{raised}/decide", {"grade": "good"}, status=422)
    lead.post(f"/challenges/{raised}/decide", {"grade": "good", "reasons": "It is."})
    assert state(world, raised)[2] == "good"


def test_what_is_not_offered_is_not_contested(world: World) -> None:
    case_id, head = returned_apart(world, aside="SAF1")
    assert "SAF1" not in offered(head.get(f"/cases/{case_id}/challenge").text)
    crafted = {"SAF1-level": "met", "SAF2-level": "met", "NOT-level": "met", quote("x y") + "-level": "met"}
    head.post(f"/cases/{case_id}/challenge", {**CLAIM, "claimed_grade": "good", **crafted})
    assert contested(world, case_id) == set()


def test_a_level_that_is_none_is_refused(world: World) -> None:
    path, head = reviewed(world)
    page = head.post(path, {**CLAIM, "SAF1-level": "splendid"}, status=422)
    summary_and_fields(page.text, ["Choose one of the levels for"])


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
