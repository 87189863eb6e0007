"""The documents of a case's file: listed once, picked by whoever grades it, and never one grader's before another."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.audit.evidence.queries import listed_documents
from app.audit.evidence.rules import called, same, tidy
from app.clock import clock
from app.keeping.record import wrong
from tests.audit.commission.test_audit_pages import begun, fill_in
from tests.browser import Browser, plain
from tests.moderation.seconds import begun as second_begun
from tests.moderation.seconds import benchmarked
from tests.moderation.stories import date_fields
from tests.world import World, cases

LABELS = st.text("Case plan-é ", min_size=1, max_size=20).map(tidy).filter(bool)
DAYS = st.none() | st.dates()


class Document:
    def __init__(self, label: str, dated: Any) -> None:
        self.label, self.dated = label, dated


@given(LABELS, DAYS, st.booleans())
def test_two_equal_labels_are_one(label: str, dated: Any, upper: bool) -> None:
    there = Document(label, dated)
    assert same(label.upper() if upper else label, dated, [there]) is (
        there if (label.upper() if upper else label).casefold() == label.casefold() else None
    )
    assert same(label, None, [there]) is there
    assert same(f"{label}x", dated, [there]) is None


@given(LABELS, DAYS)
def test_a_document_is_called_by_its_label_first(label: str, dated: Any) -> None:
    assert called(label, dated).startswith(label)
    assert (called(label, dated) == label) is (dated is None)


def listed(world: World, case_id: int, who: str) -> list[str]:
    with world.database.reading() as session:
        return [one.says for one in listed_documents(session, world.viewer(who), case_id)]


def add(browser: Browser, base: str, label: str, day: str = "") -> str:
    parts = dict(zip(("dated-day", "dated-month", "dated-year"), (*day.split(), "", "", ""), strict=False))
    return plain(browser.post(f"{base}/documents", {"label": label, **parts}).text)


def submitted(world: World, browser: Browser, case_id: int) -> None:
    fill_in(world, browser, case_id, "good")
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "good"})
    browser.post(f"/cases/{case_id}/check")


def picks(browser: Browser, page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'data-pick="([^"]+)"', browser.get(page).text)))


def test_an_assistant_lists_and_the_grader_picks(world: World) -> None:
    browser, case_id = begun(world)
    base, assistant = f"/cases/{case_id}/prepare", world.browser("assistant")
    assert "is listed" in add(assistant, base, "Case plan", "12 9 2014")
    assert "was listed already" in add(assistant, base, "  case  PLAN ", "12 9 2014")
    add(assistant, base, "Contact log")
    page = f"/cases/{case_id}/assess/standards/safeguarding"
    assert picks(browser, page) == ["Case plan, 12 September", "Contact log"]
    assert "Documents of this file: Case plan, 12 September; Contact log." in plain(browser.get(page).text)
    assert "Case plan, 12 September; Contact log" in plain(assistant.get(base).text)
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_without_script_nothing_typed_is_lost_on_the_way_to_the_list(world: World) -> None:
    browser, case_id = begun(world)
    base = f"/cases/{case_id}/assess"
    typed = {"SAF1-evidence": "Typed before.", "then": "documents"}
    page = browser.post(f"{base}/standards/safeguarding", typed)
    assert f'action="{base}/documents?area=safeguarding"' in page.text
    browser.post(f"{base}/documents?area=safeguarding", {"label": "Screening record"})
    assert f'href="{base}/standards/safeguarding"' in browser.get(f"{base}/documents?area=safeguarding").text
    again = browser.get(f"{base}/standards/safeguarding")
    assert "Typed before." in again.text
    assert 'data-pick="Screening record"' in again.text


def test_what_is_wrong_is_said_and_kept(world: World) -> None:
    browser, case_id = begun(world)
    base = f"/cases/{case_id}/assess/documents"
    page = browser.post(
        base, {"label": "x" * 81, "dated-day": "41", "dated-month": "9", "dated-year": "2014"}, status=422
    )
    assert "81" in plain(page.text)
    early = browser.post(base, {"label": "Plan", **date_fields("dated", 1, 1, clock.now().year + 1)}, status=422)
    assert "must be today or in the past" in plain(early.text)
    assert "x" * 81 in page.text
    refused = browser.send("PUT", base, json={"label": " "})
    assert (refused.status_code, refused.json()["detail"]) == (400, "Enter what the document is called")
    kept = browser.send(
        "PUT", base, json={"label": "Letter of Joanna", "dated-day": "3", "dated-month": "9", "dated-year": "2014"}
    )
    assert kept.json()["documents"] == [{"label": "Letter of Joanna", "says": "Letter of Joanna, 3 September"}]
    assert "the name of a person" in kept.json()["remark"]


def test_a_removed_document_stays_in_texts(world: World) -> None:
    browser, case_id = begun(world)
    base = f"/cases/{case_id}/assess"
    add(browser, base, "Case plan")
    browser.post(f"{base}/standards/safeguarding", {"SAF1-evidence": "Case plan, paragraph 4"})
    number = re.findall(r"/documents/(\d+)/remove", browser.get(f"{base}/documents").text)[0]
    browser.post(f"{base}/documents/{number}/remove")
    page = browser.get(f"{base}/standards/safeguarding").text
    assert "data-pick" not in page
    assert "Case plan, paragraph 4" in page
    world.browser("assistant").post(f"/cases/{case_id}/prepare/documents/{number}/remove", status=404)


def test_a_second_grader_has_the_assistants_documents_only(world: World) -> None:
    browser, case_id = begun(world)
    add(world.browser("assistant"), f"/cases/{case_id}/prepare", "Case plan")
    add(browser, f"/cases/{case_id}/assess", "Where I looked")
    assert picks(browser, f"/cases/{case_id}/assess/standards/safeguarding") == ["Case plan", "Where I looked"]
    submitted(world, browser, case_id)
    benchmarked(world, case_id)
    second_begun(world, case_id, "met")
    second, base = world.browser("head2"), f"/cases/{case_id}/benchmark"
    assert picks(second, f"{base}/standards/safeguarding") == ["Case plan"]
    assert "Where I looked" not in second.get(f"{base}/documents").text
    # Whoever lists what the first grader listed learns nothing from it.
    assert "is listed" in add(second, base, "Where I looked")
    assert "is listed" in add(second, base, "Somewhere else")
    assert listed(world, case_id, "head2") == ["Case plan", "Where I looked", "Somewhere else"]
    assert "Somewhere else" not in browser.get(f"/cases/{case_id}").text
    assert listed(world, case_id, "assistant") == ["Case plan"]


def test_an_own_reviewer_has_the_assistants_documents_only(world: World) -> None:
    browser, case_id = begun(world)
    add(world.browser("assistant"), f"/cases/{case_id}/prepare", "Case plan")
    add(browser, f"/cases/{case_id}/assess", "Where I looked")
    submitted(world, browser, case_id)
    head, base = world.browser("head1"), f"/cases/{case_id}/own-review"
    head.post(base)
    assert picks(head, f"{base}/standards/safeguarding") == ["Case plan"]
    add(head, base, "The area’s own copy")
    assert picks(head, f"{base}/standards/safeguarding") == ["Case plan", "The area’s own copy"]


def test_nobody_lists_at_somebody_elses_case(world: World) -> None:
    _, case_id = begun(world)
    other = next(c for c in cases(world, "A2"))
    for who in ("lead", "head1", "head2", "analyst", "reader"):
        assert world.browser(who).send("GET", f"/cases/{case_id}/assess/documents").status_code == 404
    assert world.browser("im1").send("GET", f"/cases/{other}/assess/documents").status_code == 404, "not begun"
