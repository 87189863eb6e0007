"""What an act ends is said before it, what became of it after, and no decision contradicts itself unasked."""

import pytest

from app.clock import day, today
from app.moderation.challenges.actions import Claim, Point, challenge_grade
from app.moderation.enums import ChallengeState, FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.returns.queries import return_of
from app.people.enums import Role, Scope
from tests.browser import plain
from tests.moderation.stories import (
    ACTION,
    REVIEW,
    RULING,
    after_own_view,
    date_fields,
    give,
    grade_apart,
    lowered_again,
    newest_challenge,
    returned_case,
    returns_of,
    ruled,
    state,
    the_case,
    the_challenge,
    today_fields,
)
from tests.world import REF, World, cases

UNSAFE = {
    **REVIEW,
    "children_safe": "no",
    "further_action": "needed",
    **ACTION,
    **date_fields("action_by", 1, 12, 2030),
}
APART = {**RULING, "SAF1-level": "good", "SAF1-degree": "", "grade": "not_met", "reasons": "Unchanged."}


def test_accepting_a_grade_says_first_that_it_is_final(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    assert "The grade is then final" in plain(head.get(f"/cases/{case_id}/review").text)
    head.post(f"/cases/{case_id}/review", REVIEW)
    assert f'href="/cases/{case_id}/accept"' in head.get(f"/cases/{case_id}").text
    page = head.get(f"/cases/{case_id}/accept")
    assert "The grade Not Met is then final. You can no longer challenge it. You have until" in plain(page.text)
    assert f'href="/cases/{case_id}">Go back' in page.text
    assert returned_case(world, "A1", ReturnState.REVIEWED) == case_id, "only asked"
    head.post(f"/cases/{case_id}/accept")
    assert f"The grade was accepted on {day(today())}, so ‘Accept the grade’ is no longer possible." in plain(
        head.get(f"/cases/{case_id}/accept").text
    )


def test_withdrawing_says_first_that_it_is_for_good(world: World) -> None:
    raised = the_challenge(world)
    head = world.browser("head2")
    assert f'href="/challenges/{raised}/withdraw"' in head.get(f"/challenges/{raised}").text
    words = plain(head.get(f"/challenges/{raised}/withdraw").text)
    assert "The grade Not Met then stands and is final." in words
    assert "you cannot challenge this one again, although the time for it runs until" in words
    assert state(world, raised)[0] is ChallengeState.OPEN
    head.post(f"/challenges/{raised}/withdraw")
    case = plain(head.get(f"/cases/{the_case(world, raised)}").text)
    assert "Challenge withdrawn, grade stands" in case
    refused = world.browser("lead").get(f"/challenges/{raised}/decide")
    assert f"This challenge was withdrawn on {day(today())}, so ‘Decide the challenge’ is no longer possible." in plain(
        refused.text
    )


def test_accepting_a_decision_says_first_that_the_grade_is_final(world: World) -> None:
    raised = the_challenge(world)
    head = world.browser("head2")
    early = plain(head.get(f"/challenges/{raised}/accept").text)
    assert "This challenge is waiting for a decision. ‘Accept the decision’ is possible once it is ‘decided’." in early
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    words = plain(head.get(f"/challenges/{raised}/accept").text)
    assert (
        "The grade Met is then final. You can no longer ask the national service director to adjudicate. You have until"
        in words
    )
    assert state(world, raised)[0] is ChallengeState.DECIDED
    head.post(f"/challenges/{raised}/accept")
    assert "Challenge decided, decision accepted" in plain(head.get(f"/cases/{the_case(world, raised)}").text)


@pytest.mark.parametrize(
    "path", ["/cases/{case}/accept", "/challenges/{raised}/accept", "/challenges/{raised}/withdraw"]
)
@pytest.mark.parametrize(("who", "status"), [("head1", 404), ("im1", 404), ("lead", 403)])
def test_only_the_head_of_the_area_is_asked(world: World, path: str, who: str, status: int) -> None:
    raised = the_challenge(world)
    assert (
        world.browser(who).send("GET", path.format(case=the_case(world, raised), raised=raised)).status_code == status
    )


def test_a_returned_case_tells_what_became_of_its_challenge(world: World) -> None:
    case_id = lowered_again(world)
    words = plain(world.browser("head2").get(f"/cases/{case_id}").text)
    assert "State Adjudicated" in words
    assert "State Review due" in words, "each return its own"


def test_a_decision_that_departs_from_its_own_levels_has_to_say_why(world: World) -> None:
    raised = the_challenge(world)
    lead = after_own_view(world, "lead", raised)
    page = lead.post(f"/challenges/{raised}/decide", APART, status=422)
    assert "From these levels the rules indicate Good, but your grade is Not Met." in plain(page.text)
    assert 'value="Unchanged."' in page.text
    assert state(world, raised)[0] is ChallengeState.OPEN
    lead.post(f"/challenges/{raised}/decide", {**APART, "departure": "The whole is too thin."})
    assert state(world, raised)[2] == "not_met"
    assert "This departs from the rules, which indicate Good from the levels decided below." in plain(
        lead.get(f"/challenges/{raised}").text
    )


def test_a_decision_in_line_with_its_levels_is_not_asked(world: World) -> None:
    raised = the_challenge(world)
    lead = after_own_view(world, "lead", raised)
    lead.post(f"/challenges/{raised}/decide", RULING)
    assert "departs" not in plain(lead.get(f"/challenges/{raised}").text)


def test_an_adjudication_is_asked_too(world: World) -> None:
    raised = the_challenge(world)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    director = after_own_view(world, "director", raised)
    director.post(f"/challenges/{raised}/adjudicate", APART, status=422)
    assert state(world, raised)[0] is ChallengeState.ESCALATED
    director.post(f"/challenges/{raised}/adjudicate", {**APART, "departure": "The whole is too thin."})
    assert state(world, raised)[0] is ChallengeState.ADJUDICATED


def test_what_was_decided_before_counts_in_a_later_challenge(world: World) -> None:
    case_id = lowered_again(world)
    head = world.browser("head2")
    head.post(f"/cases/{case_id}/review", REVIEW)
    by, claim = world.viewer("head2"), Claim("good", "On file.", [Point("SAF2", "good", "On file.")])
    with world.database.writing() as session:
        challenge_grade(session, return_of(session, by, case_id), claim, by=by)
    raised = newest_challenge(world, case_id)
    form = {"SAF2-level": "good", "SAF2-why": "It is.", "grade": "good", "reasons": "Good."}
    page = after_own_view(world, "second", raised).post(f"/challenges/{raised}/decide", form, status=422)
    assert "the rules indicate Not Met, but your grade is Good" in plain(page.text)


def test_uphold_against_the_rules_is_asked_where_the_grade_as_a_whole_is_contested(world: World) -> None:
    case_id = cases(world, "A2")[0]
    grade_apart(world, case_id)
    head = world.browser("head2")
    head.post(f"/cases/{case_id}/review", REVIEW)
    head.post(f"/cases/{case_id}/challenge", {"claimed_grade": "good", "summary": "All is good."})
    raised = newest_challenge(world, case_id)
    page = after_own_view(world, "lead", raised).post(
        f"/challenges/{raised}/decide", {"grade": "not_met", "reasons": "It stays."}, status=422
    )
    assert "the rules indicate Good" in plain(page.text)


def test_the_case_page_says_which_judgement_a_decision_changed(world: World) -> None:
    raised = the_challenge(world)
    head, case = world.browser("head2"), f"/cases/{the_case(world, raised)}"
    assert "Decided Met" not in plain(head.get(case).text)
    after_own_view(world, "lead", raised).post(f"/challenges/{raised}/decide", RULING)
    said = f"Decided Met Moderate {day(today())} First judged Not Met: significant"
    assert plain(head.get(case).text).count(said) == 1
    head.post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    after_own_view(world, "director", raised).post(f"/challenges/{raised}/adjudicate", ruled("good"))
    words = plain(head.get(case).text)
    assert f"Adjudicated Good No improvement needed {day(today())} First judged Not Met: significant" in words
    assert "Decided Met" not in words


def test_the_facts_are_shown_to_whoever_may_read_the_assessment(world: World) -> None:
    case_id = returned_case(world, "A1")
    head = world.browser("head1")
    for page in (f"/cases/{case_id}", f"/cases/{case_id}/review"):
        words = plain(head.get(page).text)
        assert "Facts from the file" in words
        assert "Is management oversight recorded at the outset? Yes, in time" in words
        assert "Not answered" in words, "what is optional and was left out"
    begun = cases(world, "A2")[0]
    assert "Facts from the file" not in plain(world.browser("lead").get(f"/cases/{begun}").text)
    assert world.browser("head2").send("GET", f"/cases/{case_id}").status_code == 404


def test_children_not_known_to_be_safe_reach_the_lead_and_the_director_until_the_action_is_done(world: World) -> None:
    case_id = returned_case(world, "A1")
    head, alarm = world.browser("head1"), "hildren not known to be safe"
    head.post(f"/cases/{case_id}/review", UNSAFE)
    for who in ("lead", "director"):
        page = world.browser(who).get("/")
        assert alarm in plain(page.text)
        assert f"/cases/{case_id}" in page.text
        assert "No, or not sure" in plain(world.browser(who).get(f"/cases/{case_id}").text)
    for who in ("head1", "head2", "im1", "stranger", "admin"):
        assert alarm not in plain(world.browser(who).get("/").text)
    give(world, "head1", Role.LEAD, Scope.AUDIT, REF)
    assert plain(head.get("/").text).count("Service manager") == 1, "the head has it as the action to do"
    [returned] = returns_of(world, case_id)
    head.post(f"/returns/{returned}/action", today_fields("done_on"))
    with world.database.reading() as session:
        assert session.get_one(Return, returned).further_action is FurtherAction.DONE
    assert alarm not in plain(world.browser("lead").get("/").text)


def test_a_safe_child_with_an_action_raises_no_alarm(world: World) -> None:
    world.browser("head1").post(f"/cases/{returned_case(world, 'A1')}/review", {**UNSAFE, "children_safe": "yes"})
    assert "not known to be safe" not in plain(world.browser("lead").get("/").text)


def test_what_waits_for_a_decision_says_since_when(world: World) -> None:
    raised = the_challenge(world)
    with world.database.reading() as session:
        since = f"Waiting since {day(session.get_one(Challenge, raised).raised_at, short=True)}"
    lead = after_own_view(world, "lead", raised)
    assert since in plain(lead.get("/").text)
    assert f'href="/cases/{the_case(world, raised)}"' in lead.get(f"/challenges/{raised}/decide").text
    lead.post(f"/challenges/{raised}/decide", RULING)
    world.browser("head2").post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    assert f"Waiting since {day(today(), short=True)}" in plain(world.browser("director").get("/").text)
    assert f"Since {day(today(), short=True)}" in plain(lead.get(f"/audits/{REF}/challenges").text)
