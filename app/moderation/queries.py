"""What a viewer may see of returns, challenges and concerns; every function takes the viewer, or serves a guard."""

from sqlalchemy.orm import Session

from app.audit.models import AuditCase
from app.audit.queries import cases_visible_to
from app.people.rules import Viewer


def may_open(session: Session, viewer: Viewer, of: AuditCase) -> bool:
    """Say whether the person may open a case."""
    return (
        session.scalar(cases_visible_to(viewer).where(AuditCase.id == of.id).with_only_columns(AuditCase.id))
        is not None
    )
