"""Urgent safeguarding concerns: who raises, sees and moves them, their clock, and what waits for them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from app.audit.enums import AuditState, CaseState
from app.audit.models import Audit, AuditCase
from app.clock import clock, due_in_words, time_left, today
from app.errors import Conflict, Forbidden
from app.keeping.record import wrong
from app.moderation.concerns import actions as concerns_actions
from app.moderation.concerns.rules import CONCERN
from app.moderation.enums import ConcernState
from app.moderation.models import Concern
from app.people.enums import Role
from app.people.models import Person, RoleGrant
from app.report.blockers import still_open
from tests.browser import plain
from tests.moderation.concern_steps import (
    PEOPLE,
    SEEN,
    auditor_of,
    count,
    in_progress,
    move,
    moved,
    plan,
    raised,
    state,
    step,
)
from tests.moderation.stories import REVIEW, returned_case, withdraw_audit
from tests.world import REF, World, cases, the_audit


def test_who_may_raise_one(world: World) -> None:
    open_case, graded = in_progress(world), returned_case(world, "A1")
    allowed = {open_case: {"director", "lead", "second", "assistant", auditor_of(world, open_case)}}
    allowed[graded] = {"director", "lead", "second", "assistant", "head1", auditor_of(world, graded)}
    for case_id, people in allowed.items():
        for who in PEOPLE:
            browser, path = world.browser(who), f"/cases/{case_id}/concern"
            status = 200 if who in people else 404
            assert browser.send("GET", path).status_code == status, who
            browser.post(path, {"seen": SEEN}, status=status)
    assert count(world) == sum(map(len, allowed.values()))


@pytest.mark.usefixtures("at_christmas")
def test_the_form_says_who_is_told_and_by_when(world: World) -> None:
    case_id = in_progress(world)
    words = plain(world.browser(auditor_of(world, case_id)).get(f"/cases/{case_id}/concern").text)
    assert "Head1, head of service of A1, has to acknowledge it by 29 December 2026" in words
    assert "Lead and Second" in words
    assert "call 999 first" in words


def test_a_head_sees_a_concern_of_their_area_and_nothing_of_its_grading(world: World) -> None:
    concern = raised(world)
    with world.database.reading() as session:
        case = session.get_one(Concern, concern).case
        auditor = session.get_one(Person, case.auditor_id).name
        seen, hidden_words = (
            [case.case_ref, case.practitioner_id, "A1", SEEN, "Assistant"],
            ["Not Met", "not_met", "Good", "In progress", auditor],
        )
    head = world.browser("head1")
    head.get(f"/cases/{case.id}", status=404)
    for path in ("/", f"/concerns/{concern}", f"/audits/{REF}/concerns"):
        page = head.get(path).text
        assert case.case_ref in page
        assert [word for word in hidden_words if word in page.replace("graded Not Met", "")] == []
    assert [word for word in seen if word not in plain(head.get(f"/concerns/{concern}").text)] == []
    assert f"/cases/{case.id}" not in head.get(f"/concerns/{concern}").text


def test_who_may_see_one(world: World) -> None:
    concern = raised(world)
    with world.database.reading() as session:
        case_id = session.get_one(Concern, concern).case_id
    allowed = {"director", "lead", "second", "assistant", "head1", auditor_of(world, case_id)}
    for who in PEOPLE:
        browser, status = world.browser(who), 200 if who in allowed else 404
        assert browser.send("GET", f"/concerns/{concern}").status_code == status, who
        browser.post(
            f"/concerns/{concern}",
            step("acknowledge"),
            status={"head1": 422, "lead": 409, "second": 409}.get(who, 403 if who in allowed else 404),
        )
    assert "P-A1" not in world.browser("assistant").get(f"/concerns/{concern}").text, (
        "the practitioner is for the area and the lead"
    )


def test_who_may_move_one_in_time(world: World) -> None:
    """Of every move in every state by everybody, those are made that the rule allows and no others."""
    concern_id, order, done = raised(world), ("acknowledge", "act", "close"), set()
    with world.database.writing() as session:
        for step, here in enumerate(ConcernState):
            for who in PEOPLE:
                for name in order:
                    with session.begin_nested() as trial:
                        concern, viewer = session.get_one(Concern, concern_id), world.viewer(who)
                        offered = {
                            o.transition.name
                            for o in CONCERN.offers(
                                concern, concerns_actions.situation_of_concern(session, concern, viewer)
                            )
                            if not o.refusal
                        }
                        try:
                            moved(session, concern, name, viewer)
                        except (Conflict, Forbidden) as refusal:
                            assert (refusal.sentence[-1], name in offered) == (".", False)  # noqa: PT017
                        else:
                            done.add((here, name, who))
                            assert name in offered
                        trial.rollback()
            if step < len(order):
                moved(session, session.get_one(Concern, concern_id), order[step], world.viewer("head1"))
    assert done == {
        (ConcernState.RAISED, "acknowledge", "head1"),
        (ConcernState.ACKNOWLEDGED, "act", "head1"),
        *((ConcernState.ACTION_TAKEN, "close", who) for who in ("head1", "lead", "second")),
    }


@pytest.mark.usefixtures("at_christmas")
def test_its_clock_knows_bank_holidays_and_after_it_the_lead_may_act(world: World) -> None:
    concern = raised(world)
    with world.database.reading() as session:
        assert session.get_one(Concern, concern).acknowledge_by == date(2026, 12, 29)
    refused = plain(world.browser("lead").post(f"/concerns/{concern}", step("acknowledge") | plan(), status=409).text)
    assert (
        "Head1, head of service of A1, has until 29 December 2026. If that day passes, you can do this in their place."
        in refused
    )
    clock.set(datetime(2026, 12, 29, 23, tzinfo=UTC))
    rows = re.findall(r"<tr.*?</tr>", world.browser("lead").get("/").text, re.DOTALL)
    [row] = [row for row in rows if f'"/concerns/{concern}"' in row]
    assert "Overdue" not in row
    clock.set(datetime(2026, 12, 30, 9, tzinfo=UTC))
    lead = world.browser("lead")
    assert "Overdue Urgent Acknowledge a safeguarding concern" in plain(lead.get("/").text)
    assert "29 December 2026: 1 working day late" in plain(lead.get(f"/concerns/{concern}").text)
    assert "Overdue" in plain(lead.get(f"/audits/{REF}/concerns").text)
    lead.post(f"/concerns/{concern}", step("acknowledge") | plan())
    assert "has until" in plain(world.browser("second").get(f"/concerns/{concern}").text), (
        "the other lead waits for the area"
    )
    move(world, concern, "act", by="lead")
    assert state(world, concern) is ConcernState.ACTION_TAKEN


@pytest.mark.usefixtures("at_christmas")
def test_how_long_is_left_is_said_in_words() -> None:
    days = (-7, -1, 0, 1, 5, 6)
    assert [time_left(today() + timedelta(days=n)) for n in days] == [
        "5 working days late",
        "1 working day late",
        "today is the last day",
        "no working day left",
        "1 working day left",
        "2 working days left",
    ]
    assert due_in_words(date(2026, 12, 29)) == "29 December 2026, 1 working day left"


def test_whoever_stands_in_answers_and_where_nobody_does_the_lead_may_at_once(world: World) -> None:
    concern = raised(world)
    with world.database.writing() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.HEAD_OF_SERVICE, RoleGrant.scope == "A1"))
    deputy = world.browser("ad")
    assert f"/concerns/{concern}" in deputy.get("/").text
    assert "Ad, assistant director standing in for A1, acknowledges it" in plain(
        deputy.get(f"/concerns/{concern}").text
    )
    with world.database.writing() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.ASSISTANT_DIRECTOR))
    lead = world.browser("lead")
    assert "as nobody answers for A1" in plain(lead.get(f"/concerns/{concern}").text)
    with world.database.reading() as session:
        form = f"/cases/{session.get_one(Concern, concern).case_id}/concern"
    assert "Nobody answers for A1" in plain(lead.get(form).text)
    lead.post(f"/concerns/{concern}", step("acknowledge") | plan())
    assert state(world, concern) is ConcernState.ACKNOWLEDGED


@pytest.mark.parametrize(("raiser", "other"), [("lead", "second"), ("lead", "head1")])
def test_nobody_closes_their_own(world: World, raiser: str, other: str) -> None:
    concern = raised(world, raiser)
    move(world, concern, "acknowledge", "act")
    assert "somebody else closes it" in plain(world.browser(raiser).get(f"/concerns/{concern}").text)
    world.browser(raiser).post(f"/concerns/{concern}", step("close") | {"close_reason": "Done."}, status=409)
    world.browser(other).post(f"/concerns/{concern}", step("close") | {"close_reason": "Done."})
    assert state(world, concern) is ConcernState.CLOSED


def test_finalising_waits_for_it_and_nothing_else_does(world: World) -> None:
    case_id = returned_case(world, "A1")
    concern = raised(world, case_id=case_id)
    with world.database.reading() as session:
        first = still_open(session, world.viewer("lead"), the_audit(session))[0]
        assert (first.group, first.link) == ("Urgent safeguarding concerns", f"/concerns/{concern}")
    finalise = plain(world.browser("lead").get(f"/audits/{REF}/finalise").text)
    assert finalise.find("Urgent safeguarding concerns: 1") < finalise.find("Cases back with their area")
    assert "1 working day left" in finalise
    world.browser("lead").post(f"/audits/{REF}/finalise", status=409)
    world.browser("head1").post(f"/cases/{case_id}/review", {**REVIEW, "answer": "accept"})
    with world.database.reading() as session:
        assert session.get_one(AuditCase, case_id).state is CaseState.FINAL, "the grade does not wait"
    move(world, concern, "acknowledge", "act", "close")
    with world.database.reading() as session:
        assert "Urgent safeguarding concerns" not in {
            s.group for s in still_open(session, world.viewer("lead"), the_audit(session))
        }


@pytest.mark.parametrize("ended", [AuditState.WITHDRAWN, AuditState.FINALISED, AuditState.PUBLISHED])
def test_one_is_raised_and_worked_on_whatever_became_of_the_audit(world: World, ended: AuditState) -> None:
    case_id = returned_case(world, "A1")
    earlier = raised(world, case_id=case_id)
    if ended is AuditState.WITHDRAWN:
        withdraw_audit(world)
    else:
        with world.database.writing() as session:
            session.execute(update(Audit).values(state=ended))
    lead = world.browser("lead")
    assert f"/audits/{REF}/concerns" in lead.get(f"/audits/{REF}").text
    lead.post(f"/cases/{case_id}/concern", {"seen": SEEN})
    for concern in (earlier, earlier + 1):
        assert f"/concerns/{concern}" in world.browser("head1").get("/").text
        move(world, concern, "acknowledge", "act", "close")
        assert state(world, concern) is ConcernState.CLOSED


def test_one_is_raised_about_a_case_that_was_replaced(world: World) -> None:
    case_id = cases(world, "A1")[0]
    with world.database.writing() as session:
        session.execute(update(AuditCase).where(AuditCase.id == case_id).values(state=CaseState.REPLACED))
    concern = raised(world, "lead", case_id)
    assert SEEN in world.browser("head1").get(f"/concerns/{concern}").text


def test_the_record_is_clean_and_what_is_tampered_with_is_found(world: World) -> None:
    concern = raised(world)
    move(world, concern, "acknowledge", "act", "close")
    with world.database.snapshot() as session:
        assert list(wrong(session)) == []
        case_id = session.get_one(Concern, concern).case_id
    edits: dict[str, dict[str, object]] = {
        "concern": {"seen": "Nothing."},
        "acknowledgement": {"act_by": date(2030, 1, 1)},
        "action": {"action_who": "Nobody"},
        "closing": {"close_reason": "-"},
    }
    for part, values in edits.items():
        with world.database.writing() as session, session.begin_nested() as trial:
            session.execute(update(Concern).where(Concern.id == concern).values(**values))
            [sentence] = wrong(session)
            assert sentence.startswith(
                f"Concern {concern} of case {case_id}: what stands there as its {part} is not what event"
            )
            trial.rollback()


def test_none_of_its_moves_asks_for_an_open_audit() -> None:
    assert {g.__name__ for t in CONCERN.transitions for g in (*t.guards, *t.personal)} == {
        "area_comes_first",
        "did_not_raise_it",
    }
