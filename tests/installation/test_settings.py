"""The settings: who changes them, what is tried and kept, and where the link into a case's file stands."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditCase
from app.events import Event
from app.installation.actions import change_settings
from app.people.models import SettingsKept
from tests.browser import plain
from tests.commands.conftest import Run, run  # noqa: F401 - a fixture
from tests.world import World, cases

CASE, DOCUMENT = "https://cases.example.org/file/{case_ref}", "https://cases.example.org/file/{case_ref}?d={document}"
REL = 'target="_blank" rel="noopener noreferrer"'


def kept(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(SettingsKept.kept).order_by(SettingsKept.id)))


def reference(world: World, case_id: int) -> str:
    with world.database.reading() as session:
        return session.get_one(AuditCase, case_id).case_ref


@pytest.mark.parametrize("who", ["director", "lead", "im1", "reader", "head1"])
def test_settings_are_an_administrators(world: World, who: str) -> None:
    world.browser(who).get("/settings", status=404)
    world.browser(who).post("/settings", {"case_address": CASE}, status=404)
    assert not kept(world)


def test_links_are_tried_before_they_are_saved(world: World) -> None:
    admin = world.browser("admin")
    assert "Nobody has changed these settings yet" in plain(admin.get("/settings").text)
    sent = {"case_address": CASE, "document_address": DOCUMENT, "tried_reference": "XY/7", "tried_document": "a b"}
    tried = admin.post("/settings/try", sent).text
    assert f'href="https://cases.example.org/file/XY%2F7" {REL}' in tried
    assert f'href="https://cases.example.org/file/XY%2F7?d=a%20b" {REL}' in tried
    assert not kept(world), "trying saves nothing"
    admin.post("/settings", sent)
    assert "Changed last" in plain(admin.get("/settings").text)
    assert len(kept(world)) == 1
    admin.post("/settings", sent)
    assert len(kept(world)) == 1, "what is as it was makes no event"
    with world.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.name == "settings_changed"))
        assert event.actor_id == world.viewer("admin").id
        assert event.details["changed"] == {"case_address": ["", CASE], "document_address": ["", DOCUMENT]}
    assert "Settings changed" in plain(admin.get("/admin/log").text)


def test_an_address_that_cannot_be_used_comes_back_as_it_was_typed(world: World) -> None:
    admin = world.browser("admin")
    wrong = {"case_address": "http://cases.example.org/{case_ref}", "document_address": "https://u@c/{document}"}
    for path in ("/settings/try", "/settings"):
        page = admin.post(path, wrong, status=422).text
        assert "The address of a case’s file must begin with https://" in page
        assert "The address of a document must not have a user name or password in it" in page
        assert wrong["case_address"] in page
    said = admin.post("/settings/try", {"case_address": CASE, "tried_reference": "a b"}, status=422).text
    assert "has no link" in said
    assert not kept(world)


def test_the_link_stands_where_somebody_works_on_a_case_and_nowhere_before(world: World) -> None:
    case_id = cases(world, "A1")[0]
    ref = reference(world, case_id)
    with world.database.reading() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id
    grader = next(world.browser(n) for n in ("im1", "im2") if world.viewer(n).id == auditor)
    pages = [f"/cases/{case_id}/assess", f"/cases/{case_id}"]
    for path in pages:
        text = grader.get(path).text
        assert "Open the file (" not in text
        assert f'data-copy="{ref}"' in text
    world.browser("admin").post("/settings", {"case_address": CASE})
    grader.post(f"/cases/{case_id}/assess")
    link = f'href="https://cases.example.org/file/{ref.replace("/", "%2F")}" {REL}>Open the file (new tab)</a>'
    for path in (*pages, f"/cases/{case_id}/assess/standards/safeguarding"):
        assert link in grader.get(path).text
    world.browser("admin").post("/settings", {"case_address": ""})
    assert "Open the file (" not in grader.get(pages[0]).text


def test_another_process_has_the_new_settings_with_its_next_page(world: World) -> None:
    """Settings come with the read that says who is signed in: nothing of them is kept in a process."""
    case_id = cases(world, "A1")[0]
    browser = world.browser("director")
    assert "Open the file (" not in browser.get(f"/cases/{case_id}").text
    with world.database.writing() as session:
        change_settings(session, {"case_address": CASE}, by=None)
    assert "Open the file (" in browser.get(f"/cases/{case_id}").text


def test_the_command_line_shows_and_sets(run: Run) -> None:  # noqa: F811 - the fixture
    assert run("setting", "show")[1].count("(not set)") == 3
    assert run("setting", "set", "case_address", CASE)[:2] == (0, "case_address is set.\n")
    assert CASE in run("setting", "show")[1]
    status, _, said = run("setting", "set", "case_address", "https://cases.example.org/")
    assert (status, said) == (
        1,
        "The address of a case’s file must have {case_ref} where the reference of the case belongs.\n",
    )
    assert run("setting", "set", "colour", "blue")[0] == 1
    assert run("verify-log")[0] == 0
