"""Takes the pictures of the guides from a fresh demonstration, so that they are never of an older version.

Beside a page on which much is decided stands what a screen reader is told of it, in its order (`.txt`).
"""

import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.demo.cast import PASSWORD, address
from app.web.pages import ROOT
from tests.journeys.conftest import ARGUMENTS, chromium_path
from tests.journeys.site import Site

FOLDER = ROOT / "docs" / "pictures"
WIDTH, TALLEST = 1000, 900
# Name of the picture, who is signed in, and the way there: an address, the words of a link to follow, ~what is to do
# in the row whose link is followed, !a button to press, or ?one to press where it is there.
PICTURES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("manager-work", "manager1", ("/",)),
    ("manager-task-list", "manager1", ("/", "~Go on grading", "?Start grading")),
    ("manager-standards", "manager1", ("/", "~Go on grading", "Safeguarding")),
    ("head-work", "head.a2", ("/",)),
    ("head-review", "head.a2", ("/", "~Record the immediate review")),
    ("head-challenge", "head.a2", ("/", "~accept or challenge", "!Challenge the grade")),
    ("head-pack", "head.a2", ("/audits/NA-2014-11/areas/A2",)),
    ("lead-sample", "lead", ("/audits/NA-DEMO/sample",)),
    ("lead-how", "lead", ("/audits/NA-DEMO/sample/how",)),
    ("lead-progress", "lead", ("/audits/NA-DEMO/progress",)),
    ("lead-decide", "lead", ("/", "~Decide the challenge")),
    ("lead-benchmarks", "lead", ("/audits/NA-DEMO/benchmarks",)),
    ("lead-finalise", "lead", ("/audits/NA-DEMO/finalise",)),
    ("analyst-filings", "analyst", ("/audits/NA-DEMO/frame",)),
    ("director-audit", "director", ("/audits/NA-DEMO",)),
    ("director-adjudicate", "director", ("/", "~Adjudicate")),
    ("practitioner-case", "practitioner", ("/my-cases", "C2014")),
    ("service-manager-team", "service.manager", ("/team",)),
    ("head-area", "head.a9", ("/areas/A9",)),
    ("administrator-settings", "administrator", ("/settings",)),
    ("reader-report", "reader", ("/reports/NA-2014-11",)),
    ("administrator-people", "administrator", ("/admin/people",)),
)


READ_ALOUD = {"manager-standards", "head-challenge", "lead-decide", "practitioner-case"}


def take(browser: Browser, site: Site, name: str, who: str, way: tuple[str, ...]) -> None:
    """Take one picture."""
    page = browser.new_page(base_url=site.url, viewport={"width": WIDTH, "height": TALLEST})
    page.goto("/sign-in")
    page.get_by_label("Email address", exact=True).fill(address(who))
    page.locator("#password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    for step in way:
        _go(page, step)
    height = min(TALLEST, page.evaluate("document.body.scrollHeight"))
    page.screenshot(
        path=FOLDER / f"{name}.png", clip={"x": 0, "y": 0, "width": WIDTH, "height": height}, full_page=True
    )
    if name in READ_ALOUD:
        (FOLDER / f"{name}.txt").write_text(page.locator("main").aria_snapshot() + "\n", encoding="utf-8")
    page.close()


def _go(page: Page, step: str) -> None:
    if step.startswith("/"):
        page.goto(step)
    elif step.startswith("~"):
        page.locator("#main-content tr", has_text=step[1:]).get_by_role("link").first.click()
    elif step.startswith("!"):
        page.locator("main").get_by_role("button", name=step[1:], exact=True).click()
    elif step.startswith("?"):
        button = page.locator("main").get_by_role("button", name=step[1:], exact=True)
        if button.count():
            button.click()
    else:
        page.locator("#main-content").get_by_role("link", name=re.compile(step)).first.click()
    page.wait_for_load_state()


def main() -> None:
    """Take them all."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Site(Path(folder)).start("demo")
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for name, who, way in PICTURES:
            take(browser, site, name, who, way)
        browser.close()
        site.stop()


if __name__ == "__main__":
    main()
