"""A threshold document of three hundred standards goes through: graded, saved, submitted, reviewed, reported."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.audit.thresholds.loading import load_document
from app.keeping.record import wrong
from app.web.merging import digest
from tests.audit.autosave.test_autosave import put
from tests.audit.commission.test_audit_pages import begun, fill_in
from tests.audit.thresholds.many_standards import NAMED, many_standards
from tests.browser import plain
from tests.report.reading.test_report import finish
from tests.web.test_merging import draft
from tests.world import REF, World, cases, grade, in_fieldwork, publish, settings_for

# In seconds of the process, the quickest of some: a page of 56 standards, and a save beside three hundred answers.
PAGE, SAVE, TIMES = 0.2, 0.05, 5


@pytest.fixture
def many(tmp_path: Path) -> Iterator[World]:
    """Return a small audit against that document, in fieldwork, with one case that is Not Met and so returned."""
    world = in_fieldwork(settings_for(tmp_path), many_standards(), NAMED)
    grade(world, cases(world, "A1")[0], "not_met")
    yield world
    world.database.close()


def quickest(do: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        began = time.process_time()
        do()
        taken.append(time.process_time() - began)
    return min(taken)


def test_three_hundred_standards_go_through(many: World) -> None:
    assert len(load_document(many_standards()).standards_for("public")) > 300
    browser, case_id = begun(many)
    # As without a script: each page is sent whole.
    fill_in(many, browser, case_id, "good")
    page = f"/cases/{case_id}/assess/standards/safeguarding"
    text = draft(many, case_id).judgements["SAF1"].evidence

    def save() -> None:
        nonlocal text
        before, text = text, f"Log, 3 October, {time.monotonic_ns()}."
        put(browser, case_id, {"SAF1-evidence": {"was": digest(before), "now": text}})

    took = {"page": quickest(lambda: browser.get(page)), "save": quickest(save)}
    assert took["page"] < PAGE, took
    assert took["save"] < SAVE, took
    browser.post("/account/tool", {"key": "tool_view", "value": "one", "back": page})
    assert "app-grading app-focus" in browser.get(page).text
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "good", "departure_reason": ""})
    assert "is submitted as Good" in plain(browser.post(f"/cases/{case_id}/check").text)
    # The one that was returned is reviewed and accepted, the others are graded.
    finish(many)
    many.browser("lead").post(f"/audits/{REF}/finalise")
    publish(many)
    assert "Good" in plain(many.browser("director").get(f"/reports/{REF}").text)
    with many.database.reading() as session:
        assert list(wrong(session)) == []
