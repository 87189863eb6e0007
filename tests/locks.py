"""Holds every act of the product to one order of locks: two acts that keep to it never wait for each other.

What an act locks is read from its statements, on either database: rows that it fetches to hold them, and rows that it
changes. Rows that only its author changes are left out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Delete, Engine, Insert, Select, Update
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from app.asking.statements import Statement, _line_of
from app.db import Database

# Audit, case, what hangs on it, head of the chain.
ORDER = {"audit": 0, "audit_case": 1, "event_head": 3}
OTHERS = 2
OF_ONE_PERSON = {"sent_form", "signed_in", "sign_in_attempt", "known_browser", "notice", "mail_wish"}

_taken: ContextVar[dict[str, int] | None] = ContextVar("taken", default=None)


def locked_by(statement: object) -> list[str]:
    """Return the tables in which a statement locks rows."""
    if isinstance(statement, Update | Delete):
        return [statement.table.name]  # type: ignore[union-attr]
    if not isinstance(statement, Select):
        return []
    how: Any = statement._for_update_arg
    if how is None or how.skip_locked:
        return []
    tables = [getattr(c, "table", c) for c in how.of] if how.of else statement.get_final_froms()
    return [getattr(t, "name", "") for t in tables]


def _before(_connection: Connection, statement: object, *_rest: object) -> None:
    taken = _taken.get()
    if taken is None:
        return
    if isinstance(statement, Insert):
        # A row that the act itself made is nobody else's yet.
        taken.setdefault(statement.table.name, -1)
    for table in locked_by(statement):
        place = ORDER.get(table, OTHERS)
        if table in OF_ONE_PERSON or table in taken:
            continue
        after = [other for other, at in taken.items() if at > place]
        assert not after, f"{table} is locked after {after}: the order is audit, case, what hangs on it, head"
        taken[table] = place


@contextmanager
def in_one_order() -> Iterator[None]:
    """Watch the acts that the product does meanwhile."""
    do, on = Database.do, Statement._on

    def watched(self: Database, act: Callable[[Any], Any]) -> Any:
        def afresh(session: Any) -> Any:
            _taken.set({})
            return act(session)

        try:
            return do(self, afresh)
        finally:
            _taken.set(None)

    def seen(self: Statement, session: Session, *given: Any, **how: Any) -> Any:
        _before(_line_of(session).connection, self.statement)
        return on(self, session, *given, **how)

    listen(Engine, "before_execute", _before)
    Statement._on = seen  # type: ignore[method-assign]
    Database.do = watched  # type: ignore[method-assign]
    yield
    Statement._on = on  # type: ignore[method-assign]
    Database.do = do  # type: ignore[method-assign]
    remove(Engine, "before_execute", _before)
