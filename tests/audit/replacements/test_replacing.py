"""A case that cannot be audited is replaced by the rule, in its order.

A case added by hand never stands for the population.
"""

import pytest
from sqlalchemy import select

from app.audit.enums import AuditState, CaseState, Origin
from app.audit.models import AuditCase, Replacement
from app.audit.replacements import actions as replacing
from app.audit.replacements.additions import differences
from app.audit.sample import queries as sample_queries
from app.keeping.record import wrong
from app.people.kinds import SHIPPED
from app.report.actions import current_figures
from app.sampling import queries as sampling
from app.sampling.population import Filing
from app.sampling.replacement import Reason
from tests.browser import plain
from tests.world import REF, World, cases, grade, the_audit

LEFT = {"reason": "left", "note": "Left in September."}


def auditor_of(world: World, case_id: int) -> str:
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
    return next(name for name in ("im1", "im2") if world.viewer(name).id == auditor)


def open_case(world: World) -> int:
    return cases(world, "A1")[0]


def test_an_auditor_asks_and_the_lead_replaces(world: World) -> None:
    case_id = open_case(world)
    auditor = world.browser(auditor_of(world, case_id))
    assert "This case cannot be audited" in plain(auditor.get(f"/cases/{case_id}").text)
    empty = auditor.post(f"/cases/{case_id}/replacement", {"note": "Only this."}, status=422)
    assert "Choose why the case cannot be audited" in plain(empty.text)
    assert "Only this." in empty.text
    assert "is asked to replace" in plain(auditor.post(f"/cases/{case_id}/replacement", LEFT).text)
    auditor.post(f"/cases/{case_id}/replacement", LEFT, status=409)
    auditor.post(f"/cases/{case_id}/replacement/make", status=403)
    lead = world.browser("lead")
    assert "Asked to be replaced: answer" in plain(lead.get("/").text)
    assert "Left in September." in plain(lead.get(f"/cases/{case_id}/replacement/answer").text)
    assert "stands in for case" in plain(lead.post(f"/cases/{case_id}/replacement/make").text)
    with world.database.reading() as session:
        old = session.get_one(AuditCase, case_id)
        made = session.scalars(select(Replacement)).one()
        new = session.get_one(AuditCase, made.new_case_id)
        assert (old.state, new.state, new.origin) == (CaseState.REPLACED, CaseState.ALLOCATED, Origin.REPLACEMENT)
        assert (new.auditor_id, new.area) == (old.auditor_id, old.area)
        assert new.practitioner_id != old.practitioner_id
        assert (made.number, made.step in {"R1", "R2", "R3"}, made.asked_by) == (1, True, old.auditor_id)
        assert list(wrong(session)) == []
    page = plain(lead.get(f"/audits/{REF}/sample").text)
    assert "Replacements, in their order" in page
    assert "The practitioner has left" in page
    lead.post(f"/cases/{case_id}/replacement/make", status=409)


def test_the_lead_keeps_a_case_with_an_answer(world: World) -> None:
    case_id = open_case(world)
    auditor, lead = world.browser(auditor_of(world, case_id)), world.browser("lead")
    auditor.post(f"/cases/{case_id}/replacement", {"reason": "sealed", "note": "The file asks for a password."})
    lead.post(f"/cases/{case_id}/replacement/decline", {"answer": ""}, status=422)
    lead.post(f"/cases/{case_id}/replacement/decline", {"answer": "The registry opens it on request."})
    assert "The registry opens it on request." in plain(auditor.get(f"/cases/{case_id}").text)
    with world.database.reading() as session:
        assert session.get_one(AuditCase, case_id).state is CaseState.ALLOCATED
    assert "Grade this case" in plain(auditor.get(f"/cases/{case_id}").text)


def test_the_same_practitioners_next_case_stands_in_where_only_the_case_is_unusable(world: World) -> None:
    case_id = open_case(world)
    world.browser("lead").post(f"/cases/{case_id}/replacement", {"reason": "not-found", "note": "Not in the store."})
    with world.database.reading() as session:
        old, made = session.get_one(AuditCase, case_id), session.scalars(select(Replacement)).one()
        new = session.get_one(AuditCase, made.new_case_id)
        assert made.step == "R0"
        assert new.practitioner_id == old.practitioner_id
        assert new.filed_on is not None
        assert old.filed_on is not None
        assert new.filed_on < old.filed_on


@pytest.mark.parametrize("reason", ["sealed", "left"])
def test_an_area_runs_out_and_the_loss_is_recorded(world: World, reason: str) -> None:
    lead = world.browser("lead")
    for _ in range(60):
        there = cases(world, "A1")
        if not there:
            break
        lead.post(f"/cases/{there[0]}/replacement", {"reason": reason, "note": "No."})
    with world.database.reading() as session:
        audit = the_audit(session)
        gone = sample_queries.gone_from(session, audit)
        assert gone
        assert all(g.short for g in gone)
        assert session.scalars(select(Replacement).where(Replacement.step == "R4")).first() is not None
        assert list(wrong(session)) == []
        sample = current_figures(session, audit)["sample"]
    assert sample["lost"] == len(gone)
    assert sample["areas_with_many_missing"]["A1"]["missing"] == len(gone)
    assert "nobody was left to stand in" in plain(lead.get(f"/audits/{REF}/sample/how").text)


def test_a_graded_case_stays(world: World) -> None:
    case_id = open_case(world)
    grade(world, case_id, "good")
    answer = world.browser("lead").post(f"/cases/{case_id}/replacement", LEFT, status=409)
    assert "graded" in plain(answer.text)


ADDED = {
    "case_ref": "C-BY-HAND",
    "practitioner_id": "P-NEW",
    "area": "A1",
    "law_type": "public",
    "performance_band": "B1",
    "employment": "agency",
    "filed_on-day": "20",
    "filed_on-month": "9",
    "filed_on-year": "2026",
    "why": "A complaint names it.",
}


def test_a_case_added_by_hand_is_marked_and_never_counted(world: World) -> None:
    lead = world.browser("lead")
    with world.database.reading() as session:
        before = current_figures(session, the_audit(session))
    wrong_form = lead.post(f"/audits/{REF}/sample/add", ADDED | {"filed_on-year": "2025", "why": ""}, status=422)
    assert "C-BY-HAND" in wrong_form.text
    lead.post(f"/audits/{REF}/sample/add", ADDED)
    again = lead.post(f"/audits/{REF}/sample/add", ADDED | {"case_ref": "C-OTHER"}, status=422)
    assert "Only one case of each practitioner" in plain(again.text)
    with world.database.reading() as session:
        added = session.scalars(select(AuditCase).where(AuditCase.case_ref == "C-BY-HAND")).one()
        assert (added.origin, added.ticket, added.state) == (Origin.ADDED, "added-0001", CaseState.ALLOCATED)
        key = added.id
    grade(world, key, "not_met")
    with world.database.reading() as session:
        after = current_figures(session, the_audit(session))
        assert list(wrong(session)) == []
    assert after["sample"].pop("added") == 1
    assert before["sample"].pop("added") == 0
    assert after == before
    for path in (f"/cases/{key}", f"/audits/{REF}/cases?area=A1", f"/audits/{REF}/sample"):
        assert "Added by hand" in plain(lead.get(path).text)
    # The children come first all the same: it went back to its area.
    assert "C-BY-HAND" in plain(world.browser("head1").get("/").text)


def test_two_replacements_at_once_use_two_reserves(world: World) -> None:
    first, second = cases(world, "A1")[:2]
    lead = world.viewer("lead")
    for case_id in (first, second):
        with world.database.writing() as session:
            case = session.get_one(AuditCase, case_id)
            request = replacing.ask_for_replacement(session, case, reason=Reason.LEFT, note="Left.", by=lead)
            replacing.make_replacement(session, request, by=lead)
    with world.database.reading() as session:
        made = sample_queries.replacements_of(session, the_audit(session))
        assert [m.number for m in made] == [1, 2]
        assert len({m.new_case.practitioner_id for m in made if m.new_case}) == 2
        assert the_audit(session).state is AuditState.FIELDWORK


UNLIKE = [
    ({"area": "A2"}, "works in A1"),
    ({"performance_band": "B1"}, "is in band B2"),
    ({"employment": "employed"}, "is agency staff"),
    ({"law_type": "public"}, "In the locked list this case is"),
    ({"filed_on-day": "12"}, "was filed on 11 September 2026"),
    ({"case_ref": "C-A2-3-0"}, "stands under practitioner P-A2-3"),
    ({"practitioner_id": "p-a1-1"}, "The locked list has P-A1-1"),
    ({"practitioner_id": "=1+1"}, "would run this as a formula"),
    ({"case_ref": "2.01412E+11"}, "made this identifier a number"),
]


def test_a_case_added_by_hand_agrees_with_the_locked_list(world: World) -> None:
    lead = world.browser("lead")
    with world.database.reading() as session:
        audit = the_audit(session)
        used, _ = sample_queries.used_in_sample(session, audit)
        frame = sampling.frame(session, audit.frame_id)
        assert frame is not None
        own = next(f for f in sampling.filings(session, frame) if f.practitioner_id not in used)
        right = {
            **ADDED,
            "case_ref": own.case_ref,
            "practitioner_id": own.practitioner_id,
            "area": own.service_area,
            "law_type": own.law_type,
            "performance_band": own.performance_band,
            "employment": own.employment,
            "filed_on-day": own.filed_on[8:],
            "filed_on-month": own.filed_on[5:7],
        }
        other_area = next(a for a in ("A1", "A2") if a != own.service_area)
    answer = lead.post(f"/audits/{REF}/sample/add", right | {"area": other_area}, status=422)
    assert f"practitioner {own.practitioner_id} works in {own.service_area}" in plain(answer.text)
    lead.post(f"/audits/{REF}/sample/add", right)
    with world.database.reading() as session:
        added = session.scalars(select(AuditCase).where(AuditCase.origin == Origin.ADDED)).one()
        assert (added.case_ref, added.area) == (own.case_ref, own.service_area)


LISTED = [
    Filing("C-A1-1-0", "P-A1-1", "A1", "wafh", "B2", "agency", "2026-09-11"),
    Filing("C-A2-3-0", "P-A2-3", "A2", "public", "B1", "employed", "2026-09-13"),
]


@pytest.mark.parametrize(("changed", "said"), UNLIKE)
def test_each_difference_from_the_locked_list_is_said_at_its_field(changed: dict[str, str], said: str) -> None:
    fields = {"area": "service_area", "filed_on-day": "filed_on"}
    values = {fields.get(k, k): f"2026-09-{v}" if k == "filed_on-day" else v for k, v in changed.items()}
    found = differences(LISTED[0]._replace(**values), LISTED, SHIPPED)
    assert said in found[next(iter(changed)).removesuffix("-day")]
    assert differences(LISTED[0], LISTED, SHIPPED) == {}


def test_somebody_who_is_not_in_the_list_can_be_added() -> None:
    assert differences(Filing("C-9", "P-9", "A1", "wafh", "B1", "employed", "2026-09-11"), LISTED, SHIPPED) == {}
