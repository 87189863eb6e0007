"""Two databases that differ in one first grade look the same to everybody who must not know it, in whatever roles.

One case is graded Met in one world and Not Met in the other; every address is asked in both. What tells nothing of a
grade, such as the token of a form, is left out before the answers are compared.
"""

import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from app.accounts.actions import add_person, grant_role
from app.audit.enums import CaseState
from app.audit.models import AuditCase
from app.clock import clock
from app.people.enums import SCOPES, Role, Scope
from app.people.models import Person, RoleGrant
from app.rooms.addresses import all_routes
from tests.moderation.seconds import benchmarked
from tests.world import PASSWORD, REF, World, cases, copied, grade

SOMEBODY = "somebody@example.test"
# By a role, how far it reaches here: all of the nation, or an area, practitioner or team that is not the case's.
ELSEWHERE = {Scope.AREA: "A9", Scope.PRACTITIONER: "P-A9-9", Scope.TEAM: "99"}
REACH = {
    role: (scopes[0], ELSEWHERE[scopes[0]]) if Scope.NATION not in scopes else (Scope.NATION, "")
    for role, scopes in SCOPES.items()
}
PAIRS = [frozenset(pair) for pair in combinations(Role, 2)] + [frozenset([role]) for role in Role]
# Who never learns how a case was graded before the report is published, asked for a second grade or not.
NEVER = {
    *(Role.ADMINISTRATOR, Role.ANALYST, Role.READER, Role.BENCHMARKER, Role.HEAD_OF_SERVICE),
    *(Role.PRACTITIONER, Role.SERVICE_MANAGER),
}
LONG = os.environ.get("CASEWORK_AUDIT_PAIRS") == "all"


def named(roles: frozenset[Role]) -> str:
    return "+".join(sorted(roles))


def some(of: Sequence[frozenset[Role]]) -> list[frozenset[Role]]:
    """Return each role alone, and of the pairs every eighth unless all are wanted."""
    pairs = [roles for roles in of if len(roles) > 1]
    return [*(roles for roles in of if len(roles) == 1), *(pairs if LONG else pairs[::8])]


@pytest.fixture
def worlds(world: World, tmp_path: Path) -> Iterator[tuple[World, World, int]]:
    """Yield two copies of a world, one case graded Met in the first and Not Met in the second, at the same moment."""
    clock.set(datetime(2026, 12, 1, 10, tzinfo=UTC))
    with world.database.writing() as session:
        add_person(session, email=SOMEBODY, name="Some Body", job_title="Of several roles", password=PASSWORD, by=None)
    case_id = cases(world, "A1")[0]
    file = Path(world.settings.database_url.removeprefix("sqlite:///"))
    world.database.close()
    made = []
    for to in ("met", "not_met"):
        folder = tmp_path / to
        folder.mkdir()
        made.append(copied(file, folder))
        grade(made[-1], case_id, to)
    yield made[0], made[1], case_id
    for one in made:
        one.database.close()
    clock.set(None)


def give(world: World, roles: frozenset[Role]) -> None:
    """Let somebody hold these roles and no others."""
    with world.database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == SOMEBODY)).one()
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == person.id))
        session.refresh(person)
        for role in sorted(roles):
            grant_role(session, person, role, *REACH[role], by=None)


def addresses(world: World, case_id: int) -> list[str]:
    """Return every address that shows something, for the case that differs, and for another."""
    with world.database.reading() as session:
        other = session.scalars(
            select(AuditCase.id).where(AuditCase.state == CaseState.ALLOCATED, AuditCase.area == "A2")
        ).first()
    numbers = {"ref": [REF], "case_id": [str(case_id), str(other)], "area_code": ["A1", "A2"], "area": ["safeguarding"]}
    usual = {
        "document_id": "national-casework",
        "version": "2014-10",
        "kind": "standard",
        "code": "SAF1",
        "box": "areas",
        "list_name": "law_types",
        "kind_code": "wafh",
    }
    found = []
    for route in all_routes():
        names = re.findall(r"\{(\w+)\}", route.path)
        first = names[0] if names else ""
        rows = ["1", "2", "3", "4"] if first.endswith("_id") else [usual.get(first, "")]
        for value in (
            numbers.get(first, rows)
            if route.method == "GET" and route.path not in ("/healthz", "/account/factors/new")
            else ()
        ):
            chosen = {name: usual.get(name, numbers.get(name, ["1"])[0]) for name in names}
            found.append(route.path.format(**{**chosen, first: value}))
    return [*found, f"/audits/{REF}/cases?state=graded", f"/audits/{REF}/cases?reference=A1", "/admin/log?page=2"]


TELLING_NOTHING = re.compile(
    r'name="(?:once|served|token)"\s+value="[^"]*"|value="[^"]*"\s+name="(?:once|served|token)"|nonce="[^"]*"|[0-9a-f]{32,}'
)


def seen(world: World, paths: Sequence[str], who: str = SOMEBODY) -> dict[str, tuple[int, str, str]]:
    """Return what somebody gets at each address: the status, where it leads, and what it says."""
    browser = world.browser(who)
    found = {}
    for path in paths:
        answer = browser.send("GET", path)
        found[path] = (answer.status_code, answer.headers.get("location", ""), TELLING_NOTHING.sub("", answer.text))
    return found


def differing(worlds: tuple[World, World, int], roles: frozenset[Role]) -> dict[str, tuple[str, str]]:
    """Return where the two worlds look different to somebody with these roles, with the first words that differ."""
    one, other, case_id = worlds
    for world in (one, other):
        give(world, roles)
    paths = addresses(one, case_id)
    here, there = seen(one, paths), seen(other, paths)
    return {path: first_difference(here[path], there[path]) for path in paths if here[path] != there[path]}


def first_difference(here: tuple[int, str, str], there: tuple[int, str, str]) -> tuple[str, str]:
    if here[:2] != there[:2]:
        return f"{here[0]} {here[1]}", f"{there[0]} {there[1]}"
    at = next((n for n, (a, b) in enumerate(zip(here[2], there[2], strict=False)) if a != b), 0)
    return here[2][max(0, at - 60) : at + 60], there[2][max(0, at - 60) : at + 60]


@pytest.mark.parametrize("roles", some(PAIRS), ids=named)
def test_somebody_who_grades_a_case_a_second_time_cannot_tell_the_worlds_apart(
    worlds: tuple[World, World, int], roles: frozenset[Role]
) -> None:
    one, other, case_id = worlds
    for world in (one, other):
        give(world, frozenset([Role.BENCHMARKER]))
        benchmarked(world, case_id, who=SOMEBODY)
    assert differing(worlds, roles) == {}


@pytest.mark.parametrize("roles", some([roles for roles in PAIRS if roles <= NEVER]), ids=named)
def test_those_who_manage_accounts_and_lists_cannot_tell_the_worlds_apart(
    worlds: tuple[World, World, int], roles: frozenset[Role]
) -> None:
    assert differing(worlds, roles) == {}


def test_there_is_a_difference_to_be_seen(worlds: tuple[World, World, int]) -> None:
    assert len(differing(worlds, frozenset([Role.LEAD]))) > 5
    assert len(PAIRS) == len(Role) * (len(Role) + 1) // 2
