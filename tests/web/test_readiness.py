"""What `/readyz` and `/healthz` say of an installation, with each thing that it needs taken away."""

import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import event, text

from app.db import Database
from app.events import EventLog
from app.main import create_app
from app.settings import Settings
from app.web import readiness
from app.web.readiness import Readiness
from tests.audit.commission.test_audit_pages import begun
from tests.browser import Browser
from tests.world import KEY, World

CHECKS = {"key", "schema", "write", "space"}


@pytest.fixture
def keyed(world: World) -> Settings:
    """Return the settings of an installation that has its key."""
    world.settings.make_event_key()
    return world.settings


def asked(world: World, settings: Settings | None = None) -> tuple[int, Readiness]:
    """Return what `/readyz` of a new process says."""
    app = create_app(settings or world.settings, world.database)
    answer = Browser(app).send("GET", "/readyz")
    said = answer.json()
    assert set(said) == {"ready", "sentence", "checks"}
    assert set(said["checks"]) == CHECKS
    assert said["sentence"] == next((fault for fault in said["checks"].values() if fault), "Ready.")
    assert str(world.settings.data_dir) not in answer.text, "it is told to anybody"
    return answer.status_code, Readiness(said["checks"])


@pytest.mark.usefixtures("keyed")
def test_an_installation_that_has_everything_is_ready(world: World) -> None:
    status, found = asked(world)
    assert (status, found.ready, found.sentence) == (200, True, "Ready.")
    assert world.browser().send("GET", "/healthz").text == "ok"


def test_a_key_that_is_missing(world: World) -> None:
    status, found = asked(world)
    assert (status, "event-log.key" in found.faults["key"]) == (503, True)


@pytest.mark.usefixtures("keyed")
@pytest.mark.parametrize(("at", "said"), [("0018", "casework-audit migrate"), ("9999", "newer than this version")])
def test_a_schema_of_another_version(world: World, at: str, said: str) -> None:
    with world.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": at})
    status, found = asked(world)
    assert (status, said in found.faults["schema"]) == (503, True)


@pytest.mark.usefixtures("keyed")
def test_a_write_that_fails(world: World) -> None:
    with world.database.writing() as session:
        session.connection().exec_driver_sql("DROP TABLE heartbeat")
    status, found = asked(world)
    assert (status, found.faults["write"]) == (
        503,
        "The database is not at the current schema. Run: casework-audit migrate",
    )


def full(world: World) -> None:
    """Let the database grow no more."""
    if not world.database.sqlite:
        pytest.skip("PostgreSQL has its own disk")

    @event.listens_for(world.database.engine, "connect")
    def bound(connection: object, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    world.database.engine.dispose()


@pytest.mark.usefixtures("keyed")
def test_a_full_disk_is_called_full_and_not_busy(world: World) -> None:
    browser = world.browser("lead")
    full(world)
    sent = {"seen": "Seen in the file: " + "x " * 1900}
    for _ in range(30):
        answer = browser.send("POST", "/cases/1/concern", data=sent)
        if answer.status_code == 503:
            break
    assert "The disk of the service is full, so nothing can be kept." in answer.text
    assert "Copy it now" in answer.text
    assert sent["seen"].strip() in answer.text
    assert "busy" not in answer.text


@pytest.mark.usefixtures("keyed")
def test_the_tool_is_told_of_a_full_disk_too(world: World) -> None:
    browser, case_id = begun(world)
    full(world)
    for n in range(60):
        sent = {"was": "", "own": [], "now": f"{n} " + "x " * 1900}
        changes = {"answers": {"strengths_note": sent, "SAF1-evidence": sent}}
        answer = browser.send("PUT", f"/cases/{case_id}/assess/answers", json=changes)
        if answer.status_code == 503:
            break
    said = "The disk of the service is full, so nothing can be kept. Tell whoever runs the service: waiting alone"
    assert answer.json()["detail"] == f"{said} does not help."


@pytest.mark.usefixtures("keyed")
def test_a_disk_that_is_nearly_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ENOUGH", shutil.disk_usage(world.settings.data_dir).total * 2)
    status, found = asked(world)
    assert (status, "Free some space" in found.faults["space"]) == (503, True)


def test_a_folder_that_is_gone_is_not_ok(world: World, tmp_path: Path) -> None:
    gone = world.settings.model_copy(update={"data_dir": tmp_path / "gone"})
    answer = Browser(create_app(gone, world.database)).send("GET", "/healthz")
    assert (answer.status_code, answer.text.startswith("The data folder cannot be written")) == (503, True)


def test_a_server_that_is_not_there(world: World) -> None:
    database = Database("postgresql+psycopg://nobody:secret@127.0.0.1:9/nothing", event_log=EventLog(KEY))
    world.settings.make_event_key()
    elsewhere = World(database, world.settings, create_app(world.settings, database))
    status, found = asked(elsewhere)
    assert status == 503
    assert found.faults["write"].startswith("The database cannot be opened")
    assert not {"secret", "127.0.0.1", "nobody"} & set(re.findall(r"[\w.]+", str(found.faults)))
    database.close()
