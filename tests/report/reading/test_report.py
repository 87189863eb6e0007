"""The report of thematic, empty and odd audits: who reads it before it is published, and whose turn it is."""

import json
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actions import find_person, grant_role
from app.audit.allocation import actions as allocating
from app.audit.commission import actions as commission_actions
from app.audit.enums import AuditKind, AuditState
from app.audit.filings import actions as filings_actions
from app.audit.filings.actions import allowed_in, import_frame
from app.audit.framework import Commission
from app.audit.grading import actions as grading
from app.audit.grading.draft import draft_of
from app.audit.library import queries as library_queries
from app.audit.models import AuditCase
from app.audit.sample.actions import draw_for
from app.moderation.challenges import actions as challenges_actions
from app.moderation.models import Challenge
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.queries import return_of
from app.moderation.submission import actions as submission_actions
from app.people.enums import Role, Scope
from app.people.models import Person, ServiceArea
from app.report.actions import current_figures
from app.sampling.reading import read_frame
from app.sampling.receipt import Seed
from app.web.sessions import viewer_of
from tests.browser import plain
from tests.moderation.stories import own_view
from tests.world import (
    FRAME_HEAD,
    REF,
    WINDOW,
    World,
    cases,
    commission,
    grade,
    no_second_grades,
    review,
    sign_off,
    the_audit,
)
from tests.world import challenge as challenged

PUBLIC = FRAME_HEAD + "".join(
    f"C-{a}-{n},P-{a}-{n},{a},public,B1,employed,2026-09-{10 + n},report\n" for a in ("A1", "A2") for n in range(4)
)


def thematic(world: World, ref: str, document_id: str) -> list[int]:
    """Run a thematic audit as far as its allocation and return its cases."""
    with world.database.writing() as session:
        for name, role in (("lead", Role.LEAD), ("im1", Role.IMPROVEMENT_MANAGER)):
            person = find_person(session, f"{name}@example.test")
            assert person is not None
            grant_role(session, person, role, Scope.NATION, "", by=None)
    director, lead, im = world.viewer("director"), world.viewer("lead"), world.viewer("im1")
    with world.database.writing() as session:
        wanted = Commission(
            ref=ref,
            name="Thematic audit",
            kind=AuditKind.THEMATIC,
            purpose="To test.",
            window_from=WINDOW[0],
            window_to=WINDOW[1],
            law_types=["public"],
            bands=["B1"],
            fraction="1/2",
            good_target=60,
            not_met_target=14,
            threshold_id=library_queries.threshold(session, document_id, "2015").id,
        )
        audit = commission_actions.commission(session, wanted, by=director.id)
        commission_actions.agree_framework(session, audit, by=world.viewer("ad"))
        import_frame(
            session,
            audit,
            read_frame(BytesIO(PUBLIC.encode()), allowed_in(session, audit)),
            file_name="frame.csv",
            by=director.id,
        )
        filings_actions.lock_list(session, audit, by=lead.id)
        draw_for(session, audit, seed=Seed("12345678901234567890"), by=lead)
        allocating.allocate_cases(session, audit, auditors=[im.id], by=lead)
        return list(session.scalars(select(AuditCase.id).where(AuditCase.audit_id == audit.id)))


def grade_best(world: World, case_id: int) -> None:
    """Grade a case at the best level of whatever document it is graded against."""
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        auditor, document = viewer_of(session.get_one(Person, case.auditor_id)), library_queries.document_of(case.audit)
        best, degree = document.best.code, document.improvement_degrees[0].code
        draft = grading.start_grading(session, case, by=auditor)
        judged: dict[str, Any] = {
            "judgement": best,
            "degree": degree,
            "evidence": "Contact log, 3 October.",
            "set_aside": False,
        }
        grading.save_judgements(session, draft, {s.code: judged for s in document.standards_for(case.law_type)})
        grading.save_facts(
            session, draft, {f.code: [f.answers[0].code] for f in document.facts_for(case.law_type) if f.kind != "text"}
        )
        grading.save_grade(session, draft, grade=best, departure_reason="")
        found = draft_of(case, draft).indication
        assert found is not None
        submission_actions.submit_grade(session, case, draft, indicated=(found.grade, found.rule), by=auditor)


@pytest.mark.parametrize("document_id", ["thematic-iro-liaison", "thematic-position-statements"])
def test_a_thematic_audit_that_does_not_ask_whether_children_were_seen_is_finalised(
    world: World, document_id: str
) -> None:
    for case_id in thematic(world, "TH-1", document_id):
        grade_best(world, case_id)
    lead = world.browser("lead")
    no_second_grades(world, "TH-1")
    assert "finalise the audit" in lead.get("/").text
    lead.post("/audits/TH-1/finalise")
    words = plain(lead.get("/audits/TH-1/report").text)
    assert "4 cases were audited" in words
    assert "Children seen" not in words
    with world.database.reading() as session:
        seen = current_figures(session, the_audit(session, "TH-1"))["children_seen_overall"]
    assert (seen["cases"], seen["private_public"], seen["seen"]) == (4, 0, {"count": 0, "percent": None})


def test_a_report_without_cases_prints_no_percentage_of_nothing(world: World) -> None:
    commission(world, "T-EMPTY")
    with world.database.writing() as session:
        the_audit(session, "T-EMPTY").state = AuditState.FIELDWORK
    director = world.browser("director")
    director.post("/audits/T-EMPTY/finalise")
    page = director.get("/audits/T-EMPTY/report")
    assert "None" not in plain(page.text).replace("None was picked", "")
    assert "Missed" not in page.text
    assert "No case has been graded yet." in page.text
    assert "areas.svg" not in page.text
    assert director.send("GET", "/audits/T-EMPTY/report/pictures/areas.svg").status_code == 404


def finish(world: World) -> None:
    """Grade and settle whatever is open in the small audit."""
    with world.database.writing() as session:
        for challenge in session.scalars(select(Challenge)):
            challenges_actions.withdraw_challenge(session, challenge, by=world.viewer("head2"))
    returned = the_return(world)
    review(world, returned, "head1")
    with world.database.writing() as session:
        returns_actions.accept_grade(
            session, return_of(session, world.viewer("head1"), returned), by=world.viewer("head1")
        )
    for area in ("A1", "A2"):
        for case_id in cases(world, area):
            grade(world, case_id, "good")
    no_second_grades(world)


def the_return(world: World) -> int:
    with world.database.reading() as session:
        query = select(AuditCase.id).where(AuditCase.area == "A1", AuditCase.standing_grade == "not_met")
        return session.scalars(query).one()


def test_before_publication_only_those_who_make_the_report_read_it(world: World) -> None:
    finish(world)
    world.browser("lead").post(f"/audits/{REF}/finalise")
    for name in ("lead", "second", "director", "ad", "analyst"):
        browser = world.browser(name)
        browser.get(f"/audits/{REF}/report")
        assert f'href="/audits/{REF}/report"' in browser.get("/").text + browser.get(f"/audits/{REF}").text
        file = json.loads(browser.get(f"/audits/{REF}/report/figures.json").text)
        assert ("auditors" in file, "auditor" in file["moderation"]["overturned"]) == (
            name in {"lead", "second", "director"},
        ) * 2, name
    for name in ("head1", "head2", "im1", "assistant"):
        browser = world.browser(name)
        for page in ("", "/figures.json", "/pictures/areas.svg"):
            browser.get(f"/audits/{REF}/report{page}", status=404)
        pages = browser.get("/").text + browser.get(f"/audits/{REF}").text + browser.get("/reports").text
        assert f"{REF}/report" not in pages, name
        assert f"/reports/{REF}" not in pages, name
    sign_off(world)
    world.browser("director").post(f"/audits/{REF}/publish")
    for name in ("head1", "im1", "reader"):
        assert f'href="/reports/{REF}"' in world.browser(name).get("/").text
        world.browser(name).get(f"/reports/{REF}")


def test_an_audit_with_nothing_open_waits_for_its_lead(world: World) -> None:
    wanted = f'href="/audits/{REF}/finalise"'
    assert wanted not in world.browser("lead").get("/").text
    finish(world)
    assert wanted in world.browser("lead").get("/").text
    for name in ("director", "ad", "im1", "head1", "stranger"):
        assert wanted not in world.browser(name).get("/").text


ODD: list[dict[str, Any]] = [
    {"id": "a", "measure": "good", "scope": "overall", "value": 49, "when": None},
    {"id": "b", "measure": "good", "scope": "overall", "value": 49, "when": "2013-13"},
    {"measure": "good", "scope": "overall", "value": 49, "when": "2013-09"},
    {"id": "d", "measure": "total", "scope": "overall", "value": 49, "when": "2013-09"},
    {
        "id": "e",
        "measure": "share_percent",
        "scope": "law_type",
        "scope_value": "PUBLIC",
        "value": 49,
        "when": "2013-09",
    },
    {
        "id": "f",
        "measure": "good",
        "scope": "area_law_type",
        "scope_value": [["A1"], 3],
        "value": 49,
        "when": "2013-09",
    },
    {"id": "g", "measure": "good", "scope": "overall", "value": "49", "when": "2013-09"},
    {"id": ["h"], "measure": {}, "scope": None, "value": True, "when": 2013},
    {},
]


def test_odd_comparators_give_no_sentence_and_break_nothing(world: World) -> None:
    with world.database.writing() as session:
        the_audit(session).comparators = [
            *ODD,
            {
                "id": "fine",
                "measure": "good",
                "scope": "overall",
                "value": 48.5,
                "when": "2013-09",
                "kind": "previous_audit",
            },
        ]
    finish(world)
    lead = world.browser("lead")
    lead.post(f"/audits/{REF}/finalise")
    words = plain(lead.get(f"/audits/{REF}/report").text)
    assert words.count(", up 31 percentage points; this may be chance.") == 1, (
        "a comparator that is there twice is said once"
    )
    assert "49% in September 2013" in words, "halves go up"


def test_areas_of_the_frame_and_law_types_of_the_audit_without_a_case_have_a_row(world: World) -> None:
    commission(world, "T-ROWS")
    row = "C-A9,P-A9,A9,public,B1,employed,2026-09-10,report\n"
    with world.database.writing() as session:
        audit = the_audit(session, "T-ROWS")
        import_frame(
            session,
            audit,
            read_frame(BytesIO((FRAME_HEAD + row).encode()), allowed_in(session, audit)),
            file_name="f.csv",
            by=None,
        )
        session.add(ServiceArea(code="A8", name="A8", position=9))
        result = current_figures(session, audit)
    nothing = {"count": 0, "percent": None}
    assert result["service_area"] == {"A9": {"good": nothing, "met": nothing, "not_met": nothing, "total": 0}}
    assert [(law, table["total"]) for law, table in result["law_type"].items()] == [
        ("PUBLIC", 0),
        ("WAFH", 0),
        ("WTFH", 0),
    ]


def test_a_case_that_was_challenged_twice_is_counted_once_under_its_newest_challenge(world: World) -> None:
    """Re-graded to Met, adjudicated back to Not Met, challenged again, and re-graded to the best level."""
    case_id, lead, director, head = (
        the_return(world),
        world.viewer("lead"),
        world.viewer("director"),
        world.viewer("head1"),
    )
    with world.database.writing() as session:
        for other in session.scalars(select(Challenge)):
            challenges_actions.withdraw_challenge(session, other, by=world.viewer("head2"))
    first = challenged(world, case_id, "head1")
    with world.database.writing() as session:
        one = session.get_one(Challenge, first)
        own_view(session, one, lead)
        challenges_actions.decide_challenge(session, one, challenges_actions.Ruling("met", "It is there.", []), by=lead)
        challenges_actions.escalate(session, one, reason="It is Good.", by=head)
        own_view(session, one, director)
        challenges_actions.adjudicate(session, one, challenges_actions.Ruling("not_met", "It is not.", []), by=director)
    counts = {
        "challenged": 1,
        "agreed_not_met": 0,
        "regraded_to_met": 1,
        "adjudicated": 1,
        "adjudicated_unchanged": 0,
        "adjudicated_regraded_to_not_met": 1,
    }
    assert moderation_figures(world) == counts | {
        "returned_to_area": 2,
        "first_not_met": 2,
        "final_not_met": 2,
        "referral_needed": 0,
    }
    second = challenged(world, case_id, "head1")
    with world.database.writing() as session:
        two = session.get_one(Challenge, second)
        own_view(session, two, world.viewer("second"))
        challenges_actions.decide_challenge(
            session, two, challenges_actions.Ruling("good", "It was found.", []), by=world.viewer("second")
        )
    again = {
        **counts,
        "regraded_to_met": 0,
        "regraded_to_good": 1,
        "returned_to_area": 2,
        "first_not_met": 2,
        "final_not_met": 1,
        "referral_needed": 0,
    }
    assert moderation_figures(world) == again


def moderation_figures(world: World) -> dict[str, int]:
    with world.database.reading() as session:
        found = current_figures(session, the_audit(session))["challenge"]
    return {key: value["count"] if isinstance(value, dict) else value for key, value in found.items()}


def test_the_figures_are_to_be_had_as_json_as_at_each_stage_and_no_other(world: World) -> None:
    finish(world)
    lead = world.browser("lead")
    lead.post(f"/audits/{REF}/finalise")
    there = f"/api/v1/audits/{REF}/figures"
    final, first = (lead.send("GET", f"{there}?as_at={stage}") for stage in ("final", "first"))
    assert final.headers["content-type"] == "application/json"
    assert (final.json()["overall"], final.json()["as_at"]) == (lead.send("GET", there).json()["overall"], "final")
    assert first.json()["as_at"] == "first"
    refused = lead.send("GET", f"{there}?as_at=last")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    [wrong] = refused.json()["errors"]
    assert wrong == {
        "parameter": "as_at",
        "detail": "Input should be 'first', 'benchmarked', 'challenged' or 'final'",
    }
    assert world.browser("im1").send("GET", there).status_code in {403, 404}
