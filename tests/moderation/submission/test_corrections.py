"""A submitted grade is never edited.

Its author corrects it by a further one, and what it opened follows in the same act.
"""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.enums import CaseState, DecisionKind
from app.audit.models import Assessment, Audit, AuditCase, Decision
from app.clock import clock
from app.keeping.record import wrong
from app.moderation.enums import ReturnState
from app.moderation.models import Return
from app.people.models import Person
from app.report.cases.queries import graded_cases
from tests.browser import Browser, plain
from tests.moderation.stories import returned_case
from tests.world import REF, World, cases, challenge, grade, review

WHY = "I read the wrong log."
SCREENED = {"SAF1-judgement": "good", "SAF1-degree": "none", "SAF1-evidence": "Screening record, 4 September."}
UNSCREENED = {
    "SAF1-judgement": "not_met",
    "SAF1-degree": "significant",
    "SAF1-evidence": "No check on file, 12 October.",
}


@pytest.fixture(autouse=True)
def _running() -> Iterator[None]:
    yield
    clock.set(None)


def graded(world: World, to: str) -> tuple[Browser, int]:
    """Grade a case of A1 and return its auditor's browser."""
    case_id = cases(world, "A1")[0]
    grade(world, case_id, to)
    return auditor(world, case_id), case_id


def auditor(world: World, case_id: int) -> Browser:
    with world.database.reading() as session:
        person = session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id)
    return world.browser(person.email.partition("@")[0])


def corrected(browser: Browser, case_id: int, answers: dict[str, str], to: str, status: int = 200) -> str:
    """Correct a grade as its auditor, and return the page that follows."""
    browser.post(f"/cases/{case_id}/correction")
    change(browser, case_id, "standards/safeguarding", answers)
    change(browser, case_id, "grade", {"grade": to})
    return plain(browser.post(f"/cases/{case_id}/check", {"correction_reason": WHY}, status=status).text)


def sheet(browser: Browser, case_id: int, part: str) -> dict[str, Any]:
    """Return a page of the tool as a browser would send it back."""
    text = browser.get(f"/cases/{case_id}/assess/{part}").text
    sent: dict[str, Any] = {"served": text.partition('name="served" value="')[2].partition('"')[0]}
    for tag in re.findall(r"<input[^>]* checked[^>]*>", text):
        name, value = (re.search(rf'{of}="([^"]*)"', tag) or pytest.fail(tag) for of in ("name", "value"))
        sent.setdefault(name[1], []).append(value[1])
    sent |= {
        name: html.unescape(typed)
        for name, typed in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', text)
    }
    return sent


def change(browser: Browser, case_id: int, part: str, answers: dict[str, str]) -> None:
    """Change some answers on a page of the tool."""
    browser.post(f"/cases/{case_id}/assess/{part}", {**sheet(browser, case_id, part), **answers})


def states(world: World, case_id: int) -> list[ReturnState]:
    with world.database.reading() as session:
        return list(session.scalars(select(Return.state).where(Return.case_id == case_id).order_by(Return.id)))


def in_order(world: World, case_id: int) -> list[tuple[DecisionKind, str]]:
    with world.database.reading() as session:
        assert session.get_one(AuditCase, case_id).state is CaseState.GRADED
        assert not list(wrong(session))
        query = select(Decision.kind, Decision.grade).where(Decision.case_id == case_id).order_by(Decision.id)
        return [(kind, given) for kind, given in session.execute(query)]


def test_not_met_that_becomes_good_takes_its_return_back(world: World) -> None:
    browser, case_id = graded(world, "not_met")
    assert f"/cases/{case_id}/review" in world.browser("head1").get("/").text
    assert "is corrected to Good" in corrected(browser, case_id, SCREENED, "good")
    assert in_order(world, case_id) == [(DecisionKind.FIRST_GRADE, "not_met"), (DecisionKind.CORRECTION, "good")]
    assert states(world, case_id) == [ReturnState.WITHDRAWN]
    head = world.browser("head1")
    assert f"/cases/{case_id}/review" not in head.get("/").text
    page = plain(head.get(f"/cases/{case_id}").text)
    assert "Withdrawn, grade corrected" in page
    assert f"corrected the grade to Good: {WHY}" in page
    assert "Record the immediate review" not in page
    late = plain(head.get(f"/cases/{case_id}/review").text)
    assert "The grade was corrected and this returned case withdrawn on" in late
    for part in ("accept", "challenge"):
        assert "corrected and this returned case withdrawn" in plain(head.get(f"/cases/{case_id}/{part}").text)


def test_good_that_becomes_not_met_goes_back_with_fresh_windows(world: World) -> None:
    _, case_id = graded(world, "good")
    clock.set(clock.now() + timedelta(days=1))
    browser = auditor(world, case_id)
    answer = corrected(browser, case_id, UNSCREENED, "not_met")
    assert "is corrected to Not Met. It has gone back to Head1, head of service of A1" in answer
    assert states(world, case_id) == [ReturnState.OPEN]
    with world.database.reading() as session:
        kept = session.scalars(select(Return).where(Return.case_id == case_id)).one()
        assert kept.opened_at == clock.now()
        assert session.get_one(Decision, kept.decision_id).kind is DecisionKind.CORRECTION
    in_order(world, case_id)


def test_not_met_that_stays_not_met_goes_back_anew(world: World) -> None:
    _, case_id = graded(world, "not_met")
    clock.set(clock.now() + timedelta(days=1))
    browser = auditor(world, case_id)
    corrected(browser, case_id, {**UNSCREENED, "SAF1-evidence": "No check in either log by 12 October."}, "not_met")
    assert states(world, case_id) == [ReturnState.WITHDRAWN, ReturnState.OPEN]
    with world.database.reading() as session:
        first, second = session.scalars(select(Return).where(Return.case_id == case_id).order_by(Return.id)).all()
        assert second.challenge_due >= first.challenge_due
    in_order(world, case_id)
    review(world, case_id, "head1")
    assert states(world, case_id) == [ReturnState.WITHDRAWN, ReturnState.REVIEWED]
    challenge_page = plain(world.browser("head1").get(f"/cases/{case_id}/challenge").text)
    assert "No check in either log by 12 October." in challenge_page, "the newest is what is contested"


def test_both_stay_visible_and_what_changed_is_said(world: World) -> None:
    browser, case_id = graded(world, "not_met")
    corrected(browser, case_id, SCREENED, "good")
    for who in ("lead", "head1"):
        page = world.browser(who).get(f"/cases/{case_id}").text
        words = plain(page)
        assert f"because: {WHY}" in words
        assert "First assessment: Not Met" in words
        assert (
            words.index("Screening record, 4 September.")
            < words.index("First assessment: Not Met")
            < words.rindex("No check on file, 12 October.")
        )
        row = words[words.index("What the correction of") : words.index("Facts from the file")]
        for said in (
            "Grade Not Met Good",
            ": judgement Not Met Good",
            ": improvement needed Significant No improvement needed",
        ):
            assert said in row
        assert "Corrected: Good It was Not Met." in words


def test_a_draft_is_its_authors_alone_and_can_be_discarded(world: World) -> None:
    browser, case_id = graded(world, "good")
    before = plain(world.browser("lead").get(f"/cases/{case_id}").text)
    start = plain(browser.get(f"/cases/{case_id}/correction").text)
    assert "Everybody else goes on seeing what you submitted" in start
    for _ in range(2):
        browser.post(f"/cases/{case_id}/correction")
    change(browser, case_id, "standards/safeguarding", UNSCREENED)
    assert plain(world.browser("lead").get(f"/cases/{case_id}").text) == before
    assert plain(world.browser("head1").get(f"/cases/{case_id}").text) not in {"", before}
    assert "Go on correcting" in plain(browser.get(f"/cases/{case_id}").text)
    assert f"/cases/{case_id}/assess" in browser.get("/").text
    browser.get(f"/cases/{case_id}/correction/discard")
    gone = plain(browser.post(f"/cases/{case_id}/correction/discard").text)
    assert "What you submitted stands." in gone
    assert "Correct this assessment" in gone
    assert f"/cases/{case_id}/assess" not in browser.get("/").text
    browser.get(f"/cases/{case_id}/correction/discard", status=404)
    with world.database.reading() as session:
        assert session.scalars(select(Assessment.number).where(Assessment.case_id == case_id)).all() == [1]


def test_a_correction_needs_a_reason_and_a_change_and_all_answers(world: World) -> None:
    browser, case_id = graded(world, "good")
    browser.post(f"/cases/{case_id}/correction")
    same = plain(browser.post(f"/cases/{case_id}/check", {"correction_reason": WHY}, status=422).text)
    assert "Change an answer first, or discard the correction" in same
    assert WHY in browser.get(f"/cases/{case_id}/check").text, "what was typed is kept"
    answers = {"SAF1-judgement": "", "SAF1-degree": "", "SAF1-evidence": ""}
    change(browser, case_id, "standards/safeguarding", answers)
    words = plain(browser.post(f"/cases/{case_id}/check", {"correction_reason": "  "}, status=422).text)
    assert "Say why you correct it" in words
    assert "Enter the evidence for" in words
    assert in_order(world, case_id) == [(DecisionKind.FIRST_GRADE, "good")]


def test_only_its_author_corrects(world: World) -> None:
    _, case_id = graded(world, "good")
    with world.database.reading() as session:
        theirs = session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id).email.partition("@")[0]
    for who in {"im1", "im2", "lead", "director", "head1", "assistant"} - {theirs}:
        for path in ("correction", "correction/discard"):
            world.browser(who).get(f"/cases/{case_id}/{path}", status=404)
            assert world.browser(who).send("POST", f"/cases/{case_id}/{path}").status_code == 404
    waiting = cases(world, "A1")[0]
    auditor(world, waiting).get(f"/cases/{waiting}/correction", status=404)


def refused(browser: Browser, case_id: int) -> str:
    """Find that a correction cannot begin, and return the sentence."""
    page = plain(browser.get(f"/cases/{case_id}/correction").text)
    answer = plain(browser.post(f"/cases/{case_id}/correction", status=409).text)
    sentence = page.partition("Correct this assessment")[2].partition("Signed in as")[0].strip()
    assert sentence in answer
    return sentence


def test_the_window_closes(world: World) -> None:
    browser, case_id = graded(world, "good")
    browser.post(f"/cases/{case_id}/correction")
    clock.set(clock.now() + timedelta(days=7))
    browser = auditor(world, case_id)
    late = browser.post(f"/cases/{case_id}/assess/standards/safeguarding", UNSCREENED, status=409)
    assert "The time to correct this grade ended on" in plain(late.text)
    assert "No check on file, 12 October." in late.text, "nothing typed is lost"
    words = plain(browser.get(f"/cases/{case_id}/assess").text)
    assert (
        "tell the audit lead: the area can challenge a grade at the lowest level, and a moderator then decides."
        in words
    )
    assert "Discard the correction" in words
    assert "Your correction can no longer be submitted" in plain(browser.get("/").text)
    browser.post(f"/cases/{case_id}/correction/discard")
    assert "The time to correct this grade ended on" in refused(browser, case_id)


def test_an_area_that_has_answered_closes_it(world: World) -> None:
    browser, case_id = graded(world, "not_met")
    browser.post(f"/cases/{case_id}/correction")
    review(world, case_id, "head1")
    change(browser, case_id, "standards/safeguarding", SCREENED)
    change(browser, case_id, "grade", {"grade": "good"})
    words = plain(browser.post(f"/cases/{case_id}/check", {"correction_reason": WHY}, status=409).text)
    assert "This returned case was reviewed on" in words
    assert "a moderator then decides" in words
    assert states(world, case_id) == [ReturnState.REVIEWED]
    assert "This returned case was reviewed on" in refused(browser, case_id)
    browser.post(f"/cases/{case_id}/correction/discard")
    world.browser("head1").post(f"/cases/{case_id}/accept")
    assert "The grade of this case is final" in refused(browser, case_id)


def test_a_challenged_grade_is_not_corrected(world: World) -> None:
    browser, case_id = graded(world, "not_met")
    challenge(world, case_id, "head1")
    assert "The grade was challenged on" in refused(browser, case_id)


def test_an_audit_that_has_ended_or_never_had_a_window_takes_no_correction(world: World) -> None:
    browser, case_id = graded(world, "good")
    with world.database.writing() as session:
        session.scalars(select(Audit).where(Audit.ref == REF)).one().correction_days = 0
    assert "has no time for corrections" in refused(browser, case_id)
    assert "Not part of this framework" in plain(browser.get(f"/audits/{REF}/framework").text)
    world.browser("director").post(f"/audits/{REF}/withdraw", {"reason": "The window was wrong."})
    assert "The audit is ‘withdrawn’" in refused(browser, case_id)
    assert "Correct this assessment" not in plain(browser.get(f"/cases/{case_id}").text)


def test_the_figures_count_the_newest_only(world: World) -> None:
    browser, case_id = graded(world, "not_met")
    browser.post(f"/cases/{case_id}/correction")
    page = browser.get(f"/cases/{case_id}/assess/facts").text
    asked = 'name="fact-child_seen"' in page
    change(browser, case_id, "facts", {"fact-child_seen": "not_seen_no_reason"})
    change(browser, case_id, "themes", {"strengths_note": "Clear plan."})
    corrected(browser, case_id, SCREENED, "good")
    with world.database.reading() as session:
        of = session.scalars(select(Audit).where(Audit.ref == REF)).one()
        case = session.get_one(AuditCase, case_id)
        place = (case.area, case.law_type, case.performance_band)
        (found,) = [c for c in graded_cases(session, of) if (c.service_area, c.law_type, c.performance_band) == place]
        assert (found.first_grade, found.final_grade, found.returned) == ("good", "good", False)
        assert found.children_seen == ("not_seen" if asked else "not_applicable")
    words = plain(world.browser("lead").get(f"/cases/{case_id}").text)
    assert "Clear plan." in words


def test_a_correction_can_be_corrected_until_the_first_window_ends(world: World) -> None:
    browser, case_id = graded(world, "good")
    corrected(browser, case_id, UNSCREENED, "not_met")
    corrected(browser, case_id, SCREENED, "good")
    assert [given for _, given in in_order(world, case_id)] == ["good", "not_met", "good"]
    assert states(world, case_id) == [ReturnState.WITHDRAWN]
    page = world.browser("lead").get(f"/cases/{case_id}").text
    assert plain(page).count("What the correction of") == 2
    assert returned_case(world, "A1") != case_id
    corrected(browser, case_id, UNSCREENED, "not_met")
    assert states(world, case_id) == [ReturnState.WITHDRAWN, ReturnState.OPEN], "what was withdrawn holds nothing up"
