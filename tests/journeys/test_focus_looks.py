"""One standard of the tool at a time, as it looks: every shipped document, narrow, large, in few colours.

The pages are made here, and answered in the place of a server.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from app.audit.enums import AssessmentKind, AssessmentState, AuditState, CaseState
from app.audit.evidence.queries import ListedDocument, Material
from app.audit.grading.draft import Draft
from app.audit.grading.in_hand import Answers, AuditInHand, CaseInHand
from app.audit.grading.pages import StandardsPage
from app.audit.grading.progress import progress_of
from app.audit.grading.queries import Around
from app.audit.thresholds.document import PracticeArea, Standard, ThresholdDocument
from app.audit.thresholds.loading import load_file
from app.people.case_files import CaseFiles
from app.people.kinds import SHIPPED
from app.people.rules import Viewer
from app.web.pages import Filled, render
from tests.journeys.site import NARROWEST
from tests.journeys.test_focus import LABELS
from tests.world import ROOT

pytestmark = pytest.mark.browser
DESK, TELEPHONE, LAPTOP = (1280, 800), (390, 844), (1280, 660)
TALLEST = {DESK: 700, TELEPHONE: 860}
Shown = tuple[ThresholdDocument, PracticeArea, tuple[Standard, ...], str]


def every_area() -> Iterator[Shown]:
    for document in map(load_file, sorted((ROOT / "app" / "data" / "thresholds").glob("*.yaml"))):
        laws = {law for s in document.standards() for law in s.law_types or ()} or {"public"}
        seen: set[str] = set()
        for law in sorted(laws, key=lambda law: -len(document.standards_for(law))):
            for area, standards in document.practice_areas_for(law):
                new = tuple(s for s in standards if s.code not in seen)
                seen |= {s.code for s in standards}
                if new:
                    yield document, area, standards, law


def made(of: Shown) -> str:
    """Return the page of a practice area, with seven documents of the file listed."""
    document, area, standards, law = of
    case = CaseInHand(
        7, "C2014-017183", "A2", law, CaseState.IN_PROGRESS, 1, "P1", AuditInHand("N", "", AuditState.FIELDWORK)
    )
    at = datetime(2026, 12, 1, 20, 14, tzinfo=UTC)
    texts: dict[str, Any] = dict.fromkeys(
        ("departure_reason", "strengths_note", "learning_note", "correction_reason"), ""
    )
    none: dict[str, Any] = dict.fromkeys(("grade", "indicated_grade", "indicated_rule"))
    lists: dict[str, Any] = {"themes": (), "judgements": (), "facts": ()}
    answers = Answers(
        id=1,
        kind=AssessmentKind.FIRST,
        state=AssessmentState.DRAFT,
        saved_at=at,
        author_id=1,
        number=1,
        **texts,
        **none,
        **lists,
    )
    draft = Draft(7, law, answers, document)
    page = StandardsPage(
        title=area.title, case=case, law_type="Private law (WAFH)", draft=draft, progress=progress_of(draft),
        around=Around("one", "yes", "11 of 67 graded. 7 each working day would finish by 9 December"), form=Filled(),
        here=f"standards/{area.code}", remarks=(), go_on=None, area=area.code,
        areas=document.practice_areas_for(law), done=(),
        standards=standards, first=1, count=len(document.standards_for(law)), reference=None, names={},
        material=Material([ListedDocument(n, t, None, "", 1, True) for n, t in enumerate(LABELS, 1)], {}), reused={},
    )  # fmt: skip
    viewer = Viewer(1, "Helen Marchetti", "h@example.test", "Improvement manager", frozenset())
    work = [
        {"href": "/", "text": "Your work", "current": False},
        {"href": "/audits", "text": "Audits", "current": False},
    ]
    chrome: Mapping[str, Any] = {
        **dict.fromkeys(("notice", "notice_type", "browser_key", "form_done", "once"), ""),
        "viewer": viewer,
        "navigation": work,
        "organisation": "National Improvement Service",
        "demo": False,
        "path": "/made",
        "lasts": SimpleNamespace(seconds=3600, at_least=at),
        "answers_a_form": False,
        "page_opened": at,
        "case_files": CaseFiles(),
        "kinds_of_work": SHIPPED,
    }
    return bytes(render(page, chrome).body).decode()


# Shows a standard, chooses each level in turn, and returns the greatest height: from the link back, on a telephone from
# the way, to the end of the bar, which then stands at the end of the page.
CHOSEN = """([code, narrow]) => {
  location.hash = ''
  document.querySelector(`.app-way a[href="#${code}"]`).click()
  const section = document.getElementById(code)
  const top = document.querySelector(narrow ? '.app-way' : '.govuk-back-link')
  return Math.max(...[...section.querySelectorAll('.app-cards input')].map(level => {
    level.checked = true
    const degree = section.querySelectorAll('.app-degrees input')
    degree[degree.length - 1].checked = true
    degree[degree.length - 1].dispatchEvent(new Event('input', { bubbles: true }))
    const foot = document.querySelector('.app-foot')
    foot.style.position = 'static'
    const height = foot.getBoundingClientRect().bottom - top.getBoundingClientRect().top
    foot.style.position = ''
    return Math.round(height)
  })) }"""

HIDDEN = """() => {
  const here = document.activeElement, foot = document.querySelector('.app-foot')
  if (!here.closest('.is-here')) return ''
  const shown = here.matches('.govuk-radios__input') ? here.closest('.govuk-radios__item') : here
  const under = shown.getBoundingClientRect().bottom > foot.getBoundingClientRect().top + 1
  return under ? here.id || here.textContent : '' }"""


def given(route: Route, of: Shown) -> None:
    """Answer for the server: the page, its static files, and that everything is saved."""
    path = urlsplit(route.request.url).path
    saved: dict[str, Any] = {key: {} for key in ("marks", "held", "values", "remarks", "clashes", "refused")}
    if path == "/made":
        route.fulfill(body=made(of), content_type="text/html")
    elif path.startswith("/static/"):
        route.fulfill(path=ROOT / "static" / path.split("/", 3)[3])
    else:
        route.fulfill(json={**saved, "saved": "8:14pm", "progress": ""})


@pytest.fixture
def shown(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
    yield page
    page.context.close()


def open_made(page: Page, of: Shown) -> None:
    page.unroute_all()
    page.route("**", lambda route: given(route, of))
    page.goto("http://made.test/made")
    page.locator(".is-ready").wait_for()


def test_every_standard_of_every_document_fits_a_screen(shown: Page) -> None:
    heights: dict[tuple[int, int], dict[str, int]] = {size: {} for size in TALLEST}
    for of in every_area():
        open_made(shown, of)
        document, _, standards, _ = of
        for size, found in heights.items():
            shown.set_viewport_size({"width": size[0], "height": size[1]})
            for standard in standards:
                found[f"{document.id} {standard.code}"] = shown.evaluate(CHOSEN, [standard.code, size == TELEPHONE])
    for size, found in heights.items():
        ordered = sorted(found.values())
        print(
            f"{size}: {len(ordered)} standards of {ordered[0]} to {ordered[-1]} px, median {ordered[len(ordered) // 2]}"
        )
        assert {code: height for code, height in found.items() if height > TALLEST[size]} == {}
    assert len(heights[DESK]) >= 57


def test_the_focus_is_never_under_the_bar(shown: Page) -> None:
    shown.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    of = next(of for of in every_area() if of[1].code == "safeguarding")
    open_made(shown, of)
    for standard in of[2]:
        shown.locator(f'.app-way a[href="#{standard.code}"]').click()
        shown.locator(f"#{standard.code} .app-cards input").last.focus()
        stops, hidden = 0, []
        while shown.evaluate("!!document.activeElement.closest('.is-here')"):
            hidden.append(shown.evaluate(HIDDEN))
            shown.keyboard.press("Tab")
            stops += 1
        assert stops > 5
        assert [stop for stop in hidden if stop] == []


def test_a_narrow_page_large_text_and_few_colours(shown: Page, tmp_path: Path) -> None:
    of = next(of for of in every_area() if of[1].code == "safeguarding")
    for width, size in ((NARROWEST, "100%"), (640, "200%"), (1280, "200%")):
        shown.set_viewport_size({"width": width, "height": 800})
        open_made(shown, of)
        shown.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        for standard in of[2]:
            shown.evaluate(CHOSEN, [standard.code, width < 770])
            wide = shown.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{standard.code} scrolls sideways at {width} px, {size}: {wide} px"
    shown.emulate_media(forced_colors="active")
    shown.set_viewport_size({"width": 1280, "height": 800})
    open_made(shown, of)
    shown.locator("#SAF1-judgement-3").check()
    shown.screenshot(path=tmp_path / "forced.png")
    cards = shown.locator("#SAF1 .app-cards .govuk-radios__item")
    other, chosen = cards.evaluate_all("all => all.slice(1, 3).map(card => getComputedStyle(card).outlineStyle)")
    assert (chosen, other) == ("solid", "none")
