"""A practitioner reads their own audited case, and no other; what they think is theirs until they share it."""

import io
import re
import zipfile
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.enums import AuditState, CaseState
from app.audit.models import AuditCase
from app.clock import add_working_days, clock, local_date, today
from app.improvement.enums import ReadingState
from app.improvement.models import Reading, Reflection
from app.improvement.readings import queries
from app.improvement.readings.rules import READ_WITHIN, READING, TALK_WITHIN, is_open, opens_on, read_by
from app.keeping.record import wrong
from app.people.enums import Role, Scope
from app.rooms.addresses import all_routes
from tests.browser import plain
from tests.crawl import route_of, walk
from tests.improvement.conftest import MANAGER, PRACTITIONER, Ended
from tests.moderation.stories import date_fields, give
from tests.test_links import LINK
from tests.test_statements import MOST, asked_by
from tests.test_two_worlds import TELLING_NOTHING, addresses
from tests.test_words_of_pages import codes_on
from tests.world import CAST

SECRET = "I would see the children again, sooner."


def learned(**more: str) -> dict[str, str]:
    day = today() + timedelta(days=30)
    return {
        "learning": "Record talks the same day.",
        "known_by": "Two plans looked at together.",
        **date_fields("learn_by", day.day, day.month, day.year),
        **more,
    }


def talk(**more: str) -> dict[str, str]:
    return {**date_fields("discussed_on", today().day, today().month, today().year), **more}


def test_both_walk_the_whole_way(ended: Ended) -> None:
    case, one, other = ended.own, ended.world.browser(PRACTITIONER), ended.world.browser(MANAGER)
    assert "/my-cases/" in one.get("/my-cases").text
    page = plain(one.get(f"/my-cases/{case}").text)
    assert "I have read this case" in page
    one.post(f"/my-cases/{case}/reflect", {"text": SECRET, "shared": "no"}, status=409)
    one.post(f"/my-cases/{case}/read")
    other.post(f"/team/{case}/learning", learned(), status=409)
    one.post(f"/my-cases/{case}/reflect", {"text": SECRET}, status=422)
    one.post(f"/my-cases/{case}/reflect", {"text": SECRET, "shared": "no"})
    assert SECRET not in other.get(f"/team/{case}").text
    one.post(f"/my-cases/{case}/reflect", {"text": SECRET, "shared": "yes"})
    assert SECRET in other.get(f"/team/{case}").text
    one.post(f"/my-cases/{case}/agree", status=409)
    other.post(f"/team/{case}/learning", learned())
    words = re.search(r'name="words" value="([^"]*)"', one.get(f"/my-cases/{case}").text)
    assert words
    other.post(f"/team/{case}/learning", learned(learning="Another thing altogether."))
    one.post(f"/my-cases/{case}/agree", {"words": words.group(1)}, status=409)
    words = re.search(r'name="words" value="([^"]*)"', one.get(f"/my-cases/{case}").text)
    assert words
    one.post(f"/my-cases/{case}/agree", {"words": words.group(1)})
    one.post(f"/my-cases/{case}/reflect", {"text": "More.", "shared": "no"}, status=409)
    other.post(f"/team/{case}/close")
    assert "Confirmed in supervision" in plain(one.get(f"/my-cases/{case}").text)
    with ended.world.database.reading() as session:
        assert session.scalars(select(Reading.state)).all() == [ReadingState.CLOSED]
        assert list(wrong(session)) == []


def test_the_lowest_grade_opens_after_the_talk_or_after_ten_days(ended: Ended) -> None:
    world, case = ended.world, ended.lowest
    with world.database.reading() as session:
        own = session.get_one(AuditCase, case).practitioner_id
    give(world, "practitioner", Role.PRACTITIONER, Scope.PRACTITIONER, own)
    one, other = world.browser(PRACTITIONER), world.browser(MANAGER)
    one.get(f"/my-cases/{case}", status=404)
    assert f"/my-cases/{case}" not in one.get("/my-cases").text
    other.post(f"/cases/{case}/sheet", talk(agreed="Bring the next plan to supervision."))
    one.get(f"/my-cases/{case}")
    assert "Bring the next plan" in other.get(f"/cases/{case}/sheet").text


def test_what_is_factually_wrong_goes_to_the_lead_and_moves_nothing(ended: Ended) -> None:
    world, case = ended.world, ended.own
    one, lead = world.browser(PRACTITIONER), world.browser("lead")
    assert "changes no grade" in plain(one.get(f"/my-cases/{case}/wrong").text)
    said = {"wrong_fact": "The visit was on 3 October.", "right_fact": "It was on the 4th."}
    one.post(f"/my-cases/{case}/wrong", said)
    assert "/factual-points/1" in lead.get("/").text
    world.browser("second").get("/factual-points/1")
    world.browser("stranger").get("/factual-points/1", status=404)
    lead.post("/factual-points/1", {"answer": "Thank you, I have noted it."})
    lead.post("/factual-points/1", {"answer": "Again."}, status=409)
    assert "I have noted it" in one.get(f"/my-cases/{case}").text
    with world.database.reading() as session:
        assert session.get_one(AuditCase, case).standing_grade == "good"
        assert list(wrong(session)) == []


def test_every_page_of_both_leads_only_to_their_own_pages_in_words_and_a_dozen_statements(ended: Ended) -> None:
    found = list(walk(ended.world, [PRACTITIONER, MANAGER]))
    assert {page.route for page in found} >= {"/my-cases/{case_id}", "/team/{case_id}", "/cases/{case_id}/sheet"}
    # The walk fails at a page that answers anything but 200.
    assert [(p.path, link) for p in found for link in LINK.findall(p.html) if not route_of(link)] == []
    assert [code for page in found for code in codes_on(page)] == []
    for person in (PRACTITIONER, MANAGER):
        assert {path: n for path, n in asked_by(ended.world, person, [p.path for p in found]).items() if n > MOST} == {}


def words_given(answer: Any) -> str:
    """Return all that an answer says, but what is drawn by lot and may look like anything; of a Word file its parts."""
    found = answer.content
    if found.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(found)) as file:
            found = b"\n".join(file.read(name) for name in file.namelist())
    return TELLING_NOTHING.sub("", found.decode("utf-8", "replace"))


def test_a_practitioner_finds_nobody_and_no_other_case_at_any_address(ended: Ended) -> None:
    """Every address, as a practitioner and as their service manager: no grader, no other case, no band in any byte."""
    world = ended.world
    with world.database.reading() as session:
        found = session.scalars(select(AuditCase)).all()
        own = next(c for c in found if c.id == ended.own)
        others = {c.case_ref for c in found} - {own.case_ref}
    browser, opened = world.browser(PRACTITIONER), set()
    paths = [*addresses(world, ended.own), *(f"/my-cases/{c.id}" for c in found), *(f"/team/{c.id}" for c in found)]
    mine = [r.path.format(case_id=ended.own, format="docx") for r in all_routes() if "my-cases" in r.path]
    for path in [*paths, *mine]:
        answer = browser.send("GET", path)
        if answer.status_code != 200 or "/thresholds/" in path or "/admin/" in path:
            continue
        opened.add(path)
        text = words_given(answer)
        # By those names of the cast that are no words of a page: who graded, and who answered for the area.
        assert re.findall(r"\b(?:im[12]|Im[12]|[Hh]ead[12])\b", text) == [], path
        assert not [ref for ref in others if ref in text], path
        assert not re.search(r"\bB1\b", text), path
    assert {f"/my-cases/{ended.own}", "/my-cases", "/"} <= opened
    closed = ("/cases", "/audits/T", "/api/v1/audits/T", "/team", "/areas")
    assert not [path for path in opened if path.startswith(closed)]


def test_a_service_manager_sees_their_team_today_and_nobody_else(ended: Ended) -> None:
    world = ended.world
    other = world.browser(MANAGER)
    with world.database.reading() as session:
        cases = session.scalars(select(AuditCase).where(AuditCase.state == CaseState.FINAL)).all()
        for case in cases:
            other.get(f"/team/{case.id}", status=200 if case.area == "A1" else 404)
            other.get(f"/cases/{case.id}", status=404)
    head = world.browser("head1")
    head.post("/areas/A1/teams/1", {})
    other.get(f"/team/{ended.own}", status=404)
    other.get(f"/cases/{ended.own}/sheet", status=404)


def test_who_sees_what_of_a_reflection(ended: Ended) -> None:
    """Nobody but its practitioner reads what is not shared; shared, their service manager and the page for the talk."""
    world, case = ended.world, ended.own
    one = world.browser(PRACTITIONER)
    one.post(f"/my-cases/{case}/read")
    names = [*(n for n, _ in CAST if n != "nobody"), MANAGER]
    for shared, name in product(("no", "yes"), names):
        if name == names[0]:
            one.post(f"/my-cases/{case}/reflect", {"text": SECRET, "shared": shared})
        browser = world.browser(name)
        seen = [
            path
            for path in (f"/team/{case}", f"/cases/{case}", f"/cases/{case}/sheet", "/", "/team", f"/my-cases/{case}")
            if SECRET in browser.send("GET", path).text
        ]
        right = {MANAGER: [f"/team/{case}", f"/cases/{case}/sheet"], "head1": [f"/cases/{case}/sheet"]}
        assert seen == (right.get(name, []) if shared == "yes" else []), (shared, name)
    assert SECRET in one.get(f"/my-cases/{case}").text


def test_a_row_of_a_manager_holds_no_reflection_that_is_not_shared(ended: Ended) -> None:
    world = ended.world
    with world.database.writing() as session:
        session.add(Reflection(case_id=ended.own, text=SECRET, shared=False, by_id=1, at=clock.now()))
    with world.database.reading() as session:
        manager = world.viewer(MANAGER)
        assert queries.team_case(session, manager, ended.own).reflection is None
        assert [s.reflection for s in queries.team_cases(session, manager) if s.reflection] == []


@given(
    st.sampled_from(CaseState),
    st.sampled_from(AuditState),
    st.sampled_from(["good", "met", "not_met"]),
    st.one_of(st.none(), st.integers(-5, 30)),
)
def test_a_case_opens_only_when_final_finalised_and_talked_about(
    state: CaseState, audit: AuditState, grade: str, talked: int | None
) -> None:
    at = clock.now()
    of = SimpleNamespace(state=audit, finalised_at=at, imported=False)
    case: Any = SimpleNamespace(state=state, audit=of, standing_grade=grade)
    sheet: Any = None if talked is None else SimpleNamespace(at=at + timedelta(days=talked))
    day = opens_on(case, "not_met", sheet)
    reported = audit in {AuditState.FINALISED, AuditState.PUBLISHED}
    assert (day is None) is not (state is CaseState.FINAL and reported)
    if day is None:
        assert not is_open(case, "not_met", sheet)
        return
    ended = local_date(at)
    assert ended <= day <= add_working_days(ended, TALK_WITHIN)
    assert read_by(case, "not_met", sheet) == add_working_days(day, READ_WITHIN)
    if grade != "not_met":
        assert day == ended
    elif talked is None:
        assert day == add_working_days(ended, TALK_WITHIN)


@pytest.mark.parametrize("move", [t.name for t in READING.transitions])
def test_each_move_leaves_the_states_before_it(move: str) -> None:
    way = list(ReadingState)
    row = READING[move]
    assert row.target is not None
    assert all(way.index(ReadingState(s)) <= way.index(ReadingState(row.target)) for s in row.sources)
