"""The routes under attack: what no browser sends, the same moment, a busy database, and who is kept out by whom."""

import html
import json
import logging
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import anyio
import httpx
import pysqlite3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import Response

from app.clock import clock
from app.db import Base, is_duplicate
from app.limits.models import Allowance
from app.main import create_app, surroundings
from app.people import passwords
from app.people.models import KnownBrowser, Person, RoleGrant, ServiceArea, SignedIn
from app.people.rules import Viewer
from app.web.answering import Answering
from app.web.routing import Route, Visit, anyone
from tests.browser import ORIGIN, judge, plain
from tests.served import once_of
from tests.world import PASSWORD, World

LEAD = {"email": "lead@example.test", "password": PASSWORD}
WRONG = {"email": "lead@example.test", "password": "a guess"}
MADE_OF: list[tuple[type[Base], dict[str, Any], bool]] = [
    (ServiceArea, {"code": "A1", "name": "A1", "position": 1}, True),
    (
        Person,
        {"email": "lead@example.test", "name": "", "job_title": "", "state": "active", "created_at": clock.now()},
        True,
    ),
    (Person, {"email": None, "name": "", "job_title": "", "created_at": clock.now()}, False),
    (SignedIn, {"token_sha256": "x", "person_id": 99999, "created_at": clock.now(), "seen_at": clock.now()}, False),
    (
        RoleGrant,
        {"person_id": 1, "role": "king", "scope_kind": "nation", "scope": "", "granted_at": clock.now()},
        False,
    ),
]


def at_a_route(world: World, kind: type[Base], values: dict[str, Any]) -> Response:
    """Send a form to a route that writes one row."""

    def write(visit: Visit, _person: Viewer | None) -> Response:
        visit.session.connection().execute(insert(kind.__table__), values)
        return visit.redirect("/")

    scope = {"type": "http", "method": "POST", "path": "/try", "query_string": b"", "headers": []}
    return Answering(world.database, world.settings, surroundings(world.settings, world.database)).answer(
        Route("POST", "/try", anyone, write), Request(scope), {"note": ["Typed text."]}, {}
    )


def test_what_is_done_before_an_act_keeps_nobody_from_writing(world: World) -> None:
    done: list[str] = []

    def prepare(_visit: Visit, _person: Viewer | None) -> None:
        with world.database.writing(wait=False) as session:
            session.execute(insert(ServiceArea), {"code": "B9", "name": "B9", "position": 99})
        done.append("prepared")

    def act(visit: Visit, _person: Viewer | None) -> Response:
        done.append("acted")
        return visit.redirect("/")

    scope = {"type": "http", "method": "POST", "path": "/try", "query_string": b"", "headers": []}
    Answering(world.database, world.settings, surroundings(world.settings, world.database)).answer(
        Route("POST", "/try", anyone, act, beforehand=prepare), Request(scope), {}, {}
    )
    assert done == ["prepared", "acted"]


@pytest.mark.parametrize(("kind", "values", "duplicate"), [m for m in MADE_OF if m[1].get("role") != "king"])
def test_only_a_duplicate_means_that_somebody_else_was_faster(
    world: World, caplog: pytest.LogCaptureFixture, kind: type[Base], values: dict[str, Any], duplicate: bool
) -> None:
    with caplog.at_level(logging.ERROR, "casework_audit"):
        answer = at_a_route(world, kind, values)
    words = plain(bytes(answer.body).decode())
    assert "Typed text." in words, "whatever went wrong"
    if duplicate:
        assert (answer.status_code, caplog.records) == (409, [])
        assert "Somebody else did this" in words
        return
    number = re.search(r"fault ([0-9A-F]{8})", words)
    assert answer.status_code == 500
    assert number is not None
    assert number.group(1) in caplog.text
    assert "IntegrityError" in caplog.text
    assert "Somebody else" not in words


@pytest.mark.parametrize(("kind", "values", "duplicate"), MADE_OF[:4])
def test_a_duplicate_is_told_from_every_other_refusal_of_the_database(
    world: World, kind: type[Base], values: dict[str, Any], duplicate: bool
) -> None:
    with pytest.raises(IntegrityError) as raised, world.database.writing() as session:
        session.connection().execute(insert(kind.__table__), values)
    assert is_duplicate(raised.value) is duplicate
    assert "lead@example.test" not in str(raised.value).partition("DETAIL")[0], "what was typed is not in the log"


def held(path: str, seconds: float) -> threading.Thread:
    """Hold SQLite's write lock from outside for a while."""
    ready = threading.Event()

    def hold() -> None:
        other = pysqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        ready.set()
        time.sleep(seconds)
        other.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    ready.wait(5)
    return thread


def test_a_page_waits_for_no_writer(world: World) -> None:
    if not world.database.sqlite:
        return  # PostgreSQL has no single writer
    browser = world.browser("lead")
    try:
        clock.set(clock.now() + timedelta(minutes=10))
        outside, started = held(str(world.database.engine.url.database), 1.5), time.monotonic()
        assert browser.get("/reports").status_code == 200
        assert time.monotonic() - started < 1
        outside.join()
        with world.database.writing():
            assert browser.get("/reports").status_code == 200, "a writer in this process"
        with world.database.reading() as session:
            assert session.scalar(select(func.count()).where(SignedIn.seen_at == clock.now())) == 0
        browser.get("/reports")
        with world.database.reading() as session:
            assert session.scalar(select(func.count()).where(SignedIn.seen_at == clock.now())) == 1
        with world.database.writing() as session:
            session.add(ServiceArea(code="A77", name="A77", position=77))
    finally:
        clock.set(None)


NASTY = st.one_of(
    st.sampled_from(
        [
            "http://[",
            "http://]",
            "//[",
            "[",
            "http://[::1",
            "http://casework.test:x",
            "\ud800",
            "²",
            "9" * 5000,
            "javascript:x",
            "%00",
            "/\\",
            "/\t/x",
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30),
)
HEADERS = (
    "referer",
    "origin",
    "host",
    "cookie",
    "content-type",
    "content-length",
    "sec-fetch-site",
    "x-forwarded-for",
    "accept-encoding",
)


def ordinary(answer: httpx.Response) -> None:
    assert answer.status_code < 500, f"{answer.request.headers} {plain(answer.text)}"
    assert answer.text != "Internal Server Error"
    if answer.status_code not in {303, 307} and answer.headers.get("content-type", "").startswith("text/html"):
        judge(answer)


@given(
    st.dictionaries(st.sampled_from(HEADERS), NASTY, max_size=3),
    st.sampled_from(["/audits/NO-SUCH", "/sign-in", "/reports/", "/no/such"]),
    st.booleans(),
)
@example({"referer": "http://["}, "/audits/NO-SUCH", False)
@example({"origin": "http://["}, "/sign-in", True)
@example({"host": "["}, "/reports/", False)
@example({"content-length": "²"}, "/sign-in", True)
@example({"content-length": "9" * 5000}, "/sign-in", True)
@example({"content-type": "multipart/form-data; boundary=x; charset=idna"}, "/sign-in", True)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_header_is_a_fault(world: World, headers: dict[str, str], path: str, post: bool) -> None:
    sent = {name: value.encode("latin-1", "replace") for name, value in headers.items()}
    ordinary(
        world.browser().send(
            "POST" if post else "GET", path, headers=sent, **({"content": b"email=x&password=y"} if post else {})
        )
    )


KEPT = (
    json.dumps({"path": "/audits/new", "form": {"purpose": ["\ud800"]}}),
    json.dumps({"path": "\ud800", "form": {"x": ["y"]}}),
    "[" * 100_000,
    "{",
    "1",
    '""',
    '{"path": "//evil.test", "form": {"x": ["y"]}}',
    '{"path": "/x", "form": {"x": null}}',
    '{"path": "http://[", "form": {"x": ["y"]}}',
    "9" * 10_000,
)


@given(st.one_of(NASTY, st.just("http://[")), st.one_of(st.sampled_from(KEPT), NASTY), st.sampled_from([LEAD, WRONG]))
@example("http://[", "", LEAD)
@example("", KEPT[0], LEAD)
@example("", KEPT[2], LEAD)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_field_of_the_sign_in_page_is_a_fault(world: World, following: str, kept: str, who: dict[str, str]) -> None:
    with world.database.writing() as session:
        session.query(Allowance).delete()
    # As bytes of our own: a client's library refuses halves of characters.
    body = "&".join(f"{n}={_quoted(v)}" for n, v in {**who, "next": following, "kept": kept}.items())
    answer = world.browser().send(
        "POST", "/sign-in", content=body.encode(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    ordinary(answer)
    if answer.status_code == 303:
        assert re.match(r"/(?![/\\])", answer.headers["location"]), answer.headers["location"]


def _quoted(text: str) -> str:
    return "".join(f"%{b:02X}" for b in text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("charset", ["utf-7", "unicode_escape", "idna", "punycode", "no-such", "utf-16"])
def test_a_form_in_a_strange_code_is_no_fault(world: World, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\\ud800 +2AA- \xff\r\n--x--\r\n'
    answer = world.browser("director").send(
        "POST",
        "/audits/new",
        content=body,
        headers={"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"},
    )
    ordinary(answer)


def test_the_way_back_never_leads_elsewhere(world: World) -> None:
    browser = world.browser("lead")
    page = browser.send(
        "POST", "/audits/T-2026/allocation", data={"auditors": "1"}, headers={"Referer": f"{ORIGIN}//evil.test/x"}
    )
    assert page.status_code == 409
    assert "evil.test" not in page.text
    page = browser.send(
        "POST", "/audits/T-2026/allocation", data={"auditors": "1"}, headers={"Referer": f"{ORIGIN}/audits/T-2026?x=1"}
    )
    assert 'href="/audits/T-2026"' in page.text


def test_an_address_writes_one_line_into_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "casework_audit"):
        world.browser().send("GET", "/no%0a2026-01-01 forged%0d%0ax")
    assert all(
        "\n" not in r.getMessage() and "\r" not in r.getMessage()
        for r in caplog.records
        if r.name.startswith("casework_audit")
    )


def test_those_who_sign_in_keep_nobody_else_waiting(world: World) -> None:
    async def burst() -> int:
        transport = httpx.ASGITransport(world.app)
        async with (
            httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN}) as client,
            anyio.create_task_group() as group,
        ):
            for _ in range(8):
                group.start_soon(partial(client.post, "/sign-in", data=WRONG))
            await anyio.sleep(0.3)
            try:
                with anyio.fail_after(5):
                    answer = await client.get("/sign-in")
            finally:
                passwords._AT_ONCE.release(2)
        return answer.status_code

    for _ in range(2):
        passwords._AT_ONCE.acquire()
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(anyio.run, burst).result() == 200


def test_a_browser_is_remembered_once_and_old_failures_are_forgotten(world: World) -> None:
    browser = world.browser()
    browser.post("/sign-in", WRONG, status=422)
    try:
        clock.set(clock.now() + timedelta(minutes=20))
        browser.post("/sign-in", {**WRONG, "email": "x@example.test"}, status=422)
        for _ in range(2):
            browser.post("/sign-in", {**LEAD, "own": "yes"})
    finally:
        clock.set(None)
    with world.database.reading() as session:
        # What the address that nobody has tried here counts for, and what all from here do.
        assert len(session.scalars(select(Allowance)).all()) == 2
        assert session.scalar(select(func.count()).select_from(KnownBrowser)) == 1


def test_signing_in_again_ends_the_session_before(world: World) -> None:
    browser = world.browser("im1")
    before = browser.cookie("session")
    browser.post("/sign-in", LEAD)
    assert browser.cookie("session") != before
    old = world.browser().send("GET", "/reports", headers={"Cookie": f"session={before}"})
    assert old.status_code == 303


def test_a_session_that_a_stranger_chose_is_worth_nothing(world: World) -> None:
    browser = world.browser()
    browser.remember("session", "chosen-by-a-stranger")
    browser.post("/sign-in", LEAD)
    answer = world.browser().send("GET", "/reports", headers={"Cookie": "session=chosen-by-a-stranger"})
    assert answer.status_code == 303


def test_a_password_typed_before_the_session_ended_is_not_on_the_sign_in_page(world: World) -> None:
    form = {
        "name": "Nia New",
        "job_title": "Manager",
        "email": "nia@example.test",
        "password": "a secret that nobody reads",
    }
    page = world.browser().post("/admin/people/new", form, status=401)
    assert "Nia New" in html.unescape(page.text)
    assert "a secret that nobody reads" not in page.text


def test_the_same_content_from_two_tabs_is_two_acts_and_the_same_form_is_one(world: World) -> None:
    # Where email is set up the answer leads to another page, as that of every act.
    mail = {"address": "https://audit.example.test", "smtp_url": "smtp://127.0.0.1:25", "sender": "audit@example.test"}
    settings = world.settings.model_copy(update=mail)
    world = World(world.database, settings, create_app(settings, world.database))
    admin = world.browser("admin")
    new = {"name": "Nia New", "job_title": "Manager", "email": "nia@example.test"}
    tabs = [{**new, "once": once_of(admin.get("/admin/people/new").text)} for _ in range(2)]
    first = admin.send("POST", "/admin/people/new", data=tabs[0])
    again = admin.send("POST", "/admin/people/new", data=tabs[0])
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    assert "is there already" in plain(admin.post("/admin/people/new", tabs[1], status=422).text)
    other = world.browser("lead").send("POST", "/admin/people/new", data=tabs[0])
    assert other.status_code == 404, "a token is its person's alone"
