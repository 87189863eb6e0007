"""What is refused, and what is asked once, wherever a grade is submitted; drafts are never refused."""

import html
import re

from app.audit.models import Assessment
from tests.audit.commission.test_audit_pages import begun, fill_in
from tests.browser import Browser, plain
from tests.moderation.own_reviews.test_own_reviews import facts, sheet
from tests.moderation.seconds import begun as second_begun
from tests.moderation.seconds import benchmarked
from tests.world import World

VAGUE = {"SAF1-evidence": "It is somewhere in the log."}
ASKED = "names no document of the list"
SAFEGUARDING = "standards/safeguarding"


def change(browser: Browser, base: str, answers: dict[str, str]) -> None:
    page = browser.get(f"{base}/{SAFEGUARDING}").text
    served = html.unescape(page.partition('name="served" value="')[2].partition('"')[0])
    ticked = re.findall(r'name="([\w-]+)" type="radio" value="(\w+)"\s+checked', page)
    texts = re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>\n?([^<]*)</textarea>', page)
    browser.post(f"{base}/{SAFEGUARDING}", {"served": served, **dict(ticked), **dict(texts), **answers})


def ready(world: World) -> tuple[Browser, int]:
    browser, case_id = begun(world)
    fill_in(world, browser, case_id, "good")
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "good"})
    return browser, case_id


def confirmed(page: str) -> dict[str, str]:
    return {"asked": page.partition('name="asked"')[2].partition('value="')[2].partition('"')[0]}


def test_empty_evidence_is_kept_in_a_draft_and_refused_when_it_is_submitted(world: World) -> None:
    browser, case_id = ready(world)
    base = f"/cases/{case_id}/assess"
    for text, said in (
        ("4.", "has no words in it"),
        ("Risks screened and acted on at the start.", "is only its title"),
    ):
        change(browser, base, {"SAF1-evidence": text})
        assert said in plain(browser.get(f"{base}/{SAFEGUARDING}").text), "it is told early"
        refused = browser.post(f"/cases/{case_id}/check", status=422)
        assert said in plain(refused.text)
        assert f'href="{base}/{SAFEGUARDING}#SAF1-evidence"' in refused.text


def test_a_first_grade_is_asked_about_once(world: World) -> None:
    browser, case_id = ready(world)
    change(browser, f"/cases/{case_id}/assess", VAGUE)
    assert ASKED not in plain(browser.get(f"/cases/{case_id}/check").text), "not before it is submitted"
    page = browser.post(f"/cases/{case_id}/check", status=409)
    assert f"The evidence for 1 standard {ASKED}" in plain(page.text)
    assert "Submit all the same" in plain(page.text)
    browser.post(f"/cases/{case_id}/check", status=409)
    other = {"SAF1-evidence": "Somewhere else in the log."}
    change(browser, f"/cases/{case_id}/assess", other)
    browser.post(f"/cases/{case_id}/check", confirmed(page.text), status=409)
    change(browser, f"/cases/{case_id}/assess", VAGUE)
    browser.post(f"/cases/{case_id}/check", confirmed(page.text))
    with world.database.reading() as session:
        asked = [a.asked for a in session.query(Assessment).filter_by(case_id=case_id)]
    assert [[key.split(":")[:2] for key in keys or ()] for keys in asked] == [[["place", "SAF1"]]]
    # A correction is not asked about the same text again.
    browser.post(f"/cases/{case_id}/correction")
    change(browser, f"/cases/{case_id}/assess", {"SAF2-evidence": "Checks, 5 September, page 2."})
    browser.post(f"/cases/{case_id}/check", {"correction_reason": "I read the wrong page."})


def test_a_listed_document_is_a_place(world: World) -> None:
    browser, case_id = ready(world)
    change(browser, f"/cases/{case_id}/assess", VAGUE)
    browser.post(f"/cases/{case_id}/assess/documents", {"label": "The log"})
    assert "is submitted as" in plain(browser.post(f"/cases/{case_id}/check").text)


def test_a_second_grade_is_asked_about_once(world: World) -> None:
    browser, case_id = ready(world)
    browser.post(f"/cases/{case_id}/check")
    benchmarked(world, case_id)
    second_begun(world, case_id, "good")
    second, base = world.browser("head2"), f"/cases/{case_id}/benchmark"
    change(second, base, {"SAF1-evidence": "--"})
    assert "has no words in it" in plain(second.post(f"{base}/check", status=422).text)
    change(second, base, VAGUE)
    page = second.post(f"{base}/check", status=409)
    assert ASKED in plain(page.text)
    assert "second grade" in plain(second.post(f"{base}/check", confirmed(page.text)).text)


def test_an_own_review_is_asked_about_once(world: World) -> None:
    browser, case_id = ready(world)
    browser.post(f"/cases/{case_id}/check")
    head, base = world.browser("head1"), f"/cases/{case_id}/own-review"
    head.post(base)
    for area, typed in sheet(world, case_id, "good").items():
        head.post(f"{base}/standards/{area}", typed)
    head.post(f"{base}/facts", facts(world, case_id))
    head.post(f"{base}/grade", {"grade": "good"})
    change(head, base, VAGUE)
    page = head.post(f"{base}/check", status=409)
    assert ASKED in plain(page.text)
    assert "own review is submitted" in plain(head.post(f"{base}/check", confirmed(page.text)).text)
