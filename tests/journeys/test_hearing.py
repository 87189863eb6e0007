"""A hearing in a real browser, on a desk and on a telephone: a head claims, a lead takes it on and decides."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.audit.models import AuditCase
from app.db import Database
from app.moderation.enums import FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.actions import Review
from app.people.models import Person
from app.web.sessions import viewer_of
from tests.journeys.looks import bears
from tests.journeys.site import WIDTHS, Site, Someone, Studio

pytestmark = pytest.mark.browser
EVIDENCE = "Contact log, 8 September, entry 2."
PATIENCE = 60_000


def reviewed(database: Database) -> int:
    """Record the review of the case that is back with A1, and return it."""
    with database.writing() as session:
        here = (AuditCase.area == "A1", Return.state == ReturnState.OPEN)
        returned = session.scalars(select(Return).join(Return.case).where(*here)).one()
        head = session.scalars(select(Person).where(Person.email == "head1@example.test")).one()
        found = Review(children_safe=True, note="File read. Safe.", further_action=FurtherAction.NONE)
        returns_actions.review(session, returned, found, by=viewer_of(head))
        return returned.case_id


def at(site: Site, chromium: Browser, studio: Studio, name: str, width: int) -> Someone:
    someone = Someone(site, chromium, studio, name)
    someone.context.set_default_timeout(PATIENCE)
    someone.page.set_viewport_size({"width": width, "height": 844})
    return someone


def claim(head: Someone, case_id: int, look: Callable[[Page], None]) -> None:
    page = head.page
    head.open(f"/cases/{case_id}/challenge")
    standard = page.locator("[data-standard]").first
    expect(standard.locator("textarea")).to_be_hidden()
    standard.locator(".app-card").nth(1).click()
    expect(page.locator("[data-would]")).to_contain_text("1 of 1 below Good", timeout=PATIENCE)
    standard.locator("textarea").fill(EVIDENCE)
    expect(page.locator("[data-saved]")).to_contain_text("Draft kept at", timeout=PATIENCE)
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        head.type("Why should the grade change?", "It is on file.")
    page.reload()
    expect(page.locator("[data-standard] textarea").first).to_have_value(EVIDENCE)
    expect(page.get_by_label("Why should the grade change?")).to_have_value("It is on file.")
    # What the server has need not be put back.
    expect(page.locator("[data-kept]")).to_have_count(0)
    look(page)
    head.press("Check the challenge")
    head.sees("You claim: Met")
    look(page)
    head.press("Send the challenge")
    head.sees("Waiting for a decision")


def decide(lead: Someone, raised: int, look: Callable[[Page], None]) -> None:
    page = lead.page
    lead.open(f"/challenges/{raised}/decide")
    lead.press("I take this one")
    page.locator("input[name='SAF1-own'][value=met]").check(force=True)
    page.locator("textarea").first.fill("The reason is there.")
    lead.press("Record your own view")
    standard = page.locator("[data-standard]").first
    expect(standard.locator("select").last).to_be_hidden()
    standard.locator(".app-card").nth(1).click()
    expect(page.locator("label", has_text="Met, as indicated")).to_be_visible(timeout=PATIENCE)
    standard.locator("textarea").fill("The delay is explained.")
    standard.locator("select").first.select_option("moderate")
    standard.locator("select").last.select_option("evidence_missed")
    page.locator("input[name=grade][value=met]").check(force=True)
    lead.type("Your reasons", "Enough for Met.")
    look(page)
    lead.press("Check the decision")
    look(page)
    lead.press("Record the decision")
    lead.sees("Enough for Met.")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_head_claims_and_a_lead_decides(graded: tuple[Site, Database], chromium: Browser, width: int) -> None:
    site, database = graded
    case_id, studio = reviewed(database), Studio(None)
    head = at(site, chromium, studio, "head1", width)
    # Once is enough: it has sizes of its own.
    look = bears if width == WIDTHS[0] else Page.bring_to_front
    claim(head, case_id, look)
    with database.reading() as session:
        raised = session.scalars(select(Challenge.id).where(Challenge.case_id == case_id)).one()
    lead = at(site, chromium, studio, "lead", width)
    decide(lead, raised, look)
    head.open(f"/challenges/{raised}")
    head.sees("Decision: re-graded")
    head.leave()
    lead.leave()
