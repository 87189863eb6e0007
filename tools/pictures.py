"""Takes the pictures of the guides from a fresh demonstration, so that they are never of an older version.

Beside a page on which much is decided stands what a screen reader is told of it, in its order (`.txt`).
"""

import re
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from app.demo.cast import PASSWORD, address
from app.web.pages import ROOT
from tests.journeys.conftest import ARGUMENTS, chromium_path
from tests.journeys.site import Site

FOLDER = ROOT / "docs" / "pictures"
WIDTH, TALLEST = 1000, 900
# Name of the picture, who is signed in, and the way there: an address, the words of a link to follow, ~what is to do
# in the row whose link is followed, !a button to press, ?one to press where it is there, or ^what a field is given.
OWN_VIEW = (
    "!I take this one",
    "^SAF1-own=met",
    "^SAF1-note=Contact log, 10 September: results noted, their meaning is left brief.",
    "!Record your own view",
)
CLAIM = (
    "!Challenge the grade",
    "^SAF1-level=met",
    "^SAF1-why=Contact log, 8 September, entry 4: the checks are on file.",
    "^summary=The checks were there before any advice was given.",
    "!Check the challenge",
)
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
    ("lead-decide", "lead", ("/", "~Decide the challenge", *OWN_VIEW, "/", "~Decide the challenge")),
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


# Pages that no guide shows, and that are read aloud all the same.
UNSEEN = (
    ("head-check", "head.a2", ("/", "~accept or challenge", *CLAIM)),
    ("service-manager-sheet", "service.manager", ("/", "~Discuss it", "!Prepare the talk, and record it")),
    ("service-manager-case", "service.manager", ("/", "~Discuss it")),
    ("manager-check", "manager1", ("/", "~Go on grading", "!Check answers and submit")),
)
READ_ALOUD = {"manager-standards", "head-challenge", "lead-decide", "practitioner-case", *(name for name, *_ in UNSEEN)}


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
    clip: FloatRect = {"x": 0, "y": 0, "width": WIDTH, "height": height}
    if name not in {unseen for unseen, *_ in UNSEEN}:
        page.screenshot(path=FOLDER / f"{name}.png", clip=clip, full_page=True)
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
    elif step.startswith("^"):
        name, _, value = step[1:].partition("=")
        chosen = page.locator(f"[name='{name}'][value='{value}']")
        chosen.check(force=True) if chosen.count() else page.locator(f"[name='{name}']").fill(value)
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
        for name, who, way in (*PICTURES, *UNSEEN):
            take(browser, site, name, who, way)
        browser.close()
        site.stop()


if __name__ == "__main__":
    main()
