"""Improvement plans: who writes one, what is asked of an action, two at once, and what is carried over."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditCase
from app.clock import clock, today
from app.errors import Conflict
from app.events import Event
from app.keeping.record import wrong
from app.moderation.enums import FurtherAction
from app.moderation.models import Return
from app.report.packs import actions as pack_actions
from app.report.packs import queries as pack_queries
from app.report.packs.models import ImprovementAction, PackOpening, Planned
from tests.browser import plain
from tests.moderation.stories import date_fields
from tests.report.plans import PACK, PLAN, WHAT, planned, the_point
from tests.world import REF, World, commission, the_audit


def test_a_plan_is_written_changed_and_done_and_its_log_holds(over: World) -> None:
    head, soon = over.browser("head1"), today() + timedelta(days=5)
    head.post(f"{PLAN}/new", planned(soon))
    with over.database.reading() as session:
        key = session.scalars(select(ImprovementAction.id)).one()
    assert WHAT in plain(over.browser("ad").get(PACK).text)
    assert f"{PLAN}/{key}/done" in head.get("/").text
    head.post(f"{PLAN}/{key}", planned(soon, "Train two teams.", version="1"))
    assert "Train two teams." in plain(over.browser("lead").get(PLAN).text)
    assert f"{PLAN}/{key}" not in over.browser("lead").get(PLAN).text
    late = date_fields("done_on", today().day, today().month, today().year)
    assert "Enter what came of it" in plain(head.post(f"{PLAN}/{key}/done", late, status=422).text)
    head.post(f"{PLAN}/{key}/done", {**late, "what_came": "Both teams were trained."})
    assert "Both teams were trained." in plain(head.get(PACK).text)
    assert f"{PLAN}/{key}" not in head.get("/").text
    assert "stays as it is" in plain(head.post(f"{PLAN}/{key}", planned(soon), status=409).text)
    with over.database.reading() as session:
        names = session.scalars(
            select(Event.name).where(Event.name.startswith("improvement_")).order_by(Event.number)
        ).all()
        assert list(names) == ["improvement_planned", "improvement_changed", "improvement_done"]
        assert list(wrong(session)) == []
    with over.database.writing() as session:
        session.get_one(ImprovementAction, key).outcome = "Nobody was trained."
    with over.database.reading() as session:
        assert [
            s for s in wrong(session) if s.startswith(f"Improvement action {key}: what stands there as its outcome")
        ]


def test_only_the_areas_own_head_writes_its_plan(over: World) -> None:
    sent = planned(today())
    assert {
        who: over.browser(who).send("POST", f"{PLAN}/new", data=sent).status_code
        for who in ("head2", "lead", "ad", "director", "im1")
    } == {
        "head2": 404,
        "lead": 403,
        "ad": 403,
        "director": 403,
        "im1": 404,
    }
    over.browser("head1").post(f"{PLAN}/new", sent)
    with over.database.reading() as session:
        key = session.scalars(select(ImprovementAction.id)).one()
    elsewhere = f"/audits/{REF}/areas/A2/plan/{key}"
    assert over.browser("head2").send("GET", elsewhere).status_code == 404, "an action of another area is not there"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Enter what will be done"),
        (planned(date(2020, 1, 1)), "must be today or later"),
        (planned(date(2031, 1, 1), learning_point="Made up"), "Choose a learning point from the list"),
    ],
)
def test_what_is_wrong_with_an_action_is_said_and_nothing_typed_is_lost(
    over: World, sent: dict[str, str], sentence: str
) -> None:
    page = over.browser("head1").post(f"{PLAN}/new", sent, status=422).text
    assert sentence in plain(page)
    assert not sent or WHAT in page


def test_what_may_name_somebody_is_asked_about_once(over: World) -> None:
    head, sent = over.browser("head1"), planned(today(), "Visit Mrs Smith.")
    page = head.post(f"{PLAN}/new", sent, status=422).text
    assert "looks like a name with a title" in plain(page)
    looked = page.partition('name="looked" value="')[2].partition('"')[0]
    assert "Visit Mrs Smith." in plain(head.post(f"{PLAN}/new", {**sent, "looked": looked}).text)


def test_two_who_change_an_action_at_once_see_both_texts(over: World) -> None:
    head, soon = over.browser("head1"), today() + timedelta(days=40)
    head.post(f"{PLAN}/new", planned(soon))
    with over.database.reading() as session:
        key = session.scalars(select(ImprovementAction.id)).one()
    head.post(f"{PLAN}/{key}", planned(soon, "The first window.", version="1"))
    page = head.post(f"{PLAN}/{key}", planned(soon, "The second window.", version="1"), status=422).text
    assert "The first window." in page
    assert "The second window." in page
    assert 'name="version" value="2"' in page
    head.post(f"{PLAN}/{key}", planned(soon, "The second window.", version="2"))
    assert "The second window." in head.get(PLAN).text


def test_what_is_not_done_is_carried_over_to_the_pack_of_the_next_audit(over: World) -> None:
    with over.database.writing() as session:
        audit, head = the_audit(session), over.viewer("head1")
        done, kept = (
            pack_actions.plan(session, audit, "A1", Planned(what=what, who="I", by_when=today()), by=head)
            for what in ("Done.", "Open.")
        )
        done.made_at = clock.now() - timedelta(days=9)
        pack_actions.finish(session, done, done_on=today() - timedelta(days=9), outcome="It was.", by=head)
    commission(over, "T-NEXT")
    with over.database.writing() as session:
        following = the_audit(session, "T-NEXT")
        following.window_to, following.finalised_at = audit.window_to + timedelta(days=90), clock.now()
        assert [a.what for a in pack_queries.plan_of(session, following, "A1")] == ["Open."]
        assert [a.what for a in pack_queries.plan_of(session, audit, "A1")] == ["Open.", "Done."]
        assert pack_queries.plan_of(session, following, "A2") == []
        assert kept.done_on is None


def test_the_forms_of_the_plan_open_with_what_is_known(over: World) -> None:
    head, point = over.browser("head1"), the_point(over)
    assert f'value="{point.label}" selected' in head.get(f"{PLAN}/new?for={point.label}").text
    head.post(f"{PLAN}/new", planned(today()))
    with over.database.writing() as session:
        action = session.scalars(select(ImprovementAction)).one()
        case = session.scalars(select(Return).join(Return.case).where(AuditCase.area == "A1")).one()
        case.further_action, case.action_what, case.action_who = (
            FurtherAction.NEEDED,
            "Visit the family.",
            "Team manager",
        )
    assert WHAT in head.get(f"{PLAN}/{action.id}").text
    assert "Once it is done it can no longer be changed" in plain(head.get(f"{PLAN}/{action.id}/done").text)
    for day, sentence in (
        (today() + timedelta(days=1), "today or in the past"),
        (date(2020, 1, 1), "Enter that day or a later one"),
    ):
        sent = {**date_fields("done_on", day.day, day.month, day.year), "what_came": "Done."}
        assert sentence in plain(head.post(f"{PLAN}/{action.id}/done", sent, status=422).text)
    assert head.send("GET", f"{PLAN}/999").status_code == 404
    assert all("Visit the family." in plain(head.get(path).text) for path in (PACK, PLAN))
    assert "No learning point was picked" in plain(over.browser("head2").get(f"/audits/{REF}/areas/A2").text)


def test_two_windows_that_act_at_once_do_it_once(over: World) -> None:
    head = over.viewer("head1")
    with over.database.writing() as session:
        audit = the_audit(session)
        pack_actions.keep_opening(session, audit, "A1", by=head)
        pack_actions.keep_opening(session, audit, "A1", by=head)
        assert len(session.scalars(select(PackOpening)).all()) == 1
        action = pack_actions.plan(session, audit, "A1", Planned(what=WHAT, who="I", by_when=today()), by=head)
        pack_actions.finish(session, action, done_on=today(), outcome="It was.", by=head)
        with pytest.raises(Conflict, match="stays as it is"):
            pack_actions.finish(session, action, done_on=today(), outcome="Again.", by=head)
