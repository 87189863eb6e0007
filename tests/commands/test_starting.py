"""What an operator reads when an installation cannot do its work: one line that says what to do, exit 2."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pysqlite3
import pytest

from tests.conftest import address_of, empty_database
from tests.notices.post import free_port
from tests.world import ROOT

pytestmark = pytest.mark.served
# Every command that opens the database, with arguments that it takes.
COMMANDS = {
    "serve": ("serve",),
    "user list": ("user", "list"),
    "user add": ("user", "add", "n@example.test", "--name", "N", "--job-title", "N"),
    "import-frame": ("import-frame", "NA-2026", str(ROOT / "app/data/november-2014/frame.csv")),
    "lock-frame": ("lock-frame", "NA-2026"),
    "draw": ("draw", "NA-2026", "--seed", "12345678901234567890"),
    "import-results": (
        *("import-results", str(ROOT / "app/data/november-2014/audited_cases.csv"), "--ref", "A-1", "--name", "A"),
        *("--window", "2014-09-01", "31 Oct 2014"),
    ),
    "report": ("report", "NA-2026"),
    "area-pack": ("area-pack", "NA-2026", "A1", "--out", "/dev/null"),
    "verify-log": ("verify-log",),
}
# What every command does the same way is tried with one that serves, reads, writes and migrates.
SOME = ("serve", "user list", "import-results", "migrate")


def command(*arguments: str, folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run the real command with settings of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    ours = {"CASEWORK_AUDIT_DATA_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        env={**kept, **ours, **settings},
        cwd=ROOT,
        input="a long enough password\n",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def refused(done: "subprocess.CompletedProcess[str]", *words: str) -> None:
    """Check that one line says what is wrong and what to do, and that nothing is said to be served."""
    assert done.returncode == 2, done
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "Serving on" not in done.stdout
    for word in words:
        assert word in done.stderr, done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation as `migrate` makes it."""
    folder = tmp_path_factory.mktemp("made")
    assert command("migrate", folder=folder).returncode == 0
    with closing(pysqlite3.connect(str(folder / FILE))) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


FILE = "casework-audit.sqlite3"


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return Path(shutil.copytree(made, tmp_path / "own"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_mistyped_folder_makes_no_installation(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "mistyped"
    refused(command(*COMMANDS[name], folder=folder), "There is no database at", "casework-audit migrate")
    assert not folder.exists()


URLS = {
    "no address": ("no address", "DATABASE_URL is not the address of a database"),
    "another product": ("mysql://me:secret@127.0.0.1/audit", "DATABASE_URL is not the address of a database"),
    "another driver": ("postgresql+nothing://me:secret@127.0.0.1/audit", "postgresql+psycopg://"),
    "two slashes": ("sqlite://audit.sqlite3", "DATABASE_URL"),
    "memory": ("sqlite://", "DATABASE_URL is not the address of a database"),
    "nobody there": (
        "postgresql+psycopg://me:secret@127.0.0.1:9/audit",
        "The database audit at 127.0.0.1:9 cannot be opened",
    ),
    "no such host": ("postgresql+psycopg://me:secret@no-such-host.invalid/audit", "no-such-host.invalid"),
}


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize("verb", [("serve",), ("migrate",)])
def test_a_wrong_database_url(name: str, verb: tuple[str, ...], tmp_path: Path) -> None:
    url, said = URLS[name]
    settings = {"DATABASE_URL": url, "CASEWORK_AUDIT_EVENT_KEY": "a key"}
    done = command(*verb, folder=tmp_path, **settings)
    refused(done, said)
    assert "secret" not in done.stderr


@pytest.mark.parametrize("name", SOME)
def test_a_corrupt_file(name: str, own: Path) -> None:
    (own / FILE).write_bytes(b"This is no database. " * 500)
    refused(command(*COMMANDS.get(name, ("migrate",)), folder=own), "is damaged, or not a database", "backup")


@pytest.mark.parametrize("name", SOME)
def test_a_newer_schema(name: str, own: Path) -> None:
    with closing(pysqlite3.connect(str(own / FILE))) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    refused(command(*COMMANDS.get(name, ("migrate",)), folder=own), "schema 9999, which is newer", "newer version")


@pytest.mark.parametrize("name", SOME)
def test_a_missing_key_is_never_made_anew(name: str, own: Path) -> None:
    (own / "event-log.key").unlink()
    refused(command(*COMMANDS.get(name, ("migrate",)), folder=own), "The key of the event log is missing", "copy")
    assert not (own / "event-log.key").exists()


def test_an_empty_database(tmp_path: Path) -> None:
    (tmp_path / FILE).touch()
    settings = {"CASEWORK_AUDIT_EVENT_KEY": "a key"}
    refused(command("user", "list", folder=tmp_path, **settings), "The database is empty", "casework-audit migrate")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Keep everybody from writing to a folder; root by mounting it so."""
    if os.getuid():
        for path in (folder, *folder.iterdir()):
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield
        folder.chmod(0o755)
        return
    if subprocess.run(["mount", "--bind", folder, folder], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a folder")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("name", ["serve", "user list", "user add", "migrate"])
def test_a_folder_that_cannot_be_written(name: str, own: Path) -> None:
    with read_only(own):
        refused(command(*COMMANDS.get(name, ("migrate",)), folder=own), "Let the user who runs this write to it")


def test_a_port_in_use(own: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused(command("serve", "--port", port, folder=own), f"127.0.0.1:{port} cannot be listened on", "--port")
    refused(command("serve", "--host", "no-such-host.invalid", folder=own), "cannot be listened on", "--host")


@pytest.mark.parametrize("port", ["3_0", "\uff18\uff10", "65536", "-1", "http"])
def test_a_port_is_a_whole_number(port: str, own: Path) -> None:
    refused(command("serve", f"--port={port}", folder=own), "is not a whole number from 0 to 65535")


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Give a folder a disk of its own of half a megabyte more than is in it."""
    size = sum(path.stat().st_size for path in folder.iterdir()) // 1024 + 512
    kept = folder.with_name("kept")
    shutil.copytree(folder, kept)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def fill_up(filler: Path) -> None:
    """Write until nothing more fits."""
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass


@pytest.mark.parametrize("name", ["serve", "user add", "import-results", "migrate"])
def test_a_full_disk(name: str, own: Path) -> None:
    with small_disk(own):
        fill_up(own / "filler")
        done = command(*COMMANDS.get(name, ("migrate",)), folder=own)
        refused(done, "The disk is full", "Free some space")
        assert "busy" not in done.stderr


def test_what_serves_says_so_once_it_has_the_port(own: Path) -> None:
    port = free_port()
    started = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    settings: Mapping[str, str] = {"PATH": os.environ["PATH"], "CASEWORK_AUDIT_DATA_DIR": str(own)}
    with subprocess.Popen(started, env=settings, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        assert serving.stdout.readline().startswith(f"Serving on http://127.0.0.1:{port} with SQLite")
        socket.create_connection(("127.0.0.1", port), 5).close()
        serving.terminate()


@pytest.mark.postgres
def test_an_empty_postgresql(postgres: object, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": address_of(empty_database(postgres)), "CASEWORK_AUDIT_EVENT_KEY": "a key"}  # type: ignore[arg-type]
    refused(command("user", "list", folder=tmp_path, **settings), "The database is empty", "casework-audit migrate")
    assert command("migrate", folder=tmp_path, **settings).returncode == 0
    assert command("user", "list", folder=tmp_path, **settings).returncode == 0
    settings["DATABASE_URL"] += "_mistyped"
    refused(command("user", "list", folder=tmp_path, **settings), "_mistyped", "cannot be opened", "DATABASE_URL")
