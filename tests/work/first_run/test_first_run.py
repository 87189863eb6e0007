"""The first-run list: worked out from what is there, on an administrator’s home until all of it is."""

from sqlalchemy import delete, select

from app.accounts.actions import grant_role
from app.events import Event, Subject, record
from app.keeping import record as check
from app.keeping.backups.manifest import TAKEN
from app.people.enums import Role, Scope
from app.people.models import Person, RoleGrant
from tests.browser import plain
from tests.test_statements import MOST, counted
from tests.world import World


def left(world: World) -> str:
    return plain(world.browser("admin").get("/admin/start").text)


def test_each_line_follows_what_is_there(world: World) -> None:
    page = left(world)
    # A1 and A2 have heads, and A9 has the stranger.
    assert "Name a head of service for each area All 3 areas Done" in page
    assert "Have the director commission the first audit Done" in page
    assert "Name your organisation To do" in page
    assert "Set up email, and send yourself a test message Not set up To do" in page
    with world.database.writing() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.HEAD_OF_SERVICE, RoleGrant.scope == "A9"))
        session.execute(delete(RoleGrant).where(RoleGrant.role == Role.LEAD, RoleGrant.scope == "T-2026"))
    page = left(world)
    assert "2 of 3 areas To do" in page
    assert "1 person To do" in page, "one lead, of another audit, is not two"
    with world.database.writing() as session:
        second = session.scalars(select(Person).where(Person.email == "second@example.test")).one()
        grant_role(session, second, Role.LEAD, Scope.NATION, "", by=None)
    assert "2 people Done" in left(world)


def test_the_organisation_is_named_on_a_page_and_stands_everywhere(world: World) -> None:
    admin = world.browser("admin")
    assert "Enter the name" in plain(admin.post("/settings/service", {"organisation": " "}, status=422).text)
    saved = {"organisation": "Lowland Casework Service", "contact": "audit@lowland.test"}
    admin.post("/settings/service", saved)
    assert "Nothing was changed" in plain(admin.post("/settings/service", saved).text)
    assert "Name your organisation Done" in left(world)
    for browser, path in ((world.browser("lead"), "/"), (world.browser(), "/sign-in"), (world.browser(), "/nowhere")):
        assert "Lowland Casework Service" in browser.get(path, status=404 if path == "/nowhere" else 200).text
    with world.database.reading() as session:
        [event] = session.scalars(select(Event).where(Event.name == "settings_changed"))
        assert event.details["changed"] == {
            "organisation": ["", "Lowland Casework Service"],
            "contact": ["", "audit@lowland.test"],
        }
        assert list(check.wrong(session)) == []


def test_that_the_key_was_copied_is_asked_once(world: World) -> None:
    admin = world.browser("admin")
    assert "There is a copy" in admin.get("/admin/start/key").text
    admin.post("/admin/start/key")
    assert "Keep a copy of the key of the event log Done" in left(world)
    assert "There is a copy in a safe place" not in admin.get("/admin/start/key").text
    admin.post("/admin/start/key", status=409)
    assert "Key copied" in admin.get("/admin/log").text


def test_a_backup_and_how_long_cases_are_kept_are_there_once_they_are(world: World) -> None:
    page = left(world)
    assert "Make a first backup, and every night from then on To do" in page
    assert "Say how long cases are kept To do" in page
    with world.database.writing() as session:
        record(session, TAKEN, by=None, subject=Subject("log", 1))
    assert "No copy of the database was made yet" not in world.browser("admin").get("/settings/retention").text
    world.browser("admin").post("/settings/retention", {"years": "6"})
    page = left(world)
    assert "Make a first backup, and every night from then on Done" in page
    assert "Say how long cases are kept 6 years Done" in page


def test_only_an_administrator_has_it_at_home_and_it_costs_little(world: World) -> None:
    assert "Before the first audit" in world.browser("admin").get("/").text
    assert "Before the first audit" not in world.browser("lead").get("/").text
    browser = world.browser("admin")
    for path in ("/", "/admin/start", "/admin/start/key", "/settings/service"):
        with counted(world) as asked:
            browser.get(path)
        assert len(asked) <= MOST, path
