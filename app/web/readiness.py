"""Whether an installation can do its work: its key, its schema, a write that succeeds, room on the disk.

`serve` asks before it starts, `/readyz` while it runs; each fault is a sentence that says what to do.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text, update
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from app.clock import clock
from app.db import Database, Trouble, place_of, trouble_of
from app.errors import Unfit
from app.people.models import Heartbeat
from app.settings import Settings
from app.web.pages import ROOT

# Less than this is told before writes begin to fail: uploads of 100 MB and files of reports go to the same disk.
ENOUGH = 200 * 2**20
LEAST = 2**17
# Whoever asks for it may be anybody, so no place is named.
NO_KEY = (
    "The key of the event log is missing or empty. Put event-log.key back into the data folder from your copy, or set "
    "CASEWORK_AUDIT_EVENT_KEY."
)
# Whoever asks more often gets the last answer: nobody can have the disk written at every request.
GOOD_FOR = 1.0
WANTED_URL = (
    "DATABASE_URL is not the address of a database. Write sqlite:///path/to/file.sqlite3 or "
    "postgresql+psycopg://user:password@host/name."
)
MIGRATE = "Run: casework-audit migrate"
_SENTENCES = {
    Trouble.FULL: "The disk is full, so nothing can be kept in {what}. Free some space on it.",
    Trouble.READ_ONLY: "{what} cannot be written. Let the user who runs this write to it and to its folder.",
    Trouble.CORRUPT: "{what} is damaged, or not a database. Check DATABASE_URL, or put your last backup back.",
    Trouble.UNREACHABLE: "{what} cannot be opened{reason}. Check DATABASE_URL, and that it is there.",
    Trouble.DISK: "The disk of {what} failed{reason}. Have the disk looked at, then start again.",
    Trouble.SCHEMA: f"{{what}} is not at the current schema. {MIGRATE}",
    Trouble.BUSY: "{what} is busy with something else. Try again in a minute.",
    Trouble.UNKNOWN: "{what} did not do what it was asked{reason}.",
}


def sentence_of(error: BaseException, place: str = "") -> str | None:
    """Return what is told of an error of the database or of a disk; None of any other.

    An operator is told the place and the reason, somebody whom nobody knows neither.
    """
    if isinstance(error, ArgumentError | NoSuchModuleError | ModuleNotFoundError):
        return WANTED_URL
    trouble = trouble_of(error)
    if trouble is None:
        return None
    if trouble in {Trouble.DISK, Trouble.UNREACHABLE} and _is_full(place):
        trouble = Trouble.FULL
    what = f"the database {place}".strip()
    if isinstance(error, OSError) and error.filename:
        what = str(error.filename)
    # To whom no place is told, its host and its file are not told in the words of a driver either.
    reason = (str(getattr(error, "orig", None) or error).strip().splitlines() or [""])[0].strip().rstrip(".")
    said = _SENTENCES[trouble].format(what=what, reason=f" ({reason})" if place and reason else "")
    return said.replace("the database", "The database", 1) if said.startswith("the database") else said


def _is_full(place: str) -> bool:
    """Say whether there is no room for what SQLite keeps beside its file; it calls that a failure of the disk."""
    folder = Path(place).absolute().parent
    return bool(place) and folder.is_dir() and shutil.disk_usage(folder).free < LEAST


@cache
def _known() -> tuple[str, frozenset[str]]:
    """Return the newest schema, and every one that this version knows.

    By the names of the files, each of which begins with its number: a start does not run them all.
    """
    known = frozenset(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))
    return max(known), known


def is_known(schema: str) -> bool:
    """Say whether this version knows a schema, and so can bring it to the newest."""
    return schema in _known()[1]


def _schema_of(database: Database) -> str:
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def newer_fault(database: Database) -> str:
    """Return that a newer version has changed the database's schema, empty where none has."""
    at, (newest, known) = _schema_of(database), _known()
    if not at or at in known:
        return ""
    return (
        f"The database is at schema {at}, which is newer than this version of Casework Audit knows ({newest}). "
        "Start the newer version, or put back the backup that was made before it."
    )


def schema_fault(database: Database) -> str:
    """Return what is wrong with the database's schema, empty where it is the newest."""
    at, newest = _schema_of(database), _known()[0]
    if not at:
        return f"The database is empty: nothing has been set up in it. {MIGRATE}"
    older = "" if at == newest else f"The database is not at the current schema. {MIGRATE}"
    return newer_fault(database) or older


def write_fault(database: Database) -> str:
    """Return why nothing can be kept, empty where a write succeeded."""
    with database.writing() as session:
        session.execute(update(Heartbeat).values(at=clock.now()))
    return ""


def space_fault(folder: Path) -> str:
    """Return that the disk beneath a folder is nearly full, empty where there is room."""
    free = shutil.disk_usage(folder).free
    return "" if free >= ENOUGH else f"Only {free // 2**20} MB are left on the disk of the data. Free some space."


def folders_of(settings: Settings) -> tuple[Path, ...]:
    """Return the folders that have to be written: of the data, and of the database where it is a file."""
    file = settings.database_url.partition("sqlite:///")[2]
    return (settings.data_dir, *((Path(file).absolute().parent,) if file else ()))


def shut(settings: Settings) -> Path | None:
    """Return a folder that cannot be written, or in which one cannot be made; it costs nothing to ask."""
    for folder in folders_of(settings):
        there_is = next(place for place in (folder, *folder.parents) if place.exists())
        if not os.access(there_is, os.W_OK):
            return there_is
    return None


def folder_fault(settings: Settings) -> str:
    """Return that the data cannot be written, empty where all folders are there and can be."""
    gone = not all(folder.is_dir() for folder in folders_of(settings))
    return (
        "The data folder cannot be written. Let the user who runs this write to it." if gone or shut(settings) else ""
    )


def place(settings: Settings) -> str:
    """Return where the database is, whether it is there or not.

    Raises Unfit where the setting names no place, or one that cannot be written.
    """
    try:
        found = place_of(settings.database_url)
    except (ArgumentError, NoSuchModuleError) as error:
        raise Unfit(WANTED_URL) from error
    if not found:
        raise Unfit(WANTED_URL)
    closed = shut(settings)
    if closed:
        raise Unfit(f"{closed} cannot be written. Let the user who runs this write to it.")
    return found


def there(settings: Settings) -> None:
    """Raise Unfit where the file of the database is not there: only `migrate` and `demo` make an installation."""
    wanted = place(settings)
    if settings.database_url.startswith("sqlite") and not Path(wanted).is_file():
        raise Unfit(
            f"There is no database at {wanted}. Check DATABASE_URL and CASEWORK_AUDIT_DATA_DIR, or set up a new "
            f"installation there. {MIGRATE}"
        )


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is wrong with an installation by what was looked at, an empty sentence where nothing is."""

    faults: Mapping[str, str]

    @property
    def ready(self) -> bool:
        """Say whether it can do its work."""
        return not any(self.faults.values())

    @property
    def sentence(self) -> str:
        """Return the first thing that is wrong."""
        return next((fault for fault in self.faults.values() if fault), "Ready.")


def readiness(database: Database, settings: Settings) -> Readiness:
    """Look at everything that an installation needs."""
    checks: Mapping[str, Callable[[], str]] = {
        "key": lambda: "" if settings.has_event_key and settings.event_key() else NO_KEY,
        "schema": lambda: schema_fault(database),
        "write": lambda: folder_fault(settings) or write_fault(database),
        "space": lambda: next(filter(None, map(space_fault, folders_of(settings))), ""),
    }
    found = {}
    for name, look in checks.items():
        try:
            found[name] = look()
        except Unfit as unfit:
            found[name] = str(unfit)
        except (SQLAlchemyError, OSError) as error:
            found[name] = sentence_of(error) or "It could not be looked at."
    return Readiness(found)


class Watch:
    """Looks at an installation when it is asked, at most once a second."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._lock, self._at = threading.Lock(), 0.0
        self._last: Readiness | None = None

    def __call__(self) -> Readiness:
        """Return how things are."""
        with self._lock:
            if self._last is None or time.monotonic() - self._at > GOOD_FOR:
                self._last = readiness(self._database, self._settings)
                self._at = time.monotonic()
            return self._last
