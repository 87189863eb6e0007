"""One standard of the tool at a time, under real hands: keys counted, arrows and clicks that stay, accidents."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import delete, select

from app.audit.enums import AssessmentState
from app.audit.evidence.actions import list_document
from app.audit.grading import actions as grading
from app.audit.grading.draft import Draft
from app.audit.models import Assessment, AuditCase
from app.db import Database
from app.people.models import Person, PersonSetting
from app.web.sessions import viewer_of
from tests.journeys.drafts import begin, case_of, in_time, kept
from tests.journeys.site import Site
from tests.world import answers_for, build, settings_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("focus")]
MOST_KEYS, MOST_PAGES, WITHOUT_EVIDENCE = 120, 12, 44
LABELS = ("Screening record", "Checks", "Contact log", "Case plan", "Direct work", "Section 7 report", "Workflow")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Database]]:
    folder = tmp_path_factory.mktemp("focus")
    world = build(settings_for(folder, f"sqlite:///{folder / 'casework-audit.sqlite3'}"))
    (folder / "event-log.key").write_text("a key for tests")
    site = Site(folder)
    yield site.start(), world.database
    site.stop()
    world.database.close()


@pytest.fixture
def graded(installed: tuple[Site, Database]) -> tuple[Site, Database]:
    """Return an installation with an audit in fieldwork, where everybody likes the tool as is usual."""
    with installed[1].writing() as session:
        session.execute(delete(PersonSetting))
    return installed


def settings(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {of.key: of.value for of in session.scalars(select(PersonSetting))}


class Hands:
    """Hands on a keyboard, how often they pressed a key, and how many pages they waited for."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses, self.pages = page, 0, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def go(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press(key)
        self.page.wait_for_load_state()
        self.pages += 1

    def focused(self, what: str) -> str:
        return str(self.page.evaluate(f"document.activeElement.{what} || ''"))


def with_documents(database: Database, case_id: int) -> None:
    """List the documents of a file, as an assistant does while preparing."""
    with database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        by = viewer_of(session.get_one(Person, case.auditor_id))
        for label in LABELS:
            list_document(session, case, label, dated=None, key="", preparing=True, by=by)


def grade_all(hands: Hands, draft: Draft, *, document: bool) -> None:
    """Grade every standard at the best level, with a document and a paragraph of its own at each or without."""
    paragraph = 0
    for area, standards in draft.document.practice_areas_for(draft.law_type):
        assert hands.page.url.endswith(area.code)
        for place, standard in enumerate(standards):
            assert hands.focused("name") == f"{standard.code}-judgement"
            hands.press("1")
            if document:
                paragraph += 1
                hands.press(str(place % 7 + 1), *str(paragraph))
                assert hands.focused("id") == f"{standard.code}-place"
            on = "Enter" if document else "]"
            hands.press(on) if place < len(standards) - 1 else hands.go(on)


def test_an_all_good_case_with_a_document_and_paragraph_at_each_standard_in_120_keys(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    with_documents(database, case_of(database, "wafh"))
    someone, case_id = begin(site, database, chromium, law_type="wafh", view="one")
    page, hands, draft = someone.page, Hands(someone.page), kept(database, case_id)
    areas = draft.document.practice_areas_for("wafh")
    assert sum(len(standards) for _, standards in areas) == 22
    begin_at = f"/cases/{case_id}/assess/standards/{areas[0][0].code}"
    page.goto(begin_at)
    page.locator(".is-here .app-cards input").first.focus()
    grade_all(hands, draft, document=False)
    assert hands.presses == WITHOUT_EVIDENCE
    hands.presses = hands.pages = 0
    page.goto(begin_at)
    hands.pages += 1
    page.locator(".is-here .app-cards input").first.focus()
    grade_all(hands, draft, document=True)
    print(f"{hands.presses} key presses for 22 standards")
    for fact in (f for f in draft.document.facts_for("wafh") if f.kind != "text"):
        assert hands.focused("name") == f"fact-{fact.code}"
        hands.press(*(("1",) if fact.kind == "single" else ("1", "Control+Enter")))
    hands.go("Enter")
    hands.go("Enter")
    hands.press("1")
    hands.go("Enter")
    assert page.url.endswith("/check")
    hands.press("Tab")
    assert hands.focused("textContent").strip() == "Submit"
    with page.expect_navigation():
        hands.press("Enter")
    someone.sees("is submitted as Good")
    with database.reading() as session:
        sent = session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one()
        assert sent.state is AssessmentState.SUBMITTED
        assert {j.standard: j.evidence for j in sent.judgements}["SAF2"] == "Checks, paragraph 2"
    print(f"{hands.presses} key presses and {hands.pages} pages for the case")
    assert hands.presses <= MOST_KEYS
    assert hands.pages <= MOST_PAGES
    someone.leave()


def test_a_digit_chooses_and_goes_on_arrows_clicks_and_nothing_else_do(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    with_documents(database, case_of(database, "public"))
    someone, case_id = begin(site, database, chromium, view="one")
    page, hands = someone.page, Hands(someone.page)
    page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
    someone.look()
    page.locator("#SAF1-judgement").focus()
    hands.press("ArrowDown")
    assert (hands.focused("name"), hands.focused("value")) == ("SAF1-judgement", "met")
    hands.press("9", "x")
    assert (hands.focused("name"), hands.focused("value")) == ("SAF1-judgement", "met"), "stands for nothing"
    page.locator("#SAF1-judgement-3").click()
    assert hands.focused("id") == "SAF1-judgement-3"
    hands.press("3")
    assert hands.focused("name") == "SAF1-degree"
    hands.press("4")
    expect(page.locator("#SAF1-degree-hint")).to_contain_text("affected, or could well have affected")
    hands.press("2", "4", "Shift+Enter")
    assert hands.focused("id") == "SAF1-place", "added, and stays"
    assert page.locator("#SAF1-evidence").input_value() == "Checks, paragraph 4"
    hands.press("n", "o", "t", "e", "Enter")
    expect(page.locator("#SAF2")).to_be_visible()
    expect(page.locator("#SAF1")).to_be_hidden()
    hands.press("1", "s", "Enter")
    assert page.locator("#SAF2-evidence").input_value() == "Checks, paragraph 4; note"
    hands.press("[", "[")
    expect(page.locator("#SAF1")).to_be_visible()
    hands.press("e")
    assert hands.focused("id") == "SAF1-evidence"
    hands.press("]")
    assert page.locator("#SAF1-evidence").input_value().endswith("]"), "never in a text"
    hands.press("Control+Enter", "?")
    page.get_by_role("button", name="Let digits choose only").click()
    page.get_by_role("button", name="Close").click()
    page.locator("#SAF2-judgement").focus()
    hands.press("2")
    assert hands.focused("id") == "SAF2-judgement-2", "it stays"
    in_time(lambda: settings(database).get("go_on") == "no")
    page.reload()
    page.locator("#SAF1-judgement, #SAF3-judgement").locator("visible=true").focus()
    hands.press("1")
    assert hands.focused("name").endswith("-judgement")
    someone.leave()


def test_the_view_is_kept_for_the_person_and_nothing_typed_is_lost(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium, view="one")
    page = someone.page
    page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
    expect(page.locator("section.app-standard:visible")).to_have_count(1)
    page.locator("#SAF1-evidence").fill("Half a")
    page.get_by_role("button", name="Whole page").click()
    expect(page.locator("section.app-standard:visible")).to_have_count(4)
    expect(page.locator(".app-progress")).to_be_visible()
    assert page.locator("#SAF1-evidence").input_value() == "Half a"
    in_time(lambda: "whole" in settings(database).values())
    page.goto(f"/cases/{case_id}/assess/standards/planning")
    someone.look()
    page.get_by_role("button", name="One standard at a time").click()
    expect(page.locator("section.app-standard:visible")).to_have_count(1)
    # What stands beside the text and was not added yet goes with it.
    page.locator(".is-here [data-place]").fill("12 September")
    page.get_by_role("button", name="Next standard").click()
    in_time(lambda: "PLA1" in kept(database, case_id).judgements)
    assert kept(database, case_id).judgements["PLA1"].evidence == "12 September"
    assert kept(database, case_id).judgements["SAF1"].evidence == "Half a"
    # The way leads to another page, and to the standard there.
    page.locator(".app-way").get_by_role("link", name="Other children identified and considered").click()
    expect(page.locator("#SAF4")).to_be_visible()
    expect(page.locator("#SAF1")).to_be_hidden()
    someone.leave()


def test_two_windows_meet_at_a_standard_that_is_not_shown(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium, law_type="wafh", view="one")
    first, address = someone.page, f"{site.url}/cases/{case_id}/assess/standards/safeguarding"
    second = someone.context.new_page()
    first.goto(address)
    second.goto(address)
    first.locator("#SAF1-evidence").fill("From the first.")
    in_time(lambda: "SAF1" in kept(database, case_id).judgements)
    second.locator("#SAF1-evidence").fill("From the second.")
    second.get_by_role("button", name="Next standard").click()
    expect(second.locator("[data-save-state]")).to_contain_text("One answer is not saved")
    expect(second.locator("#SAF1")).to_be_hidden()
    second.locator("[data-save-state] a").click()
    message = second.locator("[data-message=SAF1-evidence]")
    expect(message).to_be_visible()
    expect(message).to_contain_text("From the first.")
    # Sent with the choice still open, the page stays, at that standard.
    for _ in range(4):
        second.get_by_role("button", name=re.compile("Next standard|Save and continue")).click()
    expect(message).to_be_visible()
    message.get_by_role("button", name="Keep what is here").click()
    in_time(lambda: kept(database, case_id).judgements["SAF1"].evidence == "From the second.")
    someone.leave()


def test_without_a_script_all_standards_are_there_and_saved(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium, scripted=False, law_type="wtfh", view="one")
    page = someone.page
    page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
    expect(page.locator("section.app-standard:visible")).to_have_count(4)
    expect(page.locator(".app-view, .app-way, .app-foot, [data-tools]").locator("visible=true")).to_have_count(0)
    for code in ("SAF1", "SAF2", "SAF3", "SAF4"):
        page.locator(f"[name={code}-judgement][value=met]").check(force=True)
        page.locator(f"[name={code}-degree][value=minor]").check(force=True)
        page.locator(f"#{code}-evidence").fill(f"Case plan, paragraph {code[-1]}.")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url("**/engagement")
    rows = kept(database, case_id).judgements
    assert {(r.judgement, r.degree, r.evidence[:9]) for r in rows.values()} == {("met", "minor", "Case plan")}
    assert len(rows) == 4
    someone.leave()


def test_the_next_case_is_opened_and_what_was_submitted_is_listed(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium, law_type="wtfh", view="one")
    with database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        ref = case.case_ref
    fill_in(database, case_id)
    someone.open(f"/cases/{case_id}/check")
    someone.sees("A case graded Not Met goes back to its area at once.")
    assert someone.page.get_by_role("button", name="Submit", exact=True).count() == 2
    someone.press("Submit and open the next case")
    someone.sees(f"Case {ref} is submitted as Not Met")
    assert re.search(r"/cases/\d+/assess$", someone.page.url)
    assert f"/cases/{case_id}/" not in someone.page.url
    someone.open("/")
    someone.follow("Recently submitted")
    someone.sees(ref)
    someone.follow(f"Correct case {ref}")
    someone.sees("Correct this assessment")
    someone.leave()


def fill_in(database: Database, case_id: int) -> None:
    """Answer a case at the lowest level in its draft."""
    of = kept(database, case_id)
    facts = {f.code: [f.answers[0].code] for f in of.document.facts_for(of.law_type) if f.answers}
    with database.writing() as session:
        draft = session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one()
        grading.save_judgements(session, draft, answers_for(of.document, of.law_type, "not_met"))
        grading.save_facts(session, draft, facts)
        grading.save_grade(session, draft, grade="not_met", departure_reason="")
