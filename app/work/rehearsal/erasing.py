"""A rehearsal erased whole: its rows, and what the log says of it; one event names what went."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.models import Audit, AuditCase
from app.errors import NotFound
from app.events import ERASURE, Event, record
from app.keeping.record import every_row
from app.people.rules import Viewer
from app.work.rehearsal.belonging import of_audit, of_frame
from app.work.rehearsal.rules import demand

Names = frozenset[tuple[str, str]]


def erase(session: Session, audit: Audit, *, by: Viewer | None) -> int:
    """Erase a rehearsal and return how many cases it had; raises Conflict where the audit is none.

    Whoever is at a case of it has finished before; what they send afterwards finds nothing.
    """
    _hold(session, audit)
    demand("erase", audit, by)
    of_it, subject, told = AuditCase.audit_id == audit.id, subject_of(audit), {"ref": audit.ref, "name": audit.name}
    cases = session.scalar(select(func.count()).select_from(AuditCase).where(of_it)) or 0
    before = _names(session)
    _remove(session, audit)
    removed = before - (left := _names(session))
    erased = _forget(session, told["ref"], left)
    details = {**told, "cases": cases, "removed": _by_kind(removed), "erased": erased}
    record(session, ERASURE, by=by.id if by else None, subject=subject, details=details)
    return cases


def _hold(session: Session, audit: Audit) -> None:
    """Hold the audit and its cases against everybody, also against those whose rows would refer to them."""
    held = session.scalars(select(Audit).where(Audit.id == audit.id).with_for_update(of=Audit))
    if held.one_or_none() is None:
        raise NotFound
    cases = select(AuditCase.id).where(AuditCase.audit_id == audit.id).order_by(AuditCase.id)
    session.execute(cases.with_for_update())


def _names(session: Session) -> Names:
    return frozenset(row.name for row in every_row(session))


def _remove(session: Session, audit: Audit) -> None:
    """Delete every row of an audit and of its list, what leads to others before them."""
    session.flush()
    frame = audit.frame_id
    for part in (of_audit(audit.id), of_frame(frame) if frame else ()):
        for one in reversed(part):
            session.execute(delete(one.table).where(one.condition))
    session.expunge_all()


def _forget(session: Session, ref: str, left: Names) -> Sequence[int]:
    """Take away what the log says of an audit but for rows that are still there; return the numbers of the events."""
    its = (Event.audit_ref == ref, Event.payload.is_not(None))
    found = session.scalars(select(Event).where(*its).order_by(Event.number)).all()
    kept = {of.number for of in found if _says_more(of, left)}
    gone = update(Event).where(*its, Event.number.not_in(kept)).values(payload=None, salt=None)
    session.execute(gone, execution_options={"synchronize_session": False})
    return [of.number for of in found if of.number not in kept]


def _says_more(of: Event, left: Names) -> bool:
    return any((kind, str(key)) in left for kind, key, *_ in of.rows)


def _by_kind(names: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, key in sorted(names):
        found[kind].append(key)
    return found
