"""What is typed is kept through a closed window and an ended session until it is sent, and never for somebody else."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from app.audit.enums import AssessmentState
from app.audit.models import Assessment, AuditCase
from app.clock import clock
from app.db import Database
from app.moderation.models import Return
from app.people.models import SignedIn
from tests.journeys.drafts import begin, in_time, kept
from tests.journeys.site import Site, Someone, Studio

pytestmark = pytest.mark.browser
FOUND = "The visit of 3 October is in the contact log, page 4."
KEPT = "JSON.stringify(Object.entries(localStorage).filter(([name]) => name.startsWith('kept:')))"
NOTHING_KEPT = f"{KEPT} === '[]'"


def returned(database: Database) -> tuple[str, int]:
    """Return who heads the area of a case that went back and waits for its review, and the case."""
    with database.reading() as session:
        found = session.scalars(select(Return).where(Return.state == "open").order_by(Return.id)).first()
        assert found is not None
        area = session.get_one(AuditCase, found.case_id).area
        return f"head{area[1:]}", found.case_id


def sign_in(page: Page, name: str) -> None:
    page.get_by_label("Email address").fill(f"{name}@example.test")
    page.locator("#password").fill("a password for tests")
    page.locator("main").get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


def test_a_text_comes_back_after_the_window_and_the_session_are_gone_and_goes_once_it_is_sent(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    head, case_id = returned(database)
    someone = Someone(site, chromium, Studio(None), head)
    address = f"{site.url}/cases/{case_id}/review"
    someone.open(address)
    someone.type("What did you find?", FOUND)
    someone.choose("Is further action needed?", "Yes")
    someone.page.wait_for_function(f"!({NOTHING_KEPT})")
    assert FOUND[:9] not in someone.page.evaluate(KEPT), "readable by whoever uses the computer next"
    someone.page.close()
    with database.writing() as session:
        session.execute(update(SignedIn).values(ended_at=clock.now()))
    page = someone.page = someone.context.new_page()
    page.goto(address)
    sign_in(page, head)
    expect(page).to_have_url(address)
    expect(page.get_by_label("What did you find?")).to_have_value(FOUND)
    expect(someone.group("Is further action needed?").get_by_label("Yes")).to_be_checked()
    expect(page.locator("[data-kept]")).to_have_text(
        re.compile(r"What you typed here on .+ at .+m is back\. It has not")
    )
    someone.look()
    someone.press("Record the review")
    someone.sees("There is a problem")
    expect(page.get_by_label("What did you find?")).to_have_value(FOUND)
    page.goto(address)
    expect(page.get_by_label("What did you find?")).to_have_value(FOUND)
    someone.choose("Are the children safe?", "Yes")
    someone.choose("Is further action needed?", "No")
    someone.choose("Do you accept the grade?", "I answer later")
    someone.press("Record the review")
    page.wait_for_function(NOTHING_KEPT)
    someone.leave()


def test_what_is_discarded_is_gone(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    head, case_id = returned(database)
    someone = Someone(site, chromium, Studio(None), head)
    someone.open(f"/cases/{case_id}/review")
    someone.type("What did you find?", FOUND)
    someone.page.wait_for_function(f"!({NOTHING_KEPT})")
    someone.page.reload()
    someone.page.get_by_role("button", name="Discard it").click()
    expect(someone.page.get_by_label("What did you find?")).to_have_value("")
    someone.page.wait_for_function(NOTHING_KEPT)
    someone.leave()


def test_signing_out_leaves_nothing_and_nobody_else_sees_what_was_typed(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    head, case_id = returned(database)
    someone = Someone(site, chromium, Studio(None), head)
    page = someone.page
    someone.open(f"/cases/{case_id}/review")
    someone.type("What did you find?", FOUND)
    sign_out(page)
    asked = page.get_by_role("alertdialog")
    expect(asked).to_contain_text("One thing that you typed has not been sent or saved.")
    someone.look()
    asked.get_by_role("button", name="Stay signed in").click()
    expect(page.get_by_label("What did you find?")).to_have_value(FOUND)
    # The session ends without a sign-out: the next person at this computer finds noise, and their own pages.
    with database.writing() as session:
        session.execute(update(SignedIn).values(ended_at=clock.now()))
    page.goto(f"{site.url}/sign-in")
    sign_in(page, "director")
    page.goto(f"{site.url}/cases/{case_id}/concern")
    assert FOUND not in page.content()
    assert FOUND[:9] not in page.evaluate(KEPT)
    sign_out(page)
    expect(page.locator("main")).to_contain_text("You have signed out.")
    assert not page.evaluate(NOTHING_KEPT), "it waits for whoever typed it"
    sign_in(page, head)
    page.goto(f"{site.url}/cases/{case_id}/review")
    expect(page.get_by_label("What did you find?")).to_have_value(FOUND)
    sign_out(page)
    page.get_by_role("button", name="Delete and sign out").click()
    expect(page.locator("main")).to_contain_text("You have signed out.")
    assert page.evaluate(NOTHING_KEPT)
    someone.leave()


def test_signing_out_saves_first_what_the_tool_has_not_saved(graded: tuple[Site, Database], chromium: Browser) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    page = someone.page
    page.goto(f"{site.url}/cases/{case_id}/assess/standards/safeguarding")
    page.locator("#SAF1-evidence").press_sequentially("Typed just now.")
    sign_out(page)
    expect(page.locator("main")).to_contain_text("You have signed out.")
    assert kept(database, case_id).judgements["SAF1"].evidence == "Typed just now."
    assert page.evaluate(NOTHING_KEPT)
    someone.leave()


def test_before_the_session_ends_the_page_says_so_and_one_press_keeps_it(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    head, case_id = returned(database)
    someone = Someone(site, chromium, Studio(None), head)
    page = someone.page
    page.clock.install()
    page.goto(f"{site.url}/cases/{case_id}/review")
    someone.type("What did you find?", FOUND)

    def idle(minutes: int) -> None:
        """Let nothing happen for some minutes, on the page and as far as the server knows."""
        with database.writing() as session:
            session.execute(update(SignedIn).values(seen_at=clock.now() - timedelta(minutes=minutes)))
        page.clock.fast_forward(minutes * 60 * 1000)

    idle(50)
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    idle(57)
    warning = page.get_by_role("alertdialog", name="You will be signed out soon")
    expect(warning).to_contain_text(re.compile(r"You will be signed out at \d+:\d\d[ap]m"))
    expect(warning.get_by_role("button", name="Stay signed in")).to_be_focused()
    someone.look()
    page.keyboard.press("Enter")
    expect(warning).to_have_count(0)
    with database.reading() as session:
        assert clock.now() - max(session.scalars(select(SignedIn.seen_at))) < timedelta(minutes=1)
    idle(61)
    over = page.get_by_role("alertdialog", name="You have been signed out")
    expect(over).to_contain_text("What you typed on this page is kept for you.")
    someone.look()
    over.get_by_role("button", name="Sign in again").click()
    sign_in(page, head)
    expect(page).to_have_url(f"{site.url}/cases/{case_id}/review")
    expect(page.get_by_label("What did you find?")).to_have_value(FOUND)
    someone.leave()


def test_nothing_is_submitted_while_an_answer_waits_and_the_message_leads_to_it(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    someone, case_id = begin(site, database, chromium)
    first, address = someone.page, f"{site.url}/cases/{case_id}/assess/standards/safeguarding"
    second = someone.context.new_page()
    first.goto(address)
    second.goto(address)
    first.locator("#SAF1-evidence").fill("From the first.")
    in_time(lambda: "SAF1" in kept(database, case_id).judgements)
    second.locator("#SAF1-evidence").fill("From the second.")
    link = second.locator("[data-save-state]").get_by_role("link", name=re.compile("^The evidence for"))
    expect(link).to_have_attribute("href", re.compile("standards/safeguarding#SAF1-evidence$"))
    second.get_by_role("button", name="Save and continue").click()
    expect(second.locator("[data-message] button").first).to_be_focused()
    # Another window, while the second is open: it may not submit over what waits there.
    first.goto(f"{site.url}/cases/{case_id}/check")
    first.get_by_role("button", name="Submit", exact=True).first.click()
    expect(first.locator("[data-unsaved]")).to_contain_text("in another window")
    # The second goes to the same page itself.
    first.close()
    second.goto(f"{site.url}/cases/{case_id}/check")
    expect(second.locator("[data-save-state]")).to_contain_text("One answer is not saved: The evidence for")
    second.get_by_role("button", name="Submit", exact=True).first.click()
    summary = second.locator("[data-unsaved]")
    expect(summary).to_be_focused()
    someone.page = second
    someone.look()
    with database.reading() as session:
        state = session.scalars(select(Assessment.state).where(Assessment.case_id == case_id)).one()
        assert state is AssessmentState.DRAFT
    summary.get_by_role("link", name=re.compile("^The evidence for")).click()
    message = second.locator("[data-message=SAF1-evidence]")
    expect(message).to_contain_text("From the first.")
    message.get_by_role("button", name="Keep what is here").click()
    in_time(lambda: kept(database, case_id).judgements["SAF1"].evidence == "From the second.")
    someone.leave()
