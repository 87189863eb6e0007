"""Clients of a served installation: plain requests at the same moment, and what became of them."""

import html
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx

from tests.world import PASSWORD

T = TypeVar("T")


@contextmanager
def client(url: str, name: str) -> Iterator[httpx.Client]:
    """Give somebody's client, signed in; it follows nothing, so that an answer can be read as it is."""
    with httpx.Client(base_url=url, headers={"Origin": url}, timeout=30) as made:
        answer = made.post("/sign-in", data={"email": f"{name}@example.test", "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        yield made


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Do all at the same moment; return what came of each, in order."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait(10)
        results[place] = act()

    threads = [threading.Thread(target=run, args=(i, act)) for i, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results  # type: ignore[return-value]


def once_of(page: str) -> str:
    """Return the token of the form on a page."""
    return hidden(page, "once")


def hidden(page: str, name: str) -> str:
    """Return a hidden field of the form on a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found.group(1))
