"""Marks of what was reused survive autosave, a conflict and a page without script; who sees them."""

import html
import re

from sqlalchemy import select

from app.audit.enums import AssessmentKind
from app.audit.models import Assessment, Judgement
from app.keeping.record import wrong
from app.web.merging import digest
from tests.audit.autosave.test_autosave import put
from tests.audit.commission.test_audit_pages import begun, fill_in
from tests.browser import Browser, plain
from tests.world import World

TEXT = "Case plan, 12 September, paragraph 4"
PAGE = "standards/safeguarding"
REUSED = "check that it fits here"


def marks(world: World, case_id: int, standard: str = "SAF2") -> list[tuple[str, str, bool]]:
    with world.database.reading() as session:
        first = Assessment.case_id == case_id, Assessment.kind == AssessmentKind.FIRST
        query = select(Judgement).join(Assessment, Assessment.id == Judgement.assessment_id).where(*first)
        row = session.scalars(query.where(Judgement.standard == standard).order_by(Judgement.id.desc())).first()
        return [(m["from"], m["id"], m["changed"]) for m in (row.reused if row and row.reused else ())]


def hidden(browser: Browser, case_id: int) -> dict[str, str]:
    """Return the form of the page as a browser without script sends it back."""
    text = browser.get(f"/cases/{case_id}/assess/{PAGE}").text
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', text))
    texts = dict(re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>\n?([^<]*)</textarea>', text))
    return {name: html.unescape(value) for name, value in {**found, **texts}.items()}


def reused(world: World) -> tuple[Browser, int]:
    browser, case_id = begun(world)
    answers = {"SAF1-evidence": TEXT, "SAF2-evidence": TEXT, "SAF2-reused": "above.SAF1"}
    assert put(browser, case_id, answers)["values"] == {}
    assert marks(world, case_id) == [("above", "SAF1", False)]
    return browser, case_id


def test_marks_survive_autosave_and_say_when_they_are_typed_over(world: World) -> None:
    browser, case_id = reused(world)
    longer = f"{TEXT}. And the contact log."
    told = put(browser, case_id, {"SAF2-evidence": {"was": digest(TEXT), "now": longer}})
    assert told["values"] == {}
    assert marks(world, case_id) == [("above", "SAF1", False)]
    put(browser, case_id, {"SAF1-evidence": {"was": digest(TEXT), "now": "Something else now."}})
    assert marks(world, case_id) == [("above", "SAF1", False)], "what stands above may change"
    told = put(browser, case_id, {"SAF2-evidence": {"was": digest(longer), "now": "Contact log, entry 9."}})
    assert told["values"] == {"SAF2-reused": "above.SAF1.changed"}
    assert marks(world, case_id) == [("above", "SAF1", True)]
    told = put(browser, case_id, {"SAF2-evidence": {"was": digest("Contact log, entry 9."), "now": ""}})
    assert told["values"] == {"SAF2-reused": ""}
    assert marks(world, case_id) == []


def test_a_mark_that_was_made_up_is_dropped(world: World) -> None:
    browser, case_id = begun(world)
    sent = {"SAF2-evidence": "Typed, page 2.", "SAF2-reused": "own.999 bank.3 nonsense above.SAF9"}
    assert put(browser, case_id, sent)["values"] == {"SAF2-reused": ""}
    assert marks(world, case_id) == []


def test_two_windows_keep_the_marks_of_both_and_ask_only_about_the_text(world: World) -> None:
    browser, case_id = reused(world)
    phrase = browser.send("PUT", f"/cases/{case_id}/assess/phrases", json={"standard": "SAF2", "text": TEXT}).json()
    other = {"SAF2-evidence": "Another text, 3.", "SAF2-reused": phrase["mark"]}
    told = put(browser, case_id, {name: {"was": "", "now": now} for name, now in other.items()}, status=409)
    assert list(told["clashes"]) == ["SAF2-evidence"]
    assert told["values"]["SAF2-reused"].split() == ["above.SAF1", phrase["mark"]]
    assert [m[0] for m in marks(world, case_id)] == ["above", "own"]


def test_a_page_without_script_keeps_the_marks(world: World) -> None:
    browser, case_id = reused(world)
    sent = hidden(browser, case_id)
    assert sent["SAF2-reused"] == "above.SAF1"
    assert REUSED in plain(browser.get(f"/cases/{case_id}/assess/{PAGE}").text)
    browser.post(f"/cases/{case_id}/assess/{PAGE}", {**sent, "SAF2-evidence": f"{TEXT}, 5"})
    assert marks(world, case_id) == [("above", "SAF1", False)]
    # Its conflict keeps them too: the page was served before the other window saved.
    put(browser, case_id, {"SAF2-evidence": {"was": digest(f"{TEXT}, 5"), "now": f"{TEXT}, 6"}})
    page = browser.post(f"/cases/{case_id}/assess/{PAGE}", {**sent, "SAF2-evidence": f"{TEXT}, 7"}, status=409)
    assert 'name="SAF2-reused" value="above.SAF1"' in page.text
    assert marks(world, case_id) == [("above", "SAF1", False)]


def test_whoever_graded_and_the_lead_see_what_was_reused_and_nobody_else(world: World) -> None:
    browser, case_id = begun(world)
    fill_in(world, browser, case_id, "good")
    text = hidden(browser, case_id)["SAF1-evidence"]
    now = hidden(browser, case_id)["SAF2-evidence"]
    put(browser, case_id, {"SAF2-evidence": {"was": digest(now), "now": text}, "SAF2-reused": "above.SAF1"})
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "good"})
    assert REUSED in plain(browser.get(f"/cases/{case_id}/check").text)
    browser.post(f"/cases/{case_id}/check")
    said = "Reused from ‘"
    assert said in plain(browser.get(f"/cases/{case_id}").text)
    assert said in plain(world.browser("lead").get(f"/cases/{case_id}").text)
    for who in ("head1", "director"):
        assert "Reused" not in plain(world.browser(who).get(f"/cases/{case_id}").text), who
    with world.database.reading() as session:
        kept = session.scalars(select(Judgement.reused).where(Judgement.standard == "SAF2")).all()
        assert [m for row in kept for m in row or ()] == [{"from": "above", "id": "SAF1", "changed": False}]
        assert list(wrong(session)) == []
