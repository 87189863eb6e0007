"""Directors and leads are made by two people."""

import pytest
from sqlalchemy import select, update

from app.accounts.actions import grant_role
from app.keeping import record as check
from app.people.enums import ProposalState, Role, Scope
from app.people.models import Person, RoleProposal
from tests.browser import plain
from tests.world import World

LEAD = {"role": "lead", "scope_kind": "audit", "audit": "t-2026"}
DIRECTOR = {"role": "director", "scope_kind": "nation"}


def propose(world: World, name: str = "nobody", form: dict[str, str] | None = None) -> str:
    """Let the administrator propose a role, and return the address of its page."""
    page = world.browser("admin").post(f"/admin/people/{world.viewer(name).id}/roles", form or LEAD)
    assert "It takes two people to make somebody" in plain(page.text)
    with world.database.reading() as session:
        return f"/roles/{session.scalars(select(RoleProposal.id).order_by(RoleProposal.id.desc())).first()}"


def holds(world: World, role: Role, name: str = "nobody") -> bool:
    return world.viewer(name).holds(role)


def second_administrator(world: World) -> None:
    with world.database.writing() as session:
        person = session.get_one(Person, world.viewer("analyst").id)
        grant_role(session, person, Role.ADMINISTRATOR, Scope.NATION, "", by=None)


@pytest.mark.parametrize(("form", "role"), [(LEAD, Role.LEAD), (DIRECTOR, Role.DIRECTOR)])
def test_a_role_begins_when_a_second_person_agrees(world: World, form: dict[str, str], role: Role) -> None:
    path = propose(world, form=form)
    assert not holds(world, role)
    admin, director = world.browser("admin"), world.browser("director")
    assert "waits for a second person" in plain(admin.get(f"/admin/people/{world.viewer('nobody').id}").text)
    assert path not in admin.get("/").text
    assert "has to answer" in plain(admin.get(path).text)
    admin.post(f"{path}/agree", status=409)
    assert path in director.get("/").text
    assert f"is {role.label.lower()} now" in plain(director.post(f"{path}/agree").text)
    assert holds(world, role)
    director.post(f"{path}/agree", status=409)
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []


def test_another_administrator_declines_with_a_reason(world: World) -> None:
    second_administrator(world)
    path, other = propose(world), world.browser("analyst")
    other.post(f"{path}/decline", {"reason": ""}, status=422)
    other.post(f"{path}/decline", {"reason": "They leave in May."})
    assert "They leave in May." in world.browser("admin").get(path).text
    assert not holds(world, Role.LEAD)
    propose(world)


def test_the_same_is_not_proposed_twice_nor_what_somebody_holds(world: World) -> None:
    propose(world)
    admin = world.browser("admin")
    again = admin.post(f"/admin/people/{world.viewer('nobody').id}/roles", LEAD, status=409)
    assert "was proposed already" in plain(again.text)
    held = admin.post(f"/admin/people/{world.viewer('lead').id}/roles", LEAD, status=409)
    assert "holds this role already" in plain(held.text)


def test_nobody_agrees_to_a_role_of_their_own(world: World) -> None:
    second_administrator(world)
    path = propose(world, "analyst")
    world.browser("analyst").post(f"{path}/agree", status=409)
    assert path not in world.browser("analyst").get("/").text


def test_a_single_administrator_is_told_how_the_first_is_made(world: World) -> None:
    with world.database.writing() as session:
        session.execute(update(Person).where(Person.email == "director@example.test").values(state="disabled"))
    admin, path = world.browser("admin"), f"/admin/people/{world.viewer('nobody').id}/roles"
    refused = plain(admin.post(path, DIRECTOR, status=409).text)
    assert "Make somebody else an administrator first" in refused
    assert "casework-audit user role nobody@example.test director" in refused
    with world.database.reading() as session:
        assert not session.scalars(select(RoleProposal).where(RoleProposal.state == ProposalState.PROPOSED)).all()


def test_nobody_else_sees_what_is_proposed(world: World) -> None:
    path = propose(world)
    for name in ("lead", "ad", "analyst", "head1", "reader", "nobody", "stranger"):
        assert world.browser(name).send("GET", path).status_code == 404
        assert world.browser(name).send("POST", f"{path}/agree").status_code == 404
