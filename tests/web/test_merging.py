"""Two windows on one draft: nothing that was saved is lost, and nothing that was typed."""

import html
import re

import httpx
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.grading.draft import Draft, draft_of
from app.audit.models import Assessment, AuditCase
from app.web.merging import mark, marks_of, merge
from tests.audit.commission.test_audit_pages import begun
from tests.browser import plain
from tests.world import World

ANSWERS = st.dictionaries(st.sampled_from(["a", "b-c", "d.e"]), st.text(max_size=5))


@given(ANSWERS, ANSWERS, ANSWERS)
def test_every_field_is_the_stored_one_or_the_one_that_was_typed_over_what_was_served(
    served: dict[str, str], stored: dict[str, str], sent: dict[str, str]
) -> None:
    merged = merge(marks_of(mark(served)), stored, sent)
    for name in {*stored, *sent}:
        was, theirs, mine = served.get(name, ""), stored.get(name, ""), sent.get(name, served.get(name, ""))
        kept = merged.values.get(name, "")
        assert (name in merged.clashes) == (mine not in {was, theirs} and theirs != was)
        assert kept == (mine if theirs == was else theirs)


def served(page: httpx.Response) -> str:
    found = re.search(r'name="served" value="([^"]*)"', page.text)
    assert found is not None
    return html.unescape(found.group(1))


def draft(world: World, case_id: int) -> Draft:
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        found = draft_of(case, session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one())
        _ = found.judgements, found.facts
        return found


SAF1 = {"SAF1-judgement": "met", "SAF1-degree": "minor", "SAF1-evidence": "Log, 3 October."}
SAF2 = {"SAF2-judgement": "good", "SAF2-degree": "none", "SAF2-evidence": "Plan, page 2."}


def test_two_windows_each_keep_what_was_saved_in_the_other(world: World) -> None:
    browser, case_id = begun(world)
    path = f"/cases/{case_id}/assess/standards/safeguarding"
    first, second = served(browser.get(path)), served(browser.get(path))
    browser.post(path, {**SAF1, "served": first})
    browser.post(path, {**SAF2, "SAF1-evidence": "", "served": second})
    kept = draft(world, case_id).judgements
    assert (kept["SAF1"].judgement, kept["SAF1"].evidence) == ("met", "Log, 3 October.")
    assert (kept["SAF2"].judgement, kept["SAF2"].evidence) == ("good", "Plan, page 2.")


def test_what_both_windows_changed_is_shown_twice_and_the_stored_one_stays_until_somebody_chooses(world: World) -> None:
    browser, case_id = begun(world)
    path = f"/cases/{case_id}/assess/standards/safeguarding"
    before = served(browser.get(path))
    browser.post(path, {**SAF1, "served": before})
    mine = {**SAF1, **SAF2, "SAF1-judgement": "good", "SAF1-evidence": "Letter, page 4.", "served": before}
    page = browser.post(path, mine, status=409)
    words = plain(page.text)
    assert (
        words.count("The evidence for ‘Risks screened and acted on at the start’ was changed in another window too")
        == 2
    )
    assert "Saved in the other window: Log, 3 October." in words
    assert "Saved in the other window: Met" in words
    assert "Letter, page 4.</textarea>" in page.text
    kept = draft(world, case_id).judgements
    assert (kept["SAF1"].judgement, kept["SAF1"].evidence) == ("met", "Log, 3 October.")
    assert kept["SAF2"].evidence == "Plan, page 2.", "what nobody else changed is saved"
    browser.post(path, {**mine, "served": served(page)})
    assert draft(world, case_id).judgements["SAF1"].evidence == "Letter, page 4."


def test_facts_themes_and_grade_keep_what_another_window_saved(world: World) -> None:
    browser, case_id = begun(world)
    base = f"/cases/{case_id}/assess"
    marks = {part: served(browser.get(f"{base}/{part}")) for part in ("facts", "themes", "grade")}
    document = draft(world, case_id).document
    first, second = [t.code for t in document.themes_for("public", "strength")][:2]
    browser.post(f"{base}/facts", {"fact-referral": "made_clear", "served": marks["facts"]})
    browser.post(f"{base}/facts", {"fact-language_errors": "few", "served": marks["facts"]})
    page = browser.post(f"{base}/facts", {"fact-referral": "not_needed", "served": marks["facts"]}, status=409)
    assert "Saved in the other window: Made, clear" in plain(page.text)
    browser.post(f"{base}/themes", {"themes": first, "strengths_note": "Clear.", "served": marks["themes"]})
    browser.post(f"{base}/themes", {"themes": second, "served": marks["themes"]})
    page = browser.post(
        f"{base}/themes", {"themes": first, "strengths_note": "Warm.", "served": marks["themes"]}, status=409
    )
    assert "Saved in the other window: Clear." in plain(page.text)
    browser.post(f"{base}/grade", {"grade": "met", "served": marks["grade"]})
    page = browser.post(f"{base}/grade", {"grade": "good", "served": marks["grade"]}, status=409)
    assert "Saved in the other window: Met" in plain(page.text)
    kept = draft(world, case_id)
    assert (kept.facts["referral"], kept.facts["language_errors"]) == (["made_clear"], ["few"])
    assert (set(kept.assessment.themes), kept.assessment.strengths_note, kept.assessment.grade) == (
        {first, second},
        "Clear.",
        "met",
    )
