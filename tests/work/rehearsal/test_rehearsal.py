"""Rehearsals: begun on the service's own areas, kept apart from everything real, moved on, erased whole."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, text

from app.accounts.actions import grant_role
from app.audit.enums import AuditState, CaseState
from app.audit.library import queries as library_queries
from app.audit.models import Assessment, Audit, AuditCase
from app.audit.queries import audits, is_grading
from app.audit.rehearsals import MARK, is_named_as_one, may_be_rehearsal, name_of, reference_of
from app.audit.shapes.shape import audited_lately
from app.clock import clock
from app.db import Base
from app.errors import Conflict
from app.events import ERASURE, Event
from app.moderation.models import Return
from app.notices.models import Notice
from app.notices.telling import tell_of_days
from app.people.enums import Role
from app.people.models import Person, RoleGrant, ServiceArea
from app.report.dataset.actions import dataset_of
from app.report.dataset.enums import DatasetEdition
from app.report.dataset.files import files_of
from app.report.document.assembled import draft_document
from app.report.document.imprint import marked
from app.report.packs.document import area_pack
from app.sampling.models import Frame, FramePart, SampleDraw
from app.work.rehearsal.actions import start, usual
from app.work.rehearsal.erasing import erase
from app.work.rehearsal.moving import forward
from tests.browser import plain
from tests.work.rehearsal.rehearsing import FIRST, begun, in_the_middle, shared_out, with_people, wrong
from tests.world import CAST, NATION, NATIONAL, World, grade, no_second_grades, sign_off, the_audit

STARTERS = {"director", "ad", "admin"}


def national(world: World) -> int:
    with world.database.reading() as session:
        return library_queries.threshold(session, *NATIONAL).id


def test_it_is_tried_out_on_pages_from_the_first_press_to_the_last(world: World) -> None:
    with_people(world)
    admin, lead, grader = world.browser("admin"), world.browser("lead"), world.browser("im1")
    assert "Try it out with invented cases To do" in plain(admin.get("/admin/start").text)
    page = admin.get("/rehearsals").text
    seed = re.search(r'name="seed"[^>]*value="([^"]+)"', page)
    assert seed is not None
    form = {"threshold": str(national(world)), "each": "2", "seed": seed.group(1), "once": "first"}
    said = plain(admin.post("/rehearsals", form).text)
    assert "Rehearsal 1, with invented cases, is there: 6 cases drawn" in said
    # The same press twice is one.
    admin.post("/rehearsals", form)
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).where(Audit.rehearsal)) == 1
        kept = session.scalars(select(SampleDraw).order_by(SampleDraw.id.desc())).first()
        assert kept is not None
        assert kept.receipt["seed"]["rehearsal"] is True
    assert "Try it out with invented cases Done" in plain(admin.get("/admin/start").text)
    lead.post(f"/audits/{FIRST}/allocation", {"auditors": [str(world.viewer(n).id) for n in ("im1", "im2")]})
    waiting = plain(grader.get(f"/audits/{FIRST}/rehearsal").text)
    assert "Grade:" in waiting
    assert "TRY-0" in waiting
    assert "TRY-0" not in plain(grader.get("/").text)
    assert "Enter a whole number of weeks" in plain(
        lead.post(f"/audits/{FIRST}/rehearsal/forward", {"weeks": "13"}, status=422).text
    )
    assert "3 weeks have passed" in plain(lead.post(f"/audits/{FIRST}/rehearsal/forward", {"weeks": "3"}).text)
    assert "Enter REHEARSAL-1" in plain(
        admin.post(f"/audits/{FIRST}/rehearsal/erase", {"reference": "T-2026"}, status=422).text
    )
    said = plain(admin.post(f"/audits/{FIRST}/rehearsal/erase", {"reference": "rehearsal-1", "once": "e"}).text)
    assert "Rehearsal 1, with invented cases, is erased: 6 invented cases" in said
    # Pressed twice, it says the same; whoever comes later finds nothing.
    admin.post(f"/audits/{FIRST}/rehearsal/erase", {"reference": FIRST, "once": "other"}, status=404)
    assert wrong(world) == []


@pytest.mark.parametrize("who", [name for name, _ in CAST])
def test_those_may_begin_one_who_keep_commission_agree_or_lead(world: World, who: str) -> None:
    browser = world.browser(who)
    offers = 'name="seed"' in browser.get("/rehearsals").text
    refused = "Nobody has the role of" in browser.get("/rehearsals").text
    # In this world people lead and grade one audit, which a rehearsal is not.
    assert not offers
    assert refused is (who in STARTERS)
    browser.post("/rehearsals", {"each": "2"}, status=422 if who in STARTERS else 404)


@pytest.mark.parametrize("missing", ["areas", "leads", "graders", "documents"])
def test_what_has_to_be_there_first_is_said(world: World, missing: str) -> None:
    with_people(world)
    with world.database.writing() as session:
        if missing == "areas":
            session.execute(text("UPDATE service_area SET closed_on = '2020-01-01'"))
        elif missing == "documents":
            session.execute(text("UPDATE threshold_document SET state = 'discarded'"))
        else:
            role = Role.LEAD if missing == "leads" else Role.IMPROVEMENT_MANAGER
            session.execute(delete(RoleGrant).where(RoleGrant.role == role))
    says = {
        "areas": "There is no service area yet",
        "leads": "Nobody has the role of audit lead for every audit",
        "graders": "Nobody has the role of improvement manager for every audit",
        "documents": "No threshold document is published yet",
    }
    assert says[missing] in plain(world.browser("director").get("/rehearsals").text)
    with world.trial() as session, pytest.raises(Conflict, match=says[missing]):
        start(session, usual(session), by=world.viewer("director"))


def test_one_area_and_no_bands_are_enough(world: World) -> None:
    with_people(world)
    with world.database.writing() as session:
        for code in ("A2", "A9"):
            session.get_one(ServiceArea, code).closed_on = date(2020, 1, 1)
    begun(world, each=1)
    with world.database.reading() as session:
        audit = the_audit(session, FIRST)
        (case,) = session.scalars(select(AuditCase).where(AuditCase.audit_id == audit.id))
        assert case.area == "A1"


def test_nothing_of_it_is_anywhere_but_in_it(world: World) -> None:
    before = {who: plain(world.browser(who).get("/").text) for who in ("lead", "im1", "im2", "head1", "head2", "ad")}
    cases = in_the_middle(world)
    with world.database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.case_id.in_(cases))).all()
        assert list(told) == []
        assert not is_grading(session, world.viewer("nobody"))
        assert FIRST not in {of.ref for of in audits(session, world.viewer("director"))}
    for who in before:
        browser = world.browser(who)
        for path in ("/", "/audits", "/audits?show=archived", "/calendar", "/reports", "/api/v1/audits"):
            page = browser.send("GET", path).text
            assert "REHEARSAL-1" not in page, (who, path)
            assert "with invented cases, " not in page, (who, path)
            assert "TRY-0" not in page, (who, path)
    assert FIRST not in world.browser("director").get("/audits/new").text
    with world.trial() as session:
        clock.set(clock.now() + timedelta(days=60))
        try:
            tell_of_days(session)
        finally:
            clock.set(None)
        assert session.scalars(select(Notice).where(Notice.case_id.in_(cases))).all() == []


def test_a_real_page_stays_open_to_whoever_grades_invented_cases_alone(world: World) -> None:
    with_people(world)
    shared_out(world, begun(world))
    with world.database.writing() as session:
        session.execute(text("UPDATE audit_case SET auditor_id = NULL WHERE case_ref NOT LIKE 'TRY-%'"))
    with world.database.reading() as session:
        assert not is_grading(session, world.viewer("im1"))


def test_whoever_was_in_a_rehearsal_was_not_audited_lately(world: World) -> None:
    with_people(world)
    begun(world)
    with world.trial() as session:
        audit, rehearsal = the_audit(session), the_audit(session, FIRST)
        audit.shape = {"months": 120}
        rehearsal.window_from, rehearsal.window_to = date(2026, 7, 1), date(2026, 8, 31)
        session.flush()
        assert audited_lately(session, audit) == ()
        rehearsal.rehearsal = False
        session.flush()
        assert audited_lately(session, audit) != ()


def test_every_page_of_it_says_what_it_is(world: World) -> None:
    cases = in_the_middle(world)
    says = "Rehearsal with invented cases."
    lead = world.browser("lead")
    with world.database.reading() as session:
        returned = session.scalars(select(Return.id).where(Return.case_id == cases[0])).one()
    pages = [f"/audits/{FIRST}{rest}" for rest in ("", "/cases", "/sample", "/framework", "/progress", "/returns")]
    pages += [f"/audits/{FIRST}/{rest}" for rest in ("rehearsal", "finalise", "timetable", "benchmarks", "challenges")]
    pages += [f"/cases/{case}" for case in cases[:3]] + [f"/cases/{cases[0]}/concern"]
    assert returned
    for path in pages:
        assert says in plain(lead.get(path).text), path
    real = ["/", "/audits", "/audits/T-2026", "/audits/T-2026/cases", "/rehearsals"]
    for path in real:
        assert says not in plain(lead.get(path).text), path
    assert says in plain(world.browser("im1").get(f"/cases/{_one_to_grade(world, 'im1')}/assess").text)


def _one_to_grade(world: World, who: str) -> int:
    with world.database.reading() as session:
        theirs = (AuditCase.auditor_id == world.viewer(who).id, AuditCase.state == CaseState.ALLOCATED)
        query = select(AuditCase.id).join(AuditCase.audit).where(*theirs, Audit.rehearsal)
        return session.scalars(query.limit(1)).one()


def test_days_are_moved_on_whole(world: World) -> None:
    cases = in_the_middle(world)
    with world.database.reading() as session:
        due = session.scalars(select(Return).where(Return.case_id == cases[2])).one().review_due
        at = session.scalars(select(Assessment).where(Assessment.case_id == cases[1])).one().submitted_at
        real = session.scalars(select(Return).where(Return.case_id.not_in(cases))).first()
        filed, window = session.get_one(AuditCase, cases[0]).filed_on, the_audit(session, FIRST).window_to
        assert at is not None
        assert real is not None
        untouched = real.id, real.review_due
    with world.database.writing() as session:
        forward(session, the_audit(session, FIRST), 2, by=world.viewer("lead"))
    with world.database.reading() as session:
        back = timedelta(weeks=2)
        moved = session.scalars(select(Return).where(Return.case_id == cases[2])).one()
        assert moved.review_due == due - back
        assert session.scalars(select(Assessment).where(Assessment.case_id == cases[1])).one().submitted_at == at - back
        assert session.get_one(Return, untouched[0]).review_due == untouched[1]
        assert session.get_one(AuditCase, cases[0]).filed_on == filed
        assert the_audit(session, FIRST).window_to == window
    assert wrong(world) == []
    with world.trial() as session, pytest.raises(Conflict, match="This is no rehearsal"):
        forward(session, the_audit(session), 1, by=world.viewer("director"))


def counts(world: World) -> dict[str, int]:
    with world.database.reading() as session:
        every = [table for table in Base.metadata.sorted_tables if table.name not in {"event", "event_head"}]
        return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in every}


def test_it_is_erased_whole_and_the_log_stays_whole(world: World) -> None:
    with_people(world)
    before = counts(world)
    cases = in_the_middle(world, people=False)
    assert wrong(world) == []
    with world.database.writing() as session:
        assert erase(session, the_audit(session, FIRST), by=world.viewer("ad")) == len(cases) + 2
    assert counts(world) == before
    assert wrong(world) == []
    with world.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.name == ERASURE))
        told = event.details
        assert (told["ref"], told["name"]) == (FIRST, name_of(1))
        removed = told["removed"]
        assert isinstance(removed, dict)
        assert {"audit", "case", "assessment", "return", "frame", "draw"} <= removed.keys()
        left = session.scalars(select(Event).where(Event.audit_ref == FIRST, Event.payload.is_not(None))).all()
        assert [of.name for of in left] == [ERASURE]


def test_what_is_taken_away_otherwise_is_found_all_the_same(world: World) -> None:
    in_the_middle(world)
    with world.database.writing() as session:
        session.execute(text("DELETE FROM role_grant WHERE role = 'analyst'"))
    with world.database.writing() as session:
        erase(session, the_audit(session, FIRST), by=world.viewer("ad"))
    said = wrong(world)
    assert said
    assert "its roles is ['analyst audit T-2026'], but [] stands in its table" in said[0]


def test_numbers_of_erased_cases_are_never_given_again(world: World) -> None:
    cases = in_the_middle(world)
    with world.database.writing() as session:
        erase(session, the_audit(session, FIRST), by=world.viewer("ad"))
    assert begun(world) == "REHEARSAL-2"
    with world.database.reading() as session:
        new = session.scalars(select(AuditCase.id).where(AuditCase.case_ref.startswith("TRY-"))).all()
        assert min(new) > max(cases)
    assert wrong(world) == []


def test_only_a_rehearsal_is_erased(world: World) -> None:
    with world.trial() as session, pytest.raises(Conflict, match="This is no rehearsal"):
        erase(session, the_audit(session), by=world.viewer("director"))
    with world.trial() as session, pytest.raises(Conflict, match="This is no rehearsal"):
        erase(session, the_audit(session), by=None)
    world.browser("director").get("/audits/T-2026/rehearsal", status=404)


def test_what_somebody_saves_after_it_is_gone_finds_nothing(world: World) -> None:
    in_the_middle(world)
    grader, case = world.browser("im1"), _one_to_grade(world, "im1")
    grader.get(f"/cases/{case}/assess")
    with world.database.writing() as session:
        erase(session, the_audit(session, FIRST), by=world.viewer("ad"))
    answer = grader.send("POST", f"/cases/{case}/assess", data={"SAF1": "good"})
    assert answer.status_code == 404


def test_it_is_never_published_withdrawn_or_archived(world: World) -> None:
    in_the_middle(world)
    director = world.browser("director")
    for path in ("withdraw", "archive"):
        answer = director.send("POST", f"/audits/{FIRST}/{path}", data={"reason": "It served."})
        assert answer.status_code == 409 if path == "withdraw" else answer.status_code in {403, 409}
    with world.database.reading() as session:
        assert the_audit(session, FIRST).state is AuditState.FIELDWORK


def test_names_and_references_of_rehearsals_are_theirs_alone(world: World) -> None:
    assert may_be_rehearsal(reference_of(7))
    assert is_named_as_one(name_of(7))
    assert not may_be_rehearsal("NA-2026-11")
    assert not is_named_as_one("Rehearsal of the national audit")
    form = {"ref": "REHEARSAL-9", "name": "An audit", "then": "save"}
    said = plain(world.browser("director").send("POST", "/audits/new", data=form).text)
    assert "is kept for rehearsals" in said


def test_the_report_of_one_says_what_it_is_and_is_not_published(world: World) -> None:
    with_people(world)
    with world.database.writing() as session:
        for code in ("A2", "A9"):
            session.get_one(ServiceArea, code).closed_on = date(2020, 1, 1)
        person = session.scalars(select(Person).where(Person.email == "second@example.test")).one()
        grant_role(session, person, Role.LEAD, *NATION, by=None)
    cases = shared_out(world, begun(world))
    for case in cases:
        grade(world, case, "good")
    no_second_grades(world, FIRST)
    world.browser("lead").post(f"/audits/{FIRST}/finalise", {"once": "f"})
    with world.database.reading() as session:
        assert the_audit(session, FIRST).state is AuditState.FINALISED
    sign_off(world, FIRST)
    director = world.browser("director")
    how = plain(director.get(f"/audits/{FIRST}/sample/how").text)
    assert "The seed had been typed before there was a list" in how
    assert "Only after that" not in how
    told = plain(director.get(f"/audits/{FIRST}/report").text)
    assert "the list is invented, and the seed of the lot was typed before it" in told
    assert "the list was locked before" not in told
    assert "Agreed by the person" not in told
    for path in ("report", "report/making", "areas/A1", "dataset", "report/files"):
        page = plain(director.get(f"/audits/{FIRST}/{path}").text)
        assert "Rehearsal with invented cases." in page, path
        assert "Rehearsal 1, with invented cases" in page or path == "report/making", path
    refused = director.send("POST", f"/audits/{FIRST}/publish", data={"once": "p"})
    assert refused.status_code == 409
    assert "never published" in plain(refused.text)
    with world.database.reading() as session:
        audit = the_audit(session, FIRST)
        for document in (draft_document(session, audit), area_pack(session, audit, "A1")):
            assert marked(session, document).marking == MARK
        made = dataset_of(session, audit, DatasetEdition.INTERNAL)
        files = files_of(made)
        assert files["README.txt"].decode().startswith("Rehearsal 1, with invented cases")
        assert b"Rehearsal 1, with invented cases" in files["datapackage.json"]
    with world.database.reading() as session:
        assert the_audit(session, FIRST).state is AuditState.FINALISED
    with world.database.writing() as session:
        erase(session, the_audit(session, FIRST), by=world.viewer("ad"))
    assert [said for said in wrong(world) if "Service area" not in said] == []
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Frame)) == 1
        assert session.scalar(select(func.count()).select_from(FramePart)) == 1
