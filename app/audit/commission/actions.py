"""Commissioning an audit, agreeing its framework, withdrawing it."""

from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.actions import situation_in_audit, subject_of
from app.audit.commission.rules import not_offered
from app.audit.enums import AuditState
from app.audit.log import audit_row
from app.audit.models import Audit, Commission
from app.audit.rules import AUDIT
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.workflow import move


def commission(session: Session, wanted: Commission, *, by: int | None, earlier: bool = False) -> Audit:
    """Commission an audit; raises Conflict where the reference is taken, or a kind of work is not offered.

    An earlier audit, done elsewhere, may be of kinds that are closed by now.
    """
    faults = () if earlier else not_offered(kinds_now(session), wanted.law_types, wanted.bands).values()
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


def agree_framework(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Agree the framework: from now on it is locked."""
    lock(session, Audit, audit.id)
    move(session, AUDIT, "agree", audit, situation=situation_in_audit(audit, by), subject=subject_of(audit))


def withdraw(session: Session, audit: Audit, *, by: Viewer, reason: str) -> None:
    """Withdraw an audit before it is published, with the reason."""
    lock(session, Audit, audit.id)
    move(
        session,
        AUDIT,
        "withdraw",
        audit,
        situation=situation_in_audit(audit, by),
        subject=subject_of(audit),
        details={"reason": reason},
    )
