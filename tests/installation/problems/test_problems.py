"""A problem with a page: reported from any page or refusal, answered by administrators, read by nobody else."""

import re
from html import unescape

import pytest
from sqlalchemy import select, update

from app.clock import clock
from app.events import Event
from app.installation.problems.models import PageProblem
from app.keeping import record as check
from app.labels import told_address
from app.notices.enums import Kind
from app.notices.models import Notice
from app.people.models import SignedIn
from tests.browser import plain
from tests.world import PASSWORD, World

LINK = re.compile(r'href="(/report-a-problem\?[^"]*)"')
WORDS = "The button did nothing when I pressed it."


def link_of(html: str) -> str:
    found = LINK.findall(html)
    assert len(found) == 1
    return unescape(found[0])


def unescaped(fields: dict[str, str]) -> dict[str, str]:
    return {name: unescape(value) for name, value in fields.items()}


def reported(world: World, who: str = "im1") -> int:
    world.browser(who).post("/report-a-problem", {"page": "/cases/1?x=1", "fault": "0A1B2C3D", "problem": WORDS})
    with world.database.reading() as session:
        return session.scalars(select(PageProblem.id).order_by(PageProblem.id.desc())).first() or 0


def test_a_report_goes_to_the_administrators_and_their_answer_comes_back(world: World) -> None:
    number = reported(world)
    admin, reporter = world.browser("admin"), world.browser("im1")
    assert "1 report waits for an answer" in plain(admin.get("/").text)
    assert "Somebody reported a problem with a page" in plain(admin.get("/").text)
    assert world.viewer("im1").name in plain(admin.get("/page-problems").text)
    page = plain(admin.get(f"/page-problems/{number}").text)
    assert all(words in page for words in ("/cases/1 ", "0A1B2C3D", WORDS))
    assert "x=1" not in page
    # An open report has no answer; without words none is given.
    assert "Enter your answer" in plain(admin.post(f"/page-problems/{number}", {}, status=422).text)
    admin.post(f"/page-problems/{number}", {"answer": "It works again."})
    again = plain(admin.post(f"/page-problems/{number}", {"answer": "Mine too."}, status=409).text)
    assert "answered already" in again
    assert "waits for an answer" not in plain(admin.get("/").text)
    assert "that you reported has been answered" in plain(reporter.get("/").text)
    assert "It works again." in plain(reporter.get(f"/page-problems/{number}").text)
    with world.database.reading() as session:
        names = [e.name for e in session.scalars(select(Event)) if e.subject_kind == "page problem"]
        assert names == ["problem_reported", "problem_answered"]
        told = {(n.kind, n.person_id) for n in session.scalars(select(Notice))}
        assert {
            (Kind.PROBLEM_REPORTED, world.viewer("admin").id),
            (Kind.PROBLEM_ANSWERED, world.viewer("im1").id),
        } <= told
        assert list(check.wrong(session)) == []


def test_nobody_else_reads_a_report_and_only_administrators_answer(world: World) -> None:
    number = reported(world)
    for who in ("im2", "lead", "director", "head1"):
        assert world.browser(who).send("GET", f"/page-problems/{number}").status_code == 404
        assert WORDS not in world.browser(who).get("/page-problems").text
        assert "/cases/1" not in plain(world.browser(who).get("/page-problems").text)
    refused = world.browser("im1").post(f"/page-problems/{number}", {"answer": "Myself."}, status=403)
    assert "Administrators answer" in plain(refused.text)
    assert "administrator has not answered yet" in plain(world.browser("im1").get(f"/page-problems/{number}").text)


def test_the_log_finds_a_report_that_was_changed_by_hand(world: World) -> None:
    number = reported(world)
    with world.database.writing() as session:
        session.get_one(PageProblem, number).text = "Something else."
    with world.database.reading() as session:
        assert any("Page problem" in wrong for wrong in check.wrong(session))


def test_every_page_and_every_refusal_links_to_the_form_with_its_address(world: World) -> None:
    browser = world.browser("im1")
    assert link_of(browser.get("/second-grades?page=1").text) == "/report-a-problem?page=/second-grades"
    assert link_of(world.browser().get("/sign-in?next=/cases/1").text) == "/report-a-problem?page=/sign-in"
    refused = [
        (browser.send("GET", "/no-such-page"), 404, "/no-such-page"),
        (browser.send("POST", "/audits/T-2026/finalise"), 403, "/audits/T-2026/finalise"),
        (browser.send("POST", "/second-grades"), 405, "/second-grades"),
        (world.browser().send("POST", "/report-a-problem"), 401, "/report-a-problem"),
    ]
    for response, status, page in refused:
        assert (response.status_code, link_of(response.text)) == (status, f"/report-a-problem?page={page}")


def test_a_fault_is_reported_with_its_number(world: World) -> None:
    with world.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE page_problem RENAME TO gone")
    broken = world.browser("im1").send("GET", "/page-problems")
    number = re.search(r"fault ([0-9A-F]{8})", plain(broken.text))
    assert broken.status_code == 500
    assert number
    with world.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE gone RENAME TO page_problem")
    link = link_of(broken.text)
    assert link == f"/report-a-problem?page=/page-problems&fault={number[1]}"
    assert number[1] in plain(world.browser("im1").get(link).text)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/cases/7?q=Ann", "/cases/7"),
        ("/choose-password/" + "aB3_-" * 9, "/choose-password/…"),
        ("https://elsewhere.example/x", ""),
        ("/a\x00b\nc", "/abc"),
        ("/" + "long/" * 100, ("/" + "long/" * 100)[:200]),
    ],
)
def test_an_address_is_told_without_query_and_without_keys(path: str, told: str) -> None:
    assert told_address(path) == told


def test_whoever_has_not_signed_in_reads_whom_to_ask(world: World) -> None:
    world.browser("admin").post("/settings/service", {"organisation": "Ours", "contact": "help@ours.example"})
    page = world.browser().get("/report-a-problem?page=/sign-in&fault=0A1B2C3D")
    assert "Tell Ours what went wrong: help@ours.example" in plain(page.text)
    assert "0A1B2C3D" in plain(page.text)
    assert "<textarea" not in page.text
    assert "next=/report-a-problem%3Fpage%3D/sign-in%26fault%3D0A1B2C3D" in page.text


def test_what_looks_like_a_personal_detail_is_asked_about_once(world: World) -> None:
    browser = world.browser("im1")
    form = {"page": "/cases/1", "problem": "The page of Mrs Smith is empty."}
    asked = browser.post("/report-a-problem", form, status=422)
    assert "a name with a title" in plain(asked.text)
    looked = re.search(r'name="looked" value="([^"]+)"', asked.text)
    assert looked
    browser.post("/report-a-problem", {**form, "looked": looked[1]})
    assert "Mrs Smith" in browser.get("/page-problems/1").text


def test_what_was_typed_is_kept_when_the_session_ends(world: World) -> None:
    browser = world.browser()
    browser.sign_in("im1@example.test", PASSWORD)
    with world.database.writing() as session:
        session.execute(update(SignedIn).values(ended_at=clock.now()))
    form = {"page": "/cases/1", "fault": "0A1B2C3D", "problem": WORDS}
    asked = browser.post("/report-a-problem", form, status=401)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    again = browser.post("/sign-in", {**unescaped(hidden), "email": "im1@example.test", "password": PASSWORD})
    assert all(words in plain(again.text) for words in (WORDS, "What went wrong?"))
    resumed = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', again.text))
    sent = plain(browser.post("/report-a-problem", unescaped(resumed)).text)
    assert all(words in sent for words in (WORDS, "/cases/1", "0A1B2C3D"))
