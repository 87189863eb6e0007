"""Who may open what: every address for everybody of the cast, and the cases that its pages lead them to.

What is right stands in tests/data/who-sees-what, to be read by people; whatever is not named there is not there for
that person. CASEWORK_AUDIT_WRITE=1 writes it anew; what then differs in it is what changed for somebody.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from sqlalchemy import select

from app.audit.enums import AuditState, CaseState
from app.audit.models import AuditCase, Benchmark
from app.audit.replacements.actions import ask_for_replacement
from app.people.enums import Role, Scope
from app.rooms.addresses import all_routes
from app.sampling.replacement import Reason
from tests.browser import Browser
from tests.improvement.conftest import supervised
from tests.moderation.concern_steps import raised
from tests.moderation.seconds import benchmarked, difference
from tests.moderation.stories import give
from tests.test_blindness import EARLIER, earlier_audit
from tests.world import REF, World, cases, copied, the_audit

# One process builds what all of these look at.
pytestmark = pytest.mark.xdist_group("who_sees_what")
RIGHT = Path(__file__).parent / "data" / "who-sees-what"
# One of the cast for each role, and those who have theirs elsewhere or none.
WHO = (
    "director",
    "ad",
    "analyst",
    "lead",
    "im1",
    "assistant",
    "head1",
    "head2",
    "reader",
    "admin",
    "practitioner",
    "manager",
    "stranger",
    "nobody",
)
# Drawing and typesetting take long, and stand behind the same guard as the page beside them.
LEFT_OUT = ("/static", "/api/", "/healthz", "/readyz", "/files", "/pictures", "/report/pdf")
FILES = {"case_address": "https://c.example/{case_ref}", "document_address": "https://c.example/{case_ref}/{document}"}
TOOL = re.compile(r"/(assess|benchmark|own-review)/")
LEADING_TO = re.compile(r'href="(/(?:cases|challenges|concerns|returns)/[0-9]+)')


def eventful(world: World) -> dict[str, list[str]]:
    """Make something of every kind happen; return what stands in addresses for each name in them."""
    for role in (Role.LEAD, Role.IMPROVEMENT_MANAGER, Role.ANALYST, Role.IMPROVEMENT_ASSISTANT):
        give(world, "stranger", role, Scope.AUDIT, EARLIER)
    earlier_audit(world, "P-9", AuditState.FINALISED)
    supervised(world, cases(world, "A1", CaseState.GRADED)[0])
    world.browser("admin").post("/settings", FILES)
    differing = difference(world)
    concern = raised(world, case_id=cases(world, "A2")[1])
    first, second = cases(world, "A1")[:2]
    benchmarked(world, next(c for c in cases(world, "A1", CaseState.GRADED) if c != _case_of(world, differing)))
    with world.database.writing() as session:
        case = session.get_one(AuditCase, second)
        person = "im1" if case.auditor_id == world.viewer("im1").id else "im2"
        ask_for_replacement(session, case, reason=Reason.SEALED, note="Sealed.", by=world.viewer(person))
        earlier = session.scalars(select(AuditCase.id).where(AuditCase.audit_id == the_audit(session, EARLIER).id))
        others = [str(earlier.first())]
        graded = [str(c) for area in ("A1", "A2") for c in cases(world, area, CaseState.GRADED)]
    return {
        "ref": [REF, EARLIER],
        "case_id": [str(first), *graded, *others],
        "challenge_id": ["1"],
        "return_id": ["1", "2"],
        "concern_id": [str(concern)],
        "benchmark_id": [str(differing)],
        "area_code": ["A1", "A2"],
    }


def _case_of(world: World, benchmark: int) -> int:
    with world.database.reading() as session:
        return session.get_one(Benchmark, benchmark).case_id


def addresses(of: dict[str, list[str]]) -> Iterator[str]:
    """Yield every address that shows something."""
    usual = {"area": "safeguarding", "document_id": "national-casework", "version": "2014-10", "kind": "standard"}
    usual |= {"list_name": "law_types", "kind_code": "wafh"}
    for route in all_routes():
        if route.method != "GET" or any(part in route.path for part in LEFT_OUT):
            continue
        names = re.findall(r"\{(\w+)\}", route.path)
        chosen = {name: usual.get(name, of.get(name, ["1"])[0]) for name in names}
        values = of.get(names[0], [chosen[names[0]]]) if names else [""]
        # What lies within the tool stands behind the guard of its first page.
        for value in values[:1] if TOOL.search(route.path) else values:
            yield route.path.format(**{**chosen, **({names[0]: value} if names else {})})


@pytest.fixture(scope="module")
def asked(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, list[str]]]:
    """Yield a world in which something of every kind has happened, which pages do not change, and its addresses."""
    world = copied(template, tmp_path_factory.mktemp("eventful"))
    yield world, list(dict.fromkeys(addresses(eventful(world))))
    world.database.close()


def seen(browser: Browser, paths: list[str]) -> str:
    """Return what answers somebody gets at which addresses, and where the pages lead them."""
    answers, to = defaultdict(list), set()
    for path in paths:
        answer = browser.send("GET", path)
        answers[answer.status_code].append(path)
        to |= set(LEADING_TO.findall(answer.text)) if answer.status_code == HTTPStatus.OK else set()
    answers.pop(HTTPStatus.NOT_FOUND, None)
    led = sorted(to, key=lambda link: (link.split("/")[1], int(link.split("/")[2])))
    answered = [
        line for status, there in sorted(answers.items()) for line in (HTTPStatus(status).phrase, *sorted(there), "")
    ]
    return "\n".join([*answered, "Leading to", *(led or ["nothing"]), ""])


@pytest.mark.parametrize("name", WHO)
def test_everybody_may_open_what_is_theirs_and_is_led_to_nothing_else(
    asked: tuple[World, list[str]], name: str
) -> None:
    world, paths = asked
    found, right = seen(world.browser(name), paths), RIGHT / f"{name}.txt"
    if os.environ.get("CASEWORK_AUDIT_WRITE"):
        RIGHT.mkdir(exist_ok=True)
        right.write_text(found, encoding="utf-8")
    assert found.splitlines() == right.read_text(encoding="utf-8").splitlines()
