"""Cases many times over: copied row by row with all that hangs on them, so that every list grows alike."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from app.audit.models import AuditCase
from app.db import Base, Database

# What stands alone: the log.
LEFT_OUT = {"event", "event_head"}
_cases: Table = AuditCase.__table__
Rows = dict[Table, dict[int, Mapping[str, Any]]]


def multiply(database: Database, audit_id: int, times: int) -> None:
    """Have every case of an audit, and every row that hangs on one, that many times."""
    with database.writing() as session:
        rows = _hanging(session, audit_id)
        # Beyond every number that a table has, so that each copy's numbers are its original's and so much more.
        further = {table: session.scalar(select(func.max(table.c.id))) or 0 for table in rows}
        for number in range(1, times):
            for table, of in rows.items():
                if of:
                    session.execute(insert(table), [_copy(table, row, rows, further, number) for row in of.values()])


def _tables() -> Iterator[Table]:
    return (t for t in Base.metadata.sorted_tables if t.name not in LEFT_OUT and "id" in t.c)


def _hanging(session: Session, audit_id: int) -> Rows:
    rows: Rows = {}
    for table in _tables():
        rows[table] = {}
        for row in session.execute(select(table).order_by(table.c.id)).mappings():
            mine = row["audit_id"] == audit_id if table is _cases else False
            if mine or any(row[column] in rows.get(to, {}) for column, to in _references(table)):
                rows[table][row["id"]] = dict(row)
    return rows


def _references(table: Table) -> Iterator[tuple[str, Table]]:
    return ((key.parent.key, key.column.table) for key in table.foreign_keys)


def _copy(
    table: Table, of: Mapping[str, Any], rows: Rows, further: Mapping[Table, int], number: int
) -> dict[str, object]:
    row: dict[str, Any] = {**of, "id": of["id"] + number * further[table]}
    for column, to in _references(table):
        if row[column] in rows.get(to, {}):
            row[column] += number * further[to]
    if table is _cases:
        mark = f"{further[table]}.{number}"
        row |= {"case_ref": f"{of['case_ref']}-{mark}", "practitioner_id": f"{of['practitioner_id']}-{mark}"}
    if table.name == "notice":
        row["about"] = f"{of['about']} {further[table]}.{number}"
    return row
