"""Which rows belong to an audit: in every table that leads to it, as the foreign keys have it, its parents first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, or_, select

from app.audit.models import Audit
from app.db import Base
from app.sampling.models import Frame

_audit: Table = Audit.__table__
_frame: Table = Frame.__table__


@dataclass(frozen=True, slots=True)
class Belonging:
    """A table, and the condition on its rows that they belong to an audit."""

    table: Table
    condition: ColumnElement[bool]


def of_audit(audit_id: int) -> Sequence[Belonging]:
    """Return where the rows of an audit are, each table after those that it leads to; its list of filings apart."""
    return list(_from(Belonging(_audit, _audit.c.id == audit_id), without=_of_frames()))


def of_frame(frame_id: int) -> Sequence[Belonging]:
    """Return where a list of filings is, with its draw."""
    return list(_from(Belonging(_frame, _frame.c.id == frame_id), without=frozenset({_audit.name})))


def _of_frames() -> frozenset[str]:
    return frozenset({_frame.name, *(t.name for t in Base.metadata.sorted_tables if _leads(t, {_frame.name: _frame}))})


def _from(root: Belonging, *, without: frozenset[str]) -> Iterator[Belonging]:
    found = {root.table.name: root}
    yield root
    for table in _after(root.table, without):
        keys = _leads(table, found)
        if keys:
            # What belongs to the parent, by the parent's own condition.
            here = [key.in_(select(parent).where(found[parent.table.name].condition)) for key, parent in keys]
            found[table.name] = Belonging(table, or_(*here))
            yield found[table.name]


def _after(root: Table, without: frozenset[str]) -> Iterator[Table]:
    tables = Base.metadata.sorted_tables
    yield from (t for t in tables if t is not root and (t.name not in without or t.name == root.name))


def _leads(table: Table, to: Any) -> list[tuple[Column[Any], Column[Any]]]:  # noqa: ANN401 - whatever has their names
    """Return the columns of a table that lead to other tables, each with the column that it leads to."""
    keys = ((key.parent, key.column) for key in sorted(table.foreign_keys, key=lambda key: key.parent.name))
    return [(column, leads) for column, leads in keys if leads.table.name in to and leads.table is not table]
