"""The commands of backups: `backup` and `restore`."""

import argparse
from contextlib import closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import inspect, make_url

from app.clock import clock, moment
from app.commands.alone import alone
from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.commands.keeping.retention import forget_all, over
from app.commands.log_key import ANOTHER_KEY
from app.commands.serving import migrate
from app.db import Database, place_of
from app.events import Subject, record
from app.keeping.backups import copies
from app.keeping.backups.copies import NOTHING_CHANGED, Backup
from app.keeping.backups.manifest import TAKEN
from app.keeping.record import head, wrong
from app.notices.telling import event_log
from app.settings import Settings
from app.web.readiness import is_known

MOST_SAID = 5
SUFFIXES = ("", "-wal", "-shm")


def run_backup(options: argparse.Namespace, settings: Settings) -> None:
    """Copy the database, whoever uses it meanwhile, and keep in the log that it was copied."""
    with opened(settings) as database:
        to = _file_of(options.path)
        made = copies.take(database, to)
        with database.writing() as session:
            details = {"head": made.state.head, "sha256": made.sha256}
            record(session, TAKEN, by=None, subject=Subject("log", 1), details=details)
    kept = {"file": str(to), "bytes": to.stat().st_size, "sha256": made.sha256, "head": made.state.head}
    say(
        options,
        f"{to} has everything up to event {made.state.number:,}. Head: {made.state.head}\n"
        "Keep it away from this machine, and the keys away from it: no key is in it.",
        kept,
    )


def _file_of(path: Path) -> Path:
    """Return the file to write: in a folder one that is called by the moment."""
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}.")
    return path / f"casework-audit-{clock.now():%Y-%m-%d-%H%M%S}.backup" if path.is_dir() else path


def run_restore(options: argparse.Namespace, settings: Settings) -> None:
    """Put a backup back, once it is known to be whole and to be of this installation."""
    if make_url(settings.database_url).get_backend_name() == "sqlite":
        now = _restore_file(options, settings)
    else:
        now = _restore_server(options, settings)
    say(
        options,
        f"The backup of {moment(now.made)} is back, and the event log is whole. Head: {now.head}",
        now._asdict(),
    )


class Restored(NamedTuple):
    """What was put back: from when, and the head of the log as it is now."""

    made: datetime
    head: str


def _restore_file(options: argparse.Namespace, settings: Settings) -> Restored:
    there = Path(place_of(settings.database_url)).absolute()
    if there.exists() and not options.force:
        raise Refused(f"{there} is there. With --force it is kept beside the restored one, and the backup put back.")
    there.parent.mkdir(parents=True, exist_ok=True)
    with alone(settings), copies.opened(options.path, there.parent) as backup:
        _demand_ours(backup, settings)
        copy = settings.model_copy(update={"database_url": f"sqlite:///{backup.database}"})
        now = _settled(backup, copy)
        stamp = f"{clock.now():%Y-%m-%d-%H%M%S}"
        # What is left of the old one beside the new one would be read as its own (reliability-security.md 2.7).
        for suffix in SUFFIXES:
            old = there.with_name(there.name + suffix)
            if old.exists():
                old.replace(there.with_name(f"{there.name}.before-{stamp}{suffix}"))
        backup.database.replace(there)
        there.chmod(0o600)
    return now


def _restore_server(options: argparse.Namespace, settings: Settings) -> Restored:
    with closing(Database(settings.database_url)) as database, copies.opened(options.path) as backup:
        _demand_ours(backup, settings)
        if inspect(database.engine).get_table_names():
            raise Refused(
                f"{place_of(settings.database_url)} is not empty. Make an empty database, name it in DATABASE_URL and "
                f"restore into it; the old one stays as it is. {NOTHING_CHANGED}"
            )
        flags = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
        copies.run("pg_restore", flags, database, backup.database)
        return _settled(backup, settings)


def _demand_ours(backup: Backup, settings: Settings) -> None:
    """Raise Refused where a backup is of another kind of database, of a later version, or of another installation."""
    of, sqlite = backup.manifest, settings.database_url.startswith("sqlite")
    if of.sqlite != sqlite:
        kinds = ("PostgreSQL", "SQLite")
        raise Refused(
            f"This backup is of {kinds[of.sqlite]}, and DATABASE_URL names {kinds[sqlite]}. Set DATABASE_URL to a "
            f"database of the backup’s kind. {NOTHING_CHANGED}"
        )
    if not is_known(of.state.schema):
        raise Refused(
            f"This backup is of a newer version (schema {of.state.schema}). Install that version, then restore. "
            f"{NOTHING_CHANGED}"
        )
    if event_log(settings).mark != of.state.key_mark:
        raise Refused(f"{ANOTHER_KEY} {NOTHING_CHANGED}")


def _settled(backup: Backup, settings: Settings) -> Restored:
    """Bring a restored database to the current schema, and check it; raises Refused where its record is not whole."""
    migrate(settings)
    with opened(settings) as database:
        _demand_whole(database)
        forget_all(database, *over(database))  # what was erased since the backup was made
        with database.writing() as session:
            state, of = backup.manifest.state, Subject("log", 1)
            details = {"made": backup.manifest.made, "head": state.head, "sha256": backup.manifest.sha256}
            record(session, "backup_restored", by=None, subject=of, details=details)
        with database.reading() as session:
            return Restored(backup.manifest.made, head(session))


def _demand_whole(database: Database) -> None:
    with database.snapshot() as session, closing(wrong(session)) as found:
        faults = list(islice(found, MOST_SAID))
    if faults:
        raise Refused("What is in this backup is not whole. Take an older one:", *faults)
