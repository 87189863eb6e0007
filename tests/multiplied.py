"""Cases many times over: copied row by row with all that hangs on them, so that every list grows alike."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from app.audit.models import AuditCase
from app.db import Base, Database

# What stands alone: the log, and what a copy would contradict.
LEFT_OUT = {"event", "event_head"}
_cases: Table = AuditCase.__table__


def multiply(database: Database, audit_id: int, times: int) -> None:
    """Have every case of an audit, and every row that hangs on one, that many times."""
    with database.writing() as session:
        first = [row.id for row in session.execute(select(_cases.c.id).where(_cases.c.audit_id == audit_id))]
        for number in range(1, times):
            _copy(session, first, f"{times}.{number}")


def _copy(session: Session, cases: list[int], mark: str) -> None:
    # By table, what the copy of each row is called.
    made: dict[str, dict[int, int]] = defaultdict(dict)
    for table in Base.metadata.sorted_tables:
        if table.name in LEFT_OUT or "id" not in table.c:
            continue
        for row in session.execute(select(table).order_by(table.c.id)).mappings().all():
            if _hangs(table, row, made) or (table is _cases and row["id"] in cases):
                made[table.name][row["id"]] = _again(session, table, dict(row), made, mark)


def _references(table: Table) -> list[tuple[str, str]]:
    return [(key.parent.key, key.column.table.name) for key in table.foreign_keys]


def _hangs(table: Table, row: Any, made: dict[str, dict[int, int]]) -> bool:
    return any(row[column] in made[to] for column, to in _references(table))


def _again(session: Session, table: Table, row: dict[str, Any], made: dict[str, dict[int, int]], mark: str) -> int:
    for column, to in _references(table):
        row[column] = made[to].get(row[column], row[column])
    if table is _cases:
        row |= {"case_ref": f"{row['case_ref']}-{mark}", "practitioner_id": f"{row['practitioner_id']}-{mark}"}
    if table.name == "notice":
        row["about"] = f"{row['about']} {mark}"
    del row["id"]
    made_anew: int = session.scalars(insert(table).values(row).returning(table.c.id)).one()
    return made_anew
