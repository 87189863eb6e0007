"""A server has its pictures drawn by another process: the same bytes, whatever becomes of that process."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.pictures.drawing import Draughtsman, NotDrawnError, Order, drawn_here


def picture(count: int) -> Order:
    values = "[" + ",".join(f'{{"a":"{n}","b":{n}}}' for n in range(1, count + 1)) + "]"
    encoding = '{"x":{"field":"a","type":"nominal"},"y":{"field":"b","type":"quantitative"}}'
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    return Order(f'{{"$schema":"{schema}","data":{{"values":{values}}},"mark":"bar","encoding":{encoding}}}')


def children() -> list[int]:
    """Return the processes of ours that draw."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
        except OSError:
            continue
        if b"app.pictures.drawing" in words and parent == os.getpid():
            found.append(int(folder.name))
    return found


class Watched(Draughtsman):
    """One whose processes are told from those of the other tests of this process."""

    def __init__(self) -> None:
        super().__init__()
        self.before = set(children())

    @property
    def processes(self) -> list[int]:
        return [of for of in children() if of not in self.before]


@pytest.fixture
def another() -> Iterator[Watched]:
    made = Watched()
    yield made
    made.end()


def test_another_process_draws_the_same_one_for_all_who_ask(another: Watched) -> None:
    with ThreadPoolExecutor(4) as several:
        drawn = list(several.map(another.draw, map(picture, range(1, 5))))
    assert len(another.processes) == 1
    assert drawn == [drawn_here(picture(n)) for n in range(1, 5)]
    assert all(svg.startswith(b"<svg") for svg in drawn)
    png = another.draw(Order(drawn[0].decode(), 1.0, drawn=True))
    assert png.startswith(b"\x89PNG")


def test_a_process_that_was_killed_or_has_ended_is_started_anew(another: Watched) -> None:
    first = another.draw(picture(2))
    (before,) = another.processes
    os.kill(before, signal.SIGKILL)
    assert another.draw(picture(2)) == first
    (after,) = another.processes
    assert after != before


def test_what_cannot_be_drawn_is_said_and_the_next_is_drawn(another: Watched) -> None:
    with pytest.raises(NotDrawnError):
        another.draw(Order("no specification"))
    assert another.draw(picture(1)).startswith(b"<svg")


def test_nothing_is_left_behind_when_the_server_ends(another: Watched) -> None:
    another.draw(picture(1))
    assert another.processes
    another.end()
    for _ in range(100):
        if not another.processes:
            break
        time.sleep(0.02)
    assert not another.processes
