"""The matrix: every door is tried over HTTP by those whom its entry names and by those whom it does not.

Whoever is named comes in alone, each with one role in one scope. Those who are not are one person who holds all of
their roles at once, here and elsewhere: where that person is refused, so is each. CASEWORK_AUDIT_DOORS=each has every
one of them try alone.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app.audit.guards import any_audit
from app.audit.models import Audit
from app.errors import NotFound
from app.installation.doors.enums import Reach
from app.installation.doors.rules import ANYBODY, Entry, entry
from app.main import surroundings
from app.people.enums import Role, Scope
from app.rooms.addresses import all_routes, pages
from app.web.answering import Addresses, Answering
from app.web.routing import Route, Visit
from tests.browser import Browser
from tests.doors.people import NOBODY, STRANGER, Holder, holders, joined
from tests.doors.stages import Stage, ended, in_fieldwork
from tests.world import the_audit

pytestmark = pytest.mark.xdist_group("doors")
EACH = os.environ.get("CASEWORK_AUDIT_DOORS") == "each"
SHUT = {401, 403, 404}
EVERYBODY = tuple(holders())
ROUTES = all_routes()
# Drawing takes long: whoever is let in there is not waited for.
SLOW = ("/files/{format}", "/pictures/", ".svg")
# Until an audit is finalised, whoever reads the figures of an area is only told that its plan opens then: it is tried
# in the later stages.
# Doors that stay shut in every stage, as what they are about is not there: that nobody else comes in is tried all the
# same. A door that is shut without standing here is a failure, and so is one that stands here and opens.
NOT_THERE = frozenset(
    """
    GET /sign-in/sso
    POST /sign-in/sso
    POST /choose-password/{link}/sso
    GET /sign-in/back
    GET /sign-in/factor
    POST /account/prove/options
    GET /account/factors/{factor_id}
    POST /account/factors/{factor_id}/name
    POST /account/factors/{factor_id}/remove
    GET /lost-factor/{link}
    POST /lost-factor/{link}
    GET /page-problems/{problem_id}
    GET /roles/{proposal_id}
    POST /roles/{proposal_id}/agree
    POST /roles/{proposal_id}/decline
    POST /cases/{case_id}/assess/documents/{listed_id}/remove
    POST /cases/{case_id}/benchmark/documents/{listed_id}/remove
    POST /cases/{case_id}/own-review/documents/{listed_id}/remove
    POST /phrases/{phrase_id}/retire
    POST /audits/{ref}/phrases/{phrase_id}/retire
    GET /choose-password/{link}
    POST /choose-password/{link}
    POST /audits/templates/{template_id}/remove
    GET /audits/earlier/{token}
    POST /audits/earlier/{token}
    GET /audits/earlier/{token}/check
    POST /audits/earlier/{token}/keep
    GET /audits/earlier/{token}/problems.csv
    GET /audits/earlier/{token}/map
    POST /audits/earlier/{token}/map
    GET /audits/{ref}/frame/{token}/left-out/{number}.csv
    POST /audits/{ref}/allocation/people/{person_id}/interests/{interest_id}/end
    POST /interests/{interest_id}/end
    GET /cases/{case_id}/correction/discard
    POST /cases/{case_id}/correction/discard
    POST /audits/{ref}/learning-points
    GET /reports/{ref}/revisions/{number}
    GET /reports/{ref}/revisions/{number}/pictures/{code}.svg
    POST /areas/{area_code}/deputies/{grant_id}/end
    GET /deputies/{proposal_id}
    POST /deputies/{proposal_id}/agree
    POST /deputies/{proposal_id}/decline
    GET /my-cases/{case_id}/files/{format}
    GET /audits/{ref}/areas/{area_code}/plan/{improvement_id}
    POST /audits/{ref}/areas/{area_code}/plan/{improvement_id}
    GET /audits/{ref}/areas/{area_code}/plan/{improvement_id}/done
    POST /audits/{ref}/areas/{area_code}/plan/{improvement_id}/done
    GET /calendar.ics
    """.strip().split("\n    ")
)
# Who comes in only at a later moment than any of the stages.
LATER = {("GET /audits/{ref}/rehearsal", Role.HEAD_OF_SERVICE)}


@dataclass
class Tried:
    """The stages, and the people who hold the roles of many."""

    stages: list[Stage]
    many: dict[tuple[int, frozenset[Holder]], Browser] = field(default_factory=dict)

    def of_many(self, stage: Stage, closed: frozenset[Holder]) -> Browser:
        """Return the browser of whoever holds all of their roles in a stage."""
        key = (self.stages.index(stage), closed)
        if key not in self.many:
            self.many[key] = joined(stage.world, f"many-{len(self.many)}", closed)
            stage.keep()
        return self.many[key]


@pytest.fixture(scope="module")
def tried(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """Yield the stages: a door opens in one of them."""
    folder = tmp_path_factory.mktemp("doors")
    stages = [
        in_fieldwork(template, folder / "fieldwork"),
        ended(template, folder / "finalised", published=False),
        ended(template, folder / "published", published=True),
    ]
    yield Tried(stages)
    for stage in stages:
        stage.world.database.close()


def opens(of: Entry, holder: Holder) -> bool:
    """Say whether an entry lets somebody in."""
    if of.everybody:
        return of.everybody == ANYBODY or holder.name != STRANGER
    reaches = {o.reach for o in of.opens if o.role is holder.role}
    return (
        Reach.ANYWHERE in reaches
        or (Reach.HERE in reaches and holder.here)
        or (Reach.OWN in reaches and holder.owner)
        or (Reach.NATION in reaches and holder.kind is Scope.NATION)
    )


def only_own(of: Entry, holder: Holder) -> bool:
    """Say whether somebody is let in only for what is their own, which each of several roles need not have."""
    return of.own or {o.reach for o in of.opens if o.role is holder.role} == {Reach.OWN}


def addresses(route: Route, stage: Stage) -> Iterator[str]:
    """Yield the addresses that a route may have in a stage."""
    names = re.findall(r"\{(\w+)\}", route.path)
    for chosen in product(*(stage.values.get(name, ["1"]) for name in names)):
        yield route.path.format(**dict(zip(names, chosen, strict=True)))


def comes_in(stage: Stage, browser: Browser, route: Route, path: str, role: str = "lead") -> bool:
    """Say whether somebody comes through a door; what they do there is undone."""
    data = {"edition": "internal", "role": role}
    bodies: dict[str, dict[str, Any]] = {"PUT": {"json": {}}, "POST": {"data": data}}
    sent = bodies.get(route.method, {})
    with browser.unchanged():
        answer = browser.send(route.method, path, **sent)
    if route.writes and answer.status_code < HTTPStatus.BAD_REQUEST:
        stage.restore()
    assert answer.status_code != HTTPStatus.INTERNAL_SERVER_ERROR, f"{route.method} {path} broke"
    sent_away = answer.headers.get("location", "").startswith("/sign-in") and route.path != "/sign-out"
    return answer.status_code not in SHUT and not sent_away


def tries(holder: Holder, route: Route, places: Sequence[tuple[Stage, str]]) -> tuple[Stage, str] | None:
    """Return the first of some places at which somebody comes through a door, None where they do at none."""
    role = holder.role or ""
    return next((p for p in places if comes_in(p[0], p[0].browsers[holder.name], route, p[1], role)), None)


def openers(route: Route, of: Entry, number: int) -> list[Holder]:
    """Return who tries to come in: all whom the entry names, of everybody a few in turn, and where it is slow one."""
    named = [holder for holder in EVERYBODY if opens(of, holder)]
    if EACH:
        return named
    if of.everybody:
        return [holder for holder in named if holder.name == NOBODY] + named[number % len(named) :][:1]
    return named[:1] if any(part in route.path for part in SLOW) else named


def faults(tried: Tried, route: Route, number: int = 0) -> Iterator[str]:
    """Yield what is not so at a door as its entry says."""
    of, door = entry(route.guard.words), f"{route.method} {route.path}"
    assert of is not None, door
    stages = tried.stages[1:] if "/plan" in route.path else tried.stages
    everywhere = [(stage, path) for stage in stages for path in addresses(route, stage)]
    found: list[tuple[Stage, str]] = []
    shut: list[Holder] = []
    for holder in openers(route, of, number):
        place = tries(holder, route, (*found, *everywhere))
        if place is None:
            shut.append(holder)
        elif place not in found:
            found.insert(0, place)
    if not found:
        yield from () if door in NOT_THERE else [f"{door} is open to nobody"]
    else:
        yield from (f"{door} is shut to {h.name}" for h in shut if not only_own(of, h) and (door, h.role) not in LATER)
        yield from [f"{door} opens: take it out of NOT_THERE"] if door in NOT_THERE else ()
    yield from let_in_too(tried, route, of, found or everywhere[:1])


def let_in_too(tried: Tried, route: Route, of: Entry, places: list[tuple[Stage, str]]) -> Iterator[str]:
    """Yield who comes through a door although its entry does not name them."""
    closed = frozenset(h for h in EVERYBODY if not opens(of, h) and h.role is not None)
    for stage, path in places:
        together = closed and comes_in(stage, tried.of_many(stage, closed), route, path)
        alone = closed if together or EACH else ()
        names = [h.name for h in alone if comes_in(stage, stage.browsers[h.name], route, path)]
        yield from (f"{route.method} {path} lets {name} in" for name in sorted(names))
        if together and not names:
            yield f"{route.method} {path} lets somebody in who holds all the roles that it does not name"


@contextmanager
def served_with(stage: Stage, right: Route, wrong: Route) -> Iterator[None]:
    """Have the real application answer at a door as if its guard had been written otherwise."""
    world, routes = stage.world, stage.world.app.router.routes
    answering = Answering(world.database, world.settings, surroundings(world.settings, world.database))
    at = next(n for n, kept in enumerate(routes) if isinstance(kept, Addresses))
    was = routes[at]
    routes[at] = Addresses([answering.route(wrong if route is right else route) for route in pages()])
    yield
    routes[at] = was


def test_every_door_opens_to_those_whom_its_entry_names_and_to_nobody_else(tried: Tried) -> None:
    found = [fault for number, route in enumerate(ROUTES) for fault in faults(tried, route, number)]
    assert not found, "\n".join(found)
    # Whoever had been lost meanwhile would have been refused for that.
    assert {b.send("GET", "/account").status_code for b in tried.many.values()} == {HTTPStatus.OK}
    everybody = [b for stage in tried.stages for name, b in stage.browsers.items() if name != STRANGER]
    assert {b.send("GET", "/account/details").status_code for b in everybody} == {HTTPStatus.OK}


def test_a_guard_that_lets_one_more_role_in_or_one_less_is_found(tried: Tried) -> None:
    route = next(r for r in ROUTES if (r.method, r.path) == ("GET", "/audits/{ref}/learning-points"))
    assert list(faults(tried, route)) == []
    stage = tried.stages[0]

    def planted(*roles: Role, anywhere: bool = False) -> Route:
        def find(visit: Visit) -> Audit:
            audit = any_audit.find(visit) if not anywhere else the_audit(visit.session)
            if not (visit.viewer.holds(*roles) if anywhere else visit.viewer.has(*roles, audit=audit.ref)):
                raise NotFound
            return audit

        return replace(route, guard=replace(route.guard, find=find))

    def found(wrong: Route) -> list[str]:
        with served_with(stage, route, wrong):
            return list(faults(Tried([stage], tried.many), wrong))

    assert found(planted(Role.LEAD, Role.IMPROVEMENT_ASSISTANT)) == [
        "GET /audits/T-2026/learning-points lets assistant in",
        "GET /audits/T-2026/learning-points lets improvement_assistant-nation in",
    ]
    assert found(planted(Role.LEAD, anywhere=True)) == ["GET /audits/T-2026/learning-points lets lead-elsewhere in"]
    assert "GET /audits/{ref}/learning-points is open to nobody" in found(planted(Role.DIRECTOR))
