"""An improvement assistant prepares a case.

What they found takes effect only when the auditor has checked it, and they see no judgement.
"""

import html
import re
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.enums import CaseState
from app.audit.models import Assessment, AuditCase, FactAnswer, Preparation
from app.keeping.record import wrong
from app.people.enums import Role, Scope
from app.people.models import Person
from tests.audit.commission.test_audit_pages import begun, fill_in
from tests.browser import Browser, plain
from tests.moderation.stories import give
from tests.world import REF, World, cases, grade

SEEN = "fact-child_seen"
WHERE = "Case plan, 12 September, paragraphs 3 to 5."
CHECK = "check it against the file"


def fields(browser: Browser, path: str) -> dict[str, Any]:
    """Return a form as a browser would send it back."""
    text = browser.get(path).text
    sent: dict[str, Any] = {"served": html.unescape(text.partition('name="served" value="')[2].partition('"')[0])}
    for tag in re.findall(r'<input[^>]* checked[^>]*>|<input type="hidden" name="prepared"[^>]*>', text):
        name, value = (re.search(rf'\b{of}="([^"]*)"', tag) or pytest.fail(tag) for of in ("name", "value"))
        sent.setdefault(name[1], []).append(value[1])
    return sent | {
        n: html.unescape(typed)
        for n, typed in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', text)
    }


def prepare(world: World, case_id: int, answers: dict[str, Any], who: str = "assistant") -> str:
    browser, path = world.browser(who), f"/cases/{case_id}/prepare"
    return plain(browser.post(path, {**fields(browser, path), **answers}).text)


def confirm(browser: Browser, case_id: int, answers: dict[str, Any] | None = None) -> None:
    path = f"/cases/{case_id}/assess/facts"
    browser.post(path, {**fields(browser, path), **(answers or {})})


def own(world: World, case_id: int) -> dict[str, list[str]]:
    """Return the auditor's own answers."""
    with world.database.reading() as session:
        query = select(FactAnswer.fact, FactAnswer.answers).join(Assessment, Assessment.id == FactAnswer.assessment_id)
        return {
            fact: answers for fact, answers in session.execute(query.where(Assessment.case_id == case_id)) if answers
        }


def seen_case(world: World) -> tuple[Browser, int]:
    """Begin a case whose document asks whether the child was seen."""
    browser, case_id = begun(world)
    assert SEEN in browser.get(f"/cases/{case_id}/assess/facts").text
    return browser, case_id


def test_what_is_prepared_takes_effect_only_when_the_auditor_has_checked_it(world: World) -> None:
    browser, case_id = seen_case(world)
    assert "Saved what you prepared" in prepare(
        world, case_id, {SEEN: "seen", "reference-safeguarding": WHERE, "fact-file_gaps": "Volume 2."}
    )
    assert own(world, case_id) == {}
    page = browser.get(f"/cases/{case_id}/assess/facts").text
    assert plain(page).count("Prepared by Assistant,") == 2
    assert re.search(rf'name="{SEEN}"[^>]*value="seen" checked', page)
    standards = plain(browser.get(f"/cases/{case_id}/assess/standards/safeguarding").text)
    assert f"Where in the file {WHERE} Prepared by Assistant" in standards
    assert WHERE not in browser.get(f"/cases/{case_id}/assess/standards/engagement").text
    check = plain(browser.post(f"/cases/{case_id}/check", status=422).text)
    assert check.count("Check what was prepared for") == 2
    assert f"{CHECK}" in check
    confirm(browser, case_id)
    assert own(world, case_id) == {"child_seen": ["seen"], "file_gaps": ["Volume 2."]}
    check = plain(browser.get(f"/cases/{case_id}/check").text)
    assert check.count("Prepared by Assistant and confirmed by you") == 2
    assert CHECK not in check


def test_an_answer_that_the_auditor_gave_is_never_overwritten(world: World) -> None:
    browser, case_id = seen_case(world)
    confirm(browser, case_id, {SEEN: "unclear"})
    prepare(world, case_id, {SEEN: "seen"})
    assert own(world, case_id) == {"child_seen": ["unclear"]}
    page = browser.get(f"/cases/{case_id}/assess/facts").text
    assert "Assistant prepared ‘Seen’ on" in plain(page)
    assert re.search(rf'name="{SEEN}"[^>]*value="unclear" checked', page)
    assert "Check what was prepared for" in plain(browser.post(f"/cases/{case_id}/check", status=422).text)
    confirm(browser, case_id)
    assert own(world, case_id) == {"child_seen": ["unclear"]}
    assert "Prepared by Assistant and changed by you" in plain(browser.get(f"/cases/{case_id}/check").text)


def test_what_is_changed_while_the_auditor_looks_is_not_confirmed(world: World) -> None:
    browser, case_id = seen_case(world)
    prepare(world, case_id, {SEEN: "seen"})
    shown = fields(browser, f"/cases/{case_id}/assess/facts")
    prepare(world, case_id, {SEEN: "unclear"})
    browser.post(f"/cases/{case_id}/assess/facts", shown)
    assert "Check what was prepared for" in plain(browser.post(f"/cases/{case_id}/check", status=422).text)
    prepare(world, case_id, {SEEN: []})
    assert "Check what was prepared for" not in plain(browser.post(f"/cases/{case_id}/check", status=422).text), (
        "taken back"
    )


def test_a_case_is_submitted_with_what_was_confirmed_and_the_log_has_it(world: World) -> None:
    browser, case_id = seen_case(world)
    prepare(world, case_id, {SEEN: "seen", "reference-safeguarding": WHERE})
    fill_in(world, browser, case_id, "good")
    browser.post(f"/cases/{case_id}/assess/grade", {"grade": "good"})
    browser.post(f"/cases/{case_id}/check", status=422)
    confirm(browser, case_id)
    assert "is submitted as Good" in plain(browser.post(f"/cases/{case_id}/check").text)
    assert "File prepared" in plain(world.browser("lead").get(f"/cases/{case_id}").text)
    with world.database.writing() as session:
        assert list(wrong(session)) == []
        kept = session.scalars(
            select(FactAnswer)
            .join(Assessment, Assessment.id == FactAnswer.assessment_id)
            .where(Assessment.case_id == case_id, FactAnswer.fact == "child_seen")
        ).one()
        assert session.get_one(Person, kept.prepared_by).email == "assistant@example.test"
        kept.prepared_by = 1
    with world.database.writing() as session:
        assert [s.partition(":")[0] for s in wrong(session)] == [f"Assessment {kept.assessment_id} of case {case_id}"]
        session.get_one(FactAnswer, kept.id).prepared_by = world.viewer("assistant").id
        session.scalars(select(Preparation).where(Preparation.kind == "reference")).one().answers = ["Elsewhere."]
        session.flush()
        assert [s.partition(" ")[0] for s in wrong(session)] == ["Preparation"]


def test_two_assistants_do_not_overwrite_each_other(world: World) -> None:
    give(world, "nobody", Role.IMPROVEMENT_ASSISTANT, Scope.AUDIT, REF)
    _, case_id = seen_case(world)
    path, browser = f"/cases/{case_id}/prepare", world.browser("assistant")
    old = fields(browser, path)
    prepare(world, case_id, {SEEN: "seen", "reference-safeguarding": "Volume 1."}, "nobody")
    page = browser.post(path, {**old, "reference-safeguarding": WHERE, "fact-file_gaps": "None."}, status=409)
    words = plain(page.text)
    assert "was changed in another window too" in words
    assert "Volume 1." in words
    assert WHERE in html.unescape(page.text)
    with world.database.reading() as session:
        kept = {p.code: p.answers for p in session.scalars(select(Preparation))}
    assert kept == {"child_seen": ["seen"], "safeguarding": ["Volume 1."], "file_gaps": ["None."]}


def test_what_cannot_be_kept_is_said_and_given_back(world: World) -> None:
    _, case_id = seen_case(world)
    browser = world.browser("assistant")
    page = browser.post(f"/cases/{case_id}/prepare", {"reference-safeguarding": "x" * 4001}, status=422)
    assert "must be 4,000 characters or fewer" in plain(page.text)
    assert "x" * 4001 in page.text
    prepare(world, case_id, {"reference-safeguarding": "Ask Mr Smith."})
    assert "looks like a name with a title" in plain(browser.get(f"/cases/{case_id}/prepare").text)


def test_assistants_find_their_cases_and_never_a_judgement(world: World) -> None:
    browser, case_id = seen_case(world)
    answers = {"SAF1-judgement": "met", "SAF1-degree": "minor", "SAF1-evidence": "A telling entry."}
    browser.post(f"/cases/{case_id}/assess/standards/safeguarding", answers)
    browser.post(f"/cases/{case_id}/assess/facts", {SEEN: "unclear", "fact-file_gaps": "The auditor's own words."})
    assistant = world.browser("assistant")
    work = assistant.get("/").text
    assert f"/cases/{case_id}/prepare" in work
    assert f"/audits/{REF}/prepare" in assistant.get(f"/audits/{REF}").text
    with world.database.reading() as session:
        ref = session.get_one(AuditCase, case_id).case_ref
    assert (
        f"{ref} A1 Public law Nothing yet" in (listed := plain(assistant.get(f"/audits/{REF}/prepare").text))
        or ref in listed
    )
    page = assistant.get(f"/cases/{case_id}/prepare").text
    assert "A telling entry." not in page
    assert "own words" not in page
    assert "checked" not in page.partition("<form")[2]
    prepare(world, case_id, {SEEN: "seen"})
    assert "1 fact, 0 references" in plain(assistant.get(f"/audits/{REF}/prepare").text)
    assert f"/cases/{case_id}/prepare" not in assistant.get("/").text
    for path in ("", "/assess", "/check", "/review"):
        assistant.get(f"/cases/{case_id}{path}", status=404)


def test_only_assistants_of_the_audit_prepare_and_only_before_the_grade(world: World) -> None:
    case_id = cases(world, "A1")[0]
    for who in ("im1", "lead", "head1", "stranger", "nobody"):
        world.browser(who).get(f"/cases/{case_id}/prepare", status=404)
    give(world, "head1", Role.IMPROVEMENT_ASSISTANT, Scope.NATION, "")
    world.browser("head1").get(f"/cases/{case_id}/prepare", status=404)
    world.browser("head1").get(f"/cases/{cases(world, 'A2')[0]}/prepare")
    grade(world, case_id, "good")
    assistant = world.browser("assistant")
    words = plain(assistant.get(f"/cases/{case_id}/prepare").text)
    assert "This case has been graded or replaced, so nothing more can be prepared for it." in words
    refused = assistant.post(f"/cases/{case_id}/prepare", {"reference-safeguarding": WHERE}, status=409)
    assert WHERE in refused.text, "nothing typed is lost"
    with world.database.writing() as session:
        waiting = cases(world, "A1")[0]
        session.get_one(AuditCase, waiting).state = CaseState.DRAWN
    assert "has not been allocated yet" in plain(assistant.get(f"/cases/{waiting}/prepare").text)
    world.browser("director").post(f"/audits/{REF}/withdraw", {"reason": "The window was wrong."})
    assert "Cases are prepared during fieldwork." in plain(assistant.get(f"/cases/{waiting}/prepare").text)
    assert "No case can be prepared now." in plain(assistant.get(f"/audits/{REF}/prepare").text)
