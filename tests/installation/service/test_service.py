"""What the service is called, how its files are marked, and what its roles are called."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from app.events import Event
from app.installation.service.rules import title_faults
from app.keeping import record as check
from app.people.enums import Role
from app.people.queries import SETTINGS
from app.people.service import service_of
from app.settings import Settings
from tests.browser import plain
from tests.world import World

TITLES = {"head_of_service": "Area manager", "lead": "Audit chief"}


def test_roles_are_called_as_the_service_calls_them_everywhere(world: World) -> None:
    admin = world.browser("admin")
    same = admin.post("/settings/roles", {**TITLES, "analyst": "area MANAGER"}, status=422)
    assert "Another role is called" in plain(same.text)
    assert "characters or fewer" in plain(admin.post("/settings/roles", {"lead": "x" * 61}, status=422).text)
    admin.post("/settings/roles", TITLES)
    head = f"/admin/people/{world.viewer('head1').id}"
    for path in ("/admin/people", head, "/admin/start"):
        page = plain(admin.get(path).text)
        assert "rea manager" in page or "audit chief" in page
        assert "Head of service" not in page.replace("Name a head of service for each area", "")
    refused = plain(world.browser("im1").post("/audits/T-2026/finalise", status=403).text)
    assert "audit chief" in refused
    # Another request has its own, and what they may do is as it was.
    assert "Audit lead" in plain(world.browser("admin").get("/settings/roles").text)
    world.browser("head1").get("/")
    assert Role.LEAD.label == "Audit lead"
    admin.post("/settings/roles", {})
    assert "Area manager" not in admin.get("/admin/people").text
    with world.database.reading() as session:
        told = [e.details["changed"] for e in session.scalars(select(Event).where(Event.name == "settings_changed"))]
        assert told == [{"titles": [{}, TITLES]}, {"titles": [TITLES, {}]}]
        assert list(check.wrong(session)) == []


def test_the_names_of_a_service_stand_beside_other_settings(world: World) -> None:
    admin = world.browser("admin")
    admin.post("/settings/service", {"organisation": "Ours", "marking": "OFFICIAL"})
    admin.post("/settings/roles", TITLES)
    admin.post("/settings/service", {"organisation": "Ours too", "public_marking": "PUBLIC"})
    with world.database.reading() as session:
        kept = json.loads(str(session.scalar(select(Event.payload).where(Event.name == "settings_changed").limit(1))))
        assert kept["changed"] == {"organisation": ["", "Ours"], "marking": ["", "OFFICIAL"]}
        assert SETTINGS not in session.info
    page = admin.get("/settings/service").text
    assert all(f'value="{value}"' in page for value in ("Ours too", "PUBLIC"))
    assert 'value="Audit chief"' in admin.get("/settings/roles").text


@pytest.mark.parametrize("kept", ["", "{}", '{"service": {"organisation": "Ours", "of_a_later_version": 1}}'])
def test_what_is_not_said_is_as_the_environment_says(kept: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, organisation="Theirs", contact="c")
    assert service_of(kept).on(settings).organisation == ("Ours" if "Ours" in kept else "Theirs")
    assert service_of(kept).on(settings).contact == "c"


def test_two_roles_may_change_their_names() -> None:
    assert title_faults({"lead": "Analyst", "analyst": "Audit lead"}) == {}
    assert title_faults({"lead": "analyst"}) == {"lead": "Another role is called analyst already"}
