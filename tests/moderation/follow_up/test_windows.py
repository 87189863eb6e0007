"""Times for answers: in working days, extended by the lead, reminded of, overridden; and what silence means."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.audit.enums import CaseState
from app.audit.models import AuditCase
from app.clock import add_working_days, clock, day, today
from app.errors import Conflict
from app.keeping.record import wrong
from app.moderation.enums import Deadline, ReturnState
from app.moderation.follow_up.actions import extend
from app.moderation.models import Challenge, Extension, Return
from tests.browser import plain
from tests.moderation.returns.test_returns import NEEDED
from tests.moderation.stories import (
    REVIEW,
    RULING,
    after_own_view,
    date_fields,
    returned_case,
    returns_of,
    summary_and_fields,
    the_case,
    the_challenge,
)
from tests.world import REF, World, cases, grade, no_second_grades

MORE = {"reason": "The head of service is ill."}


@pytest.fixture(autouse=True)
def running() -> Iterator[None]:
    yield
    clock.set(None)


def days_later(count: int) -> None:
    """Let some working days pass."""
    later = add_working_days(today(), count)
    clock.set(datetime(later.year, later.month, later.day, 12, tzinfo=UTC))


def until(when: date) -> dict[str, str]:
    return date_fields("until", when.day, when.month, when.year)


def kept(world: World, case_id: int) -> Return:
    with world.database.reading() as session:
        return session.scalars(select(Return).where(Return.case_id == case_id)).one()


def in_order(world: World) -> None:
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def the_rest(world: World) -> None:
    """Grade what is not graded, and withdraw the challenge of A2."""
    world.browser("head2").post(f"/challenges/{the_challenge(world)}/withdraw")
    for area in ("A1", "A2"):
        for case_id in cases(world, area):
            grade(world, case_id, "good")
    no_second_grades(world)


def test_a_deadline_is_shown_with_the_working_days_left(world: World) -> None:
    case_id = returned_case(world, "A1")
    due = kept(world, case_id).review_due
    head = world.browser("head1")
    for path in ("/", f"/cases/{case_id}", f"/cases/{case_id}/review"):
        assert "5 working days left" in plain(head.get(path).text), path
    days_later(7)
    assert f"{day(due)}, 2 working days late" in plain(world.browser("head1").get(f"/cases/{case_id}").text)


def test_the_lead_alone_gives_more_time_for_one_case_and_the_head_is_told(world: World) -> None:
    case_id = returned_case(world, "A1")
    (key,), before = returns_of(world, case_id), kept(world, case_id)
    lead, later = world.browser("lead"), add_working_days(before.review_due, 3)
    for who, status in (("head1", 403), ("director", 403), ("head2", 404), ("im1", 404)):
        world.browser(who).post(f"/returns/{key}/extend", {"deadline": "review", **until(later), **MORE}, status=status)
    assert f"/returns/{key}/extend" in lead.get(f"/cases/{case_id}").text
    assert "Answer to the grade" in plain(lead.get(f"/returns/{key}/extend").text)
    for wrong_, said in ((until(before.review_due), "Enter a later day"), ({}, "Enter the new last day")):
        assert said in plain(
            lead.post(f"/returns/{key}/extend", {"deadline": "review", **wrong_, **MORE}, status=422).text
        )
    assert "Enter why" in lead.post(f"/returns/{key}/extend", {"deadline": "review", **until(later)}, status=422).text
    lead.post(f"/returns/{key}/extend", {"deadline": "review", **until(later), **MORE})
    after = kept(world, case_id)
    assert (after.review_due, after.challenge_due) == (later, before.challenge_due)
    head = world.browser("head1")
    assert f"The audit lead gave more time, until {day(later)}" in plain(head.get("/").text)
    assert MORE["reason"] in plain(head.get(f"/cases/{case_id}").text)
    in_order(world)


def test_more_time_ends_on_a_day_on_which_somebody_answers_and_the_review_before_the_answer(world: World) -> None:
    case_id = returned_case(world, "A1")
    (key,), before, lead = returns_of(world, case_id), kept(world, case_id), world.browser("lead")
    saturday = before.review_due + timedelta((5 - before.review_due.weekday()) % 7)
    wrong = {
        ("review", saturday): f"{day(saturday)} is a Saturday. Enter a working day: the next is",
        (
            "review",
            add_working_days(before.challenge_due, 1),
        ): f"can answer the grade until {day(before.challenge_due)}",
        ("challenge", today() + timedelta(200)): f"must be {day(add_working_days(today(), 60))} or earlier",
    }
    for (deadline, day_), said in wrong.items():
        sent = {"deadline": deadline, **until(day_), **MORE}
        summary_and_fields(lead.post(f"/returns/{key}/extend", sent, status=422).text, [said])
        with world.database.writing() as session:
            of, by = session.get_one(Return, key), world.viewer("lead")
            with pytest.raises(Conflict, match=re.escape(said)):
                extend(session, of, Deadline(deadline), until=day_, reason="x", by=by)
    assert kept(world, case_id).review_due == before.review_due
    lead.post(f"/returns/{key}/extend", {"deadline": "review", **until(before.challenge_due), **MORE})
    assert kept(world, case_id).review_due == before.challenge_due


def test_once_an_answer_is_given_there_is_no_time_to_extend(world: World) -> None:
    case_id = returned_case(world, "A1")
    (key,) = returns_of(world, case_id)
    head, lead = world.browser("head1"), world.browser("lead")
    head.post(f"/cases/{case_id}/review", REVIEW)
    far = add_working_days(today(), 30)
    lead.post(f"/returns/{key}/extend", {**until(far), **MORE})
    assert kept(world, case_id).challenge_due == far, "the only time that still runs"
    head.post(f"/cases/{case_id}/accept")
    refused = plain(lead.post(f"/returns/{key}/extend", {**until(add_working_days(far, 1)), **MORE}, status=409).text)
    assert "The grade was accepted, so there is no time to extend." in refused


def test_the_time_to_take_a_decision_further_is_extended(world: World) -> None:
    raised, lead = the_challenge(world), world.browser("lead")
    assert "there is no time to extend" in plain(lead.get(f"/challenges/{raised}/extend").text)
    after_own_view(world, "lead", raised)
    lead.post(f"/challenges/{raised}/decide", RULING)
    far = add_working_days(today(), 20)
    lead.post(f"/challenges/{raised}/extend", {**until(far), **MORE})
    days_later(15)
    head = world.browser("head2")
    assert f"gave more time, until {day(far)}" in plain(head.get("/").text)
    head.post(f"/challenges/{raised}/escalate", {"reason": "It should be Good."})
    with world.database.reading() as session:
        assert session.get_one(Challenge, raised).escalation_due == far
        assert [e.until for e in session.scalars(select(Extension))] == [far]
    assert MORE["reason"] in plain(head.get(f"/cases/{the_case(world, raised)}").text)
    in_order(world)


def test_silence_is_announced_and_then_the_case_counts_as_not_answered(world: World) -> None:
    case_id = returned_case(world, "A1")
    due = kept(world, case_id).challenge_due
    said = f"If you do not answer by {day(due)}, the grade stands and the report counts the case as not answered."
    assert said in plain(world.browser("head1").get(f"/cases/{case_id}/review").text)
    assert "the report counts the case as not answered" in plain(
        world.browser("ad").get(f"/audits/{REF}/framework").text
    )
    world.browser("head1").post(f"/cases/{case_id}/review", REVIEW)
    the_rest(world)
    days_later(11)
    assert "Not answered, grade stands" in plain(world.browser("head1").get(f"/cases/{case_id}").text)
    assert "Not answered, grade stands" in plain(world.browser("lead").get(f"/audits/{REF}/returns").text)
    assert kept(world, case_id).state is ReturnState.REVIEWED, "reading changes nothing"
    world.browser("lead").post(f"/audits/{REF}/finalise")
    assert kept(world, case_id).state is ReturnState.LAPSED
    page = plain(world.browser("head1").get(f"/cases/{case_id}").text)
    assert "Not answered in time" in page
    in_order(world)


def test_an_accepted_grade_is_accepted_however_late(world: World) -> None:
    case_id = returned_case(world, "A1")
    world.browser("head1").post(f"/cases/{case_id}/review", REVIEW)
    days_later(12)
    world.browser("head1").post(f"/cases/{case_id}/accept")
    assert kept(world, case_id).state is ReturnState.ACCEPTED


def test_a_case_that_was_never_reviewed_does_not_lapse_and_only_the_director_goes_on_without(world: World) -> None:
    case_id = returned_case(world, "A1")
    (key,) = returns_of(world, case_id)
    the_rest(world)
    early = plain(world.browser("director").get(f"/returns/{key}/override").text)
    assert "Only a late one can be overridden." in early
    days_later(7)
    assert "The area can answer the grade until" in plain(
        world.browser("director").get(f"/returns/{key}/override").text
    )
    days_later(13)
    lead, director = world.browser("lead"), world.browser("director")
    assert "1 thing is still open" in plain(lead.post(f"/audits/{REF}/finalise", status=409).text)
    lead.post(f"/returns/{key}/override", {"reason": "No time."}, status=403)
    assert f"/returns/{key}/override" in director.get(f"/cases/{case_id}").text
    assert "Enter why" in director.post(f"/returns/{key}/override", {"reason": ""}, status=422).text
    director.post(f"/returns/{key}/override", {"reason": "The area is looked after by its neighbour."})
    finalise = plain(lead.get(f"/audits/{REF}/finalise").text)
    assert "Immediate review due" in finalise, "it goes on being due"
    lead.post(f"/audits/{REF}/finalise")
    assert kept(world, case_id).state is ReturnState.OPEN
    head = world.browser("head1")
    assert f"/cases/{case_id}/review" in head.get("/").text
    assert "looked after by its neighbour" in plain(head.get(f"/cases/{case_id}").text)
    head.post(f"/cases/{case_id}/review", REVIEW)
    with world.database.reading() as session:
        assert session.get_one(AuditCase, case_id).state is CaseState.FINAL
    in_order(world)


def test_the_list_says_what_is_late_and_a_reminder_is_left_once_a_day(world: World) -> None:
    case_id = returned_case(world, "A1")
    (key,) = returns_of(world, case_id)
    world.browser("im1").get(f"/audits/{REF}/returns", status=403)
    world.browser("lead").post(f"/returns/{key}/remind", status=409)
    days_later(6)
    lead = world.browser("lead")
    page = lead.get(f"/audits/{REF}/returns")
    assert "1 case is late." in plain(page.text)
    assert "1 working day late" in plain(page.text)
    assert f"/returns/{key}/remind" not in world.browser("director").get(f"/audits/{REF}/returns").text
    told = lead.post(f"/returns/{key}/remind")
    assert "Head1, head of service of A1, finds a reminder" in plain(told.text)
    assert "today already" in plain(lead.post(f"/returns/{key}/remind", status=409).text)
    head = world.browser("head1")
    assert f"The audit lead reminded you on {day(today())}" in plain(head.get("/").text)
    head.post(f"/cases/{case_id}/review", NEEDED)
    work = plain(world.browser("head1").get("/").text)
    assert "Further action: record when it is done" in work
    assert "reminded you" not in work, "it was for the review"
    days_later(1)
    world.browser("lead").post(f"/returns/{key}/remind", status=409)
    in_order(world)


def test_further_action_has_a_list_of_its_own_that_outlives_the_audit(world: World) -> None:
    case_id = returned_case(world, "A1")
    (key,) = returns_of(world, case_id)
    world.browser("head1").post(f"/cases/{case_id}/review", {**NEEDED, "answer": "accept"})
    the_rest(world)
    lead = world.browser("lead")
    lead.post(f"/audits/{REF}/finalise")
    page = plain(lead.get(f"/audits/{REF}/returns/actions").text)
    assert "To be done: 1" in page
    assert "Visit the family" in page
    world.browser("head1").post(
        f"/returns/{key}/action", date_fields("done_on", today().day, today().month, today().year)
    )
    assert "Done: 1" in plain(world.browser("director").get(f"/audits/{REF}/returns/actions").text)
