"""Which tables hang on cases, by what they refer to."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, select

from app.audit.models import AuditCase
from app.db import Base

CASES: Table = AuditCase.__table__


@cache
def tables_of_cases() -> Mapping[Table, Column[Any]]:
    """Return every table that hangs on cases with the column that leads there, that of the cases first."""
    found: dict[Table, Column[Any]] = {CASES: CASES.c.id}
    for table in Base.metadata.sorted_tables:
        leading = (c for c in table.c if any(key.column.table in found for key in c.foreign_keys))
        if table not in found and (column := next(leading, None)) is not None:
            found[table] = column
    return found


def hanging_on(table: Table, cases: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return what is true of the rows of a table that hang on the cases of which a condition holds."""
    if table is CASES:
        return cases
    column = tables_of_cases()[table]
    to = next(iter(column.foreign_keys)).column.table
    return column.in_(select(to.c.id).where(hanging_on(to, cases)))
