"""What a page asks of the database: the same few statements, however many things there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.multiplied import multiply
from tests.test_blindness import EARLIER
from tests.test_who_sees_what import WHO as EVERYBODY
from tests.test_who_sees_what import addresses, eventful
from tests.world import World, copied, the_audit

# One process builds what all of these look at.
pytestmark = pytest.mark.xdist_group("statements")
MOST = 12
# What needs more, and why.
MORE = {
    f"/audits/{EARLIER}/areas/A1": (15, "a pack is a document of eleven kinds of rows about its cases, each read once"),
    "/cases/6": (13, "a case with everything that can happen to one, and the documents that its evidence names"),
    "director /": (13, "a director agrees to roles besides all that a lead's home asks of audits"),
    "/challenges/1/adjudicate": (13, "both sides, both views, and the documents that all of them name"),
}
WHO = [name for name in EVERYBODY if name not in {"stranger", "nobody"}]
# Of so many cases, concerns, returned cases, challenges and differences each.
TIMES = (1, 3, 30)


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """Give the list of the statements that are asked meanwhile; to begin a transaction asks nothing."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    event.listen(world.database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(world.database.engine, "before_cursor_execute", note)


def asked_by(world: World, name: str, paths: list[str]) -> dict[str, int]:
    """Return how many statements each page asks that somebody may open."""
    browser, found = world.browser(name), {}
    for path in paths:
        with counted(world) as asked:
            answer = browser.send("GET", path)
        if answer.status_code == HTTPStatus.OK and answer.headers["content-type"].startswith("text/html"):
            found[path] = len(asked)
    return found


@pytest.fixture(scope="module")
def sizes(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, dict[str, dict[str, int]]]]:
    """Yield by size of every list, and by person, how many statements each page asks."""
    world = copied(template, tmp_path_factory.mktemp("many"))
    paths = list(dict.fromkeys(addresses(eventful(world))))
    with world.database.reading() as session:
        audit = the_audit(session).id
    opened = {name: list(asked_by(world, name, paths)) for name in WHO}
    found, before = {}, 1
    for times in TIMES:
        multiply(world.database, audit, times // before)
        found[times], before = {name: asked_by(world, name, opened[name]) for name in WHO}, times
    yield found
    world.database.close()


@pytest.mark.parametrize("name", WHO)
def test_a_page_asks_a_dozen_statements_at_most(sizes: dict[int, dict[str, dict[str, int]]], name: str) -> None:
    allowed = {path: MORE.get(path, MORE.get(f"{name} {path}", (MOST, "")))[0] for path in sizes[1][name]}
    too_many = {
        (path, times): count
        for times in TIMES
        for path, count in sizes[times][name].items()
        if count > allowed.get(path, MOST)
    }
    assert too_many == {}


@pytest.mark.parametrize("name", WHO)
def test_however_long_the_lists_are(sizes: dict[int, dict[str, dict[str, int]]], name: str) -> None:
    one, three, thirty = (sizes[times][name] for times in TIMES)
    counts = {path: (one[path], three[path], thirty[path]) for path in one}
    # Fewer where what a statement asks about stands on a later page of a list.
    assert {path: of for path, of in counts.items() if max(of) > of[0]} == {}
