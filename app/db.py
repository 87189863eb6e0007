"""The database: one engine, one writer at a time on SQLite, and the types that every table shares."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from errno import errorcode
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Protocol, TypeVar

import pysqlite3
from pydantic import Field as Limit
from pydantic import StringConstraints
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Enum,
    MetaData,
    Select,
    Table,
    create_engine,
    event,
    func,
    make_url,
    text,
)
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, registry, sessionmaker
from sqlalchemy.schema import SchemaItem
from sqlmodel import Field, SQLModel

from app.asking import ANSWERS
from app.asking.statements import command
from app.errors import NotFound, Unavailable

# SQLite 3.7.0 to 3.51.2 can lose committed transactions in WAL mode (reliability-security.md 2.3).
WAL_SAFE_FROM = (3, 51, 3)
BUSY_MILLISECONDS = 5000
# Seconds after which a server that does not answer counts as not there.
SOON = {"connect_timeout": 5}
PAGE_SIZE = 50
# PostgreSQL's codes for an act that another one stood in the way of: they waited for each other, they wrote the same,
# or a lock was not given up in time. Done again it goes through.
PASSING = {"40P01", "40001", "55P03"}
TRIES, PAUSE = 3, (0.02, 0.1)
# Held against everybody else who would change the row, not against those whose rows refer to it.
HELD: dict[str, Any] = {"key_share": True}


if TYPE_CHECKING:
    # On a table a typed column, on a row its value: with it mypy checks every query, as SQLModel's bare types do not.
    from sqlalchemy.orm import Mapped as Mapped  # noqa: PLC0414 - handed on
else:

    class Mapped:
        """Stands for the type in it: what SQLModel and pydantic read when they build a table."""

        def __class_getitem__(cls, kind: object) -> object:
            """Return the type alone."""
            return kind


NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMES))):
    """The root of every table.

    A row is itself and no other: two are never taken for one because their columns agree.
    """

    if TYPE_CHECKING:
        # SQLModel's and pydantic's own types of it exclude each other, so that no form could have a base.
        model_config: ClassVar[Any]
    __table__: ClassVar[Table]
    __eq__ = object.__eq__
    __hash__ = object.__hash__
    # A class begins with its bases' fields. These stand before them: among a table's columns, or on a form's page.
    stand_first: ClassVar[str] = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - pydantic's
        """Put the fields into their order."""
        super().__pydantic_init_subclass__(**kwargs)
        fields, first = cls.__pydantic_fields__, cls.stand_first.split()
        for name in (*first, *[n for n in fields if n not in first]):
            fields[name] = fields.pop(name)

    @classmethod
    def __table_cls__(cls, name: str, metadata: MetaData, *parts: SchemaItem) -> Table:
        """Return the table with its columns in the order of the fields; SQLAlchemy would move those of the bases."""
        columns = {p.key: p for p in parts if isinstance(p, Column)}
        others = [p for p in parts if not isinstance(p, Column)]
        return Table(name, metadata, *(columns[f] for f in cls.model_fields), *others)


class Numbered(Base):
    """What almost every table begins with; stands last among a table's bases, and so first among its columns."""

    id: Mapped[int] = Field(default=None, primary_key=True)


# What a form, an act and a table say of a field. Where they are validated they bind; on a row they only inform.
# StringConstraints, because a max_length of Field would become a column's length.
LONGEST_NAME, LONGEST_TEXT = 120, 4000
Line = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
LineOrEmpty = Annotated[str, StringConstraints(max_length=LONGEST_NAME)]
# A year and month, such as 2015-05.
MonthOrEmpty = Annotated[str, StringConstraints(pattern=r"^([0-9]{4}-(0[1-9]|1[0-2]))?$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT)]
TextOrEmpty = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Percent = Annotated[int, Limit(ge=0, le=100)]
T = TypeVar("T", bound=Base)
Result = TypeVar("Result")


def where(condition: str) -> dict[str, Any]:
    """Return what makes an index hold only some rows, as both databases say it."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def closed_list(words: type[StrEnum], name: str) -> Enum:
    """Return a column type that stores an enum's words and has the database check them."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda e: [w.value for w in e],
    )


class Attending(Protocol):
    """What goes along with every session that writes, as the event log does."""

    def attend(self, sessions: "sessionmaker[Session]") -> None: ...  # noqa: D102 - as the class says


class Database:
    """One database: `reading()` and `writing()` are the only ways in.

    Each of its sessions carries the event log (`app.events`), as `Session.info`; without one no act can be recorded.
    """

    def __init__(self, url: str, *, event_log: Attending | None = None) -> None:
        self.sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.sqlite else _postgres_engine(url)
        info = {"event_log": event_log} if event_log else {}
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, info=info)
        self._writers = {
            wait: sessionmaker(
                self.engine.execution_options(writes=True, busy=BUSY_MILLISECONDS if wait else 0),
                expire_on_commit=False,
                info=info,
            )
            for wait in (True, False)
        }
        if event_log:
            for writers in self._writers.values():
                event_log.attend(writers)
        # SQLite's own wait is not fair: one lock in the process removed every "locked" error (2.2).
        self._writer_lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session whose changes are thrown away."""
        with self._sessions() as session:
            session.info[ANSWERS] = {}
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Give a reading session in which everything is as it was at one moment, whoever writes meanwhile."""
        with self._sessions() as session:
            if not self.sqlite:  # SQLite's reading transactions are so anyway
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def writing(self, *, wait: bool = True) -> Iterator[Session]:
        """Give a session that is committed at the end of the block, whole or not at all.

        Without `wait` it raises Unavailable or OperationalError where SQLite's only writer is somebody else now.
        """
        if self.sqlite and not self._writer_lock.acquire(blocking=wait):
            raise Unavailable
        try:
            with self._writers[wait].begin() as session:
                yield session
        finally:
            if self.sqlite:
                self._writer_lock.release()

    def do(self, act: Callable[[Session], Result]) -> Result:
        """Do an act in a transaction of its own, and again, twice at most, where only another stood in its way."""
        for _ in range(TRIES - 1):
            try:
                with self.writing() as session:
                    return act(session)
            except DBAPIError as error:
                if not is_passing(error):
                    raise
                # Whoever it waited for goes on first; two that began again at once would only meet again.
                time.sleep(random.uniform(*PAUSE))  # noqa: S311 - no secret
        with self.writing() as session:
            return act(session)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


@contextmanager
def migrating(database: Database) -> Iterator[Connection]:
    """Give a connection on which tables can be rebuilt.

    SQLite checks references at the end rather than at every step.
    """
    with database.engine.execution_options(writes=True).connect() as connection:
        if not database.sqlite:
            with connection.begin():
                # Two servers may be set up at the same moment: the second waits, and finds everything done.
                connection.execute(text("SET LOCAL lock_timeout = '60s'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('casework-audit migrate'))"))
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    message = f"The migration leaves references to rows that are not there: {broken[:5]}"
                    raise RuntimeError(message)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _sqlite_engine(url: str) -> Engine:
    path = make_url(url).database
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, module=pysqlite3, hide_parameters=True, connect_args={"check_same_thread": False, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - a driver's connection
        # busy_timeout first: setting any other PRAGMA can itself find the file locked (2.2).
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            f"journal_mode={journal_mode()}",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's connection, whose options decide
        # Read-then-write in a deferred transaction fails at once when another has written (2.2).
        options = connection.get_execution_options()
        if options.get("writes"):
            command(connection, f"PRAGMA busy_timeout={options.get('busy', BUSY_MILLISECONDS)}")
        command(connection, "BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine


class Trouble(StrEnum):
    """What keeps a database, or the disk beneath it, from doing what it was asked."""

    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read_only"
    CORRUPT = "corrupt"
    DISK = "disk"
    UNREACHABLE = "unreachable"
    SCHEMA = "schema"
    UNKNOWN = "unknown"


# By the beginnings of SQLite's names, PostgreSQL's SQLSTATE and the system's error numbers.
_TROUBLES = {
    Trouble.FULL: ("SQLITE_FULL", "53100", "ENOSPC", "EDQUOT"),
    Trouble.READ_ONLY: ("SQLITE_READONLY", "25006", "42501", "EROFS", "EACCES", "EPERM"),
    Trouble.CORRUPT: ("SQLITE_CORRUPT", "SQLITE_NOTADB", "XX001", "XX002"),
    Trouble.UNREACHABLE: ("SQLITE_CANTOPEN", "08", "28", "3D000", "57P"),
    Trouble.DISK: ("SQLITE_IOERR", "58", "EIO"),
    Trouble.SCHEMA: ("42P01", "42703"),
    Trouble.BUSY: ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03", "53300", "57014"),
}


def trouble_of(error: BaseException) -> Trouble | None:
    """Return what a database or a disk is in trouble with, or None where an error is none of theirs."""
    if isinstance(error, OSError):
        code = errorcode.get(error.errno or 0, "")
    elif isinstance(error, OperationalError | DatabaseError):
        code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None) or ""
        if isinstance(error, OperationalError) and not code:
            return Trouble.UNREACHABLE  # PostgreSQL's driver has no code where no connection came about
        if code == "SQLITE_ERROR" and "no such" in str(error.orig):
            return Trouble.SCHEMA
    else:
        return None
    found = next((t for t, begins in _TROUBLES.items() if code.startswith(begins)), None)
    return found or (None if isinstance(error, OSError) else Trouble.UNKNOWN)


def _postgres_engine(url: str) -> Engine:
    # Whoever waits for a lock longer than this is told so, and does not keep those behind them.
    options = {"options": f"-c lock_timeout={BUSY_MILLISECONDS}", **SOON}
    return create_engine(url, pool_size=8, max_overflow=8, hide_parameters=True, connect_args=options)


def is_passing(error: BaseException) -> bool:
    """Say whether an act failed only because another stood in its way, so that it can be done again."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in PASSING


def is_duplicate(error: IntegrityError) -> bool:
    """Say whether a write was refused because the same thing is there already, and for no other reason."""
    # PostgreSQL has a code for it (23505, unique_violation); pysqlite3 gives the same code for every constraint.
    return getattr(error.orig, "sqlstate", None) == "23505" or str(error.orig).startswith("UNIQUE constraint failed")


def journal_mode() -> str:
    """Return WAL where the engine carries the fix of the WAL-reset bug, else DELETE, which is durable but slower."""
    return "WAL" if pysqlite3.sqlite_version_info >= WAL_SAFE_FROM else "DELETE"


def place_of(url: str) -> str:
    """Return where a database is, in words without anybody's password: its file, or its name and server."""
    at = make_url(url)
    if at.get_backend_name() == "sqlite":
        return at.database or ""
    return f"{at.database or at.username} at {at.host or 'a local socket'}{f':{at.port}' if at.port else ''}"


def describe(database: Database) -> str:
    """Say in one line which database this is and how it keeps what it acknowledged."""
    if database.sqlite:
        return f"SQLite {pysqlite3.sqlite_version}, journal {journal_mode()}, synchronous FULL"
    return f"PostgreSQL at {make_url(database.engine.url).host or 'a local socket'}"


@dataclass(frozen=True, slots=True)
class PageOf(Generic[T]):
    """One page of a list: its rows, and where it is in the whole."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int


def page_of(session: Session, query: Select[T], number: str) -> PageOf[T]:
    """Return one page of a query; a number that is none, or beyond the end, gives the nearest page that there is."""
    total = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    wanted = int(number[:9]) if number.isascii() and number.isdigit() else 1
    at = min(max(wanted, 1), pages)
    return PageOf(session.scalars(query.offset((at - 1) * PAGE_SIZE).limit(PAGE_SIZE)).all(), at, pages, total)


def lock(session: Session, kind: type[T], key: int | str) -> T:
    """Fetch one row and hold it until the transaction ends; every command starts with this on its case or audit.

    In one order, or two people would wait for each other: the audit, the case, what hangs on it. Rows that refer to it
    can be made meanwhile: only who changes it has to wait.
    """
    found = session.get(kind, key, with_for_update=HELD, populate_existing=True)
    if found is None:
        raise NotFound
    return found


def unsaved(kind: type[T], /, **columns: Any) -> T:  # noqa: ANN401 - some of its columns
    """Return a row that is only asked about and never kept, so that not every column has to be known."""
    return kind(**columns)
