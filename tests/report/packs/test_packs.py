"""Area packs: who reads one, what it tells and leaves out, its files, and that every opening is kept."""

from sqlalchemy import select

from app.audit.enums import AuditState, CaseState
from app.audit.models import AuditCase
from app.clock import today
from app.documents import Document, Table, tables
from app.keeping.record import wrong
from app.notices.enums import Kind
from app.notices.models import Notice
from app.people.enums import Role, Scope
from app.people.models import ServiceArea
from app.report.actions import finalise
from app.report.files import queue
from app.report.files.formats import PACK_FORMATS
from app.report.packs import document as packs
from app.report.packs.models import PackOpening
from tests.browser import plain
from tests.moderation.stories import give
from tests.report.plans import PACK, PLAN, WHAT, planned, the_point
from tests.report.reading.test_report import finish
from tests.world import NATION, REF, World, cases, commission, grade, no_second_grades, publish, the_audit


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
        session.add(
            AuditCase(**{**values, "audit_id": next_audit.id, "state": CaseState.ALLOCATED, "standing_grade": None})
        )
    browser = over.browser("im1")
    for path in (PACK, PLAN, f"/audits/{REF}/areas"):
        assert "must not sway a grade" in plain(browser.get(path, status=403).text)
    assert "areas" not in browser.get(f"/audits/{REF}").text


def test_a_pack_tells_every_case_and_names_nobody_who_graded(over: World) -> None:
    html = over.browser("head1").get(PACK).text
    page = plain(html)
    with over.database.reading() as session:
        kept = session.scalars(
            select(AuditCase).where(AuditCase.area == "A1", AuditCase.standing_grade.is_not(None))
        ).all()
        others = session.scalars(select(AuditCase.case_ref).where(AuditCase.area == "A2")).all()
    assert len(kept) == 5
    assert all(f"Case {c.case_ref}" in page and f'href="/cases/{c.id}"' in html for c in kept)
    refs = [row.cells[0] for row in table_of(pack_of(over), "cases-table").rows]
    assert refs == [c.case_ref for c in sorted(kept, key=lambda c: (c.standing_grade != "not_met", c.case_ref))], (
        "the lowest grades come first"
    )
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
    assert [list(r.cells) for r in after.rows] == [
        ["Good", 4, "[u]", 80],
        ["Met", 0, "[u]", 0],
        ["Not Met", 1, "[u]", 20],
        ["All", 5, "[u]", 100],
    ]
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
        told = {
            n.person.email.partition("@")[0]
            for n in session.scalars(select(Notice).where(Notice.kind == Kind.PACK_READY))
        }
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
    no_second_grades(world)
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
    queue.wait()
    assert (
        head.send("GET", f"{there}/files/html").headers["content-disposition"]
        == f'attachment; filename="{REF}-pack-A15-Public.html"'
    )


def test_the_picture_of_a_pack_is_behind_its_route_and_says_what_was_found(over: World) -> None:
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
    assert head.send("GET", f"{PACK}/pictures/areas.svg").status_code == 404, (
        "pictures of the report are not the pack's"
    )


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
    queue.wait()
    file = lead.send("GET", f"{files}/html")
    assert (file.status_code, file.headers["content-disposition"]) == (
        200,
        f'attachment; filename="{REF}-pack-A1.html"',
    )
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
        queue.wait()
        kept.append(head.send("GET", f"{PACK}/files/html").text)
        identifiers.append(pack_of(over).identifier)
        assert identifiers[-1] in head.get(PACK).text
    assert [WHAT in text for text in kept] == [False, True]
    assert identifiers[0] != identifiers[1]
    assert len(list(folder.glob("*/pack-*.html"))) == 1, "what the pack said before is not kept"
