"""Fixtures: a world of one's own for every test, on SQLite by a copied file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world import World, build, copied, settings_for


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the world once and return its file."""
    folder = tmp_path_factory.mktemp("template")
    world = build(settings_for(folder))
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()
    return folder / "world.sqlite3"


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    """Return a world that a test may change."""
    made = copied(template, tmp_path)
    yield made
    made.database.close()
