"""Commissioning an audit, agreeing its framework, withdrawing it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.actions import situation_in_audit, subject_of
from app.audit.bars.queries import everybody
from app.audit.commission.rules import not_offered
from app.audit.enums import AuditState
from app.audit.framework import Commission
from app.audit.log import audit_row
from app.audit.models import Audit
from app.audit.rehearsals import KEPT_FOR_THEM, may_be_rehearsal
from app.audit.rules import AUDIT, AuditKnown, ListKnown
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.sampling.models import Frame
from app.workflow import Situation, moving


def commission(session: Session, wanted: Commission, *, by: int | None, earlier: bool = False) -> Audit:
    """Commission an audit; raises Conflict where the reference is taken, or a kind of work is not offered.

    An earlier audit, done elsewhere, may be of kinds that are closed by now.
    """
    if may_be_rehearsal(wanted.ref):
        raise Conflict(f"{wanted.ref} {KEPT_FOR_THEM}.")
    faults = () if earlier else offered_faults(session, wanted)
    for fault in faults:
        raise Conflict(f"{fault}.")
    if queries.is_taken(session, wanted.ref):
        raise Conflict(f"There is already an audit with the reference {wanted.ref}. Choose another reference.")
    audit = Audit.model_validate(
        wanted,
        update={
            "state": AuditState.COMMISSIONED,
            "commissioned_at": clock.now(),
            "commissioned_by": by,
            "imported": False,
        },
    )
    session.add(audit)
    session.flush()
    record(
        session,
        "audit_commissioned",
        by=by,
        subject=subject_of(audit),
        details={"name": audit.name, "state": audit.state},
        rows=[audit_row(audit)],
    )
    return audit


def offered_faults(session: Session, wanted: Commission) -> Iterable[str]:
    """Return why kinds of work of a commission cannot be those of a new audit."""
    return not_offered(kinds_now(session), wanted.law_types, wanted.bands, wanted.shape.get("documents", ())).values()


def situation_of_agreeing(session: Session, audit: Audit, by: Viewer) -> Situation[AuditKnown]:
    """Return the situation in which a person agrees a framework or reopens it: who else may, and the audit's list."""
    may = {p.id: p.name for role in AUDIT["agree"].roles for p in everybody(session).with_role(role, audit.ref)}
    others = [name for key, name in may.items() if key not in {by.id, audit.commissioned_by}]
    frame = session.get(Frame, audit.frame_id) if audit.frame_id else None
    filings = ListKnown(frame.locked_at is not None, frame.imported_by) if frame else None
    return situation_in_audit(audit, by, AuditKnown(filings=filings, agreers=others))


def agree_framework(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Agree the framework: from now on it is locked."""
    lock(session, Audit, audit.id)
    situation = situation_of_agreeing(session, audit, by)
    with moving(session, AUDIT, "agree", audit, situation=situation, subject=subject_of(audit)):
        audit.agreed_at, audit.agreed_by = clock.now(), by.id


def withdraw(session: Session, audit: Audit, *, by: Viewer, reason: str) -> None:
    """Withdraw an audit before it is published, with the reason."""
    lock(session, Audit, audit.id)
    with moving(
        session,
        AUDIT,
        "withdraw",
        audit,
        situation=situation_in_audit(audit, by),
        subject=subject_of(audit),
        details={"reason": reason},
    ):
        audit.withdrawn_at = clock.now()


def archive(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Keep an ended audit apart from the list at once; nothing of it is lost."""
    _archived(session, audit, "archive", clock.now(), by)


def bring_back(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Bring an audit that was archived at once back to the list, until a year after its end."""
    _archived(session, audit, "bring_back", None, by)


def _archived(session: Session, audit: Audit, move: str, at: datetime | None, by: Viewer) -> None:
    lock(session, Audit, audit.id)
    situation, subject = situation_in_audit(audit, by), subject_of(audit)
    with moving(session, AUDIT, move, audit, situation=situation, subject=subject):
        audit.archived_at = at
