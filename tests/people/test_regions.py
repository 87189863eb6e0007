"""Assistant directors of a region stand in for its areas that have no head, and for nobody else's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.actions import disable, end_role, grant_role
from app.audit.areas.actions import add_region, change_area
from app.audit.bars.queries import everybody
from app.audit.enums import CaseState
from app.errors import Conflict
from app.people.enums import Role, Scope
from app.people.models import Person, ServiceArea
from app.people.rules import Grant, stood_in_for
from app.web.sessions import standing_in
from tests.world import World, cases

AD = Role.ASSISTANT_DIRECTOR
GRANTS = st.sampled_from([Grant(AD, Scope.NATION), *(Grant(AD, Scope.REGION, r) for r in "NSE")])
PEOPLE = st.lists(st.frozensets(GRANTS, min_size=1, max_size=2), min_size=1, max_size=4)
AREAS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["", "N", "S", "E"]))


@settings(max_examples=200, deadline=None)
@given(PEOPLE, AREAS)
def test_somebody_stands_in_for_every_area_and_only_whoever_is_asked(
    people: list[frozenset[Grant]], areas: dict[str, str]
) -> None:
    every = [grant for held in people for grant in held]
    for held in people:
        mine = stood_in_for(held, areas, every)
        for area, region in areas.items():
            asked = {Grant(AD, Scope.NATION), Grant(AD, Scope.REGION, region)}
            assert (area in mine) == bool(held & asked or not asked & set(every))
    assert {area for held in people for area in stood_in_for(held, areas, every)} == set(areas)
    assert stood_in_for([Grant(Role.LEAD, Scope.NATION)], areas, every) == frozenset()


def somebody(world: World, name: str) -> int:
    return world.viewer(name).id


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_a_case_without_a_head_is_with_the_assistant_director_of_its_region(world: World) -> None:
    with world.database.writing() as session:
        for code, area in (("N", "A1"), ("S", "A2")):
            add_region(session, code, code, by=None)
            of = session.get_one(ServiceArea, area)
            change_area(session, of, of.name, code, by=None)
        for name in ("head1", "head2"):
            person = session.get_one(Person, somebody(world, name))
            for grant in [g for g in person.grants if g.role is Role.HEAD_OF_SERVICE]:
                end_role(session, person, grant.id, by=None)
        north, south = (session.get_one(Person, somebody(world, name)) for name in ("ad", "nobody"))
        end_role(session, north, north.grants[0].id, by=None)
        with pytest.raises(Conflict, match="There is no region"):
            grant_role(session, north, AD, Scope.REGION, "W", by=None)
        with pytest.raises(Conflict, match="not for a region"):
            grant_role(session, north, Role.READER, Scope.REGION, "N", by=None)
        grant_role(session, north, AD, Scope.REGION, "N", by=None)
        grant_role(session, south, AD, Scope.REGION, "S", by=None)
    for name, theirs in (("ad", "A1"), ("nobody", "A2")):
        assert reach(world, name) & {"A1", "A2"} == {theirs}
    waits = f"/cases/{cases(world, 'A1', CaseState.GRADED)[0]}/review"
    assert waits in world.browser("ad").get("/").text
    assert waits not in world.browser("nobody").get("/").text
    # All else of the role is the nation's.
    assert world.browser("nobody").send("GET", "/audits/T-2026").status_code == 200
    with world.database.writing() as session:
        disable(session, session.get_one(Person, somebody(world, "nobody")), by=None)
    assert {"A1", "A2"} <= reach(world, "ad"), "nobody else would be asked"


def reach(world: World, name: str) -> frozenset[str]:
    """Return for which areas somebody stands in, as their own session and as everybody's list have it."""
    with world.database.reading() as session:
        viewer = world.viewer(name)
        mine = standing_in(session, viewer).standing_in
        listed = next(p for p in everybody(session).people if p.id == viewer.id)
        assert mine == listed.standing_in
        for area in ("A1", "A2"):
            assert (area in mine) == (viewer.id in {p.id for p in everybody(session).standing_in(area)})
        assert session.scalars(select(Person.id).where(Person.id == viewer.id)).one()
        return mine


def test_an_administrator_gives_a_region_on_the_page(world: World) -> None:
    with world.database.writing() as session:
        add_region(session, "N", "North", by=None)
    page = f"/admin/people/{somebody(world, 'nobody')}"
    admin = world.browser("admin")
    assert "Region, if one" in admin.get(page).text
    sent = {"role": "assistant_director", "scope_kind": "region"}
    assert "Say which region" in admin.send("POST", f"{page}/roles", data=sent).text
    assert admin.send("POST", f"{page}/roles", data=sent | {"region": "N"}).status_code == 303
    assert "Stands in for heads in region N" in admin.get(page).text
