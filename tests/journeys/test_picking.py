"""Evidence picked in a real browser: a document, a place in it, the standard above, a phrase; and without script."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from app.db import Database
from tests.journeys.drafts import begin, in_time, kept
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
PLAN = "Case plan, 12 September, paragraphs 4-6, 9"


def standard(page: Page, code: str) -> Locator:
    return page.locator(f"section#{code} [data-evidence]")


def reused(database: Database, case_id: int, key: str) -> list[object]:
    row = kept(database, case_id).judgements.get("SAF3")
    return [mark[key] for mark in (row.reused if row and row.reused else ())]


def listed(here: Locator, label: str, *day: str) -> None:
    here.locator("[data-another]").click()
    here.locator("[data-part=label]").fill(label)
    for part, text in zip(("day", "month", "year"), day, strict=False):
        here.locator(f"[data-part=dated-{part}]").fill(text)
    here.locator("[data-list]").click()


def test_evidence_is_picked_and_saved_as_text(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    page = someone.page
    page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
    first, second, third = (standard(page, code) for code in ("SAF1", "SAF2", "SAF3"))
    text = first.locator("[data-evidence-text]")
    text.fill("Read whole")
    listed(first, "Case plan", "12", "9", "")
    expect(first.locator("[data-wrong]")).to_contain_text("year")
    first.locator("[data-part=dated-year]").fill("2014")
    first.locator("[data-list]").click()
    # It is chosen at once, and offered at every standard.
    expect(first.locator("[data-digit='1']")).to_have_attribute("aria-pressed", "true")
    first.locator("[data-place]").fill("4-6, 9")
    first.locator("[data-add]").click()
    expect(text).to_have_value(f"Read whole; {PLAN}")
    second.locator("[data-pick]").click()
    # What is picked is added when the hand goes on.
    second.locator("[data-place]").fill("last page")
    third.locator("[data-evidence-text]").focus()
    expect(second.locator("[data-evidence-text]")).to_have_value("Case plan, 12 September, last page")
    # There is nothing above the first of them yet: it is said where it was asked for.
    page.locator("#SAF4 [data-above]").click()
    expect(page.locator("#SAF4 [data-reused-note]")).to_contain_text("Nothing is written at the standard above")
    third.locator("[data-above]").click()
    expect(third.locator("[data-reused-note]")).to_contain_text("check that it fits here")
    third.locator("[data-phrases]").click()
    third.locator("[data-keep-phrase]").click()
    expect(third.locator("[data-said]")).to_contain_text("nobody else sees")
    in_time(lambda: reused(database, case_id, "from") == ["above"])
    third.locator("[data-evidence-text]").fill("Contact log, entry 8")
    expect(third.locator("[data-reused-note]")).to_be_hidden()
    in_time(lambda: reused(database, case_id, "changed") == [True])
    # A line of chips is one stop of the keyboard.
    third.locator("[data-pick]").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.hasAttribute('data-another')")
    # Several are listed one after the other.
    page.keyboard.press("Enter")
    for label in ("Contact log", "Direct work"):
        page.keyboard.type(label)
        page.keyboard.press("Shift+Enter")
        expect(third.locator("[data-pick]", has_text=label)).to_be_visible()
        expect(third.locator("[data-part=label]")).to_have_value("")
        expect(third.locator("[data-part=label]")).to_be_focused()
    expect(third.locator("[data-pick][aria-pressed=true]")).to_have_count(0)
    someone.leave()


def test_without_script_the_documents_stand_as_text(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium, scripted=False)
    page = someone.page
    page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
    expect(page.locator("[data-tools]").first).to_be_hidden()
    page.locator("#SAF1-evidence").fill("Typed before.")
    page.get_by_role("button", name="Save, and make a list of documents").click()
    page.get_by_label("What is it called?").fill("Case plan")
    page.get_by_role("button", name="List it").click()
    page.get_by_role("link", name="Back to the standards").click()
    expect(page.locator("#SAF1-evidence")).to_have_value("Typed before.")
    expect(page.get_by_text("Documents of this file: Case plan.")).to_be_visible()
    someone.leave()
