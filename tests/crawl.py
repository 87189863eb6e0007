"""Walks through the product as each of its people: every page that they find by its links, one for each route."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import urlsplit

from starlette.routing import compile_path

from app.rooms.addresses import pages
from tests.world import CAST, World

ROUTES = [(route.path, compile_path(route.path)[0]) for route in pages() if route.method == "GET"]
EVERYBODY = [name for name, _ in CAST]
TOLD = re.compile(r"<(script|style|head)\b.*?</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Found:
    """A page that somebody found."""

    person: str
    route: str
    path: str
    html: str


def route_of(path: str) -> str:
    """Return the route that an address belongs to, empty where it is none of a page."""
    return next((route for route, pattern in ROUTES if pattern.match(path)), "")


def walk(world: World, people: Sequence[str] = EVERYBODY) -> Iterator[Found]:
    """Yield a page of every route that somebody reaches, for each person, in the order in which they find it."""
    for person in people:
        browser, seen, waiting = world.browser(person), {"/"}, ["/"]
        while waiting:
            path = waiting.pop(0)
            answer = browser.get(path)
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            # Where the page stands that was given, which may be another.
            here = answer.url.path
            yield Found(person, route_of(here), here, answer.text)
            waiting += led_to(answer.text, seen)


def led_to(html: str, seen: set[str]) -> Iterator[str]:
    """Yield the addresses of a page's links to routes that were not seen yet, one for each; they are seen by then."""
    for link in re.findall(r'href="(/[^"#?]*)', html):
        route = route_of(urlsplit(link).path)
        if route and route not in seen and not link.startswith("/static/"):
            seen.add(route)
            yield link


def words_of(html: str) -> str:
    """Return what a person reads on a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", TOLD.sub(" ", html))).strip()


@dataclass(slots=True)
class Field:
    """A field of a form: where that is sent, its name, its value where it is one of several, its label, its legend."""

    action: str
    name: str
    value: str
    label: str
    legend: str


class _Fields(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.action, self.legend, self.text = path, "", "", ""
        self.of: dict[str, tuple[str, str, str, str]] = {}
        self.labels: dict[str, str] = {}
        # Of each select its id, with its options.
        self.options: list[tuple[str, Field]] = []
        self.select = self.select_id = self.label = self.value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = (of.get("action") or self.path) if of.get("method") == "post" else ""
        if tag == "fieldset":
            self.legend = ""
        if tag in {"legend", "label", "option"}:
            self.text = ""
        if tag == "label":
            self.labels[of.get("for", "")] = ""
            self.label = of.get("for", "")
        if tag == "option":
            self.value = of.get("value", "")
        name, kind = of.get("name", ""), of.get("type", "")
        if (
            self.action
            and name
            and tag in {"input", "textarea", "select"}
            and kind not in {"hidden", "password", "file"}
        ):
            value = of.get("value", "") if kind in {"radio", "checkbox"} else ""
            self.of[of.get("id", "")] = (self.action, name, value, self.legend)
            if tag == "select":
                self.select, self.select_id = name, of.get("id", "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "legend":
            self.legend = " ".join(self.text.split())
        if tag == "fieldset":
            self.legend = ""
        if tag == "label":
            self.labels[self.label] = " ".join(self.text.split())
        if tag == "option" and self.select and self.action and self.value:
            option = Field(self.action, self.select, self.value, " ".join(self.text.split()), "")
            self.options.append((self.select_id, option))
        if tag == "select":
            self.select = ""
        if tag == "form":
            self.action = ""


def fields_of(found: Found) -> list[Field]:
    """Return the fields of the forms on a page, with what a person reads beside them."""
    parser = _Fields(found.path)
    parser.feed(found.html)
    fields = [Field(*of[:3], parser.labels.get(id_, ""), of[3]) for id_, of in parser.of.items()]
    # What a select asks stands before all of its options.
    return fields + [replace(option, legend=parser.labels.get(id_, "")) for id_, option in parser.options]
