"""A client that drives the real application without a network and judges every page that it gets."""

import atexit
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI

from app.web.sessions import COOKIES

ORIGIN = "http://casework.test"
VOID = {"meta", "link", "input", "img", "br", "hr", "path", "rect", "source"}


# Every cookie that there is, with its seconds; one that is taken back has none left.
LISTED = {(c.name, age) for c in COOKIES for age in (str(int(c.lasts.total_seconds())) if c.lasts else "", "0")}


def cookies_of(response: httpx.Response) -> list[tuple[str, str]]:
    """Return the cookies that an answer sets, each with for how many seconds; empty is until the browser closes."""
    set_ = [SimpleCookie(line) for line in response.headers.get_list("set-cookie")]
    return [(name.removeprefix("__Host-"), of["max-age"]) for jar in set_ for name, of in jar.items()]


class _Judge(HTMLParser):
    """Notes what is wrong with a page: an id twice, a field without label, more than one h1, unclosed elements."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[str] = []
        self.open: list[str] = []
        self.h1 = 0
        # Of the form that is open: whether what is typed in it is kept until it was sent.
        self.kept: bool | None = None
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if of.get("id"):
            self.ids.append(of["id"] or "")
        self.h1 += tag == "h1"
        if tag == "label":
            self.labels.add(of.get("for") or "")
        if tag in {"select", "textarea"} or (tag == "input" and of.get("type") not in {"hidden", "submit"}):
            self.fields.append(of.get("id") or "")
        if tag == "form":
            self.kept = "data-keep" in of or "data-answers" in of
        if tag == "textarea" and "readonly" not in of and not self.kept:
            self.faults.append(f"the text {of.get('id')} is lost with the window: its form has no data-keep")
        if tag == "img" and not of.get("alt"):
            self.faults.append("a picture without words")
        for name in of:
            if name.startswith("on") or name == "style":
                self.faults.append(f"the attribute {name}, which the content security policy forbids")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if tag == "form":
            self.kept = None
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
            return
        self.open.pop()


def judge(response: httpx.Response) -> None:
    """Fail on a page that no designer would be proud of."""
    text = response.text
    judged = _Judge()
    judged.feed(text)
    faults = judged.faults + [f"<{tag}> is not closed" for tag in judged.open]
    faults += [f"the id {i} is there twice" for i in {i for i in judged.ids if judged.ids.count(i) > 1}]
    faults += [f"the field {f} has no label" for f in judged.fields if f not in judged.labels]
    if judged.h1 != 1:
        faults.append(f"{judged.h1} headings of level 1")
    title = re.search(r"<title\s*>(.*?)</title>", text, re.DOTALL)
    if title is None or "Casework Audit" not in title.group(1):
        faults.append("no title of ours")
    if response.status_code == 422 and "Error: " not in (title.group(1) if title else ""):
        faults.append("a page with errors whose title does not say so")
    for leak in ("None</td", "None</p", "None</h", "None</a", "None</li", "Undefined", "{{", "{%", "&lt;span", "[]<"):
        if leak in text:
            faults.append(f"{leak!r} on the page")
    assert not faults, f"{response.request.method} {response.request.url}: {faults}"


@cache
def _loop() -> BlockingPortal:
    """Return the one event loop of all browsers.

    In a thread of its own: Playwright leaves a running loop in the thread of the tests.
    """
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(start_blocking_portal())


class Browser:
    """One person's browser: keeps cookies, follows redirects, judges every page."""

    def __init__(self, app: FastAPI) -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=ORIGIN
        )

    def send(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """Send one request and return the answer as it is."""
        headers = {"Origin": ORIGIN, **kwargs.pop("headers", {})}

        async def go() -> httpx.Response:
            return await self._client.request(method, path, headers=headers, **kwargs)

        response = _loop().call(go)
        unlisted = [of for of in cookies_of(response) if of not in LISTED]
        assert not unlisted, f"{method} {path} sets {unlisted}, of which the page about cookies says nothing"
        return response

    def get(self, path: str, *, status: int = 200) -> httpx.Response:
        """Open a page."""
        return self._page(self.send("GET", path), status)

    def post(
        self, path: str, form: Mapping[str, Any] | None = None, *, status: int = 200, files: Any = None
    ) -> httpx.Response:
        """Send a form and follow where it leads."""
        return self._page(self.send("POST", path, data=dict(form or {}), files=files), status)

    def _page(self, response: httpx.Response, status: int) -> httpx.Response:
        while response.status_code == 303:
            response = self.send("GET", response.headers["location"])
        assert response.status_code == status, (
            f"{response.request.method} {response.request.url} answered {response.status_code}: {plain(response.text)}"
        )
        if response.headers.get("content-type", "").startswith("text/html"):
            judge(response)
        return response

    def sign_in(self, email: str, password: str) -> httpx.Response:
        """Sign in."""
        return self.post("/sign-in", {"email": email, "password": password, "own": "yes"})

    def cookie(self, name: str) -> str:
        """Return the value of a cookie."""
        return self._client.cookies[name]

    def remember(self, name: str, value: str) -> None:
        """Keep a cookie."""
        self._client.cookies.set(name, value, domain=urlsplit(ORIGIN).hostname or "")

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Keep the cookies as they are, whatever is answered meanwhile."""
        kept = httpx.Cookies(self._client.cookies)
        yield
        self._client.cookies = kept

    def forget(self) -> None:
        """Lose every cookie."""
        self._client.cookies.clear()


def plain(html: str) -> str:
    """Return the words of a page."""
    main = html[html.find("<main") :]
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<script.*?</script>", "", main, flags=re.DOTALL))
    ).strip()
