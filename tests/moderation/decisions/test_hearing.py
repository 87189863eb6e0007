"""The decider's screen: whose each level is, what a decision would mean, its draft and its check; and who sees none."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.enums import Cause
from app.audit.thresholds.indication import Judged, indicate
from app.moderation.challenges.queries import days_taken
from app.moderation.challenges.rules import contestable, took
from app.moderation.claims.forms import claimed
from app.moderation.enums import ChallengeState
from app.moderation.models import ChallengePoint, HearingDraft
from tests.browser import plain
from tests.moderation.challenges.test_rules import CODES, NATIONAL, drafted
from tests.moderation.stories import RULING, after_own_view, ruled, state, summary_and_fields, the_case, the_challenge
from tests.world import World, the_audit

SIDES = ("No check on file.", "Screening record, 4 September.")
DRAFT = {"fields": {"SAF1-level": "met", "SAF1-why": "Log, 8 September.", "reasons": "Enough."}}


def points(world: World, raised: int) -> list[ChallengePoint]:
    with world.database.reading() as session:
        return list(session.scalars(select(ChallengePoint).where(ChallengePoint.challenge_id == raised)))


@settings(max_examples=1000, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_the_grade_of_a_claim_is_the_engines(seed: int) -> None:
    """For a thousand random cases and claims: what the workspace shows is what the rules say of the claimed levels."""
    chance = random.Random(seed)
    levels = [level.code for level in NATIONAL.scale]
    draft = drafted({code: chance.choice([*levels, "good", "good"]) for code in CODES})
    offered = contestable(draft)
    said = {f"{c.standard.code}-level": chance.choice(levels) for c in offered if chance.random() < 0.4}
    now = claimed(NATIONAL, draft, offered, said, as_a_whole=False)
    judged = {code: Judged(row.judgement, row.degree) for code, row in draft.judgements.items()}
    for item in offered:
        code = item.standard.code
        wanted = said.get(f"{code}-level")
        if item.below_best and wanted and wanted != judged[code].judgement:
            judged[code] = Judged(wanted, "none" if wanted == "good" else judged[code].degree)
    expected = indicate(NATIONAL, "public", judged)
    assert now.indication == expected
    assert expected is not None
    assert now.claim.grade == expected.grade
    contested = {p.standard: p.level for p in now.claim.points}
    assert all(contested[c.standard.code] != c.judged.level for c in offered if c.standard.code in contested)
    assert all(c.below_best for c in offered if c.standard.code in contested)


def test_the_cards_say_whose_each_level_is(world: World) -> None:
    raised = the_challenge(world)
    lead = after_own_view(world, "lead", raised)
    page = lead.get(f"/challenges/{raised}/decide").text
    for words in ("The audit’s judgement.", "The area claims this.", "Your own view,", "What you found first"):
        assert words in page
    words = plain(page)
    assert "With the levels that the area claims" in words
    assert "Not Met, as indicated, unchanged" in words
    assert "by you," in words


def test_why_two_people_read_it_differently_is_asked_only_where_they_do(world: World) -> None:
    raised = the_challenge(world)
    lead = after_own_view(world, "lead", raised)
    page = lead.post(f"/challenges/{raised}/decide", {**RULING, "SAF1-cause": ""}, status=422)
    summary_and_fields(page.text, ["differently"])
    lead.post(f"/challenges/{raised}/decide", RULING)
    assert [p.decided_cause for p in points(world, raised)] == [Cause.ERROR]
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    director = after_own_view(world, "director", raised)
    director.post(f"/challenges/{raised}/adjudicate", {**ruled("not_met"), "SAF1-cause": "error"})
    kept = points(world, raised)
    assert [p.decided_cause for p in kept] == [Cause.ERROR], "the director’s answer takes nothing of the lead’s"
    assert [p.adjudicated_cause for p in kept] == [None], "the audit’s own level, so nobody differs"


def test_a_decision_is_checked_and_then_recorded(world: World) -> None:
    raised = the_challenge(world)
    lead, path = after_own_view(world, "lead", raised), f"/challenges/{raised}/decide"
    words = plain(lead.post(path, {**RULING, "reasons": "", "act": "check"}).text)
    assert "Enter your reasons" in words
    assert "Record the decision" not in words
    page = lead.post(path, {**RULING, "reasons": "Sarah Miller wrote it.", "act": "check"})
    assert "‘Your reasons’ has something in it that looks like the name of a person" in plain(page.text)
    page = lead.post(path, {**RULING, "act": "check"})
    assert "Record the decision" in plain(page.text)
    assert "The audit judged Not Met . You decide Met ." in plain(page.text)
    assert state(world, raised)[0] is ChallengeState.OPEN
    departs = plain(lead.post(path, {**RULING, "grade": "not_met", "act": "check"}).text)
    assert "Why does the grade depart from what the rules indicate?" in departs
    assert "There is a problem" not in departs, "it is asked, and not yet missing"
    page = lead.post(path, {**RULING, "grade": "not_met", "departure": ""}, status=422)
    assert "From these levels the rules indicate Met, but your grade is Not Met." in plain(page.text)
    lead.post(path, {**RULING, "grade": "not_met", "departure": "The whole is too thin."})
    assert state(world, raised)[2] == "not_met"
    assert "Why this departs from the rules: The whole is too thin." in plain(
        world.browser("head2").get(f"/challenges/{raised}").text
    )


def test_the_draft_of_a_decision_is_kept_and_is_nobody_elses(world: World) -> None:
    raised = the_challenge(world)
    lead, path = after_own_view(world, "lead", raised), f"/challenges/{raised}/decide"
    lead.send("PUT", f"{path}/draft", json=DRAFT)
    told = lead.send("PUT", f"{path}/draft", json={"fields": {"SAF1-degree": "moderate"}}).json()
    assert "With the levels that you decide" in told["panel"]
    assert told["labels"] == {"good": "Good", "met": "Met, as indicated", "not_met": "Not Met, unchanged"}
    assert "Log, 8 September.</textarea>" in lead.get(path).text
    for who in ("head2", "second", "director", "im1"):
        for page in (f"/challenges/{raised}", f"/cases/{the_case(world, raised)}", "/"):
            assert "Log, 8 September." not in world.browser(who).send("GET", page).text
    lead.post(path, RULING)
    with world.database.reading() as session:
        assert session.scalars(select(HearingDraft)).all() == []


@pytest.mark.parametrize("who", ["lead", "second"])
def test_every_door_is_blind_before_the_own_view(world: World, who: str) -> None:
    raised = the_challenge(world)
    world.browser("second").post(f"/challenges/{raised}/take")
    browser, case = world.browser(who), the_case(world, raised)
    pages = ("", "/decide", "/decide/check", "/view", "/take-over", "/aside", "/note", "/adjudicate/check")
    sent = [{**RULING, "reasons": "", "act": act} for act in ("work", "check", "")]
    asked = [
        browser.send("PUT", f"/challenges/{raised}/decide/draft", json=DRAFT),
        *(browser.send("POST", f"/challenges/{raised}/decide", data=data) for data in sent),
        *(browser.send("GET", f"/challenges/{raised}{page}") for page in pages),
        *(browser.send("GET", page) for page in (f"/cases/{case}", f"/cases/{case}/duties", "/")),
    ]
    for answer in asked:
        for words in SIDES:
            assert words not in answer.text, (answer.request.method, answer.url)


def test_from_five_decisions_on_it_is_told_how_long_they_took(world: World) -> None:
    assert took([]) == took([4, 2, 7, 5]) == ""
    assert took([4, 2, 7, 5, 3]) == "so far decisions took 4 working days (2 to 7)"
    assert took([1, 1, 1, 1, 1]) == "so far decisions took 1 working day (1 to 1)"
    raised = the_challenge(world)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    with world.database.reading() as session:
        assert days_taken(session, the_audit(session)) == [0]
