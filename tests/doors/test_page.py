"""The page that says who may do what, and the file of it."""

import csv
from collections.abc import Iterator
from io import StringIO

import pytest

from app.installation.doors.routes import PARTS, door_of
from app.people.enums import Role
from app.rooms.addresses import all_routes
from app.web.routing import Guard, Route, Router
from tests.browser import plain
from tests.world import World
from tools.check_house import without_an_entry


def lines(text: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(StringIO(text))


def test_the_page_counts_first_and_shows_what_is_asked_for(world: World) -> None:
    admin = world.browser("admin")
    page = plain(admin.get("/admin/doors").text)
    assert f"{len(all_routes())} addresses in all" in page
    assert all(name in page for name in PARTS.values())
    shown = admin.get("/admin/doors?role=reader&part=report").text
    assert "/reports/{ref}" in shown
    assert "Everybody signed in" in shown
    assert "/audits/{ref}/report/sign-off" not in shown
    assert "Nothing in this part is open to this role" in plain(admin.get("/admin/doors?role=reader&part=keeping").text)
    assert "addresses in all" in plain(admin.get("/admin/doors?role=king&part=moon").text)
    assert 'href="/admin/doors"' in admin.get("/admin/people").text


def test_the_file_has_a_line_for_each_address_and_role(world: World) -> None:
    admin = world.browser("admin")
    found = list(lines(admin.send("GET", "/admin/doors/doors.csv").text))
    assert {(line["method"], line["address"]) for line in found} == {(r.method, r.path) for r in all_routes()}
    publish = [line for line in found if line["address"] == "/audits/{ref}/publish"]
    assert [(line["who"], line["scope"]) for line in publish] == [("National service director", "nation")]
    own = list(lines(admin.send("GET", "/admin/doors/doors.csv?role=benchmarker&part=audit").text))
    assert {"audit or nation, their own"} < {line["scope"] for line in own if line["who"] == "Benchmarker"}
    assert all(line["what it is for"] for line in found)


def test_it_is_the_administrators(world: World) -> None:
    for path in ("/admin/doors", "/admin/doors/doors.csv"):
        assert {world.browser(name).send("GET", path).status_code for name in ("director", "lead", "nobody")} == {404}


def test_roles_are_called_as_the_service_calls_them(world: World) -> None:
    admin = world.browser("admin")
    admin.post("/settings/roles", {Role.LEAD.value: "Audit captain"})
    assert "Audit captain" in admin.get("/admin/doors").text


def test_every_door_says_what_it_is_for_in_a_part_with_a_name() -> None:
    for route in all_routes():
        door = door_of(route)
        assert door.purpose.endswith("."), route.path
        assert door.part in PARTS, route.path


def test_a_door_without_an_entry_is_found_and_an_entry_without_a_door() -> None:
    router = Router()
    moon = Guard("whoever has been there", lambda visit: visit.viewer)
    router.get("/moon", moon)(lambda visit, _viewer: visit.redirect("/"))
    planted: list[Route] = [*all_routes(), *router.all]
    assert list(without_an_entry(all_routes())) == []
    assert [said for said in without_an_entry(planted) if said.startswith("GET /moon has no entry")]
    behind = {"an analyst or an audit lead"}
    fewer = [route for route in all_routes() if route.guard.words not in behind]
    assert ["an analyst or an audit lead" in said for said in without_an_entry(fewer)] == [True]
    with pytest.raises(LookupError, match="GET /moon"):
        door_of(router.all[0])
