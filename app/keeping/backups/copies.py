"""Takes a copy of a database that is in use, and opens one; nothing is left half done (reliability-security.md 2.7)."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import make_url, text

from app.clock import clock
from app.db import Database
from app.errors import Conflict, Unfit
from app.keeping.backups.manifest import HEAD, MANIFEST, POSTGRES, SQLITE, Manifest, State

NOTHING_CHANGED = "Nothing was changed."
EMPTY = "The database is empty, so there is nothing to copy. Set it up with: casework-audit migrate"
# Little is won by more, and it takes three times as long.
COMPRESSION = 4


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was opened: what it says of itself, and its database as a file."""

    manifest: Manifest
    database: Path


def take(database: Database, to: Path) -> Manifest:
    """Copy a database that is in use into one file, mode 0600, which is there whole or not at all.

    Raises Conflict where the file is there already, or where there is nothing to copy. No key is ever in it.
    """
    if to.exists():
        raise Conflict(f"{to} is there already. Give another name, or remove it first.")
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".backup-") as folder:
        copy = Path(folder, SQLITE if database.sqlite else POSTGRES)
        manifest = (_copy_sqlite if database.sqlite else _copy_postgres)(database, copy)
        Path(folder, MANIFEST).write_text(manifest.text(), encoding="utf-8")
        whole = Path(folder, "whole")
        with tarfile.open(whole, "w:gz", compresslevel=COMPRESSION) as archive:
            for name in (MANIFEST, copy.name):
                archive.add(Path(folder, name), name)
        whole.chmod(0o600)
        _on_the_disk(whole)
        os.link(whole, to)  # refused where somebody was quicker
    return manifest


def _copy_sqlite(database: Database, copy: Path) -> Manifest:
    try:
        with closing(_raw(database)) as live:
            live.execute("VACUUM INTO ?", (str(copy),))
    except pysqlite3.Error as error:
        raise Unfit(
            f"The copy could not be written ({error}). See that there is room for it in {copy.parent.parent}."
        ) from error
    # As it is, without the product's own way of opening one, which would write to it.
    with closing(pysqlite3.connect(copy)) as made:
        (said,) = made.execute("PRAGMA integrity_check").fetchone()
        head = made.execute(f"SELECT {HEAD}").fetchone()
    if said != "ok":
        raise Unfit(f"The copy is not whole ({said}). Check the disk, and the database with: casework-audit verify-log")
    return _manifest(head, copy)


def _raw(database: Database) -> pysqlite3.Connection:
    return pysqlite3.connect(f"file:{database.engine.url.database}?mode=ro", uri=True)


def _copy_postgres(database: Database, copy: Path) -> Manifest:
    # The head and the copy are of one moment.
    with database.snapshot() as session:
        moment = session.scalar(text("SELECT pg_export_snapshot()"))
        run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}"], database, copy)
        head = session.execute(text(f"SELECT {HEAD}")).first()
    return _manifest(head, copy)


def _manifest(head: Sequence[Any] | None, copy: Path) -> Manifest:
    if head is None:
        raise Conflict(EMPTY)
    return Manifest(clock.now(), copy.name, sha256_of(copy), State(*head))


def run(program: str, options: Sequence[str], database: Database, file: Path) -> None:
    """Run a program of PostgreSQL on a file; raises Unfit with what it says where it cannot do it."""
    found = shutil.which(program)
    if found is None:
        raise Unfit(f"{program} is not on this machine. Install PostgreSQL’s own programs of the server’s version.")
    url = make_url(database.engine.url).set(drivername="postgresql")
    # A password in an argument could be read by everybody on the machine.
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    at = url.set(password=None).render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's
        [found, *options, f"--dbname={at}", *([str(file)] if program == "pg_restore" else [f"--file={file}"])],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:500].rstrip(".")
        raise Unfit(f"{program} did not do it: {said}. It has to be of the version of the server, or newer.")


@contextmanager
def opened(source: Path, beside: Path | None = None) -> Iterator[Backup]:
    """Unpack a backup and give it, whole; raises Conflict where it is not. `beside` is the folder to unpack in."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".restore-") as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
            manifest = Manifest.of(Path(folder, MANIFEST).read_text(encoding="utf-8"))
            database = Path(folder, manifest.file)
            whole = sha256_of(database) == manifest.sha256
        except FileNotFoundError as error:
            missing = source if not source.exists() else f"{source} is no backup: {Path(str(error.filename)).name}"
            raise Conflict(f"{missing} is not there. {NOTHING_CHANGED}") from error
        except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as error:
            raise Conflict(f"{source} is no backup, or was cut short. {NOTHING_CHANGED}") from error
        if not whole:
            raise Conflict(f"{source} is not what it says that it is. {NOTHING_CHANGED}")
        yield Backup(manifest, database)


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _on_the_disk(file: Path) -> None:
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
