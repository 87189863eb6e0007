"""No page says a code where people have a word, and what was typed comes back under the labels of its form."""

import re

import pytest

from app.main import create_app, surroundings
from app.web.routing import Visit
from tests.crawl import Found, fields_of, walk, words_of
from tests.world import World

# A kind of warning, a table's name with a number, words joined by underscores, a standard's code made into a word.
CODES = re.compile(
    r"\bW-[A-Z]+|\b(?:threshold|return|benchmark|replacement|person) \d+\b|\b[a-z]+_[a-z_]+\b|\b[A-Z][a-z]{2}\d\b"
)
# Names that people type or meet as they are: columns of their own files, placeholders of a report's boxes, YAML.
AS_THEY_ARE = re.compile(r"/frame|/benchmarks/file|/boxes/|/edit/|/docs|/sample/how|/choices")


@pytest.fixture(scope="module")
def everything(request: pytest.FixtureRequest) -> list[Found]:
    return []


def test_no_page_says_a_code_and_every_label_is_known(world: World) -> None:
    found = list(walk(world))
    said = {}
    for page in found:
        if not AS_THEY_ARE.search(page.path):
            for code in CODES.findall(words_of(page.html)):
                said.setdefault((page.route, code), page.person)
    for key, person in said.items():
        print("CODE", key, person)
    import httpx
    from starlette.requests import Request

    wrong = set()
    seen = set()
    with world.database.reading() as session:
        for page in found:
            for field in fields_of(page):
                key = (page.route, field.name, field.value)
                if key in seen:
                    continue
                seen.add(key)
                visit = Visit(
                    Request({"type": "http", "method": "POST", "path": field.action, "headers": []}),
                    session,
                    world.settings,
                    surroundings(world.settings),
                    world.viewer(page.person),
                )
                told = visit.surroundings.wording(visit, field.action, {field.name: field.value or "x"})
                [(label, value)] = told.items()
                shown = field.legend or field.label
                if field.value and value != field.label:
                    print("VALUE", field.action, field.name, field.value, "|", field.label, "|", value)
                if (field.legend or not field.value) and shown.casefold().rstrip("?") not in label.casefold():
                    print("LABEL", page.route, field.name, "|", shown, "|", field.label, "|", label)
    print(len(found), "pages", sorted({p.route for p in found}))
