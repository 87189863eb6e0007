"""A prompt is on every page on which the fact or the judgement stands, and keeps nobody from going on."""

from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from tests.audit.drafting.test_drafting import served
from tests.browser import plain
from tests.world import World, cases


def test_the_prompt_is_on_both_pages_and_on_the_check_and_keeps_nobody(world: World) -> None:
    with world.database.reading() as session:
        case_id = next(c for c in cases(world, "A1") if session.get_one(AuditCase, c).law_type == "public")
        case = session.get_one(AuditCase, case_id)
        area = next(
            a for a in document_of(case.audit).practice_areas if any(s.code == "ENG1" for s in a.standards)
        ).code
        who = "im1" if case.auditor_id == world.viewer("im1").id else "im2"
    browser, base = world.browser(who), f"/cases/{case_id}/assess"
    browser.post(base)
    form = {"ENG1-judgement": "good", "ENG1-degree": "none", "ENG1-evidence": "Log."}
    assert "usually Not Met" not in browser.post(f"{base}/standards/{area}", form).text
    page = browser.post(f"{base}/facts", {"fact-child_seen": "unclear"})
    sentence = "With that, Child seen, or a sound reason recorded is usually Not Met; here it is Good."
    assert "Worth a second look before you go on" in plain(page.text)
    assert sentence in plain(page.text)
    page = browser.get(f"{base}/standards/{area}")
    assert sentence in plain(page.text)
    assert plain(browser.get(f"/cases/{case_id}/check").text).count(sentence) == 1
    page = browser.post(
        f"{base}/standards/{area}",
        {**form, "served": served(page), "ENG1-judgement": "not_met", "ENG1-degree": "moderate"},
    )
    assert "usually Not Met" not in page.text
