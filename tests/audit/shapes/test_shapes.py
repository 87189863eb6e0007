"""Samples of other shapes through the pages: commissioned, said in words, meant in whole numbers, drawn, shared out."""

import io
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actions import grant_role
from app.audit.allocation.actions import allocate_cases
from app.audit.allocation.sharing import ToAllocate, allocate, allocate_together
from app.audit.bars.rules import Bars
from app.audit.commission.wishes import Wishes
from app.audit.enums import AuditState, CaseState
from app.audit.filings.actions import allowed_in, import_frame
from app.audit.models import AuditCase
from app.audit.replacements.actions import replace_at_once
from app.audit.shapes.shape import audited_lately, months_before
from app.errors import Conflict
from app.people.enums import Role, Scope
from app.people.models import Person
from app.report.actions import current_figures, faults_of
from app.report.figures.counted_cases import Basis
from app.report.narrative import sentences as narrative
from app.sampling.commands import verify
from app.sampling.reading import read_frame
from app.sampling.replacement import Reason
from tests.audit.commission.test_audit_pages import the_framework
from tests.browser import Browser, plain
from tests.world import REF, World, frame_csv, grade, the_audit

NEW = "T-SHAPE"
ROLES = (
    ("analyst", Role.ANALYST),
    ("lead", Role.LEAD),
    ("im1", Role.IMPROVEMENT_MANAGER),
    ("im2", Role.IMPROVEMENT_MANAGER),
)
BASIS = Basis((("good", "Good"), ("met", "Met"), ("not_met", "Not Met")), ("A1", "A2"), ("public", "wafh", "wtfh"))
SEED = {"seed": "30417 29985 11260 84417", "made_how": "dice", "witnesses": "Ann Other, trade union"}


def commissioned(world: World, **wishes: object) -> Browser:
    """Commission and agree an audit with a wish, and return its lead's browser."""
    framework = the_framework(world, ref=NEW, law_types=["public", "wafh", "wtfh"], **wishes)
    world.browser("director").post("/audits/new", framework)
    world.browser("ad").post(f"/audits/{NEW}/framework")
    with world.database.writing() as session:
        for name, role in ROLES:
            grant_role(session, session.get_one(Person, world.viewer(name).id), role, Scope.AUDIT, NEW, by=None)
    return world.browser("lead")


def listed(world: World, rows: bytes = b"") -> None:
    with world.database.writing() as session:
        audit = the_audit(session, NEW)
        reading = read_frame(io.BytesIO(rows or frame_csv()), allowed_in(session, audit))
        assert not reading.problems
        import_frame(session, audit, reading, file_name="list.csv", by=world.viewer("analyst").id)


def drawn(world: World, lead: Browser) -> dict[str, Any]:
    listed(world)
    lead.post(f"/audits/{NEW}/sample/lock")
    lead.post(f"/audits/{NEW}/sample", SEED)
    receipt: dict[str, Any] = json.loads(lead.get(f"/audits/{NEW}/sample/receipt").text)
    return receipt


def verified(lead: Browser, receipt: dict[str, Any], folder: Path) -> None:
    """Repeat the draw from the files that the pages give, as anybody can."""
    (folder / "list.csv").write_text(lead.get(f"/audits/{NEW}/sample/list").text, encoding="utf-8")
    assert verify(folder / "list.csv", receipt) is None
    public = json.loads(lead.get(f"/audits/{NEW}/sample/public-receipt").text)
    assert verify(folder / "list.csv", public) is None


SHAPES: dict[str, tuple[dict[str, object], str, dict[str, Any], int]] = {
    "a number in all": ({"how_many": "total", "total": "7"}, "7 practitioners in all", {"wanted": {"total": 7}}, 7),
    "by area": (
        {"how_many": "areas", "each": "3", "by_area": "A2 1/2"},
        "3 practitioners of each service area",
        {"wanted": {"areas": {"A1": 3, "A2": "1/2"}}},
        8,
    ),
    "everybody": ({"how_many": "everybody", "fraction": ""}, "All of the practitioners", {}, 20),
    "chosen areas": (
        {"only_areas": "A2", "only_reason": "A pilot"},
        "Only A2: A pilot",
        {"wanted": {"only_areas": ["A2"], "reason": "A pilot"}},
        5,
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_from_the_commission_to_the_draw(world: World, name: str, tmp_path: Path) -> None:
    wishes, words, said, number = SHAPES[name]
    lead = commissioned(world, **wishes)
    assert words in plain(lead.get(f"/audits/{NEW}/framework").text)
    listed(world)
    before = plain(lead.get(f"/audits/{NEW}/sample").text)
    assert "What will be drawn from it" in before
    receipt = drawn(world, lead)
    assert {k: receipt.get(k) for k in said} == said
    assert receipt["drawn"] == number
    assert "cases_per_practitioner" not in receipt["config"]
    how = plain(lead.get(f"/audits/{NEW}/sample/how").text)
    assert "one case each" in how
    verified(lead, receipt, tmp_path)


def test_several_cases_of_each_practitioner_are_drawn_and_said(world: World, tmp_path: Path) -> None:
    lead = commissioned(world, how_many="total", total="9", cases_each="2")
    receipt = drawn(world, lead)
    assert (receipt["drawn"], receipt["config"]["cases_per_practitioner"]) == (9, 2)
    with world.database.reading() as session:
        cases = session.scalars(select(AuditCase).where(AuditCase.audit_id == the_audit(session, NEW).id)).all()
        assert len(cases) == receipt["cases"]
        assert Counter(c.nth for c in cases)[1] == 9
        by_person = defaultdict(set)
        for c in cases:
            by_person[c.practitioner_id].add(c.law_type)
        assert all(len(laws) == 1 for laws in by_person.values())
    how = plain(lead.get(f"/audits/{NEW}/sample/how").text)
    assert "9 of 20 practitioners were drawn by lot, up to 2 cases each" in how
    verified(lead, receipt, tmp_path)


def test_a_list_that_cannot_give_what_is_wanted_is_not_kept(world: World) -> None:
    commissioned(world, how_many="total", total="300")
    with pytest.raises(Conflict, match="300 practitioners are wanted, but 20 practitioners are in the list"):
        listed(world)
    analyst = world.browser("analyst")
    checked = analyst.post(f"/audits/{NEW}/frame", files={"file": ("list.csv", frame_csv(), "text/csv")})
    page = plain(checked.text)
    assert "300 practitioners are wanted, but 20 practitioners are in the list." in page
    assert "Import this list" not in page


def test_who_was_audited_lately_is_left_out(world: World, tmp_path: Path) -> None:
    with world.database.writing() as session:
        other = the_audit(session, REF)
        other.window_from, other.window_to = date(2026, 3, 1), date(2026, 4, 30)
        before = {
            c.practitioner_id
            for c in session.scalars(select(AuditCase).where(AuditCase.audit_id == other.id))
            if c.state is not CaseState.REPLACED
        }
    lead = commissioned(world, without_months="12")
    with world.database.reading() as session:
        assert set(audited_lately(session, the_audit(session, NEW))) == before
    listed(world)
    page = plain(lead.get(f"/audits/{NEW}/sample").text)
    assert f"{20 - len(before)}" in page
    receipt = drawn(world, lead)
    assert receipt["wanted"]["without"]["practitioners"] == len(before)
    with world.database.reading() as session:
        audit = the_audit(session, NEW)
        now = set(session.scalars(select(AuditCase.practitioner_id).where(AuditCase.audit_id == audit.id)))
    assert now
    assert not before & now
    verified(lead, receipt, tmp_path)
    with world.database.writing() as session:
        the_audit(session, REF).state = AuditState.WITHDRAWN
    with world.database.reading() as session:
        assert audited_lately(session, the_audit(session, NEW)) == ()


@pytest.mark.parametrize(
    ("wishes", "field", "sentence"),
    [
        ({"how_many": "total"}, "total", "Enter how many practitioners are audited"),
        ({"how_many": "areas"}, "each", "Enter a number of practitioners"),
        ({"how_many": "areas", "each": "3", "by_area": "A1 many"}, "by_area", "Write it as A3 12"),
        ({"how_many": "areas", "each": "3", "by_area": "A1 4\nA1 5"}, "by_area", "Name each service area once"),
        ({"how_many": "areas", "each": "3", "staff": "agency 1"}, "staff", "Choose a share of the practitioners"),
        ({"how_many": "share", "fraction": "1/2", "only_areas": "A1"}, "only_reason", "Enter why only"),
        ({"how_many": "share", "fraction": "1/2", "only_reason": "why"}, "only_areas", "or leave the reason empty"),
        ({"how_many": "share", "fraction": "1/2", "staff": "agency some"}, "staff", "is no kind of staff with a share"),
        ({"how_many": "share"}, "fraction", "Enter the share of practitioners"),
    ],
)
def test_what_is_wished_wrongly_says_what_would_do(wishes: dict[str, Any], field: str, sentence: str) -> None:
    found = Wishes(**wishes).faults()
    assert list(found) == [field]
    assert sentence in found[field]


@pytest.mark.parametrize("cases_each", ["0", "11", "two"])
def test_so_many_cases_of_each_are_not_audited(world: World, cases_each: str) -> None:
    page = world.browser("director").post("/audits/new", the_framework(world, cases_each=cases_each), status=422)
    assert "Enter how many cases of each practitioner are audited, from 1 to 10" in plain(page.text)


def test_an_area_that_nobody_knows_is_refused(world: World) -> None:
    wishes = the_framework(world, only_areas="A1, A99", only_reason="A pilot")
    page = world.browser("director").post("/audits/new", wishes, status=422)
    assert "A99 is no service area here" in plain(page.text)


def test_months_before_a_day() -> None:
    assert months_before(date(2026, 9, 1), 12) == date(2025, 9, 1)
    assert months_before(date(2026, 3, 31), 1) == date(2026, 2, 28)
    assert months_before(date(2026, 1, 31), 2) == date(2025, 11, 30)


def test_cases_of_one_practitioner_stay_together() -> None:
    cases = [ToAllocate(n, "A1", "public", f"P{n // 2}") for n in range(20)] + [ToAllocate(30, "A1", "public", "P99")]
    shares = allocate_together(cases, {1: 100, 2: 100}, bars=Bars(), seed="s", graders={"P99": 2})
    assert shares[30] == 2
    by_person = defaultdict(set)
    for case in cases:
        by_person[case.practitioner_id].add(shares[case.id])
    assert all(len(graders) == 1 for graders in by_person.values())
    assert set(Counter(shares.values()).values()) <= {10, 11}
    alone = [ToAllocate(n, "A1", "public", f"P{n}") for n in range(9)]
    assert allocate_together(alone, {1: 100, 2: 50}, bars=Bars(), seed="s") == allocate(
        alone, {1: 100, 2: 50}, bars=Bars(), seed="s"
    )


def test_two_cases_of_each_from_sharing_out_to_the_figures(world: World) -> None:
    lead = commissioned(world, how_many="total", total="6", cases_each="2", only_areas="A1", only_reason="A pilot")
    drawn(world, lead)
    graders = [world.viewer("im1").id, world.viewer("im2").id]
    with world.database.writing() as session:
        allocate_cases(session, the_audit(session, NEW), auditors=graders, by=world.viewer("lead"))
    with world.database.writing() as session:
        audit = the_audit(session, NEW)
        cases = session.scalars(select(AuditCase).where(AuditCase.audit_id == audit.id).order_by(AuditCase.id)).all()
        by_person = defaultdict(set)
        for case in cases:
            by_person[case.practitioner_id].add(case.auditor_id)
        assert all(len(theirs) == 1 for theirs in by_person.values())
        # Each has two cases in the list and both were chosen: the rule looks past them, to somebody else.
        first, wanted = cases[0], Reason.SEALED
        made = replace_at_once(session, first, reason=wanted, note="Sealed.", by=world.viewer("lead"))
        new = session.get_one(AuditCase, made.new_case_id)
        assert (made.step, new.nth, new.auditor_id) == ("R1", first.nth, first.auditor_id)
        assert new.practitioner_id not in by_person
        standing = [c.id for c in cases if c.id != first.id] + [new.id]
    for number, case_id in enumerate(standing):
        grade(world, case_id, "good" if number % 3 else "met")
    with world.database.reading() as session:
        found = current_figures(session, the_audit(session, NEW))
    assert faults_of(found) == []
    overall = found["overall"]
    assert (overall["total"], overall["practitioners"]) == (len(standing), 7)
    assert found["sample"]["shape"]["cases_each"] == 2
    low, high = found["intervals"]["overall"]["good"]["wilson_fpc"]
    assert low < found["intervals"]["overall"]["good"]["estimate"] < high


def test_unequal_chances_are_weighted_in_the_figures(world: World) -> None:
    lead = commissioned(world, how_many="areas", each="2", by_area="A2 8")
    drawn(world, lead)
    with world.database.writing() as session:
        allocate_cases(session, the_audit(session, NEW), auditors=[world.viewer("im1").id], by=world.viewer("lead"))
    with world.database.reading() as session:
        audit = the_audit(session, NEW)
        cases = session.scalars(select(AuditCase).where(AuditCase.audit_id == audit.id)).all()
        areas = {c.id: c.area for c in cases}
    for case_id, area in areas.items():
        grade(world, case_id, "good" if area == "A1" else "met")
    with world.database.reading() as session:
        found = current_figures(session, the_audit(session, NEW))
    assert faults_of(found) == []
    # Two of ten cases are Good, but they stand for one practitioner of two.
    assert found["overall"]["good"] == {"count": 2, "percent": 50, "estimate": 0.5}
    report = narrative.overall(BASIS, found)
    assert any("weigh each case by how many practitioners it stands for" in sentence for sentence in report)
    assert any("2 (50%, weighted) Good" in sentence for sentence in report)
