"""The audit tool under real hands.

Keys alone, typing without a button, no connection, two windows, a session that ends.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from app.audit.enums import AssessmentState
from app.audit.models import Assessment
from app.clock import clock
from app.db import Database
from app.people.models import SignedIn
from tests.journeys.drafts import auditor_of, begin, in_time, kept
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
PRESSES = 200


class Hands:
    """Hands on a keyboard, and how often they pressed a key besides the text of the evidence."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1
            assert self.presses < PRESSES

    def focused(self, what: str) -> str:
        return str(self.page.evaluate(f"document.activeElement.{what} || ''"))


def test_a_case_of_23_standards_is_graded_with_the_keyboard_alone(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    page, hands = someone.page, Hands(someone.page)
    draft = kept(database, case_id)
    areas = draft.document.practice_areas_for("public")
    assert sum(len(standards) for _, standards in areas) == 23
    page.goto(f"/cases/{case_id}/assess/standards/{areas[0][0].code}")
    for area, standards in areas:
        assert page.url.endswith(area.code)
        page.locator("input[type=radio]").first.focus()
        for place, standard in enumerate(standards):
            assert hands.focused("name") == f"{standard.code}-judgement"
            hands.press("2", "Tab", "2", "e")
            assert hands.focused("name") == f"{standard.code}-evidence"
            page.keyboard.type(f"Log, 3 October, {standard.code}.")
            hands.press("Control+Enter")
            assert place < len(standards) - 1 or hands.focused("tagName") == "BUTTON"
        with page.expect_navigation():
            hands.press("Enter")
    facts = [f for f in draft.document.facts_for("public") if f.kind != "text"]
    page.locator("form[data-answers] input:not([type=hidden])").first.focus()
    for fact in facts:
        assert hands.focused("name") == f"fact-{fact.code}"
        hands.press(*(("1",) if fact.kind == "single" else ("1", "Control+Enter")))
    with page.expect_navigation():
        hands.press("Enter")
    page.get_by_role("button", name="Save and continue").focus()
    with page.expect_navigation():
        hands.press("Enter")
    page.locator("input[name=grade]").first.focus()
    indicated = page.locator("[data-progress] .govuk-tag").inner_text()
    hands.press(str([level.label for level in draft.document.scale].index(indicated.title()) + 1))
    with page.expect_navigation():
        hands.press("Enter")
    assert page.url.endswith("/check")
    page.get_by_role("button", name="Submit", exact=True).first.focus()
    with page.expect_navigation():
        hands.press("Enter")
    someone.sees("is submitted as")
    with database.reading() as session:
        assert (
            session.scalars(select(Assessment.state).where(Assessment.case_id == case_id)).one()
            is AssessmentState.SUBMITTED
        )
    print(f"{hands.presses} key presses")
    assert hands.presses < PRESSES
    someone.leave()


def test_what_is_typed_is_saved_without_a_button_and_told(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    page = someone.page
    page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
    page.locator("#SAF1-evidence").press_sequentially("Log, 3 October.")
    took = in_time(
        lambda: (
            "SAF1" in kept(database, case_id).judgements
            and kept(database, case_id).judgements["SAF1"].evidence == "Log, 3 October."
        )
    )
    assert took < 2
    expect(page.locator("[data-save-state]")).to_have_text(re.compile("^Saved at "))
    page.locator("#SAF1-judgement").check(force=True)
    expect(page.locator("[data-progress]")).to_contain_text("1 of ")
    expect(page.locator("[name=SAF1-degree][value=none]")).to_be_checked()
    page.locator("#SAF2-evidence").fill("Mrs Abernathy said so.")
    expect(page.locator("[data-remark=SAF2-evidence]")).to_contain_text("looks like a name with a title")
    someone.look()
    page.locator("#SAF3-evidence").press_sequentially("Half a word")
    page.goto("/")
    in_time(lambda: kept(database, case_id).judgements.get("SAF3") is not None)
    assert kept(database, case_id).judgements["SAF3"].evidence == "Half a word", (
        "kept although the page was left at once"
    )
    someone.leave()


def test_without_a_connection_nothing_is_lost(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    page, address = someone.page, f"/cases/{case_id}/assess/standards/safeguarding"
    page.goto(address)
    someone.context.set_offline(True)
    page.locator("#SAF1-evidence").fill("Written on a train.")
    expect(page.locator("[data-save-state]")).to_contain_text("Not saved yet: there is no connection")
    someone.look()
    someone.context.set_offline(False)
    in_time(lambda: "SAF1" in kept(database, case_id).judgements, 10)
    site.stop()
    page.locator("#SAF2-evidence").fill("Written while the server was down.")
    expect(page.locator("[data-save-state]")).to_contain_text("Not saved yet")
    page.close()
    site.start()
    someone.page = page = someone.context.new_page()
    page.goto(f"{site.url}/cases/{case_id}/assess")
    in_time(lambda: "SAF2" in kept(database, case_id).judgements, 10)
    assert kept(database, case_id).judgements["SAF2"].evidence == "Written while the server was down."
    page.wait_for_function("Object.keys(localStorage).every(key => !key.startsWith('kept:'))")
    someone.leave()


def test_the_tool_says_what_the_server_said(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    page, full = someone.page, {"detail": "The disk of the service is full, so nothing can be kept."}
    page.route("**/answers", lambda route: route.fulfill(status=503, json=full))
    page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
    page.locator("#SAF1-evidence").fill("Written on a full disk.")
    expect(page.locator("[data-save-state]")).to_contain_text(f"Not saved yet. {full['detail']} What you typed is kept")
    page.unroute("**/answers")
    in_time(lambda: "SAF1" in kept(database, case_id).judgements, 10)
    someone.leave()


def test_two_windows_show_both_texts_and_the_person_chooses(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    first, address = someone.page, f"{site.url}/cases/{case_id}/assess/standards/safeguarding"
    second = someone.context.new_page()
    first.goto(address)
    second.goto(address)
    first.locator("#SAF1-evidence").fill("From the first.")
    in_time(lambda: "SAF1" in kept(database, case_id).judgements)
    second.locator("#SAF1-evidence").fill("From the second.")
    message = second.locator("[data-message=SAF1-evidence]")
    expect(message).to_contain_text("was changed in another window too")
    expect(message).to_contain_text("From the first.")
    assert second.locator("#SAF1-evidence").input_value() == "From the second."
    someone.page = second
    someone.look()
    message.get_by_role("button", name="Keep what is here").click()
    in_time(lambda: kept(database, case_id).judgements["SAF1"].evidence == "From the second.")
    first.locator("#SAF1-evidence").fill("Again from the first.")
    first.locator("[data-message]").get_by_role("button", name="Take the other").click()
    expect(first.locator("#SAF1-evidence")).to_have_value("From the second.")
    expect(first.locator("[data-save-state]")).to_have_text(re.compile("^Saved at "))
    someone.leave()


def test_a_session_that_ends_leads_back_to_the_same_place_with_every_word(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    page, address = someone.page, f"/cases/{case_id}/assess/standards/safeguarding"
    page.goto(address)
    with database.writing() as session:
        session.execute(update(SignedIn).values(ended_at=clock.now()))
    page.locator("#SAF1-evidence").fill("Typed after the session had ended.")
    expect(page.locator("[data-save-state]")).to_contain_text("You have been signed out")
    someone.look()
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_label("Email address").fill(auditor_of(database, case_id))
    page.locator("#password").fill("a password for tests")
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.url}{address}")
    in_time(lambda: "SAF1" in kept(database, case_id).judgements)
    expect(page.locator("#SAF1-evidence")).to_have_value("Typed after the session had ended.")
    someone.leave()
