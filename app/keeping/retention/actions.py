"""What happens when the time of an audit is over: its cases are forgotten, and the log goes on (service.md 3.6)."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Table, case, delete, null, select, update
from sqlalchemy.orm import Session

from app.audit.evidence.models import Phrase
from app.audit.models import Audit
from app.clock import clock, today
from app.errors import Conflict
from app.events import ERASURE, Event, Row, Subject, record
from app.installation.log import settings_row
from app.installation.queries import newest
from app.keeping.cases import CASES, hanging_on, tables_of_cases
from app.keeping.retention.columns import FORGOTTEN, KEYED, REMOVED, Becomes
from app.keeping.retention.queries import events, live
from app.keeping.retention.rules import KEPT_AS, refusal, years_of
from app.people.models import SettingsKept
from app.people.queries import SETTINGS
from app.sampling.models import Frame, FramePart

# Of what an event says, what could be a reference or an identifier.
WORD = re.compile(r"[^\s\"',:;\[\]{}()]+")


def set_years(session: Session, years: int | None, *, by: int | None) -> bool:
    """Keep after how many years the cases of an audit are forgotten; return whether anything changed."""
    row = newest(session)
    kept: dict[str, Any] = json.loads(row[0].kept) if row else {}
    before = years_of(row[0].kept if row else "")
    if before == years:
        return False
    made = SettingsKept(kept=json.dumps({**kept, KEPT_AS: years}, sort_keys=True), by_id=by, at=clock.now())
    session.add(made)
    session.flush()
    session.info[SETTINGS] = made.kept
    subject, told = Subject("settings", made.id), {"changed": {KEPT_AS: [before, years]}}
    record(session, "settings_changed", by=by, subject=subject, details=told, rows=[settings_row(made)])
    return True


def forget(session: Session, audit: Audit, years: int | None, *, by: int | None) -> int:
    """Erase who was audited and what was written in an audit whose time is over, and return how many cases it has.

    Raises Conflict where its time is not over. Grades, facts, themes, law types and areas stay, so that its figures
    are worked out as before. What the log says of these cases goes too; what stands is said again, so that whatever
    is changed later is found.
    """
    session.refresh(audit, with_for_update=True)
    if fault := refusal(audit, years, today()):
        raise Conflict(fault)
    before = live(session)
    ids = set(session.scalars(select(CASES.c.id).where(CASES.c.audit_id == audit.id)))
    names = {name for name, row in before.items() if _is_of(row, ids, audit)}
    words = set(session.execute(select(CASES.c.case_ref, CASES.c.practitioner_id).where(CASES.c.id.in_(ids))).all())
    last, erased = _said(session, audit, names, {word for pair in words for word in pair})
    _change_rows(session, audit)
    session.execute(update(Event).where(Event.number.in_(erased)).values(payload=None, salt=None))
    session.expire_all()
    audit.forgotten_at = clock.now()
    session.flush()
    _say_again(session, audit, [name for name, number in last.items() if number in erased], erased, years, by)
    return len(ids)


def _is_of(row: Row, cases: set[int], audit: Audit) -> bool:
    return row.case_id in cases or row.name in {("frame", str(audit.frame_id)), ("filings", str(audit.frame_id))}


def _said(
    session: Session, audit: Audit, names: set[tuple[str, str]], words: set[str]
) -> tuple[Mapping[tuple[str, str], int], set[int]]:
    """Return which event says the last word of each row, and the events that say anything of the audit's cases."""
    last: dict[tuple[str, str], int] = {}
    erased: set[int] = set()
    for event in events(session):
        rows = {(kind, str(key)) for kind, key, *_ in event.rows}
        last.update(dict.fromkeys(rows, event.number))
        ours = event.audit_ref == audit.ref and not words.isdisjoint(WORD.findall(event.payload or ""))
        if ours or not names.isdisjoint(rows):
            erased.add(event.number)
    return last, erased


def _change_rows(session: Session, audit: Audit) -> None:
    _give_keys(session, audit)
    ours = CASES.c.audit_id == audit.id
    for table in tables_of_cases():
        if table.name in REMOVED:
            session.execute(delete(table).where(hanging_on(table, ours)))
        elif changes := dict(_changes(table, FORGOTTEN.get(table.name, {}))):
            session.execute(update(table).where(hanging_on(table, ours)).values(changes))
    session.execute(update(Phrase).where(Phrase.audit_id == audit.id).values(text=Becomes.ERASED.value))
    frame = session.get(Frame, audit.frame_id) if audit.frame_id else None
    if frame is not None:
        session.execute(delete(FramePart).where(FramePart.frame_id == frame.id))
        frame.forgotten_at = clock.now()


def _changes(table: Table, become: Mapping[str, Becomes]) -> Iterator[tuple[str, object]]:
    for name, what in become.items():
        column = table.c[name]
        if what is Becomes.ERASED:  # what was empty stays so: that something was written is a fact
            yield name, case((column == "", ""), else_=Becomes.ERASED.value)
        else:
            yield name, {Becomes.EMPTY: "", Becomes.NOTHING: null(), Becomes.LIST: []}[what]


def _give_keys(session: Session, audit: Audit) -> None:
    """Give each case and each practitioner a key of chance, which is kept nowhere else."""
    keys: dict[str, str] = {}
    query = select(CASES.c.id, *(CASES.c[name] for name in KEYED)).where(CASES.c.audit_id == audit.id)
    for row in session.execute(query).mappings().all():
        new = {name: keys.setdefault(f"{name} {row[name]}", secrets.token_hex(6)) for name in KEYED}
        session.execute(update(CASES).where(CASES.c.id == row["id"]).values(new))


def _say_again(
    session: Session,
    audit: Audit,
    names: Iterable[tuple[str, str]],
    erased: set[int],
    years: int | None,
    by: int | None,
) -> None:
    now = live(session)
    rows = {name: now[name] for name in names if name in now}
    rows[("audit", str(audit.id))] = now["audit", str(audit.id)]
    details = {"rule": f"{years} years after the end", "erased": sorted(erased)}
    subject = Subject("audit", audit.ref, audit.ref)
    record(session, ERASURE, by=by, subject=subject, details=details, rows=list(rows.values()))
