"""No page says a code where people have a word, and what was typed comes back in the words of its form."""

import re
from collections.abc import Iterator

from starlette.requests import Request

from app.main import surroundings
from app.moderation.cases.wording import CHOICES, words_of_case
from app.rooms.addresses import pages
from app.web.routing import Visit
from app.web.wording import in_words, words_of_form
from tests.crawl import Found, fields_of, walk, words_of
from tests.world import World

# A kind of warning; a table's name with a number; words joined by underscores; a standard's code made into a word.
CODES = re.compile(r"\bW-[A-Z]+|\b(?:threshold|person) \d+\b|\b[a-z]+_[a-z_]+\b|\b[A-Z][a-z]{2}\d\b")
# There people meet the columns and codes of their files, and placeholders of a report or an address, typed as they are.
AS_THEY_ARE = re.compile(r"/frame|/audits/earlier|/areas/list|/file$|/boxes/|/edit/|/settings(?:$|/)|/api/|/cookies")


def test_pages_say_no_codes_and_what_was_typed_comes_back_in_the_words_of_its_form(world: World) -> None:
    found = list(walk(world))
    assert len({page.route for page in found}) > 50
    assert [fault for page in found for fault in codes_on(page)] == []
    with world.database.reading() as session:
        faults = {
            fault
            for page in found
            for fault in wrong_words(
                page,
                Visit(
                    request(page),
                    session,
                    world.settings,
                    surroundings(world.settings, world.database),
                    world.viewer(page.person),
                ),
            )
        }
    assert sorted(faults) == []


def codes_on(page: Found) -> list[str]:
    """Return the codes that somebody reads on a page."""
    said = [] if AS_THEY_ARE.search(page.path) else CODES.findall(words_of(page.html))
    return [f"{page.person} reads {code} at {page.path}" for code in said]


def request(page: Found) -> Request:
    """Return the request with which a form of a page would be sent."""
    headers = [(b"referer", f"http://casework.test{page.path}".encode()), (b"host", b"casework.test")]
    return Request({"type": "http", "method": "POST", "path": page.path, "headers": headers, "query_string": b""})


def wrong_words(page: Found, visit: Visit) -> Iterator[str]:
    """Yield the fields of a page which would not come back under their label, or whose choice would be a code."""
    fields = fields_of(page)
    known = {
        of: (words_of_case(visit, of), words_of_form(visit, pages(), of), CHOICES) for of in {f.action for f in fields}
    }
    for field in fields:
        [(label, value)] = in_words({field.name: field.value or "typed"}, *known[field.action]).items()
        shown = (field.legend or field.label) if field.value else field.label
        part = field.legend if field.name.endswith(("-day", "-month", "-year")) else shown
        if part.casefold().rstrip("?") not in label.casefold() and label not in SAID_OTHERWISE:
            yield f"{page.route}: {field.name}, called {shown}, comes back as {label}"
        if field.value and value != field.label and field.name not in ("standards", "left_out"):
            yield f"{page.route}: {field.value} of {field.name}, {field.label}, comes back as {value}"


# Beside a list, where a label has the row's name.
SAID_OTHERWISE = ("Standards that you contest", "Standards that you leave out")
