"""What happens after a grade: one verb, one function, the change and its event in one transaction."""

from sqlalchemy.orm import Session

from app.audit.models import Audit, AuditCase
from app.db import lock
from app.events import Subject
from app.moderation.models import Challenge, Concern, Return


def subject_of(kind: str, thing: Return | Challenge | Concern) -> Subject:
    """Return a thing of this room as the subject of an event."""
    return Subject(kind, thing.id, thing.case.audit.ref, thing.case_id)


def hold(session: Session, thing: Return | Challenge | Concern) -> AuditCase:
    """Hold a thing's case and return it; its audit is held first, as it must not end while something is decided."""
    lock(session, Audit, thing.case.audit_id)
    case = lock(session, AuditCase, thing.case_id)
    # Whoever held it until now may have moved the thing on.
    session.refresh(thing)
    return case
