"""An area's pack of a finalised audit, as a document."""

from dataclasses import replace

from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.documents import Document
from app.report.papers import report_document


def area_pack(session: Session, audit: Audit, area: str) -> Document:
    """Return an area's pack; raises Conflict before the audit is finalised."""
    return replace(report_document(session, audit), title=f"Area pack: {area}", reference=f"{audit.ref}-{area}")
