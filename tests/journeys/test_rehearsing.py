"""From an installation with areas and people through *Try it out* to a graded case, a late review, and nothing left."""

import re

import pytest
from playwright.sync_api import Browser

from tests.journeys.site import Site, Someone, Studio

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FIRST = "REHEARSAL-1"


def test_a_service_tries_everything_out(site: Site, chromium: Browser) -> None:
    studio = Studio(None)
    admin, lead, manager, head = (
        Someone(site, chromium, studio, name) for name in ("administrator", "lead", "manager", "head")
    )
    admin.open("/admin/start")
    admin.follow("Try it out with invented cases")
    admin.press("Try it out")
    admin.sees("Rehearsal 1, with invented cases, is there: 4 cases drawn")
    lead.open("/audits")
    lead.follow("Try it out with invented cases")
    lead.follow("Rehearsal 1")
    lead.follow("page of the audit")
    lead.follow("Allocate the cases")
    lead.press("See who would get what")
    lead.press("Allocate the cases and open fieldwork")
    manager.open("/")
    assert "TRY-" not in manager.page.content()
    manager.open("/rehearsals")
    manager.follow("Rehearsal 1")
    manager.follow("Case TRY-")
    manager.page.locator("main").get_by_role("button", name=re.compile("Start grading")).first.click()
    manager.look()
    manager.sees("Rehearsal with invented cases.")
    lead.open(f"/audits/{FIRST}/rehearsal")
    lead.type("Weeks that pass", "3")
    lead.press("Let them pass")
    lead.sees("3 weeks have passed in this rehearsal")
    head.open("/")
    assert "TRY-" not in head.page.content()
    assert site.run("verify-log").returncode == 0
    admin.open(f"/audits/{FIRST}/rehearsal")
    admin.type("Reference of the rehearsal", FIRST)
    admin.press("Erase this rehearsal")
    admin.sees("is erased: 4 invented cases")
    manager.page.reload()
    manager.sees("not")
    for someone in (admin, lead, manager, head):
        someone.leave()
    assert site.run("verify-log").returncode == 0
