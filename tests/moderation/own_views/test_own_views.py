"""Decided blind, then revealed: nothing of either side is shown before the own view is recorded, and both are kept."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditCase
from app.keeping.record import wrong
from app.moderation.enums import ChallengeState
from app.moderation.models import Challenge, ChallengeNote, OwnView
from app.moderation.own_views import actions as deciding
from app.people.enums import Role, Scope
from tests.browser import plain
from tests.moderation.stories import (
    RULING,
    after_own_view,
    auditor_of,
    give,
    grade_apart,
    newest_challenge,
    ruled,
    state,
    the_case,
    the_challenge,
    withdraw_audit,
)
from tests.world import REF, World, cases, review

OWN = {"SAF1-own": "good", "SAF1-note": "Contact log, 3 October: discussed with the manager."}
# What the audit and the area say in the world of the tests.
SIDES = (
    "No check on file, 12 October.",
    "Screening record, 4 September.",
    "It is on file.",
    "Not Met</strong>",
    "Met</strong>",
    "The children are safe.",
)


def shown_to(world: World, name: str, raised: int, verb: str = "decide") -> str:
    """Return every page on which somebody could meet the sides of a challenge."""
    browser, case = world.browser(name), the_case(world, raised)
    paths = (
        f"/challenges/{raised}",
        f"/challenges/{raised}/{verb}",
        f"/challenges/{raised}/view",
        f"/challenges/{raised}/aside",
    )
    return "".join(
        browser.get(p).text
        for p in (*paths, f"/cases/{case}", f"/cases/{case}/duties", f"/audits/{REF}/challenges", "/")
    )


def grade_in_list(world: World, name: str, raised: int) -> str:
    """Return the row of a challenged case in the list of cases."""
    with world.database.reading() as session:
        ref = session.get_one(AuditCase, the_case(world, raised)).case_ref
    return plain(world.browser(name).get(f"/audits/{REF}/cases?case={ref}").text)


def test_neither_side_is_shown_before_the_own_view(world: World) -> None:
    raised = the_challenge(world)
    pages = shown_to(world, "lead", raised)
    assert [words for words in SIDES if words in pages] == []
    assert "Shown when you have recorded your own view" in grade_in_list(world, "lead", raised)
    assert "two steps" in plain(world.browser("lead").get(f"/challenges/{raised}").text)
    lead = world.browser("lead")
    page = plain(lead.post(f"/challenges/{raised}/view", OWN).text)
    assert "No check on file, 12 October." in page
    assert "Screening record" in page
    assert "Your own view," in page
    assert OWN["SAF1-note"] in page
    assert "Not Met" in grade_in_list(world, "lead", raised)
    assert "No check on file, 12 October." not in shown_to(world, "second", raised), (
        "a view opens the sides to nobody else"
    )


def test_those_who_cannot_decide_and_the_parties_see_both_sides_as_ever(world: World) -> None:
    raised = the_challenge(world)
    assert "Screening record" in world.browser("head2").get(f"/challenges/{raised}").text
    assert "Screening record" in world.browser("director").get(f"/challenges/{raised}").text
    auditor = auditor_of(world, raised)
    give(world, auditor, Role.LEAD, Scope.AUDIT, REF)
    assert "Screening record" in world.browser(auditor).get(f"/challenges/{raised}").text, "who graded it cannot decide"


def test_nobody_decides_without_a_view_of_their_own(world: World) -> None:
    raised = the_challenge(world)
    refused = world.browser("lead").post(f"/challenges/{raised}/decide", RULING, status=409)
    assert "Record your own view of each contested standard first." in plain(refused.text)
    assert "Enough for Met." in plain(refused.text), "what was typed is given back"
    assert state(world, raised)[0] is ChallengeState.OPEN


def test_a_view_needs_a_level_and_a_note_and_never_changes(world: World) -> None:
    raised, lead = the_challenge(world), world.browser("lead")
    page = lead.post(f"/challenges/{raised}/view", {"SAF1-note": "Typed"}, status=422)
    assert "Choose your own view of" in plain(page.text)
    assert "Typed</textarea>" in page.text
    lead.post(f"/challenges/{raised}/view", {"SAF1-own": "good"}, status=422)
    lead.post(f"/challenges/{raised}/view", OWN)
    refused = plain(
        lead.post(
            f"/challenges/{raised}/view", {**OWN, "SAF1-own": "not_met", "SAF1-note": "Second thoughts"}, status=409
        ).text
    )
    assert "Both sides are open to you since, so it stays as it is." in refused
    assert "Second thoughts" in refused
    with world.database.reading() as session:
        [kept] = session.scalars(select(OwnView))
    assert (kept.level, kept.note) == ("good", OWN["SAF1-note"])


def test_deciding_differently_is_fine_and_both_are_kept(world: World) -> None:
    raised, lead = the_challenge(world), world.browser("lead")
    lead.post(f"/challenges/{raised}/view", OWN)
    lead.post(f"/challenges/{raised}/decide", RULING)
    page = plain(world.browser("head2").get(f"/challenges/{raised}").text)
    assert "Before the decision: own view, before both sides were opened" in page
    assert OWN["SAF1-note"] in page
    assert "Enough for Met." in page
    timeline = plain(world.browser("head2").get(f"/cases/{the_case(world, raised)}").text)
    assert "Own view recorded before both sides were opened" in timeline
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_a_director_adjudicates_in_the_same_two_steps(world: World) -> None:
    raised = the_challenge(world)
    after_own_view(world, "lead", raised).post(
        f"/challenges/{raised}/decide", {**ruled("met"), "reasons": "The lead’s reasons."}
    )
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    pages = shown_to(world, "director", raised, "adjudicate")
    assert [
        words for words in (*SIDES, "The lead’s reasons.", "It should be Good.", "Read in the file.") if words in pages
    ] == []
    assert "Shown when you have recorded your own view" in grade_in_list(world, "director", raised)
    director = world.browser("director")
    director.post(f"/challenges/{raised}/adjudicate", RULING, status=409)
    page = plain(director.post(f"/challenges/{raised}/view", OWN).text)
    assert "The lead’s reasons." in page
    assert "It should be Good." in page
    director.post(f"/challenges/{raised}/adjudicate", RULING)
    assert state(world, raised)[0] is ChallengeState.ADJUDICATED


def test_who_stands_aside_sees_the_case_and_does_not_decide(world: World) -> None:
    raised, lead = the_challenge(world), world.browser("lead")
    assert "somebody else has to decide" in plain(lead.get(f"/challenges/{raised}/aside").text).lower()
    page = lead.post(f"/challenges/{raised}/aside")
    assert "Screening record" in page.text
    assert "No check on file, 12 October." in lead.get(f"/cases/{the_case(world, raised)}").text
    refused = plain(lead.post(f"/challenges/{raised}/decide", RULING, status=409).text)
    assert "You said that you would not decide this challenge" in refused
    assert "another audit lead" in refused
    lead.post(f"/challenges/{raised}/view", OWN, status=409)
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_when_nobody_is_left_the_page_and_the_leads_work_say_who_can_appoint_somebody(world: World) -> None:
    raised = the_challenge(world)
    for name in ("lead", "second"):
        assert "Nobody is left" not in plain(world.browser(name).get("/").text)
        world.browser(name).post(f"/challenges/{raised}/aside")
    for path in (f"/challenges/{raised}", f"/cases/{the_case(world, raised)}/duties", "/"):
        words = plain(world.browser("lead").get(path).text)
        assert "Nobody is left who may do this." in words, path
        assert "Admin can name another audit lead on the ‘People’ page." in words
    give(world, "ad", Role.LEAD, Scope.AUDIT, REF)
    assert "Nobody is left" not in plain(world.browser("lead").get(f"/challenges/{raised}").text)


def test_a_grade_contested_as_a_whole_is_viewed_as_a_whole(world: World) -> None:
    case_id = cases(world, "A2")[0]
    grade_apart(world, case_id)
    review(world, case_id, "head2")
    world.browser("head2").post(f"/cases/{case_id}/challenge", {"claimed_grade": "good", "summary": "All is good."})
    raised, lead = newest_challenge(world, case_id), world.browser("lead")
    page = lead.get(f"/challenges/{raised}/view")
    assert "Which grade does this case deserve as a whole?" in plain(page.text)
    assert "All is good." not in page.text
    opened = plain(
        lead.post(f"/challenges/{raised}/view", {"whole-own": "good", "whole-note": "The whole file is sound."}).text
    )
    assert "Your own view was Good: The whole file is sound." in opened


def test_a_view_comes_too_late_once_the_challenge_is_withdrawn(world: World) -> None:
    raised = the_challenge(world)
    world.browser("head2").post(f"/challenges/{raised}/withdraw")
    refused = plain(world.browser("lead").post(f"/challenges/{raised}/view", OWN, status=409).text)
    assert "This challenge was withdrawn" in refused
    assert OWN["SAF1-note"] in refused
    assert "Screening record" in world.browser("lead").get(f"/challenges/{raised}").text, (
        "there is nothing to decide any more"
    )


def test_the_auditor_adds_a_note_that_both_parties_read_and_the_moderator_after_their_own_view(world: World) -> None:
    raised = the_challenge(world)
    auditor, text = auditor_of(world, raised), "The record of 4 September is of another child."
    browser, path = world.browser(auditor), f"/challenges/{raised}/note"
    assert path in browser.get("/").text
    assert path in browser.get(f"/cases/{the_case(world, raised)}").text
    assert "Screening record" in browser.get(path).text
    browser.post(path, {"challenge_note": ""}, status=422)
    assert text in plain(browser.post(path, {"challenge_note": text}).text)
    assert text in plain(world.browser("head2").get(f"/challenges/{raised}").text)
    assert text not in plain(shown_to(world, "lead", raised))
    assert text in plain(after_own_view(world, "lead", raised).get(f"/challenges/{raised}/decide").text)
    for name in ("lead", "head2", "im1" if auditor == "im2" else "im2"):
        assert world.browser(name).send("POST", path, data={"challenge_note": "x"}).status_code == 404
    world.browser("lead").post(f"/challenges/{raised}/decide", RULING)
    late = browser.post(path, {"challenge_note": "Too late"}, status=409)
    assert "Too late" in plain(late.text)
    with world.database.reading() as session:
        assert [n.text for n in session.scalars(select(ChallengeNote))] == [text]
        assert list(wrong(session)) == []


@pytest.mark.parametrize("end", ["withdrawn challenge", "withdrawn audit", "decided"])
def test_a_challenges_thread_never_disappears(world: World, end: str) -> None:
    raised = the_challenge(world)
    auditor = auditor_of(world, raised)
    with world.database.writing() as session:
        deciding.add_note(session, session.get_one(Challenge, raised), "The auditor’s note.", by=world.viewer(auditor))
    lead = after_own_view(world, "lead", raised)
    if end == "withdrawn challenge":
        world.browser("head2").post(f"/challenges/{raised}/withdraw")
    elif end == "decided":
        lead.post(f"/challenges/{raised}/decide", RULING)
    else:
        withdraw_audit(world)
    for name in ("lead", "director", "head2"):
        page = plain(world.browser(name).get(f"/challenges/{raised}").text)
        assert [
            w
            for w in (
                "It is on file.",
                "Screening record, 4 September.",
                "No check on file, 12 October.",
                "The auditor’s note.",
            )
            if w not in page
        ] == []
        assert f"/challenges/{raised}" in world.browser(name).get(f"/cases/{the_case(world, raised)}").text
    assert "The auditor’s note." in plain(world.browser(auditor).get(f"/challenges/{raised}/note").text)
    # A challenged grade is neither corrected nor its case replaced.
    world.browser(auditor).post(f"/cases/{the_case(world, raised)}/correction", status=409)
    assert "This case cannot be audited" not in world.browser("lead").get(f"/cases/{the_case(world, raised)}").text


def test_the_duties_of_a_case_are_what_the_routes_say(world: World) -> None:
    raised = the_challenge(world)
    auditor = auditor_of(world, raised)
    give(world, auditor, Role.LEAD, Scope.AUDIT, REF)
    words = plain(world.browser(auditor).get(f"/cases/{the_case(world, raised)}/duties").text)
    refused = plain(world.browser(auditor).post(f"/challenges/{raised}/decide", RULING, status=409).text)
    sentence = "You graded this case, so somebody else has to decide"
    assert sentence in words
    assert sentence in refused
    assert f"Decide a challenge Lead, Second {sentence}" in words
    assert "Adjudicate Director Only the national service director can do this." in words
    head = plain(world.browser("head2").get(f"/cases/{the_case(world, raised)}/duties").text)
    assert "Accept or challenge the grade Head2 You may" in head
    assert world.browser("stranger").send("GET", f"/cases/{the_case(world, raised)}/duties").status_code == 404
