"""Area packs: who reads one, what it tells and leaves out, the improvement plan, and that every opening is kept."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.audit import grading
from app.audit.enums import AuditState, CaseState
from app.audit.models import Assessment, AuditCase
from app.audit.queries import document_of
from app.audit.rows import assessment_row
from app.audit.thresholds.document import LearningTheme
from app.check import wrong
from app.clock import clock, today
from app.documents import Document, Table, tables
from app.errors import Conflict
from app.events import Event, Subject, record
from app.moderation import own_reviews
from app.moderation.enums import FurtherAction
from app.moderation.models import Return
from app.notices.enums import Kind
from app.notices.models import Notice
from app.people.enums import Role, Scope
from app.people.models import ServiceArea
from app.report import making, pack_actions, pack_queries, packs
from app.report.actions import finalise
from app.report.formats import PACK_FORMATS
from app.report.pack_models import ImprovementAction, PackOpening
from tests.browser import plain
from tests.moderation.stories import date_fields, give
from tests.report.test_report import finish
from tests.world import NATION, REF, World, answers_for, cases, commission, copied, grade, publish, the_audit

PACK, PLAN = f"/audits/{REF}/areas/A1", f"/audits/{REF}/areas/A1/plan"
WHAT = "Train every team in recording decisions."


def planned(day: date, what: str = WHAT, **more: str) -> dict[str, str]:
    return {"learning_point": "", "what": what, "who": "Service manager", **date_fields("by_when", day.day, day.month, day.year), **more}


def ended(world: World) -> None:
    """Bring the small audit to its end."""
    finish(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))


@pytest.fixture(scope="module")
def ended_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a world whose audit is finalised, with a learning point on one case of A1 and an own review of another; built once."""
    folder = tmp_path_factory.mktemp("ended")
    world = copied(template, folder)
    with world.database.writing() as session:
        first = session.scalars(select(Assessment).join(AuditCase, AuditCase.id == Assessment.case_id).where(AuditCase.area == "A1")).first()
        assert first is not None
        first.themes = [the_point(world).code]
        record(session, "themes_picked", by=None, subject=Subject("case", first.case_id), rows=[assessment_row(first)])
    ended(world)
    own_review(world)
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()
    return folder / "world.sqlite3"


@pytest.fixture
def over(ended_template: Path, tmp_path: Path) -> Iterator[World]:
    """Return a world of one's own whose audit is finalised."""
    made = copied(ended_template, tmp_path)
    yield made
    made.database.close()


def the_point(world: World) -> LearningTheme:
    """Return a learning point that can be picked in every law type."""
    with world.database.reading() as session:
        themes = document_of(the_audit(session)).learning_themes
    return next(t for t in themes if t.kind == "learning" and len(t.law_types or ()) == 3)


def own_review(world: World) -> None:
    """Let the head of A1 review the case graded Not Met and judge it Met throughout."""
    head = world.viewer("head1")
    with world.database.writing() as session:
        case = session.scalars(select(AuditCase).where(AuditCase.area == "A1", AuditCase.standing_grade == "not_met")).one()
        draft = own_reviews.start(session, case, by=head)
        grading.save_judgements(session, draft, answers_for(document_of(case.audit), case.law_type, "met"))
        grading.save_grade(session, draft, grade="met", departure_reason="")
        own_reviews.submit(session, case, draft, indicated=None, by=head)


def pack_of(world: World, area: str = "A1") -> Document:
    with world.database.reading() as session:
        return packs.area_pack(session, the_audit(session), area)


def table_of(pack: Document, code: str) -> Table:
    return next(t for t in tables(pack) if t.code == code)


def test_a_pack_is_for_its_own_head_and_for_those_who_answer_for_the_audit(over: World) -> None:
    people = ("head1", "head2", "ad", "lead", "director", "im1", "analyst", "reader", "admin")
    for path, answer in ((f"{PACK}/open", 303), (PACK, 200)):
        answers = {who: over.browser(who).send("GET", path).status_code for who in people}
        assert answers == {who: answer if who in {"head1", "ad", "lead", "director"} else 404 for who in people}
    assert over.browser("lead").send("GET", f"/audits/{REF}/areas/A9").status_code == 404, "no case of it was audited"
    lists = {who: over.browser(who).send("GET", f"/audits/{REF}/areas").text for who in ("head2", "ad")}
    assert [f'{PACK}"' in text for text in lists.values()] == [False, True]


def test_before_the_end_there_is_no_pack_and_the_page_says_when(world: World) -> None:
    head = world.browser("head1")
    answer = head.send("GET", PACK)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/audits/{REF}")
    assert "ready once the audit is finalised" in plain(head.get(f"/audits/{REF}").text)
    assert world.browser("head2").send("GET", PACK).status_code == 404
    assert "pack" not in world.browser("head1").get("/").text


def test_whoever_has_a_case_to_grade_reads_no_pack(over: World) -> None:
    commission(over, "T-NEXT")
    for role in (Role.IMPROVEMENT_MANAGER, Role.LEAD):
        give(over, "im1", role, *NATION)
    with over.database.writing() as session:
        other = session.scalars(select(AuditCase).where(AuditCase.auditor_id == over.viewer("im1").id).limit(1)).one()
        next_audit = the_audit(session, "T-NEXT")
        next_audit.state = AuditState.FIELDWORK
        values = {c.key: getattr(other, c.key) for c in AuditCase.__table__.columns if c.key != "id"}
        session.add(AuditCase(**{**values, "audit_id": next_audit.id, "state": CaseState.ALLOCATED, "standing_grade": None}))
    browser = over.browser("im1")
    for path in (PACK, PLAN, f"/audits/{REF}/areas"):
        assert "must not sway a grade" in plain(browser.get(path, status=403).text)
    assert "areas" not in browser.get(f"/audits/{REF}").text


def test_a_pack_tells_every_case_and_names_nobody_who_graded(over: World) -> None:
    html = over.browser("head1").get(PACK).text
    page = plain(html)
    with over.database.reading() as session:
        kept = session.scalars(select(AuditCase).where(AuditCase.area == "A1", AuditCase.standing_grade.is_not(None))).all()
        others = session.scalars(select(AuditCase.case_ref).where(AuditCase.area == "A2")).all()
    assert len(kept) == 5
    assert all(f"Case {c.case_ref}" in page and f'href="/cases/{c.id}"' in html for c in kept)
    refs = [row.cells[0] for row in table_of(pack_of(over), "cases-table").rows]
    assert refs == [c.case_ref for c in sorted(kept, key=lambda c: (c.standing_grade != "not_met", c.case_ref))], "the lowest grades come first"
    assert not [ref for ref in others if ref in page]
    assert "Went back to the area for immediate review" in page
    assert "Reviewed by the area" in page
    assert "improvement needed: significant" in page
    assert not [name for name in ("Im1", "Im2") if name in page]


def test_the_whole_audit_stands_beside_the_area_from_publication_on(over: World) -> None:
    before = pack_of(over)
    assert [c.heading for c in table_of(before, "grades").columns] == ["Grade", "Cases", "Share"]
    publish(over)
    after = table_of(pack_of(over), "grades")
    assert [c.heading for c in after.columns] == ["Grade", "Cases", "Share", "Whole audit"]
    assert [list(r.cells) for r in after.rows] == [["Good", 4, "[u]", 80], ["Met", 0, "[u]", 0], ["Not Met", 1, "[u]", 20], ["All", 5, "[u]", 100]]
    assert any("no percentage is printed" in note.lower() for note in after.notes)


def test_own_reviews_stand_beside_the_audit_and_every_row_adds_up(over: World) -> None:
    rows = [list(r.cells) for r in table_of(pack_of(over), "own-reviews").rows]
    assert rows[0] == ["Grade of the case", 0, 1, 0, 0, 1]
    assert all(sum(row[1:5]) == row[5] for row in rows)  # type: ignore[arg-type]
    page = plain(over.browser("lead").get(PACK).text)
    assert "A1 reviewed 1 of 5 cases itself" in page
    assert "No own review:" in page


def test_learning_points_are_counted_with_their_base(over: World) -> None:
    publish(over)
    point = the_point(over)
    row = table_of(pack_of(over), "learning-points").rows[0]
    assert list(row.cells) == [point.label, row.cells[1], 1, 5, "[u]", 10]
    head = over.browser("head1")
    page = plain(head.get(PACK).text)
    assert f"The most frequent learning point is ‘{point.label}’: 1 of 5 cases." in page
    assert "1 learning point was picked more often here than in the whole audit" in page
    assert point.label in plain(head.get(PLAN).text)
    head.post(f"{PLAN}/new", planned(today(), learning_point=point.label))
    assert "Learning points for which nothing is planned yet" not in plain(head.get(PLAN).text)


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
        names = session.scalars(select(Event.name).where(Event.name.startswith("improvement_")).order_by(Event.number)).all()
        assert list(names) == ["improvement_planned", "improvement_changed", "improvement_done"]
        assert list(wrong(session)) == []
    with over.database.writing() as session:
        session.get_one(ImprovementAction, key).outcome = "Nobody was trained."
    with over.database.reading() as session:
        assert [s for s in wrong(session) if s.startswith(f"Improvement action {key}: what stands there as its outcome")]


def test_only_the_areas_own_head_writes_its_plan(over: World) -> None:
    sent = planned(today())
    assert {who: over.browser(who).send("POST", f"{PLAN}/new", data=sent).status_code for who in ("head2", "lead", "ad", "director", "im1")} == {
        "head2": 404, "lead": 403, "ad": 403, "director": 403, "im1": 404,
    }  # fmt: skip
    over.browser("head1").post(f"{PLAN}/new", sent)
    with over.database.reading() as session:
        key = session.scalars(select(ImprovementAction.id)).one()
    elsewhere = f"/audits/{REF}/areas/A2/plan/{key}"
    assert over.browser("head2").send("GET", elsewhere).status_code == 404, "an action of another area is not there"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [({}, "Enter what will be done"), (planned(date(2020, 1, 1)), "must be today or later"),
     (planned(date(2099, 1, 1), learning_point="Made up"), "Choose a learning point from the list")],
)  # fmt: skip
def test_what_is_wrong_with_an_action_is_said_and_nothing_typed_is_lost(over: World, sent: dict[str, str], sentence: str) -> None:
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
        done, kept = (pack_actions.plan(session, audit, "A1", pack_actions.Planned("", what, "I", today()), by=head) for what in ("Done.", "Open."))
        pack_actions.finish(session, done, done_on=today() - timedelta(days=9), outcome="It was.", by=head)
    commission(over, "T-NEXT")
    with over.database.writing() as session:
        following = the_audit(session, "T-NEXT")
        following.window_to, following.finalised_at = audit.window_to + timedelta(days=90), clock.now()
        assert [a.what for a in pack_queries.plan_of(session, following, "A1")] == ["Open."]
        assert [a.what for a in pack_queries.plan_of(session, audit, "A1")] == ["Open.", "Done."]
        assert pack_queries.plan_of(session, following, "A2") == []
        assert kept.done_on is None


def test_who_opened_a_pack_is_kept_once_a_day_and_shown_to_its_head(over: World) -> None:
    assert "Read your area’s pack" in plain(over.browser("head1").get("/").text)
    assert over.browser("lead").send("GET", PACK).headers["location"] == f"{PACK}/open"
    for who in ("lead", "lead", "ad", "head1"):
        over.browser(who).get(PACK)
    over.browser("head2").send("GET", f"{PACK}/open")
    with over.database.reading() as session:
        assert len(session.scalars(select(PackOpening)).all()) == 3
        assert list(wrong(session)) == []
    page = plain(over.browser("head1").get(PACK).text)
    assert "Who opened this pack" in page
    assert "The lead" in page
    assert "Who opened this pack" not in plain(over.browser("ad").get(PACK).text)
    work = plain(over.browser("head1").get("/").text)
    assert "Read your area’s pack" not in work
    assert "Pack of A1" in work


def test_heads_are_told_that_the_pack_is_ready_without_a_word_of_a_case(over: World) -> None:
    with over.database.reading() as session:
        told = {n.person.email.partition("@")[0] for n in session.scalars(select(Notice).where(Notice.kind == Kind.PACK_READY))}
    assert told == {"head1", "head2"}
    assert "the pack of your area is ready" in plain(over.browser("head1").get("/").text)


def test_an_area_whose_code_has_a_space_has_a_pack(world: World) -> None:
    with world.database.writing() as session:
        session.add(ServiceArea(code="A15 Public", name="A15 Public", position=9))
        session.flush()
        for case in session.scalars(select(AuditCase).where(AuditCase.area == "A2")):
            case.area = "A15 Public"
    give(world, "head2", Role.HEAD_OF_SERVICE, Scope.AREA, "A15 Public")
    finish(world)
    for case_id in cases(world, "A15 Public"):
        grade(world, case_id, "good")
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))
    head = world.browser("head2")
    there = f"/audits/{REF}/areas/A15%20Public"
    assert there in head.get("/").text
    assert "Area pack: A15 Public" in plain(head.get(there).text)
    head.post(f"{there}/plan/new", planned(today()))
    assert WHAT in plain(head.get(f"{there}/plan").text)
    assert f"{there}/pictures/area-grades.svg" in head.get(there).text
    assert head.get(f"{there}/pictures/area-grades.svg").status_code == 200
    head.get(f"{there}/files/html")
    making.wait()
    assert head.send("GET", f"{there}/files/html").headers["content-disposition"] == f'attachment; filename="{REF}-pack-A15-Public.html"'


def test_the_forms_of_the_plan_open_with_what_is_known(over: World) -> None:
    head, point = over.browser("head1"), the_point(over)
    assert f'value="{point.label}" selected' in head.get(f"{PLAN}/new?for={point.label}").text
    head.post(f"{PLAN}/new", planned(today()))
    with over.database.writing() as session:
        action = session.scalars(select(ImprovementAction)).one()
        case = session.scalars(select(Return).join(Return.case).where(AuditCase.area == "A1")).one()
        case.further_action, case.action_what, case.action_who = FurtherAction.NEEDED, "Visit the family.", "Team manager"
    assert WHAT in head.get(f"{PLAN}/{action.id}").text
    assert "Once it is done it can no longer be changed" in plain(head.get(f"{PLAN}/{action.id}/done").text)
    for day, sentence in ((today() + timedelta(days=1), "today or in the past"), (date(2020, 1, 1), "Enter that day or a later one")):
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
        action = pack_actions.plan(session, audit, "A1", pack_actions.Planned("", WHAT, "I", today()), by=head)
        pack_actions.finish(session, action, done_on=today(), outcome="It was.", by=head)
        with pytest.raises(Conflict, match="stays as it is"):
            pack_actions.finish(session, action, done_on=today(), outcome="Again.", by=head)


def test_the_picture_of_a_pack_is_behind_its_door_and_says_what_was_found(over: World) -> None:
    picture = f"{PACK}/pictures/area-grades.svg"
    people = ("head1", "head2", "ad", "lead", "director", "im1", "analyst", "reader")
    answers = {who: over.browser(who).send("GET", picture).status_code for who in people}
    assert answers == {who: 200 if who in {"head1", "ad", "lead", "director"} else 404 for who in people}
    head = over.browser("head1")
    page = head.get(PACK).text
    assert picture in page
    assert "4 of 5 cases of A1 were Good" in plain(page)
    assert "All cases" not in head.get(picture).text, "the whole audit is not shown before its report is published"
    publish(over)
    assert "All cases" in head.get(picture).text
    assert head.send("GET", f"{PACK}/pictures/areas.svg").status_code == 404, "pictures of the report are not the pack's"


def test_a_pack_can_be_had_as_files_and_every_opening_is_kept(over: World) -> None:
    files = f"{PACK}/files"
    people = ("head1", "head2", "ad", "lead", "director", "im1", "analyst", "reader")
    answers = {who: over.browser(who).send("GET", files).status_code for who in people}
    assert answers == {who: 200 if who in {"head1", "ad", "lead", "director"} else 404 for who in people}
    lead = over.browser("lead")
    assert lead.get(files).text.count("Make this file") == len(PACK_FORMATS)
    assert lead.send("GET", f"{files}/html").headers["location"] == f"{PACK}/open?file=html"
    assert lead.send("GET", f"{PACK}/open?file=html").headers["location"] == f"{files}/html"
    assert lead.send("GET", f"{files}/html").headers["location"] == files
    making.wait()
    file = lead.send("GET", f"{files}/html")
    assert (file.status_code, file.headers["content-disposition"]) == (200, f'attachment; filename="{REF}-pack-A1.html"')
    assert "Official-sensitive" in file.text
    assert "4 of 5 cases of A1 were Good" in file.text
    with over.database.reading() as session:
        assert session.scalars(select(PackOpening.person_id)).all() == [over.viewer("lead").id]
        assert list(wrong(session)) == []
    for other in ("xlsx", "exe"):
        lead.get(f"{files}/{other}", status=404)
        assert lead.send("GET", f"{PACK}/open?file={other}").headers["location"] == PACK, "a pack is no spreadsheet"


def test_a_file_of_a_pack_changes_with_the_pack_and_the_old_one_goes(over: World) -> None:
    head, folder = over.browser("head1"), over.settings.data_dir / "files"
    kept, identifiers = [], []
    for what in ("", WHAT):
        if what:
            head.post(f"{PLAN}/new", planned(today(), what))
        head.get(f"{PACK}/files/html")
        making.wait()
        kept.append(head.send("GET", f"{PACK}/files/html").text)
        identifiers.append(pack_of(over).identifier)
        assert identifiers[-1] in head.get(PACK).text
    assert [WHAT in text for text in kept] == [False, True]
    assert identifiers[0] != identifiers[1]
    assert len(list(folder.glob("*/pack-*.html"))) == 1, "what the pack said before is not kept"
