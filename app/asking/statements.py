"""Statements that every save makes: compiled once for each kind of database, and run on the driver's own cursor.

For a short read SQLAlchemy's execution costs ten times what the database does. What it is good for is kept: the types
of the columns on the way in and out, its errors, its echo, and its events before and after, which get no context. Only
for statements that are built once, at import.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Processor = Callable[[Any], Any]


class Statement:
    """A statement whose values are given by the names of its `bindparam`s."""

    def __init__(self, statement: Any) -> None:  # noqa: ANN401 - a select, insert or update of tables
        self.statement = statement
        # By the kind of database: what is compiled depends on nothing else.
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, session: Session, **values: object) -> list[tuple[Any, ...]]:
        """Return the rows that it finds, each a tuple of its columns."""
        return self._on(session.connection(), [values], fetches=True)

    def run(self, session: Session, *each: Mapping[str, object]) -> None:
        """Run it with the values, or with each of several."""
        self._on(session.connection(), each)

    def _on(
        self, connection: Connection, each: Sequence[Mapping[str, object]], *, fetches: bool = False
    ) -> list[tuple[Any, ...]]:
        kind = connection.dialect.name
        if kind not in self._compiled:
            self._compiled[kind] = _Compiled(self.statement, connection.dialect)
        compiled = self._compiled[kind]
        given = [compiled.parameters(values) for values in each]
        many = len(given) > 1
        found = _executed(connection, compiled.sql, given if many else given[0], many=many, fetches=fetches)
        return compiled.read(found)


class _Compiled:
    """The text of a statement for one kind of database, and what its values and columns have to pass."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:  # noqa: ANN401 - as above
        of = statement.compile(dialect=dialect)
        if of.post_compile_params or of.literal_execute_params or of.insert_prefetch or of.update_prefetch:
            message = f"This statement is another one for other values, so it cannot be compiled once: {of}"
            raise TypeError(message)
        self.sql = str(of)
        self._order: list[str] | None = of.positiontup if of.positional else None
        made = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in of.binds.items()}
        self._asked: dict[str, Processor | None] = {n: made[n] for n, bind in of.binds.items() if bind.required}
        self._fixed = {n: _passed(made[n], b.effective_value) for n, b in of.binds.items() if not b.required}
        kinds = [column.type.dialect_impl(dialect) for column in getattr(statement, "selected_columns", ())]
        found = [(at, kind.result_processor(dialect, None)) for at, kind in enumerate(kinds)]
        self._columns: list[tuple[int, Processor]] = [(at, processor) for at, processor in found if processor]

    def parameters(self, values: Mapping[str, object]) -> Sequence[object] | Mapping[str, object]:
        """Return values as the driver wants them; raises KeyError where one is missing."""
        made = {**self._fixed, **{name: _passed(to, values[name]) for name, to in self._asked.items()}}
        return made if self._order is None else [made[name] for name in self._order]

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return rows of the driver with the values of their columns' types."""
        return [self._row(row) for row in rows] if self._columns else rows

    def _row(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for at, processor in self._columns:
            values[at] = processor(values[at])
        return tuple(values)


def _passed(processor: Processor | None, value: object) -> object:
    return processor(value) if processor else value


def command(connection: Connection, text: str) -> None:
    """Run a bare command, such as BEGIN."""
    _executed(connection, text, ())


def _executed(
    connection: Connection,
    sql: str,
    given: Any,  # noqa: ANN401 - what a driver takes
    *,
    many: bool = False,
    fetches: bool = False,
) -> list[tuple[Any, ...]]:
    """Return the rows of the driver, if it is to fetch any; its errors are raised as SQLAlchemy's."""
    driver: Any = connection.connection
    events = connection.dispatch
    try:
        cursor = driver.cursor()
        try:
            # Whoever reads, counts or times statements is told of these as of all; what people typed is in no log.
            connection.engine.logger.info("%s", sql)
            for tell in events.before_cursor_execute or ():
                tell(connection, cursor, sql, given, None, many)
            (cursor.executemany if many else cursor.execute)(sql, given)
            for tell in events.after_cursor_execute or ():
                tell(connection, cursor, sql, given, None, many)
            return cursor.fetchall() if fetches else []
        finally:
            cursor.close()
    except connection.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemys(error, connection, driver, sql) from error


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
