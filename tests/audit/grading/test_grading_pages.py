"""The audit tool in use: prompts that keep nobody, cases that are closed, words rather than codes."""

import re

import pytest
from sqlalchemy import select, update

from app.audit.enums import CaseState
from app.audit.models import AuditCase
from app.clock import clock
from app.people.enums import Role
from app.people.models import PersonSetting, RoleGrant
from app.web.sessions import IDLE
from tests.audit.commission.test_audit_pages import begun, fill_in
from tests.browser import plain
from tests.web.test_merging import draft, served
from tests.world import PASSWORD, REF, World, cases

UNUSUAL = {"SAF1-judgement": "good", "SAF1-degree": "significant", "SAF1-evidence": "Mr Smith, log."}
LIST = ("", "/standards/safeguarding", "/facts", "/themes", "/grade")


def test_what_is_unusual_is_said_after_saving_and_on_the_check_page_and_keeps_nobody(world: World) -> None:
    browser, case_id = begun(world)
    path = f"/cases/{case_id}/assess/standards/safeguarding"
    page = browser.post(path, UNUSUAL)
    words = plain(page.text)
    assert "Saved. Worth a second look before you go on" in words
    assert words.count("Good with the improvement needed ‘Significant’ is unusual") == 2, "on top and at the standard"
    assert words.count("has something in it that looks like a name with a title") == 2
    onward = re.search(r'href="([^"]+)"[^>]*>Go on to', page.text)
    assert onward is not None
    browser.get(onward.group(1))
    assert draft(world, case_id).judgements["SAF1"].evidence == "Mr Smith, log."
    check = plain(browser.get(f"/cases/{case_id}/check").text)
    assert "Good with the improvement needed ‘Significant’ is unusual" in check
    assert "a name with a title" in check
    again = browser.post(path, {**UNUSUAL, "served": served(browser.get(path))})
    assert "Worth a second look" not in plain(again.text), "said once after saving"


def test_a_name_in_a_note_or_a_reason_is_warned_of(world: World) -> None:
    browser, case_id = begun(world)
    base = f"/cases/{case_id}/assess"
    forms = {
        "facts": {"fact-file_gaps": "Ring 0117 496 0123."},
        "themes": {"learning_note": "Write to a@example.org."},
        "grade": {"departure_reason": "Dr Who."},
    }
    for part, form in forms.items():
        assert "has something in it that looks like" in plain(browser.post(f"{base}/{part}", form).text)


def test_the_best_level_without_a_degree_needs_no_improvement(world: World) -> None:
    browser, case_id = begun(world)
    browser.post(f"/cases/{case_id}/assess/standards/safeguarding", {"SAF1-judgement": "good", "SAF2-judgement": "met"})
    kept = draft(world, case_id).judgements
    assert (kept["SAF1"].degree, kept["SAF2"].degree) == ("none", "")


def test_after_submission_the_tool_leads_to_the_case(world: World) -> None:
    browser, case_id = begun(world)
    fill_in(world, browser, case_id, "good")
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "good"})
    browser.post(f"/cases/{case_id}/check")
    for path in (*(f"assess{p}" for p in LIST), "check"):
        answer = browser.send("GET", f"/cases/{case_id}/{path}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/cases/{case_id}")
        page = browser.get(f"/cases/{case_id}")
        assert "This assessment has been submitted, so its answers cannot be changed." in plain(page.text)
        assert "notification-banner--success" not in page.text


def test_a_case_of_a_withdrawn_audit_offers_no_grading(world: World) -> None:
    browser, case_id = begun(world)
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
        waiting = next(
            c
            for a in ("A1", "A2")
            for c in cases(world, a, CaseState.ALLOCATED)
            if session.get_one(AuditCase, c).auditor_id == auditor
        )
    world.browser("director").post(f"/audits/{REF}/withdraw", {"reason": "The window was wrong."})
    for case in (case_id, waiting):
        words = plain(browser.get(f"/cases/{case}/assess").text)
        assert "The audit is ‘withdrawn’" in words
        assert "Start grading" not in words
        assert "Grade this case" not in words
    refused = browser.post(
        f"/cases/{case_id}/assess/standards/safeguarding", {"SAF1-evidence": "Log, 3 October."}, status=409
    )
    assert "Log, 3 October." in plain(refused.text)
    assert "Risks screened and acted on at the start: evidence" in plain(refused.text), "by the form’s own labels"


def test_a_link_of_the_error_summary_leads_where_it_says(world: World) -> None:
    browser, case_id = begun(world)
    page = browser.post(f"/cases/{case_id}/check", status=422)
    assert "#/cases" not in page.text


def test_no_code_of_the_document_stands_in_a_sentence(world: World) -> None:
    browser, case_id = begun(world)
    for part in LIST:
        words = plain(browser.get(f"/cases/{case_id}/assess{part}").text)
        assert not re.search(r"\b[A-Z]{3}\d\b|child_seen|critical-not-met", words)


def test_what_is_optional_says_so_and_keeps_no_part_open(world: World) -> None:
    browser, case_id = begun(world)
    fill_in(world, browser, case_id, "good")
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "good"})
    words = plain(browser.get(f"/cases/{case_id}/assess/themes").text)
    done = re.search(r"(\d+) of (\d+) parts done", words)
    assert done is not None
    assert done.group(1) == done.group(2)
    assert "Not answered (optional)" in plain(browser.get(f"/cases/{case_id}/check").text)


def test_the_first_question_is_the_first_stop_of_the_work(world: World) -> None:
    browser, case_id = begun(world)
    text = browser.get(f"/cases/{case_id}/assess/standards/safeguarding").text
    assert text.index('type="radio"') < text.index("Your progress")


def test_an_answer_that_asks_for_notes_has_room_for_them(world: World) -> None:
    browser, case_id = begun(world)
    facts = {f.code for f in draft(world, case_id).document.facts_for(draft(world, case_id).law_type)}
    assert ("tools_used_notes" in facts) == ("tools_used" in facts)
    browser.post(f"/cases/{case_id}/assess/facts", {"fact-file_gaps": "Page 2."})
    assert draft(world, case_id).facts["file_gaps"] == ["Page 2."]


@pytest.mark.parametrize("signs_out", [False, True])
@pytest.mark.parametrize("who", ["im1", "im2"])
def test_what_was_typed_before_the_session_ended_is_for_its_author_only(
    world: World, who: str, signs_out: bool
) -> None:
    browser = world.browser()
    browser.sign_in("im1@example.test", PASSWORD)
    try:
        if signs_out:
            browser.post("/sign-out")
        else:
            clock.set(clock.now() + IDLE * 2)
        page = browser.post("/cases/1/assess/standards/safeguarding", {"SAF1-evidence": "Log, 3 October."}, status=401)
        kept = re.search(r'name="kept" value="([^"]*)"', page.text)
        assert kept is not None
        sent = {
            "email": f"{who}@example.test",
            "password": PASSWORD,
            "kept": kept.group(1).replace("&#34;", '"'),
            "next": "/cases/1/check",
        }
        words = plain(browser.post("/sign-in", sent).text)
        assert ("Log, 3 October." in words) == (who == "im1")
    finally:
        clock.set(None)


def test_what_nobody_is_known_to_have_typed_can_be_copied_and_is_kept_for_nobody(world: World) -> None:
    page = world.browser().post("/cases/1/review", {"note": "They are safe."}, status=401)
    assert "They are safe." in plain(page.text)
    assert 'name="kept" value=""' in page.text


def test_who_grades_in_another_audit_but_no_longer_in_this_one_is_shown_no_tool(world: World) -> None:
    browser, case_id = begun(world)
    with world.database.writing() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
        allocated = [session.get_one(AuditCase, c) for area in ("A1", "A2") for c in cases(world, area)]
        waiting = next(c.id for c in allocated if c.auditor_id == auditor)
        grants = update(RoleGrant).where(RoleGrant.role == Role.IMPROVEMENT_MANAGER, RoleGrant.scope == REF)
        session.execute(grants.values(scope="OTHER"))
    for case in (case_id, waiting):
        browser.get(f"/cases/{case}")
        for path in (*(f"assess{p}" for p in LIST), "check", "interest"):
            browser.get(f"/cases/{case}/{path}", status=404)
        for path in ("assess", "assess/grade", "check", "interest"):
            browser.post(f"/cases/{case}/{path}", {"grade": "good"}, status=404)


def test_how_somebody_likes_the_tool_is_kept_and_leads_back_to_a_page_of_ours(world: World) -> None:
    browser = world.browser("im1")
    for sent, location in (
        ({"key": "tool_view", "value": "whole", "back": "/reports"}, "/reports"),
        ({"key": "tool_view", "value": "one", "back": "//elsewhere.test/"}, "/"),
        ({"key": "go_on", "value": "perhaps", "back": "/reports"}, "/"),
        ({"key": "grade", "value": "good"}, "/"),
    ):
        answer = browser.send("POST", "/account/tool", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, location)
    with world.database.reading() as session:
        kept = session.scalars(select(PersonSetting)).all()
        assert [(of.person_id, of.key, of.value) for of in kept] == [(world.viewer("im1").id, "tool_view", "one")]
