"""The API as programs meet it: who is refused what, problems, the OpenAPI document, and whatever is sent to it."""

import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from sqlalchemy import update

from app.commands.openapi import text
from app.errors import Elsewhere, Unavailable
from app.main import LARGEST_BODY, openapi
from app.report.models import Publication
from app.rooms.addresses import api_routes, pages
from app.web.api.problems import KINDS, problem
from app.web.api.routing import ApiRouter
from app.web.routing import Guard, Router, signed_in
from tests.browser import Browser, plain
from tests.report.reading.test_report import finish
from tests.world import REF, World, copied, settings_for

# The page that shows the same, by the name of the operation.
PAGES = {
    "list_audits": ("GET", "/audits"),
    "read_audit": ("GET", "/audits/{ref}"),
    "read_figures": ("GET", "/audits/{ref}/report/figures.json"),
    "read_dataset": ("GET", "/audits/{ref}/dataset"),
    # No page lists them alone; the forms in which they are chosen are open to whoever is signed in.
    "list_areas": ("GET", "/account"),
    "read_area": ("GET", "/areas/{area_code}"),
}
FIGURES = f"/api/v1/audits/{REF}/figures"
ADDRESSES = [route.path.replace("{ref}", REF) for route in api_routes()]


def kind_of(answer: httpx.Response) -> str:
    """Return the kind of a problem document, which it has to be."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    said = answer.json()
    assert said["status"] == answer.status_code
    assert {"type", "title", "status", "detail"} <= said.keys() <= {"type", "title", "status", "detail", "errors"}
    return str(said["type"]).removeprefix("/api/v1/problems/")


@pytest.fixture(scope="module")
def finished(template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return a world whose audit is finalised; nothing changes it."""
    made = copied(template, tmp_path_factory.mktemp("api"))
    finish(made)
    made.browser("lead").post(f"/audits/{REF}/finalise")
    yield made
    made.database.close()


@pytest.mark.parametrize("path", [*ADDRESSES, "/api/v1/openapi.json", "/api/v1/audits/NONE/figures?as_at=x"])
def test_nobody_is_told_to_sign_in_and_never_redirected(finished: World, path: str) -> None:
    answer = finished.browser().send("GET", path)
    assert (answer.status_code, kind_of(answer)) == (401, "not-signed-in")
    assert answer.headers["www-authenticate"] == 'Cookie form-action="/sign-in", cookie-name="session"'
    ended = finished.browser()
    ended.remember("session", "has ended")
    assert ended.send("GET", path).status_code == 401


def test_a_wrong_query_is_told_only_to_those_who_may_see_the_audit(finished: World) -> None:
    lead, stranger = finished.browser("lead"), finished.browser("stranger")
    for wrong in ("as_at=last", "as_At=first", "x=1"):
        refused = lead.send("GET", f"{FIGURES}?{wrong}")
        assert (refused.status_code, kind_of(refused)) == (422, "not-valid")
        assert [e["parameter"] for e in refused.json()["errors"]] == [wrong.partition("=")[0]]
        hidden, none = (stranger.send("GET", f"/api/v1/audits/{ref}/figures?{wrong}") for ref in (REF, "NONE"))
        assert (hidden.status_code, kind_of(hidden)) == (404, "not-found")
        assert hidden.json() == none.json()
    assert lead.send("GET", "/api/v1/areas?cursor=AAAA").json()["errors"] == [
        {"parameter": "cursor", "detail": "This is no place in this list. Start without a cursor."}
    ]


def test_what_the_router_and_the_shell_refuse_are_problems_too(finished: World) -> None:
    lead = finished.browser("lead")
    for path in ("/api", "/api/", "/api/v1", "/api/v1/audits/", f"{FIGURES}/x", "/api/v2/audits", "/api/v1/%00"):
        assert kind_of(lead.send("GET", path)) == "not-found", path
    for method in ("POST", "PUT", "DELETE"):
        refused = lead.send(method, FIGURES)
        assert (refused.status_code, kind_of(refused), refused.headers["allow"]) == (405, "no-such-method", "GET, HEAD")
    elsewhere = lead.send("POST", FIGURES, headers={"Origin": "http://evil.test"})
    assert (elsewhere.status_code, kind_of(elsewhere)) == (403, "not-allowed")
    large = lead.send("POST", FIGURES, headers={"Content-Length": str(LARGEST_BODY + 1)})
    assert (large.status_code, kind_of(large)) == (413, "too-large")
    assert lead.send("POST", "/audits/new/x").headers["content-type"].startswith("text/html"), "a page is a page"
    page = lead.send("POST", "/reports")
    assert (page.status_code, page.headers["allow"]) == (405, "GET, HEAD")


def test_headers_alone_can_be_asked_for(finished: World) -> None:
    lead = finished.browser("lead")
    for path in ADDRESSES:
        whole, head = lead.send("GET", path), lead.send("HEAD", path)
        assert (head.status_code, head.headers["content-type"]) == (whole.status_code, whole.headers["content-type"])
        assert whole.headers["cache-control"] == "no-store"
    assert finished.browser("stranger").send("HEAD", FIGURES).status_code == 404


def test_a_fault_is_a_problem_with_a_number_and_tells_nothing_else(world: World) -> None:
    finish(world)
    lead = world.browser("lead")
    lead.post(f"/audits/{REF}/finalise")
    with world.database.writing() as session:
        session.execute(update(Publication).values(figures='{"schema": "figures/1", "secret": 4711}'))
    broken = lead.send("GET", FIGURES)
    assert (broken.status_code, kind_of(broken)) == (500, "fault")
    assert "recorded as fault" in broken.json()["detail"]
    assert "4711" not in broken.text


def test_a_database_that_does_not_answer_and_a_page_elsewhere() -> None:
    busy = problem(Unavailable("What you typed is below."), cookie="session")
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "30")
    assert b"typed" not in busy.body
    moved = problem(Elsewhere("/cases/1/benchmark", "This case is in benchmarking with you."), cookie="session")
    assert (moved.status_code, "location" in moved.headers) == (409, False)
    assert json.loads(bytes(moved.body))["detail"] == "This case is in benchmarking with you."


def test_each_route_has_the_guard_object_of_the_page_that_shows_the_same() -> None:
    guards = {(route.method, route.path): route.guard for route in pages()}
    assert {route.handler.__name__ for route in api_routes()} == PAGES.keys()
    for route in api_routes():
        assert route.guard is guards[PAGES[route.handler.__name__]], route.path


def test_a_route_comes_into_being_with_a_guard_and_a_response_model_only() -> None:
    nobody: Any = None
    nothing: Any = print
    model: Any = dict
    with pytest.raises(TypeError, match="GET /x has no guard"):
        Router().get("/x", nobody)(nothing)
    with pytest.raises(TypeError, match="/api/v1/x has no guard"):
        ApiRouter().get("/x", nobody, response_model=BaseModel)(nothing)
    with pytest.raises(TypeError, match="/api/v1/x has no response model"):
        ApiRouter().get("/x", signed_in, response_model=model)
    assert isinstance(signed_in, Guard)


DOCUMENT = openapi(settings_for(Path("none")))
OPERATIONS = [
    (path, method.upper(), said) for path, methods in DOCUMENT["paths"].items() for method, said in methods.items()
]


def test_the_document_has_each_route_of_the_api_and_no_page(finished: World) -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert {(method, path) for path, method, _ in OPERATIONS} == {(r.method, r.path) for r in api_routes()}
    assert len(OPERATIONS) >= 4
    served = finished.browser("lead").send("GET", "/api/v1/openapi.json")
    assert served.json() == DOCUMENT == json.loads(text(finished.settings))
    names = DOCUMENT["components"]["schemas"]
    for reference in set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT))):
        assert reference in names
    for model in names.values():
        Draft202012Validator.check_schema(model)
        assert model.get("description"), "each is explained"


def test_everything_that_an_address_takes_says_what_it_is() -> None:
    taken = [p for _, _, said in OPERATIONS for p in said.get("parameters", ())]
    assert len(taken) > 3
    assert [p["name"] for p in taken if not p.get("description")] == []


def test_the_page_about_it_has_all_of_it(finished: World) -> None:
    page = finished.browser("reader").get("/api/v1/docs")
    for path, method, said in OPERATIONS:
        assert f"{method} {path}" in plain(page.text)
        assert said["summary"] in plain(page.text)
    for name in DOCUMENT["components"]["schemas"]:
        assert f'id="{name}"' in page.text
    for link in re.findall(r'href="#([^"]+)"', page.text):
        assert f'id="{link}"' in page.text or link == "main-content", link
    for kind in KINDS.values():
        assert f"/api/v1/problems/{kind.name}" in page.text
    assert "://" not in re.sub(r"http://www.w3.org/[\w/]+", "", page.text), "no other host"
    assert "https" not in page.headers["content-security-policy"]
    assert finished.browser().send("GET", "/api/v1/docs").headers["location"].startswith("/sign-in")


def schema_of(said: dict[str, Any], answer: httpx.Response) -> Draft202012Validator:
    """Return what the document says of an answer."""
    content = said["responses"][str(answer.status_code)]["content"]
    assert list(content) == [answer.headers["content-type"]]
    return Draft202012Validator(
        {**content[answer.headers["content-type"]]["schema"], "components": DOCUMENT["components"]}
    )


WORDS = st.one_of(
    st.sampled_from(
        [REF, "OTHER", "NA-2014-11", "..", "1", "final", "first", "public", "0", "500", "501", "-1", "1e9"]
    ),
    st.sampled_from(
        ["9" * 40, "\x00", "WyIyMDI2LTEwLTMxIiwxXQ", "WzEsICJBMSJd", "WzEwMDAwMDAwMDAwMDAwMDAwMDAwLCAiQTEiXQ"]
    ),
    st.text(max_size=12),
    st.text(string.printable, max_size=12),
)
NAMES = st.one_of(st.sampled_from(["as_at", "edition", "limit", "cursor"]), st.text(max_size=5))


WHO = ["lead", "im1", "head1", "reader", "stranger", "nobody", ""]


@pytest.fixture(scope="module")
def browsers(finished: World) -> dict[str, Browser]:
    return {who: finished.browser(who) for who in WHO}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.sampled_from(OPERATIONS),
    st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PATCH", "OPTIONS"]),
    WORDS,
    st.lists(st.tuples(NAMES, WORDS), max_size=3),
    st.sampled_from(WHO),
)
def test_whatever_is_sent_is_answered_as_the_document_says(
    browsers: dict[str, Browser],
    operation: tuple[str, str, Any],
    method: str,
    ref: str,
    query: list[tuple[str, str]],
    who: str,
) -> None:
    path, own, said = operation
    sent = "&".join(
        f"{quote(name, safe='', errors='replace')}={quote(v, safe='', errors='replace')}" for name, v in query
    )
    address = f"{path.replace('{ref}', quote(ref, safe='', errors='replace') or 'x')}?{sent}"
    answer = browsers[who].send(method, address)
    assert answer.status_code not in {500, 503}
    if method == "HEAD":
        assert (answer.content, "json" in answer.headers["content-type"]) == (b"", True)
    elif answer.status_code in {404, 405}:
        kind_of(answer)
    else:
        assert method == own
        schema_of(said, answer).validate(answer.json())
