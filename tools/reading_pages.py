"""What somebody sees on a page, as it can be compared: text, links, forms and where they lead."""

import hashlib
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import httpx

ORIGIN = "http://casework.test"

# What differs in every answer, or with every version of the static files.
MASKS = (
    (re.compile(r'(name="once"\s+value=")[\w-]{24}'), r"\1*"),
    (re.compile(r"/static/[0-9a-f]{12}/"), "/static/*/"),
    (re.compile(r"(?<=recorded as fault )[0-9A-F]{8}"), "*"),
)


INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "time"})


UNSEEN = frozenset({"script", "style", "template"})


TOLD: Mapping[str, Sequence[str]] = {
    "a": ("href",), "form": ("method", "action"), "input": ("type", "name", "value", "checked", "disabled"),
    "button": ("type", "name", "value", "formaction", "disabled"), "select": ("name", "disabled"),
    "option": ("value", "selected"), "textarea": ("name", "disabled"), "img": ("src", "alt"), "source": ("srcset",),
    "iframe": ("src",), "object": ("data",),
}  # fmt: skip


LEADS = {"a": "href", "img": "src", "source": "srcset", "iframe": "src", "object": "data"}


Page = dict[str, Any]


@dataclass
class GetForm:
    """A form that leads to a page: what it sends as it is, and what somebody could choose in it."""

    action: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    button: tuple[str, str] | None = None

    def put(self, of: Mapping[str, str]) -> None:
        """Take in an input."""
        pair = of.get("name", ""), of.get("value", "")
        unticked = of.get("type") in {"checkbox", "radio"} and "checked" not in of
        (self.choices if unticked else self.sent).append(pair)

    def press(self, of: Mapping[str, str]) -> None:
        """Take in a button; the first is the one that is pressed."""
        if self.button is None:
            self.button = of.get("name", ""), of.get("value", "")

    def choose(self, name: str, options: Sequence[tuple[str, bool]]) -> None:
        """Take in a list to choose from; without a choice it is the first."""
        if options:
            chosen = next((value for value, selected in options if selected), options[0][0])
            self.sent.append((name, chosen))
            self.choices += [(name, value) for value, _ in options if value != chosen]

    def addresses(self) -> Iterator[str]:
        """Yield where it leads as it is, and with each choice by itself."""
        button = [self.button] if self.button and self.button[0] else []
        yield f"{self.action}?{urlencode([*self.sent, *button])}"
        for choice in self.choices:
            others = [pair for pair in self.sent if pair[0] != choice[0]]
            yield f"{self.action}?{urlencode([*others, choice, *button])}"


class Reader(HTMLParser):
    """Reads a page: its words line by line, its links and fields in order, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.parts: list[str] = []
        self.leads: list[str] = []
        self.forms: list[GetForm] = []
        self._line = ""
        self._unseen = 0
        self._form: GetForm | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the start of an element."""
        of = {name: short(value or "") for name, value in attrs}
        self._unseen += tag in UNSEEN
        if tag not in INLINE:
            self.end_line()
        if tag in TOLD:
            said = [f"{name}={of[name]}" if of[name] else name for name in TOLD[tag] if name in of]
            self.parts.append(" ".join([tag, *said]))
        if of.get(LEADS.get(tag, "")):
            self.leads.append(of[LEADS[tag]])
        if tag == "form" and of.get("method", "get").lower() == "get":
            self._form = GetForm(of.get("action", ""))
        self._field(tag, of)

    def _field(self, tag: str, of: Mapping[str, str]) -> None:
        if self._form is None or "disabled" in of:
            return
        if tag == "input" and of.get("name"):
            self._form.put(of)
        elif tag == "button":
            self._form.press(of)
        elif tag == "select":
            self._select, self._options = of.get("name", ""), []
        elif tag == "option":
            self._options.append((of.get("value", ""), "selected" in of))

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of an element."""
        self._unseen -= tag in UNSEEN
        if tag not in INLINE:
            self.end_line()
        if self._form is not None and tag == "select":
            self._form.choose(self._select, self._options)
        if self._form is not None and tag == "form":
            self.forms.append(self._form)
            self._form = None

    def handle_data(self, data: str) -> None:
        """Take in words."""
        if not self._unseen:
            self._line += data

    def end_line(self) -> None:
        """End the line of words that is under way."""
        if words := " ".join(self._line.split()):
            self.lines.append(words)
        self._line = ""


def short(value: str) -> str:
    """Return an attribute's value, a picture inside it by its hash."""
    return f"data:{sha256(value.encode())}" if value.startswith("data:") else value


def sha256(data: bytes) -> str:
    """Return the hash of some bytes."""
    return hashlib.sha256(data).hexdigest()


def masked(text: str) -> str:
    """Return a text without what differs in every answer."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def kind(address: str) -> str:
    """Return what an address has in common with those of its kind: path without numbers, names of what is asked."""
    there = urlsplit(address)
    asked = {pair.partition("=")[0] for pair in there.query.split("&") if pair.partition("=")[2]}
    # Each picture of a report as it is, and a few of them at each size and at an earlier moment.
    path = re.sub(r"/pictures/[\w-]+", "/pictures/any", there.path) if asked else there.path
    return re.sub(r"\d+", "0", path) + "".join(f"?{name}" for name in sorted(asked))


@lru_cache(maxsize=256)
def told(text: str) -> Reader:
    """Return what a page says; the same refusal is read once."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    reader.end_line()
    return reader


def read(answer: httpx.Response, address: str) -> tuple[Page, list[str]]:
    """Return what is kept of an answer, and where it leads."""
    kept = {"location": "location", "type": "content-type", "file": "content-disposition"}
    page: Page = {
        "status": answer.status_code,
        **{name: answer.headers.get(header, "") for name, header in kept.items()},
    }
    leads = [page["location"]] if page["location"] else []
    if page["type"].startswith("text/html"):
        text = masked(answer.text)
        reader = told(text)
        page |= {"text": reader.lines, "parts": reader.parts, "html": sha256(text.encode())}
        leads += reader.leads
        # One choice at a time: what a form offers on a page that it led to is not tried once more.
        for form in reader.forms:
            leads += itertools.islice(form.addresses(), 1 if "?" in address else None)
    else:
        page["body"] = sha256(answer.content)
    return page, list(ours(address, leads))


def ours(address: str, links: Iterable[str]) -> Iterator[str]:
    """Yield where the links of a page lead inside the product, without the static files."""
    for link in links:
        there = urlsplit(urljoin(ORIGIN + address, link))
        if f"{there.scheme}://{there.netloc}" == ORIGIN and not there.path.startswith("/static/"):
            yield there.path + (f"?{there.query}" if there.query else "")
