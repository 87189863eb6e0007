"""Answers saved as they are typed: what is kept, what clashes, what is refused, and who is let in."""

import re
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.audit.enums import CaseState
from app.audit.models import AuditCase
from app.events import Event
from app.web.merging import digest, merge
from tests.audit.commission.test_audit_pages import begun
from tests.browser import Browser
from tests.web.test_merging import draft
from tests.world import World, cases


def put(browser: Browser, case_id: int, answers: dict[str, Any], status: int = 200) -> dict[str, Any]:
    """Send answers as the tool's script does; a text stands for a field that was served empty."""
    sent = {name: {"was": "", "now": value} if isinstance(value, str) else value for name, value in answers.items()}
    response: httpx.Response = browser.send(
        "PUT", f"/cases/{case_id}/assess/answers", json={"page": "standards/safeguarding", "answers": sent}
    )
    assert response.status_code == status, response.text
    found: dict[str, Any] = response.json()
    return found


def test_every_kind_of_answer_is_kept(world: World) -> None:
    browser, case_id = begun(world)
    document = draft(world, case_id).document
    theme = document.themes_for("public", "strength")[0].code
    answers = {
        "SAF1-judgement": "met",
        "SAF1-degree": "minor",
        "SAF1-evidence": "Log, 3 October.",
        "fact-referral": "made_clear",
        f"theme-{theme}": theme,
        "strengths_note": "Clear.",
        "grade": "met",
        "departure_reason": "Because.",
    }
    told = put(browser, case_id, answers)
    assert told["marks"] == {name: digest(value) for name, value in answers.items()}
    assert (told["clashes"], told["refused"], told["values"]) == ({}, {}, {})
    kept = draft(world, case_id)
    row = kept.judgements["SAF1"]
    assert (row.judgement, row.degree, row.evidence) == ("met", "minor", "Log, 3 October.")
    assert (kept.facts["referral"], kept.assessment.themes, kept.assessment.strengths_note) == (
        ["made_clear"],
        [theme],
        "Clear.",
    )
    assert (kept.assessment.grade, kept.assessment.departure_reason) == ("met", "Because.")
    changed = {name: {"was": digest(value), "now": ""} for name, value in answers.items()}
    put(browser, case_id, changed)
    kept = draft(world, case_id)
    assert (
        kept.judgements["SAF1"].evidence,
        kept.facts["referral"],
        list(kept.assessment.themes),
        kept.assessment.grade,
    ) == ("", [], [], None)


def test_the_best_level_brings_its_degree_and_setting_aside_takes_it_away(world: World) -> None:
    browser, case_id = begun(world)
    assert put(browser, case_id, {"SAF4-judgement": "good"})["values"] == {"SAF4-degree": "none"}
    told = put(browser, case_id, {"SAF4-judgement": {"was": digest("good"), "now": "set_aside"}})
    assert told["values"] == {"SAF4-degree": ""}
    assert told["marks"]["SAF4-degree"] == ""


def test_the_progress_and_the_indicated_grade_follow_every_answer(world: World) -> None:
    browser, case_id = begun(world)
    kept = draft(world, case_id)
    codes = [s.code for s in kept.document.standards_for(kept.law_type)]
    told = put(browser, case_id, {f"{code}-judgement": "good" for code in codes[:-1]})
    assert "1 standard still lacks a judgement" in told["progress"]
    told = put(browser, case_id, {f"{codes[-1]}-judgement": "good"})
    assert "The rules indicate" in told["progress"]
    assert ">Good<" in told["progress"]
    told = put(browser, case_id, {"SAF1-judgement": {"was": digest("good"), "now": "not_met"}})
    assert ">Not Met<" in told["progress"]
    assert "one is enough" in told["progress"]


def test_two_windows_never_overwrite_each_other(world: World) -> None:
    browser, case_id = begun(world)
    put(browser, case_id, {"SAF1-evidence": "Log, 3 October."})
    told = put(browser, case_id, {"SAF1-evidence": "Letter, page 4.", "SAF2-evidence": "Plan, page 2."}, status=409)
    clash = told["clashes"]["SAF1-evidence"]
    assert "was changed in another window too" in clash["sentence"]
    assert (clash["saved"], clash["value"], clash["mark"]) == (
        "Log, 3 October.",
        "Log, 3 October.",
        digest("Log, 3 October."),
    )
    assert "SAF1-evidence" not in told["marks"]
    kept = draft(world, case_id).judgements
    assert (kept["SAF1"].evidence, kept["SAF2"].evidence) == ("Log, 3 October.", "Plan, page 2.")
    put(browser, case_id, {"SAF1-evidence": {"was": clash["mark"], "now": "Letter, page 4."}})
    assert draft(world, case_id).judgements["SAF1"].evidence == "Letter, page 4."


def test_a_save_whose_answer_was_lost_does_not_clash_with_itself(world: World) -> None:
    browser, case_id = begun(world)
    put(browser, case_id, {"SAF1-evidence": "Log, 3"})
    put(browser, case_id, {"SAF1-evidence": {"was": "", "own": ["Log,", "Log, 3"], "now": "Log, 3 October."}})
    assert draft(world, case_id).judgements["SAF1"].evidence == "Log, 3 October."
    put(browser, case_id, {"SAF1-evidence": {"was": "", "own": ["Log, 3 October."], "now": ""}})
    assert draft(world, case_id).judgements["SAF1"].evidence == "", "taken out again before an answer came"


def test_a_degree_that_an_unheard_judgement_brought_does_not_clash_with_the_window_that_judged(world: World) -> None:
    browser, case_id = begun(world)
    put(browser, case_id, {"SAF4-judgement": "good"})
    again = {"was": "", "own": ["good"], "now": "good"}
    put(browser, case_id, {"SAF4-judgement": again, "SAF4-degree": {"was": "", "own": [], "now": "minor"}})
    assert draft(world, case_id).judgements["SAF4"].degree == "minor"
    told = put(browser, case_id, {"SAF4-degree": {"was": "", "own": [], "now": "none"}}, status=409)
    assert "SAF4-degree" in told["clashes"], "another window that did not judge"


def test_what_waits_for_the_person_is_named_with_the_way_to_it(world: World) -> None:
    browser, case_id = begun(world)
    kept = draft(world, case_id)
    put(browser, case_id, {"SAF1-evidence": "Log, 3 October."})
    told = put(browser, case_id, {"SAF1-evidence": "Letter.", "grade": "excellent", "no-such": "x"}, status=409)
    title = kept.document.standard("SAF1").title
    assert told["held"] == {
        "SAF1-evidence": {
            "what": f"The evidence for ‘{title}’",
            "link": f"{kept.base}/standards/safeguarding#SAF1-evidence",
        },
        "grade": {"what": "Your grade", "link": f"{kept.base}/grade#grade"},
        "no-such": {"what": "Something else", "link": kept.base},
    }


def test_every_field_of_the_tool_stands_where_its_link_leads(world: World) -> None:
    browser, case_id = begun(world)
    kept = draft(world, case_id)
    links = {kept.link_to(field) for field in kept.fields}
    pages = {link.partition("#")[0] for link in links}
    ids = {page: set(re.findall(r'id="([^"]+)"', browser.get(page).text)) for page in pages}
    assert len(pages) > 4
    assert [link for link in links if link.partition("#")[2] not in ids[link.partition("#")[0]]] == []


@given(st.text(max_size=3), st.lists(st.text(max_size=3), max_size=3), st.text(max_size=3))
def test_only_a_text_that_this_window_never_had_can_clash(served: str, own: list[str], now: str) -> None:
    for stored in {served, *own, now, "another window's"}:
        merged = merge({"a": digest(served)}, {"a": stored}, {"a": now}, {"a": own})
        assert bool(merged.clashes) == (stored not in {served, *own, now} and now != served)


def test_what_cannot_be_kept_is_refused_by_field_and_the_rest_is_kept(world: World) -> None:
    browser, case_id = begun(world)
    wrong = {
        "SAF1-evidence": "x" * 4001,
        "SAF2-evidence": "a\x00b",
        "SAF1-judgement": "excellent",
        "XYZ9-judgement": "good",
        "fact-nothing": "a",
        "theme-nothing": "nothing",
        "anything": "x",
        "-": "x",
        "SAF1-anything": "x",
        "grade": "excellent",
    }
    told = put(browser, case_id, {**wrong, "strengths_note": "Kept."}, status=422)
    assert set(told["refused"]) == set(wrong)
    assert told["refused"]["SAF1-evidence"].endswith("must be 4,000 characters or fewer. It has 4,001, so take out 1")
    assert "cannot be kept (NUL)" in told["refused"]["SAF2-evidence"]
    kept = draft(world, case_id)
    assert kept.assessment.strengths_note == "Kept."
    assert "SAF1" not in kept.judgements


def test_half_a_character_is_no_fault(world: World) -> None:
    browser, case_id = begun(world)
    body = b'{"answers": {"strengths_note": {"was": "", "now": "a \\ud83d b"}}}'
    assert browser.send("PUT", f"/cases/{case_id}/assess/answers", content=body).status_code == 200
    assert draft(world, case_id).assessment.strengths_note == "a ? b"
    body = b'{"answers": {"\\ud83d": {"was": "\\ud83d", "now": "\\ud83d"}}}'
    assert browser.send("PUT", f"/cases/{case_id}/assess/answers", content=body).status_code == 422


def test_what_is_no_save_is_refused(world: World) -> None:
    browser, case_id = begun(world)
    for body in (
        b"",
        b"[]",
        b"{}",
        b'{"answers": []}',
        b'{"answers": {}}',
        b'{"answers": {"grade": "met"}}',
        b'{"answers": {"grade": {"was": 1, "now": "x"}}}',
        b'{"answers": {"grade": {"was": "", "now": "met", "own": "x"}}}',
        b"\xff",
        b"[" * 100_000,
    ):
        response = browser.send("PUT", f"/cases/{case_id}/assess/answers", content=body)
        assert response.status_code == 400, body
        assert response.headers["content-type"] == "application/problem+json"
        assert len(response.json()["detail"]) > 20
    assert browser.send("PUT", f"/cases/{case_id}/assess/answers", content=b"x" * (2**20 + 1)).status_code == 413


def test_personal_details_are_warned_of_and_kept_out_of_the_log(world: World) -> None:
    browser, case_id = begun(world)
    told = put(browser, case_id, {"SAF1-evidence": "Mrs Abernathy rang on 07700 900123."})
    assert "looks like a name with a title and a phone number" in told["remarks"]["SAF1-evidence"]
    with world.database.reading() as session:
        payloads = session.scalars(select(Event.payload).where(Event.name == "answers_saved")).all()
    assert payloads == ['{"fields": ["SAF1-evidence"]}']


def test_only_the_auditor_saves_and_only_while_grading_is_on(world: World) -> None:
    _, case_id = begun(world)
    for who in ("im2", "lead", "head1", "assistant"):
        refused = world.browser(who).send(
            "PUT", f"/cases/{case_id}/assess/answers", json={"answers": {"grade": {"was": "", "now": "met"}}}
        )
        assert refused.status_code == 404
    assert world.browser().send("PUT", f"/cases/{case_id}/assess/answers", json={}).status_code == 401
    graded = cases(world, "A1", CaseState.GRADED)[0]
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, graded).auditor_id
    who = "im1" if world.viewer("im1").id == auditor else "im2"
    told = world.browser(who).send(
        "PUT", f"/cases/{graded}/assess/answers", json={"answers": {"grade": {"was": "", "now": "met"}}}
    )
    assert told.status_code == 409
    assert told.json()["detail"] == "This assessment has been submitted, so its answers cannot be changed."


def test_nothing_that_changes_nothing_is_an_event(world: World) -> None:
    browser, case_id = begun(world)
    put(browser, case_id, {"SAF1-evidence": "Log."})
    put(browser, case_id, {"SAF1-evidence": "Log."})
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).where(Event.name == "answers_saved")) == 1
    assert "answers_saved" not in world.browser("admin").get("/admin/log").text


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.text(max_size=12),
        st.one_of(st.text(max_size=8), st.integers(), st.none(), st.lists(st.text(max_size=3), max_size=2)),
        max_size=4,
    )
)
def test_nothing_that_is_sent_is_a_fault(world: World, answers: dict[str, Any]) -> None:
    browser = world.browser("im1")
    case_id = cases(world, "A1", CaseState.IN_PROGRESS)[:1] or [begun(world)[1]]
    response = browser.send("PUT", f"/cases/{case_id[0]}/assess/answers", json={"answers": answers})
    assert response.status_code in {200, 400, 404, 422}
