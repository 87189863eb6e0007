"""Statements that every save makes: compiled once for each kind of database, and run on the driver's own cursor.

For a short read SQLAlchemy's execution costs ten times what the database does. What it is good for is kept: the types
of the columns on the way in and out, its errors, its echo, and its events before and after, which get no context. Only
for statements that are built once, at import.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from logging import INFO
from typing import Any

from sqlalchemy import Connection, Dialect, Enum
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine
from sqlmodel.sql.sqltypes import UTCDateTime

Processor = Callable[[Any], Any]
# So many values of each such column.
MOST_KEPT = 2048
# Under this name a session keeps the line to the database that its transaction has.
LINE = "line"


class Statement:
    """A statement whose values are given by the names of its `bindparam`s."""

    def __init__(self, statement: Any) -> None:  # noqa: ANN401 - a select, insert or update of tables
        self.statement = statement
        # By the kind of database: what is compiled depends on nothing else.
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, session: Session, **values: object) -> list[tuple[Any, ...]]:
        """Return the rows that it finds, each a tuple of its columns."""
        return self._on(session, [values], fetches=True)

    def run(self, session: Session, *each: Mapping[str, object]) -> None:
        """Run it with the values, or with each of several."""
        self._on(session, each)

    def _on(
        self, session: Session, each: Sequence[Mapping[str, object]], *, fetches: bool = False
    ) -> list[tuple[Any, ...]]:
        line = _line_of(session)
        dialect = line.connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _Compiled(self.statement, dialect)
        given = [compiled.parameters(values) for values in each]
        many = len(given) > 1
        return compiled.read(line.executed(compiled.sql, given if many else given[0], many=many, fetches=fetches))


@dataclass(frozen=True, slots=True)
class _Line:
    """The connection of a transaction, and who is told of its statements."""

    connection: Connection
    before: Sequence[Callable[..., Any]]
    after: Sequence[Callable[..., Any]]
    logs: bool

    def executed(
        self,
        sql: str,
        given: Any,  # noqa: ANN401 - what a driver takes
        *,
        many: bool = False,
        fetches: bool = False,
    ) -> list[tuple[Any, ...]]:
        """Return the rows of the driver, if it is to fetch any; its errors are raised as SQLAlchemy's."""
        connection = self.connection
        driver: Any = connection.connection
        try:
            cursor = driver.cursor()
            try:
                # Whoever reads, counts or times statements is told of these as of all; what people typed is in no log.
                if self.logs:
                    connection.engine.logger.info("%s", sql)
                for tell in self.before:
                    tell(connection, cursor, sql, given, None, many)
                (cursor.executemany if many else cursor.execute)(sql, given)
                for tell in self.after:
                    tell(connection, cursor, sql, given, None, many)
                return cursor.fetchall() if fetches else []
            finally:
                cursor.close()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemys(error, connection, driver, sql) from error


def _line(connection: Connection) -> _Line:
    told = connection.dispatch
    logs = connection.engine.logger.isEnabledFor(INFO)
    return _Line(connection, [*told.before_cursor_execute], [*told.after_cursor_execute], logs)


def _line_of(session: Session) -> _Line:
    """Return the line of a session's transaction: to find it, and who listens, costs more than most statements."""
    # A savepoint is one of its own: SQLAlchemy sets it when it is asked for the connection within.
    within, kept = session.get_nested_transaction() or session.get_transaction(), session.info.get(LINE)
    # What was undone has no line any more: SQLAlchemy says so.
    if kept is not None and kept[0] is within and session.is_active:
        found: _Line = kept[1]
        return found
    line = _line(session.connection())
    session.info[LINE] = session.get_nested_transaction() or session.get_transaction(), line
    return line


class _Compiled:
    """The text of a statement for one kind of database, and what its values and columns have to pass."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:  # noqa: ANN401 - as above
        of = statement.compile(dialect=dialect)
        if of.post_compile_params or of.literal_execute_params or of.insert_prefetch or of.update_prefetch:
            message = f"This statement is another one for other values, so it cannot be compiled once: {of}"
            raise TypeError(message)
        self.sql = str(of)
        made = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in of.binds.items()}
        self._fixed = {n: _passed(made[n], b.effective_value) for n, b in of.binds.items() if not b.required}
        asked = [name for name, bind in of.binds.items() if bind.required]
        self._positional: bool = of.positional
        # The names of values in the order of the driver, each with what its value has to pass.
        self._order = [(name, made[name]) for name in (of.positiontup if of.positional else asked)]
        found = [_reader(column.type, dialect) for column in getattr(statement, "selected_columns", ())]
        self._columns: list[tuple[int, Processor]] = [(at, reader) for at, reader in enumerate(found) if reader]

    def parameters(self, values: Mapping[str, object]) -> Sequence[object] | Mapping[str, object]:
        """Return values as the driver wants them; raises KeyError where one is missing."""
        if self._positional:
            fixed = self._fixed
            return [
                fixed[name] if name in fixed else to(values[name]) if to else values[name] for name, to in self._order
            ]
        return {**self._fixed, **{name: to(values[name]) if to else values[name] for name, to in self._order}}

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return rows of the driver with the values of their columns' types: column by column, as rows are many."""
        if not rows or not self._columns:
            return rows
        columns: list[Any] = list(zip(*rows, strict=True))
        for at, reader in self._columns:
            # What is not there is none in a value of any type; many columns of many rows have nothing else.
            if columns[at].count(None) < len(rows):
                columns[at] = map(reader, columns[at])
        return list(zip(*columns, strict=True))


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    """Return what makes a value of a column's type from what the driver gives; words and moments come again and again.

    They cannot change, so that everybody can have the same one.
    """
    reader = kind.dialect_impl(dialect).result_processor(dialect, None)
    return lru_cache(MOST_KEPT)(reader) if reader and isinstance(kind, Enum | UTCDateTime) else reader


def _passed(processor: Processor | None, value: object) -> object:
    return processor(value) if processor else value


def command(connection: Connection, text: str) -> None:
    """Run a bare command, such as BEGIN."""
    _line(connection).executed(text, ())


def _as_sqlalchemys(error: Any, connection: Connection, driver: Any, sql: str) -> Exception:  # noqa: ANN401 - the driver's
    """Return an error of the driver as SQLAlchemy raises it; a connection that is cut off is given up."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(error, driver, None)
    if lost:
        connection.invalidate(error)
    raised: Exception = DBAPIError.instance(
        statement=sql,
        params=None,
        orig=error,
        dbapi_base_err=dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    return raised
