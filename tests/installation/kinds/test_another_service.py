"""A service with four other law types, other documents and employment, and no bands: a whole audit of it."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actions import grant_role
from app.audit.allocation import actions as allocating
from app.audit.commission import actions as commission_actions
from app.audit.filings import actions as filings_actions
from app.audit.filings.actions import allowed_in, import_frame
from app.audit.library.actions import keep_threshold
from app.audit.models import AuditCase
from app.audit.sample.actions import draw_for
from app.audit.thresholds.loading import data_of, load_document, load_file
from app.audit.thresholds.yaml_text import DocumentRefused, written
from app.installation.kinds.actions import replace_kinds
from app.keeping.record import wrong
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.queries import return_of
from app.people.enums import Role, Scope
from app.people.kind_lists import read_kinds
from app.people.models import Person
from app.people.queries import kinds_now
from app.sampling.commands import verify
from app.sampling.reading import read_frame
from app.sampling.receipt import Seed, public_copy
from tests.audit.commission.test_audit_pages import FRAMEWORK
from tests.browser import plain
from tests.moderation.seconds import benchmarked, second_grade
from tests.world import ROOT, World, cases, grade, no_second_grades, publish, review, the_audit

REF, PURPOSE = "HS-2026-11", "To see how tenants are served."
LISTS: dict[str, Any] = {
    "law_types": [
        {"code": "rent", "name": "Rent arrears", "explanation": "Rent arrears are of eight weeks or more."},
        {"code": "repairs", "name": "Repairs and disrepair", "short_name": "Repairs", "also": ["Disrepair"]},
        {"code": "asb", "name": "Anti-social behaviour (ASB)", "short_name": "ASB"},
        {"code": "moves", "name": "Moves and exchanges", "short_name": "Moves"},
    ],
    "document_kinds": [{"code": "notice", "name": "Notice"}, {"code": "letter", "name": "Letter", "usual": True}],
    "employment": [{"code": "permanent", "name": "Permanent", "usual": True}, {"code": "casual", "name": "Casual"}],
    "bands": [],
}
# What the standards of 2014 apply to, in this service.
BECOMES = {"public": ["rent", "repairs"], "wafh": ["asb"], "wtfh": ["moves"]}
WRITTEN = ("Rent arrears", "DISREPAIR", "asb", "moves and exchanges")


def of_this_service(data: Any) -> Any:
    """Return a document's data with the law types of this service."""
    if isinstance(data, list):
        return [of_this_service(item) for item in data]
    if not isinstance(data, dict):
        return data
    found = {key: of_this_service(value) for key, value in data.items()}
    if data.get("law_types"):
        found["law_types"] = [new for old in data["law_types"] for new in BECOMES[old]]
    if data.get("law_type"):
        found["law_type"] = BECOMES[data["law_type"]][0]
    return found


def its_document() -> str:
    data = data_of(load_file(ROOT / "app" / "data" / "thresholds" / "national-casework-2014-10.yaml"))
    return written({**of_this_service(data), "id": "housing-casework", "title": "Housing casework", "version": "1"})


def its_list() -> bytes:
    """Return filings of eight practitioners in each of two areas, without bands, the usual employment left blank."""
    rows = [
        f"H-{area}-{n}-{f},W-{area}-{n},{area},{WRITTEN[n % 4]},{'Casual' if n == 1 else ''},2026-{9 + f:02d}-{10 + n},"
        for area in ("A1", "A2")
        for n in range(8)
        for f in (0, 1)
    ]
    head = "case_ref,practitioner_id,service_area,law_type,employment,filed_on,document_kind\n"
    return (head + "\n".join(rows) + "\n").encode()


@pytest.fixture
def service(world: World) -> World:
    """Return a world whose service has its own kinds of work and its own document; the audit before it goes on."""
    with world.database.writing() as session:
        changed, closed = replace_kinds(session, read_kinds(LISTS), by=world.viewer("admin").id)
        assert changed
        assert "Public law" in closed
        assert "B1" in closed
        keep_threshold(session, its_document(), by=None)
        for name, role in (
            ("lead", Role.LEAD),
            ("second", Role.LEAD),
            ("im1", Role.IMPROVEMENT_MANAGER),
            ("im2", Role.IMPROVEMENT_MANAGER),
            ("analyst", Role.ANALYST),
            ("head2", Role.BENCHMARKER),
        ):
            person = session.scalars(select(Person).where(Person.email == f"{name}@example.test")).one()
            grant_role(session, person, role, Scope.AUDIT, REF, by=None)
    return world


def commissioned(world: World) -> None:
    director = world.browser("director")
    offered = director.get("/audits/new").text
    assert "Moves and exchanges" in offered
    assert "Public law" not in offered
    assert "Performance bands" not in offered
    document = re.search(r'value="(\d+)"[^>]*>Housing casework', offered)
    assert document
    form = {**FRAMEWORK, "ref": REF, "name": "Housing audit", "purpose": PURPOSE, "threshold": document.group(1)}
    del form["bands"]
    closed = director.post("/audits/new", {**form, "law_types": ["rent", "public"]}, status=422).text
    assert "Public law cannot be chosen for a new audit" in closed
    director.post("/audits/new", {**form, "law_types": [kind["code"] for kind in LISTS["law_types"]]})
    with world.database.writing() as session:
        commission_actions.agree_framework(session, the_audit(session, REF), by=world.viewer("ad"))


def drawn(world: World, folder: Path) -> None:
    """Import, lock, draw and allocate; the receipt is checked from the list alone."""
    lead = world.viewer("lead")
    with world.database.writing() as session:
        audit = the_audit(session, REF)
        reading = read_frame(io.BytesIO(its_list()), allowed_in(session, audit))
        assert not reading.problems
        assert reading.counts["employment"] == {"permanent": 14, "casual": 2}
        import_frame(session, audit, reading, file_name="list.csv", by=world.viewer("analyst").id)
    with world.database.writing() as session:
        filings_actions.lock_list(session, the_audit(session, REF), by=lead.id)
    with world.database.writing() as session:
        kept = draw_for(session, the_audit(session, REF), seed=Seed("12345678901234567890"), by=lead)
        assert kept.drawn == 8
        assert {m["family"] for m in kept.receipt["margins"]} == {
            *("total", "area", "law", "area x law", "employment", "area x employment")
        }
        (folder / "list.csv").write_bytes(its_list())
        known = read_kinds(LISTS)
        assert verify(folder / "list.csv", kept.receipt, known) is None
        assert verify(folder / "list.csv", public_copy(kept.receipt), known) is None
    exact = world.browser("analyst").get(f"/audits/{REF}/sample/list").content
    (folder / "exact.csv").write_bytes(exact)
    assert verify(folder / "exact.csv", json.loads(json.dumps(kept.receipt))) is None, "without the kinds at hand"
    with world.database.writing() as session:
        people = [world.viewer("im1").id, world.viewer("im2").id]
        allocating.allocate_cases(session, the_audit(session, REF), auditors=people, by=lead)


def of_audit(world: World) -> list[int]:
    with world.database.reading() as session:
        query = select(AuditCase.id).where(AuditCase.audit_id == the_audit(session, REF).id).order_by(AuditCase.id)
        return list(session.scalars(query))


def graded(world: World) -> None:
    """Grade every case, the first of the first area Not Met, which its head accepts, and one a second time."""
    low, *others = of_audit(world)
    with world.database.reading() as session:
        case = session.get_one(AuditCase, low)
        auditor, head = session.get_one(Person, case.auditor_id).email.partition("@")[0], f"head{case.area[1]}"
    kinds = [
        name for name in ("Rent arrears", "Repairs", "ASB", "Moves") if name in world.browser(auditor).get("/").text
    ]
    assert kinds, "their work names the law type"
    grade(world, low, "not_met")
    for case_id in others:
        grade(world, case_id, "good")
    review(world, low, head)
    with world.database.writing() as session:
        viewer = world.viewer(head)
        returns_actions.accept_grade(session, return_of(session, viewer, low), by=viewer)
    with world.database.reading() as session:
        first = next(c for c in others if session.get_one(AuditCase, c).area == "A1")
    benchmarked(world, first)
    second_grade(world, first, "good")
    no_second_grades(world, REF)


def test_another_service_goes_through_a_whole_audit(service: World, tmp_path: Path) -> None:
    commissioned(service)
    drawn(service, tmp_path)
    lead = service.browser("lead")
    for page in ("", "/framework", "/frame", "/sample", "/sample/how", "/cases", "/allocation", "/progress"):
        text = lead.get(f"/audits/{REF}{page}").text
        assert "WAFH" not in text, page
        assert "Performance bands" not in text or page == "/framework", page
        assert "public law" not in text.casefold(), page
    graded(service)
    lead.post(f"/audits/{REF}/finalise")
    publish(service, REF)
    report = plain(service.browser("reader").get(f"/reports/{REF}").text)
    whole = plain(service.browser("lead").get(f"/audits/{REF}/report").text)
    for words in ("Rent arrears are of eight weeks or more.", "ASB", "Moves"):
        assert words in report
        assert words in whole
    assert "Permanent staff" in whole
    for words in ("WAFH", "Public law", "erformance band", "gency"):
        assert words not in report, words
        assert words not in whole, words
    pack = plain(service.browser("head1").get(f"/audits/{REF}/areas/A1").text)
    assert "Repairs" in pack
    assert "WTFH" not in pack
    assert service.browser("reader").get(f"/reports/{REF}/files/docx").content
    assert service.browser("reader").get(f"/reports/{REF}/files/xlsx").content
    with service.database.reading() as session:
        assert not list(wrong(session))


def test_what_was_begun_with_kinds_that_closed_goes_on_under_their_names(service: World) -> None:
    (case, *_) = cases(service, "A1")
    page = plain(service.browser("lead").get("/audits/T-2026/cases").text)
    assert "Private law (WAFH)" in page
    grade(service, case, "good")
    assert "Private law" in plain(service.browser("lead").get(f"/cases/{case}").text) or "Public law" in page


def test_a_renamed_kind_is_called_so_at_once_and_a_published_report_keeps_its_words(service: World) -> None:
    again = {**LISTS, "law_types": [{**LISTS["law_types"][0], "name": "Arrears of rent"}, *LISTS["law_types"][1:]]}
    with service.database.writing() as session:
        replace_kinds(session, read_kinds(again), by=None)
        assert kinds_now(session).law_types.short("rent") == "Arrears of rent"
    assert "Arrears of rent" in service.browser("director").get("/audits/new").text


def test_its_document_is_refused_where_its_law_types_are_not_known() -> None:
    with pytest.raises(DocumentRefused) as refused:
        load_document(its_document())
    assert "names the law type ‘asb’, which is not known" in str(refused.value)
