"""Commissioning, allocating and grading through the pages: what is missing is said, and what was typed stays."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from app.audit.commission.rules import share_in_words
from app.audit.enums import AuditState, CaseState
from app.audit.grading.draft import draft_of
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, ThresholdText
from app.moderation.models import Return
from app.people.models import Person
from tests.browser import Browser, plain
from tests.world import REF, World, answers_for, cases, commission

FRAMEWORK = {
    "name": "National audit, November 2026",
    "ref": "na-2026-11",
    "kind": "national",
    "purpose": "To see where we are.",
    "window_from-day": "1",
    "window_from-month": "9",
    "window_from-year": "2026",
    "window_to-day": "31",
    "window_to-month": "10",
    "window_to-year": "2026",
    "bands": ["B1", "B2"],
    "fraction": "50%",
    "good_target": "60",
    "not_met_target": "14",
    "review_days": "5",
    "challenge_days": "10",
    "decision_days": "6",
    "escalation_days": "5",
    "correction_days": "2",
    "benchmark_share": "10%",
    "extend_over": "20",
}


def threshold_id(world: World, name: str = "national-casework") -> str:
    with world.database.reading() as session:
        return str(session.scalars(select(ThresholdText.id).where(ThresholdText.document_id == name)).first())


def the_framework(world: World, **changes: object) -> dict[str, object]:
    return {**FRAMEWORK, "law_types": ["public", "wafh"], "threshold": threshold_id(world), **changes}


def test_an_audit_is_commissioned_and_agreed(world: World) -> None:
    director = world.browser("director")
    page = director.post("/audits/new", the_framework(world))
    assert "An assistant director agrees its framework next" in page.text
    framework = plain(director.get("/audits/NA-2026-11/framework").text)
    for words in (
        "Half of the practitioners",
        "1 September 2026 to 31 October 2026",
        "At least 60%",
        "Within 5 working days",
    ):
        assert words in framework
    again = director.post("/audits/new", the_framework(world), status=422)
    assert "There is already an audit with the reference NA-2026-11" in plain(again.text)
    world.browser("ad").post("/audits/NA-2026-11/framework")
    world.browser("ad").post("/audits/NA-2026-11/framework", status=409)
    assert state_of(world, "NA-2026-11") is AuditState.FRAMEWORK_AGREED


def test_an_earlier_audit_is_compared_at_the_levels_of_the_document_chosen(world: World) -> None:
    earlier = {"comparator_when": "2013-09", "comparator_good": "49", "comparator_not_met": "19"}
    for ref, name, levels in (
        ("C-1", "national-casework", ["good", "not_met"]),
        ("C-2", "thematic-iro-liaison", ["evidenced", "not_evidenced"]),
    ):
        chosen = {"ref": ref, "threshold": threshold_id(world, name), "law_types": ["public"]}
        world.browser("director").post("/audits/new", the_framework(world, **chosen, **earlier))
        with world.database.reading() as session:
            kept = session.scalars(select(Audit).where(Audit.ref == ref)).one().comparators
        assert [(c["measure"], c["value"], c["id"]) for c in kept] == [
            (m, v, f"2013-09.{m}.overall") for m, v in zip(levels, (49, 19), strict=True)
        ]


def state_of(world: World, ref: str) -> AuditState:
    with world.database.reading() as session:
        return session.scalars(select(Audit.state).where(Audit.ref == ref)).one()


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "everything missing": (
        dict.fromkeys(FRAMEWORK, "") | {"law_types": [], "threshold": ""},
        ["Enter the audit’s name", "Choose at least one law type"],
    ),
    "a reference with a space": ({"ref": "NA 2026"}, ["Enter a reference of capital letters"]),
    "a reference that is another page": ({"ref": "new"}, ["new is part of another page’s address"]),
    "a share that would take for ever": ({"fraction": "1e-999999999"}, ["Enter the share of practitioners"]),
    "a day that does not exist": ({"window_from-day": "31"}, ["First day of the filing window must be a real date"]),
    "a window that ends before it begins": (
        {"window_to-month": "8"},
        ["The last day must be on or after the first day"],
    ),
    "a share above one": ({"fraction": "3/2"}, ["Enter the share of practitioners"]),
    "a share that divides by zero": ({"fraction": "1/0"}, ["Enter the share of practitioners"]),
    "a target above 100": ({"good_target": "101"}, ["Enter the target as a whole number"]),
    "one target only": ({"not_met_target": ""}, ["Enter both targets, or neither"]),
    "a band twice": ({"bands": ["B1", "B1"]}, ["Choose each performance band once"]),
    "no window for reviews": ({"review_days": "0"}, ["Enter the working days for the immediate review"]),
    "an earlier audit without its month": ({"comparator_good": "49"}, ["Enter the month of the earlier audit"]),
    "an earlier audit without its shares": (
        {"comparator_when": "2013-09"},
        ["Enter at least one share of the earlier audit"],
    ),
    "grading that ends with the window": (
        {"grade_by-day": "31", "grade_by-month": "10", "grade_by-year": "2026"},
        ["Grading must end after the last day of the filing window"],
    ),
    "a year of two digits": ({"window_from-year": "26"}, ["First day of the filing window must have a year of four"]),
    "a number with a line in it": ({"good_target": "3_0"}, ["Enter the target as a whole number"]),
    "grading that has ended": (
        {"grade_by-day": "2", "grade_by-month": "11", "grade_by-year": "2026"},
        ["The day on which grading ends must be today or later"],
    ),
    "a review after the challenge": (
        {"review_days": "11"},
        ["The review comes before the challenge, so it cannot have more days"],
    ),
    "an earlier audit of two digits": ({"comparator_when": "0013-09"}, ["Year and month must have a year from 2000"]),
    "an earlier audit that comes later": (
        {"comparator_when": "Oct 2026", "comparator_good": "49"},
        ["The earlier audit must be from a month before the end of the filing window"],
    ),
    "faults of every kind at once": (
        {
            "name": "",
            "ref": "t-2026",
            "window_to-month": "8",
            "good_target": "101",
            "bands": ["B1", "B1"],
            "comparator_good": "49",
        },
        [
            "Enter the audit’s name",
            "There is already an audit with the reference T-2026",
            "The last day must be on or after the first day",
            "Enter the target as a whole number",
            "Choose each performance band once",
            "Enter the month of the earlier audit",
        ],
    ),
    "an unknown law type": ({"law_types": ["criminal"]}, ["criminal cannot be chosen for a new audit"]),
    "a document that does not exist": ({"threshold": "99999"}, ["Choose the threshold document"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_framework_with_a_fault_comes_back_with_everything_typed(world: World, case: str) -> None:
    changes, errors = WRONG[case]
    form = the_framework(world, **changes)
    page = world.browser("director").post("/audits/new", form, status=422)
    words = plain(page.text)
    for error in errors:
        assert words.count(error) >= 2, "in the summary and at the field"
    summary = re.findall(r"#([\w]+)", page.text[page.text.index("govuk-error-summary") : page.text.index("<form")])
    order = [page.text.index(f'id="{anchor}') for anchor in summary]
    assert order == sorted(order), "in the order of the page"
    for name in ("name", "purpose"):
        assert str(form[name]) in page.text
    assert state_count(world) == 1


def state_count(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Audit)) or 0


def test_a_share_that_cannot_be_read_is_not_called_missing(world: World) -> None:
    form = the_framework(world, comparator_when="2013-09", comparator_not_met="many")
    words = plain(world.browser("director").post("/audits/new", form, status=422).text)
    assert "Enter a whole number from 0 to 100" in words
    assert "Enter at least one share" not in words


@pytest.mark.parametrize(
    ("text", "words"),
    [("1/2", "half"), ("1/3", "a third"), ("35%", "35%"), ("7/20", "35%"), ("3/7", "3 in 7"), ("1", "all"), ("?", "?")],
)
def test_a_share_is_said_in_words(text: str, words: str) -> None:
    assert share_in_words(text) == words


def test_a_document_for_areas_is_no_document_for_cases(world: World) -> None:
    with world.database.reading() as session:
        other = session.scalars(select(ThresholdText.id).where(ThresholdText.subject != "case")).first()
    assert other is not None
    page = world.browser("director").post("/audits/new", the_framework(world, threshold=str(other)), status=422)
    assert "Choose the threshold document" in plain(page.text)


def test_withdrawing_needs_a_reason_and_ends_everything(world: World) -> None:
    director = world.browser("director")
    director.post(f"/audits/{REF}/withdraw", {"reason": " "}, status=422)
    director.post(f"/audits/{REF}/withdraw", {"reason": "The window was wrong."})
    assert state_of(world, REF) is AuditState.WITHDRAWN
    with world.database.reading() as session:
        case_id, auditor = session.execute(
            select(AuditCase.id, AuditCase.auditor_id).where(AuditCase.state == CaseState.ALLOCATED).limit(1)
        ).one()
        name = session.get_one(Person, auditor).email.partition("@")[0]
    assert "withdrawn" in plain(world.browser(name).post(f"/cases/{case_id}/assess", status=409).text)


def test_allocating_asks_for_somebody_who_may_grade(world: World) -> None:
    commission(world, "T-NEW")
    lead = world.browser("lead")
    assert lead.send("GET", "/audits/T-NEW/allocation").status_code == 404, "not her audit"
    page = lead.post(f"/audits/{REF}/allocation", {}, status=422)
    assert "Choose at least one improvement manager" in plain(page.text)
    lead.post(f"/audits/{REF}/allocation", {"auditors": [str(world.viewer("im1").id)]}, status=409)


def begun(world: World) -> tuple[Browser, int]:
    """Return an auditor at a case that they have begun."""
    case_id = cases(world, "A1")[0]
    with world.database.reading() as session:
        name = session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id).email.partition("@")[0]
    browser = world.browser(name)
    browser.post(f"/cases/{case_id}/assess")
    return browser, case_id


def fill_in(world: World, browser: Browser, case_id: int, to: str) -> None:
    """Answer everything but the grade, page by page."""
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        document = document_of(case.audit)
        law, answers = case.law_type, answers_for(document, case.law_type, to)
    for area, standards in document.practice_areas_for(law):
        form = {
            f"{s.code}-{name}": str(answers[s.code][name])
            for s in standards
            for name in ("judgement", "degree", "evidence")
        }
        browser.post(f"/cases/{case_id}/assess/standards/{area.code}", form)
    facts = {f"fact-{f.code}": f.answers[0].code for f in document.facts_for(law) if f.answers}
    browser.post(f"/cases/{case_id}/assess/facts", facts)


def test_nothing_is_submitted_before_it_is_complete_and_each_gap_is_a_link(world: World) -> None:
    browser, case_id = begun(world)
    page = browser.post(f"/cases/{case_id}/check", status=422)
    links = re.findall(rf'href="(/cases/{case_id}/assess/[^"]+#[^"]+)"', page.text)
    assert len(set(links)) > 20
    for link in sorted(set(links)):
        address, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in browser.get(address).text, f"{link} leads nowhere"


def test_a_case_is_graded_page_by_page_and_then_is_closed(world: World) -> None:
    browser, case_id = begun(world)
    fill_in(world, browser, case_id, "not_met")
    page = browser.get(f"/cases/{case_id}/assess/grade")
    assert "The rules indicate" in page.text
    assert "Not Met" in plain(page.text)
    refused = browser.post(f"/cases/{case_id}/assess/grade", {"grade": "met", "departure_reason": ""}, status=422)
    assert "The rules indicate Not Met. Say why your grade is Met" in plain(refused.text)
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "not_met", "departure_reason": ""})
    done = browser.post(f"/cases/{case_id}/check")
    assert "gone back to Head1, head of service of A1" in plain(done.text)
    with world.database.reading() as session:
        assert session.scalars(select(Return).where(Return.case_id == case_id)).one()
    again = browser.post(f"/cases/{case_id}/assess/facts", {"fact-child_seen": "seen"}, status=409)
    assert "has been submitted" in plain(again.text)
    browser.post(f"/cases/{case_id}/check", status=409)


def test_a_departure_with_a_reason_is_kept_beside_the_indicated_grade(world: World) -> None:
    browser, case_id = begun(world)
    fill_in(world, browser, case_id, "good")
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "met", "departure_reason": "Good on paper only."})
    browser.post(f"/cases/{case_id}/check")
    with world.database.reading() as session:
        kept = session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one()
        assert (kept.grade, kept.indicated_grade, kept.departure_reason) == ("met", "good", "Good on paper only.")


def test_answers_that_the_document_does_not_offer_are_not_kept(world: World) -> None:
    browser, case_id = begun(world)
    form = {"SAF1-judgement": "splendid", "SAF1-degree": "vast", "SAF1-evidence": "Typed.", "XYZ-judgement": "good"}
    browser.post(f"/cases/{case_id}/assess/standards/safeguarding", form)
    with world.database.reading() as session:
        draft = draft_of(
            session.get_one(AuditCase, case_id),
            session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one(),
        )
        row = draft.judgements["SAF1"]
        assert (row.judgement, row.degree, row.evidence) == ("", "", "Typed.")
        assert "XYZ" not in draft.judgements
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "splendid"}, status=422)
    browser.get(f"/cases/{case_id}/assess/standards/no-such-area", status=404)


def test_evidence_that_is_too_long_comes_back_whole(world: World) -> None:
    browser, case_id = begun(world)
    long = "word " * 1000
    page = browser.post(
        f"/cases/{case_id}/assess/standards/safeguarding", {"SAF1-evidence": long, "SAF1-judgement": "met"}, status=422
    )
    assert long.strip() in page.text
    assert "characters or fewer" in plain(page.text)


def test_an_answer_that_stands_alone_cannot_be_combined(world: World) -> None:
    browser, case_id = begun(world)
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        fact = next(f for f in document_of(case.audit).facts_for(case.law_type) if f.alone and f.kind != "single")
    chosen = [a.code for a in fact.answers]
    page = browser.post(f"/cases/{case_id}/assess/facts", {f"fact-{fact.code}": chosen}, status=422)
    assert "cannot be combined" in plain(page.text)
    assert page.text.count("checked") >= len(chosen)


def test_no_band_employment_or_earlier_grade_is_in_front_of_who_grades(world: World) -> None:
    browser, case_id = begun(world)
    for path in ("", "/standards/safeguarding", "/facts", "/themes", "/grade"):
        words = plain(browser.get(f"/cases/{case_id}/assess{path}").text)
        assert not re.search(r"\bB[12]\b|agency|employed", words)
