"""A request finds the page that it would find if every route were tried in turn."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.routing import Route as StarletteRoute

from app.rooms.addresses import pages
from app.web.answering import FOUND, Addresses
from app.web.routing import Route


async def answer(_request: Request) -> Response:  # pragma: no cover - only found
    raise AssertionError


ROUTES = [StarletteRoute(route.path, answer, methods=[route.method]) for route in pages()]
ADDRESSES = Addresses(ROUTES)
# Words that stand for a part of an address: no word of ours, words that are, nothing, and what looks like a picture.
WORDS = ("7", "facts", "", "overall.svg")


def scope(method: str, path: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}


def in_turn(asked: dict[str, Any]) -> tuple[Match, StarletteRoute | None]:
    found = [(match, route) for route in ROUTES if (match := route.matches(asked)[0]) is not Match.NONE]
    return max(found, key=lambda of: of[0].value, default=(Match.NONE, None))


@pytest.mark.parametrize("word", WORDS)
def test_what_is_found_is_what_would_be_found_in_turn(word: str) -> None:
    for route in pages():
        for path in (filled(route, word), f"{filled(route, word)}/{word}"):
            for method in ("GET", "POST", "DELETE"):
                match, said = ADDRESSES.matches(scope(method, path))
                assert (match, said.get(FOUND)) == in_turn(scope(method, path)), (method, path)


def filled(route: Route, word: str) -> str:
    parts = route.path.split("/")
    return "/".join(word if part.startswith("{") and part.endswith("}") else part for part in parts)


def test_nothing_but_a_request_is_found() -> None:
    assert ADDRESSES.matches({"type": "websocket", "path": "/", "headers": []}) == (Match.NONE, {})
