"""Fixtures of the journeys: a real server, a real Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from app.db import Database
from tests.journeys.site import Site
from tests.world import World, build, settings_for

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """Return the machine's Chromium."""
    path = (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    assert path, "No Chromium: run `make chromium`."
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Return an installation with its people, served."""
    made = Site(tmp_path)
    migrated = made.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    made.people()
    yield made.start()
    made.stop()


@pytest.fixture
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Database]]:
    """Return a served installation with an audit in fieldwork."""
    folder = tmp_path_factory.mktemp("tool")
    world: World = build(settings_for(folder, f"sqlite:///{folder / 'casework-audit.sqlite3'}"))
    (folder / "event-log.key").write_text("a key for tests")
    site = Site(folder)
    yield site.start(), world.database
    site.stop()
    world.database.close()
