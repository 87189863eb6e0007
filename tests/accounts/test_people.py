"""An administrator adds people, gives and ends roles; nobody changes their own."""

import re
from typing import Literal
from unicodedata import normalize

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import func, select

from app.accounts.actions import add_person
from app.errors import Conflict
from app.events import Event
from app.keeping import record as check
from app.people import passwords
from app.people.enums import Role
from app.people.models import Person, RoleGrant, SignedIn
from app.people.passwords import hash_password, matches
from tests.browser import plain
from tests.world import PASSWORD, World

NEW = {
    "name": "Nia New",
    "job_title": "Improvement manager",
    "email": "nia@example.test",
}
CHOSEN = "a long enough password"


def invite(world: World, **more: str) -> str:
    """Invite somebody by the page and return the address of their link."""
    page = world.browser("admin").post("/admin/people/new", {**NEW, **more})
    return str(re.findall(r"http://[^/]+(/choose-password/[^<\s]+)", page.text)[0])


def id_of(world: World, name: str) -> int:
    return world.viewer(name).id


def test_a_person_is_added_gets_a_role_and_loses_it(world: World) -> None:
    admin = world.browser("admin")
    link, nia = invite(world), world.browser()
    key = id_of(world, "nia")
    nia.post(link, {"new_password": CHOSEN})
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
    refused = nia.post("/sign-in", {"email": NEW["email"], "password": CHOSEN}, status=422)
    assert "not right" in plain(refused.text)
    admin.post(f"/admin/people/{key}/disable", status=409)


def sessions(world: World, name: str) -> int:
    with world.database.reading() as session:
        return (
            session.scalar(
                select(func.count()).where(SignedIn.person_id == id_of(world, name), SignedIn.ended_at.is_(None))
            )
            or 0
        )


def events(world: World) -> list[str]:
    with world.database.reading() as session:
        return [f"{e.name} {e.payload}" for e in session.scalars(select(Event).order_by(Event.number.desc()).limit(6))]


def test_people_change_their_own_password_and_are_signed_out_elsewhere(world: World) -> None:
    here, elsewhere = world.browser(), world.browser("lead")
    here.sign_in("lead@example.test", PASSWORD)
    new = "quite another password"
    wrong = {
        "The password is not the one that you have now": {"old_password": "not this one at all", "new_password": new},
        "Enter the password that you have now": {"new_password": new},
        "at least 12 characters": {"old_password": PASSWORD, "new_password": "short"},
        "it has your email address in it": {"old_password": PASSWORD, "new_password": "lead@example.test"},
    }
    for sentence, form in wrong.items():
        page = here.post("/account", form, status=422)
        assert sentence in plain(page.text)
        assert all(typed not in page.text for typed in (PASSWORD, new, "not this one"))
    done = here.post("/account", {"old_password": PASSWORD, "new_password": new})
    assert "Your password is changed" in plain(done.text)
    assert elsewhere.send("GET", "/account").status_code == 303
    here.get("/account")
    assert sessions(world, "lead") == 1
    world.browser().post("/sign-in", {"email": "lead@example.test", "password": PASSWORD}, status=422)
    assert "Your work" in world.browser().sign_in("lead@example.test", new).text
    said = events(world)
    assert any(line.startswith("password_changed") for line in said)
    assert not any(word in line for line in said for word in (PASSWORD, new, "argon2"))
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []


Form = Literal["NFC", "NFD"]
ACCENTED = "une tr\u00e8s longue phrase \u00e0 dire"


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_password_and_an_address_are_the_same_on_every_keyboard(world: World, kept: Form, typed: Form) -> None:
    address = "ren\u00e9e@example.test"
    with world.database.writing() as session:
        person = add_person(
            session,
            email=normalize(kept, address),
            name="Ren\u00e9e",
            job_title="Reader",
            password=normalize(kept, ACCENTED),
            by=None,
        )
        assert person.email == normalize("NFC", address)
        with pytest.raises(Conflict, match="is there already"):
            add_person(session, email=normalize(typed, address), name="R", job_title="R", password="x" * 12, by=None)
    page = world.browser().sign_in(normalize(typed, address), normalize(typed, ACCENTED))
    assert "Your work" in plain(page.text)


@pytest.mark.parametrize("kept", ["NFC", "NFD"])
def test_what_was_kept_as_it_was_typed_still_opens(world: World, kept: Form) -> None:
    # As versions before kept them: neither the address nor the password was put together.
    old = PasswordHash((Argon2Hasher(memory_cost=19 * 1024, time_cost=2, parallelism=1),))
    with world.database.writing() as session:
        person = session.get_one(Person, world.viewer("reader").id)
        person.email = normalize(kept, "ren\u00e9e@example.test")
        person.password_hash = old.hash(normalize(kept, ACCENTED))
    forms: tuple[Form, ...] = ("NFC", "NFD")
    for typed in forms:
        page = world.browser().sign_in(normalize(typed, "ren\u00e9e@example.test"), normalize(typed, ACCENTED))
        assert "Your work" in plain(page.text)
    assert not matches(
        normalize("NFKD", "\ufb01ne, but another password"), hash_password("\ufb01ne, but another password")
    )


def test_the_hash_that_is_nobodys_costs_what_everybodys_does() -> None:
    cost, _, _ = hash_password("a long enough password").rpartition("$")[0].rpartition("$")
    assert passwords._NOBODY.startswith(f"{cost}$")
    assert not matches("nobody's password", None)
    assert matches("nobody's password", passwords._NOBODY)


def test_guessing_at_the_old_password_is_slowed_down(world: World) -> None:
    browser = world.browser("lead")
    for n in range(10):
        browser.post("/account", {"old_password": f"guess {n}", "new_password": "quite another password"}, status=422)
    page = browser.post("/account", {"old_password": PASSWORD, "new_password": "quite another password"}, status=429)
    assert "too many attempts" in plain(page.text)


def test_a_password_typed_before_the_session_ended_is_not_kept(world: World) -> None:
    page = world.browser().post(
        "/account", {"old_password": PASSWORD, "new_password": "quite another password"}, status=401
    )
    assert PASSWORD not in page.text
    assert "quite another" not in page.text


def test_disabling_is_asked_about_first_and_can_be_undone(world: World) -> None:
    admin, key = world.browser("admin"), id_of(world, "head1")
    page = plain(admin.get(f"/admin/people/{key}").text)
    assert "Disable Head1 , if they have left" in page
    asked = plain(admin.get(f"/admin/people/{key}/disable").text)
    assert "Disable Head1?" in asked
    assert "They are head of service of A1" in asked
    admin.post(f"/admin/people/{key}/enable", status=409)
    admin.post(f"/admin/people/{key}/disable")
    admin.get(f"/admin/people/{key}/disable", status=409)
    assert "Enable again" in plain(admin.get(f"/admin/people/{key}").text)
    admin.post(f"/admin/people/{key}/enable")
    assert "Your work" in world.browser().sign_in("head1@example.test", PASSWORD).text
    admin.get(f"/admin/people/{id_of(world, 'admin')}/disable", status=403)
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []


def test_the_log_names_people(world: World) -> None:
    invite(world)
    made, added = re.findall(r"<tr.*?</tr>", world.browser("admin").get("/admin/log").text, re.DOTALL)[1:3]
    assert plain(f"<main>{added}").endswith("Admin Person added Nia New")
    assert plain(f"<main>{made}").endswith("Admin Link made Nia New")


def test_what_is_wrong_with_a_new_person_is_said(world: World) -> None:
    admin = world.browser("admin")
    page = admin.post("/admin/people/new", {**NEW, "email": "nia"}, status=422)
    words = plain(page.text)
    assert "Enter an email address in the correct format" in words
    assert "Nia New" in page.text
    taken = admin.post("/admin/people/new", {**NEW, "email": "Lead@example.test"}, status=422)
    assert "is there already" in plain(taken.text)
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).where(Person.name == "Nia New")) == 0


def test_a_role_needs_its_scope(world: World) -> None:
    admin, key = world.browser("admin"), id_of(world, "nobody")
    roles = f"/admin/people/{key}/roles"
    assert "Choose a role" in plain(admin.post(roles, {}, status=422).text)
    assert "Say which area" in plain(
        admin.post(roles, {"role": "head_of_service", "scope_kind": "area"}, status=422).text
    )
    assert "reference" in plain(admin.post(roles, {"role": "lead", "scope_kind": "audit"}, status=422).text)
    refused = admin.post(roles, {"role": "head_of_service", "scope_kind": "nation"}, status=422)
    assert "is held for a service area, not for the nation" in plain(refused.text)
    nowhere = admin.post(roles, {"role": "lead", "scope_kind": "audit", "audit": "T-2099"}, status=422)
    assert "There is no audit with the reference T-2099" in plain(nowhere.text)
    admin.post(roles, {"role": "analyst", "scope_kind": "audit", "audit": "t-2026"})
    assert world.viewer("nobody").has(Role.ANALYST, audit="T-2026")
    admin.post(roles, {"role": "head_of_service", "scope_kind": "area", "area": "A1"})
    admin.post(roles, {"role": "head_of_service", "scope_kind": "area", "area": "A1"}, status=409)


def test_nobody_changes_their_own_roles(world: World) -> None:
    admin, key = world.browser("admin"), id_of(world, "admin")
    for path, form in (
        (f"/admin/people/{key}/roles", {"role": "director", "scope_kind": "nation"}),
        (f"/admin/people/{key}/disable", {}),
    ):
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
