"""Nothing is submitted that the page of the answers did not show, whatever another window saved meanwhile."""

import html
import re

import pytest

from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from tests.browser import Browser, plain
from tests.moderation.submission.test_corrections import SCREENED, UNSCREENED, WHY, change, graded
from tests.world import World


def shown(browser: Browser, case_id: int) -> str:
    """Return what the check page says that it shows."""
    found = re.search(r'name="shown" value="([^"]*)"', browser.get(f"/cases/{case_id}/check").text)
    assert found is not None
    return html.unescape(found[1])


@pytest.fixture
def correcting(world: World) -> tuple[World, Browser, int]:
    """Return an auditor who has corrected an answer, and has only to submit it."""
    browser, case_id = graded(world, "met")
    browser.post(f"/cases/{case_id}/correction")
    change(browser, case_id, "standards/safeguarding", UNSCREENED)
    change(browser, case_id, "grade", {"grade": "not_met"})
    return world, browser, case_id


def test_an_answer_of_another_window_stops_the_submission_and_is_linked(correcting: tuple[World, Browser, int]) -> None:
    world, browser, case_id = correcting
    before = shown(browser, case_id)
    change(browser, case_id, "standards/safeguarding", {"SAF1-evidence": "From the other window, entry 2."})
    page = browser.post(f"/cases/{case_id}/check", {"correction_reason": WHY, "shown": before}, status=409)
    with world.database.reading() as session:
        title = document_of(session.get_one(AuditCase, case_id).audit).standard("SAF1").title
    assert f"The evidence for ‘{title}’ was changed after you opened this page." in plain(page.text)
    assert f'href="/cases/{case_id}/assess/standards/safeguarding#SAF1-evidence"' in page.text
    assert "From the other window, entry 2." in page.text
    assert WHY in page.text
    sent = {"correction_reason": WHY, "shown": shown(browser, case_id)}
    assert "is corrected to" in plain(browser.post(f"/cases/{case_id}/check", sent).text)


def test_what_is_shown_may_be_submitted_whatever_it_was_before(correcting: tuple[World, Browser, int]) -> None:
    _, browser, case_id = correcting
    change(browser, case_id, "standards/safeguarding", SCREENED)
    change(browser, case_id, "standards/safeguarding", UNSCREENED)
    sent = {"correction_reason": WHY, "shown": shown(browser, case_id)}
    assert "is corrected to" in plain(browser.post(f"/cases/{case_id}/check", sent).text)


def test_a_made_up_mark_is_no_fault(correcting: tuple[World, Browser, int]) -> None:
    _, browser, case_id = correcting
    sent = {"correction_reason": WHY, "shown": "nonsense SAF9-evidence.0 . x.y"}
    assert browser.post(f"/cases/{case_id}/check", sent, status=409)
