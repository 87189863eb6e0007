"""The two-world test of blindness.

To a benchmarker, a world in which the first grade is the lowest and one in which it is the best look the same behind
every route.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.audit.models import AuditCase
from app.clock import clock
from app.people.enums import Role, Scope
from app.rooms.addresses import all_routes
from tests.moderation.seconds import begun, benchmarked
from tests.moderation.stories import give
from tests.world import NATION, REF, World, cases, copied, grade, review

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
# What differs between any two databases: the log's chain, tokens of forms, and the number of the last event.
NOISE = re.compile(r'[0-9a-f]{8}(?: ?[0-9a-f]{8}){3,}|name="once" value="[^"]+"|[\w-]{24,}')
PARTS = {
    "area": "safeguarding",
    "document_id": "national-casework",
    "version": "2014-10",
    "kind": "text",
    "code": "facts",
    "ref": REF,
    "token": "x",
    "area_code": "A1",
    "format": "html",
}


def addresses(case_id: int) -> Iterator[str]:
    """Yield every address that shows something: of the case itself, and of the first few of everything else."""
    for route in all_routes():
        names = re.findall(r"\{(\w+)\}", route.path)
        # A seed is drawn by lot each time that page is opened; it holds nothing of an audit.
        if route.method != "GET" or route.path == "/account/factors/new":
            continue
        for number in ("1", "2", "3", "4") if any(name not in {*PARTS, "case_id"} for name in names) else ("",):
            yield route.path.format(
                **{name: PARTS.get(name, str(case_id) if name == "case_id" else number) for name in names}
            )
    yield from (f"/audits/{REF}/cases?state={state}" for state in ("graded", "final"))
    yield f"/audits/{REF}/cases?case=C-A1"


def seen(world: World, who: str, paths: Sequence[str]) -> dict[str, tuple[int, str, str]]:
    """Return everything that a person is told: status, where they are led, ETag and body."""
    browser, found = world.browser(who), {}
    for path in paths:
        answer = browser.send("GET", path)
        told = {k: v for k, v in answer.headers.items() if k not in {"date", "set-cookie", "content-length"}}
        found[path] = (answer.status_code, NOISE.sub("…", str(sorted(told.items()))), NOISE.sub("…", answer.text))
    return found


def build(world: World, to: str) -> int:
    """Grade a case, let all follow that can, and have it benchmarked by the head of another area alone."""
    give(world, "head2", Role.BENCHMARKER, *NATION)
    case_id = cases(world, "A1")[0]
    grade(world, case_id, to)
    benchmarked(world, case_id)
    if to == "not_met":
        review(world, case_id, "head1")
    return case_id


@pytest.fixture
def worlds(template: Path, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Two copies of the world, at one moment that stands still."""
    clock.set(NOW)
    made = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        made.append(copied(template, tmp_path / name))
    yield made[0], made[1]
    clock.set(None)
    for world in made:
        world.database.close()


def differing(worlds: tuple[World, World], who: str, paths: Sequence[str]) -> list[str]:
    one, other = (seen(world, who, paths) for world in worlds)
    return [path for path in one if one[path] != other[path]]


@pytest.mark.parametrize(
    ("roles", "started"),
    [((Role.LEAD,), False), ((Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT), True), ((), False)],
    ids=["lead", "director", "benchmarker"],
)
def test_nothing_tells_a_benchmarker_the_first_grade(
    worlds: tuple[World, World], roles: tuple[Role, ...], *, started: bool
) -> None:
    case_id = 0
    for world, to in zip(worlds, ("good", "not_met"), strict=True):
        case_id = build(world, to)
        for role in roles:
            give(world, "head2", role, *(NATION if role is Role.DIRECTOR else (Scope.AUDIT, REF)))
        if started:
            begun(world, case_id, "met")
    paths = list(addresses(case_id))
    leaking = [f"/cases/{case_id}", f"/audits/{REF}/cases", f"/audits/{REF}/finalise"]
    assert set(leaking) <= set(paths)
    assert differing(worlds, "second", leaking) == leaking, "there is something to leak"
    assert differing(worlds, "head2", paths) == []
    with worlds[1].database.reading() as session:
        assert session.get_one(AuditCase, case_id).standing_grade == "not_met"
