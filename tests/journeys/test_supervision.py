"""A practitioner and their service manager, in a real browser: the talk, the reading, the learning."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.clock import today
from app.report.actions import finalise
from tests.improvement.conftest import MANAGER, PRACTITIONER, graded, supervised
from tests.journeys.looks import bears
from tests.journeys.site import KEY, Site, Someone, Studio
from tests.report.reading.test_report import finish
from tests.world import build, settings_for, the_audit

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def finished(tmp_path: Path) -> Iterator[tuple[Site, int]]:
    """Yield a served installation whose audit has ended, and a practitioner's case."""
    world = build(settings_for(tmp_path, f"sqlite:///{tmp_path / 'casework-audit.sqlite3'}"))
    finish(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))
    own = graded(world, "A1", "good")[0]
    supervised(world, own)
    world.database.close()
    (tmp_path / "event-log.key").write_text(KEY)
    site = Site(tmp_path)
    yield site.start(), own
    site.stop()


def test_a_talk_a_reading_and_what_both_agree(finished: tuple[Site, int], chromium: Browser) -> None:
    site, own = finished
    studio = Studio(None)
    head, manager, one = (Someone(site, chromium, studio, who) for who in ("head1", MANAGER, PRACTITIONER))
    head.open("/areas/A1")
    head.follow("Practitioners and teams")
    manager.open(f"/team/{own}")
    manager.page.get_by_role("button", name="Prepare the talk, and record it").click()
    manager.look()
    bears(manager.page)
    day = today()
    manager.date("When did you discuss it with the practitioner?", day.day, day.month, day.year)
    manager.type("What did you agree? (optional)", "Bring the next two plans to supervision.")
    manager.press("Save the talk")
    manager.sees("The talk is recorded.")
    one.open("/my-cases")
    one.page.locator("main table a").first.click()
    one.look()
    bears(one.page)
    one.press("I have read this case and its learning points")
    one.type("Your reflection (optional)", "I would see the children sooner.")
    one.choose("Can your service manager read it?", "Yes")
    one.press("Save")
    one.sees("Your service manager can read it.")
    manager.open(f"/team/{own}")
    manager.sees("I would see the children sooner.")
    bears(manager.page)
    manager.type("What will be learned?", "See each child within ten days.")
    later = day + timedelta(days=30)
    manager.date("By when?", later.day, later.month, later.year)
    manager.type("How will you both know?", "The next three plans say when.")
    manager.press("Save")
    one.open(f"/my-cases/{own}")
    one.press("I agree")
    manager.open(f"/team/{own}")
    manager.press("Confirm in supervision that it was done")
    one.open(f"/my-cases/{own}")
    one.sees("Confirmed in supervision")
    for who in (head, manager, one):
        who.leave()


def test_a_case_on_paper_says_who_printed_it_and_shows_no_controls(
    finished: tuple[Site, int], chromium: Browser
) -> None:
    site, own = finished
    head = Someone(site, chromium, Studio(None), "head1")
    head.open(f"/cases/{own}")
    head.page.emulate_media(media="print")
    assert head.page.locator(".app-printed").is_visible()
    assert "Printed by Head1" in head.page.locator(".app-printed").inner_text()
    assert head.page.locator(".app-marked").is_visible()
    assert not head.page.locator(".govuk-service-navigation").is_visible()
    pdf = head.page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") <= 2
    head.page.emulate_media(media="screen")
    head.open(f"/cases/{own}/sheet")
    head.page.emulate_media(media="print")
    assert not head.page.locator("main .govuk-button").first.is_visible()
    head.leave()
