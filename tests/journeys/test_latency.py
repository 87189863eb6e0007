"""One window of the audit tool never clashes with itself, however far the server is.

CASEWORK_AUDIT_TRIES says how often a standard is judged at each latency, with keys 80 ms apart (`make test-long`: 200).
"""

import os
import re

import pytest
from playwright.sync_api import Browser, Page, expect

from app.db import Database
from tests.journeys.drafts import begin, in_time, kept
from tests.journeys.site import Site
from tests.journeys.slow import far_away

pytestmark = pytest.mark.browser
TRIES = int(os.environ.get("CASEWORK_AUDIT_TRIES", "6"))
KEYS_APART = 80
SAID = "Log, 3 October"
# Notes every message beside a field at the moment at which it appears, also one that goes again.
WATCH = """() => {
  window.messages = []
  new MutationObserver(changes => changes.forEach(change => change.addedNodes.forEach(node => {
    if (node.matches?.('[data-message]')) window.messages.push(node.innerText)
  }))).observe(document.querySelector('main'), { childList: true, subtree: true })
}"""


def judge(page: Page, standard: str, judgement: str, degree: str, evidence: str) -> None:
    """Judge a standard as quick hands do: a judgement, a degree, a few words."""
    page.locator(f"[name={standard}-judgement]").first.focus()
    for key in (judgement, "Tab", degree, "Tab", *evidence):
        page.wait_for_timeout(KEYS_APART)
        page.keyboard.press(key)


@pytest.mark.parametrize("milliseconds", [60, 150, 400, 800])
def test_quick_hands_far_from_the_server_never_clash_with_themselves(
    graded: tuple[Site, Database], chromium: Browser, milliseconds: int
) -> None:
    site, database = graded
    with far_away(site.port, milliseconds / 1000) as url:
        someone, case_id = begin(site, database, chromium, url=url)
        page = someone.page
        page.goto(f"/cases/{case_id}/assess/standards/safeguarding")
        page.evaluate(WATCH)
        standards = [str(s.get_attribute("id")) for s in page.locator("section.app-standard").all()]
        typed = dict.fromkeys(standards, "")
        for number in range(TRIES):
            standard, word = standards[number % len(standards)], SAID[number % len(SAID)]
            # The best level brings a degree with it by itself, and the person chooses another one over it.
            judge(page, standard, str(1 + number // len(standards) % 3), str(2 + number % 2), word)
            typed[standard] = page.locator(f"#{standard}-evidence").input_value().strip()
        expect(page.locator("[data-save-state]")).to_have_text(re.compile("^Saved at "), timeout=15_000)
        assert page.evaluate("window.messages") == []
        in_time(lambda: all(kept(database, case_id).judgements[s].evidence == typed[s] for s in standards if typed[s]))
        for standard in (s for s in standards if typed[s]):
            chosen = kept(database, case_id).judgements[standard]
            assert page.locator(f"[name={standard}-judgement]:checked").input_value() == chosen.judgement
            assert page.locator(f"[name={standard}-degree]:checked").input_value() == chosen.degree
        someone.leave()
    print(f"{TRIES} tries at {milliseconds} ms without a false conflict")
