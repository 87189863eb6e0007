"""An administrator adds people, gives and ends roles; nobody changes their own."""

from sqlalchemy import func, select

from app.people.enums import Role
from app.people.models import Person, RoleGrant
from tests.browser import plain
from tests.world import PASSWORD, World

NEW = {"name": "Nia New", "job_title": "Improvement manager", "email": "nia@example.test", "password": "a long enough password"}


def id_of(world: World, name: str) -> int:
    return world.viewer(name).id


def test_a_person_is_added_gets_a_role_and_loses_it(world: World) -> None:
    admin = world.browser("admin")
    page = admin.post("/admin/people/new", NEW)
    assert "Nia New can sign in now" in page.text
    key = id_of(world, "nia")
    nia = world.browser()
    nia.sign_in(NEW["email"], NEW["password"])
    nia.get("/audits/T-2026", status=404)
    admin.post(f"/admin/people/{key}/roles", {"role": "improvement_manager", "scope_kind": "audit", "audit": "T-2026"})
    nia.get("/audits/T-2026")
    with world.database.reading() as session:
        grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == key)).one()
    admin.post(f"/admin/people/{key}/roles/{grant}/end")
    nia.get("/audits/T-2026", status=404)
    admin.post(f"/admin/people/{key}/roles/{grant}/end", status=404)
    admin.post(f"/admin/people/{key}/disable")
    assert nia.send("GET", "/reports").status_code == 303, "signed out at once"
    refused = nia.post("/sign-in", {"email": NEW["email"], "password": NEW["password"]}, status=422)
    assert "not right" in plain(refused.text)
    admin.post(f"/admin/people/{key}/disable", status=409)


def test_what_is_wrong_with_a_new_person_is_said_and_the_password_is_not_given_back(world: World) -> None:
    admin = world.browser("admin")
    page = admin.post("/admin/people/new", {**NEW, "email": "nia", "password": "short"}, status=422)
    words = plain(page.text)
    assert "Enter an email address in the correct format" in words
    assert "at least 12 characters" in words
    assert "Nia New" in page.text
    assert 'value="short"' not in page.text
    taken = admin.post("/admin/people/new", {**NEW, "email": "Lead@example.test"}, status=422)
    assert "is there already" in plain(taken.text)
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).where(Person.name == "Nia New")) == 0


def test_a_role_needs_its_scope(world: World) -> None:
    admin, key = world.browser("admin"), id_of(world, "nobody")
    roles = f"/admin/people/{key}/roles"
    assert "Choose a role" in plain(admin.post(roles, {}, status=422).text)
    assert "Say which area" in plain(admin.post(roles, {"role": "head_of_service", "scope_kind": "area"}, status=422).text)
    assert "reference" in plain(admin.post(roles, {"role": "lead", "scope_kind": "audit"}, status=422).text)
    refused = admin.post(roles, {"role": "head_of_service", "scope_kind": "nation"}, status=409)
    assert "is held for a service area, not for the nation" in plain(refused.text)
    nowhere = admin.post(roles, {"role": "lead", "scope_kind": "audit", "audit": "T-2099"}, status=422)
    assert "There is no audit with the reference T-2099" in plain(nowhere.text)
    admin.post(roles, {"role": "lead", "scope_kind": "audit", "audit": "t-2026"})
    assert world.viewer("nobody").has(Role.LEAD, audit="T-2026")
    admin.post(roles, {"role": "head_of_service", "scope_kind": "area", "area": "A1"})
    admin.post(roles, {"role": "head_of_service", "scope_kind": "area", "area": "A1"}, status=409)


def test_nobody_changes_their_own_roles(world: World) -> None:
    admin, key = world.browser("admin"), id_of(world, "admin")
    for path, form in ((f"/admin/people/{key}/roles", {"role": "director", "scope_kind": "nation"}), (f"/admin/people/{key}/disable", {})):
        assert "Another administrator can" in plain(admin.post(path, form, status=403).text)


def test_an_administrator_sees_no_case(world: World) -> None:
    admin = world.browser("admin")
    for path in ("/audits/T-2026", "/audits/T-2026/cases", "/cases/1", "/challenges/1"):
        admin.get(path, status=404)
    assert "Not Met" not in admin.get("/admin/log").text


def test_signing_in_leads_where_one_was_going(world: World) -> None:
    browser = world.browser()
    answer = browser.send("GET", "/audits/T-2026?x=1")
    assert answer.headers["location"] == "/sign-in?next=%2Faudits%2FT-2026%3Fx%3D1"
    page = browser.post("/sign-in", {"email": "lead@example.test", "password": PASSWORD, "next": "/audits/T-2026"})
    assert "Test audit" in page.text
