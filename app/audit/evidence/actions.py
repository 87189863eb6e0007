"""Listing the documents of a case's file, and taking them off the list."""

from datetime import date

from sqlalchemy.orm import Session

from app.audit.actions import subject_of_case
from app.audit.evidence.log import case_document_row
from app.audit.evidence.models import CaseDocument
from app.audit.evidence.queries import listed_documents
from app.audit.evidence.rules import same, why_not_listed
from app.audit.models import AuditCase
from app.clock import clock
from app.db import lock
from app.errors import Conflict, NotFound
from app.events import record
from app.people.rules import Viewer


def list_document(
    session: Session, case: AuditCase, label: str, *, dated: date | None, key: str, preparing: bool, by: Viewer
) -> bool:
    """List a document of a case's file; False where it is listed already."""
    lock(session, AuditCase, case.id)
    listed = listed_documents(session, by, case.id)
    if same(label, dated, listed):
        return False
    refusal = why_not_listed(len(listed))
    if refusal:
        raise Conflict(refusal)
    made = CaseDocument(
        case_id=case.id,
        label=label,
        dated=dated,
        key=key,
        by_id=by.id,
        at=clock.now(),
        place=len(listed) + 1,
        while_preparing=preparing,
    )
    session.add(made)
    session.flush()
    record(session, "document_listed", by=by.id, subject=subject_of_case(case), rows=[case_document_row(made)])
    return True


def remove_document(session: Session, case: AuditCase, number: int, *, preparing: bool, by: Viewer) -> CaseDocument:
    """Take a document off the list; texts that name it stay as they are. Raises NotFound."""
    lock(session, AuditCase, case.id)
    found = next((one for one in listed_documents(session, by, case.id) if one.id == number), None)
    row = session.get(CaseDocument, number)
    if found is None or row is None or not found.is_removed_by(by, preparing=preparing):
        raise NotFound
    row.removed_at = clock.now()
    session.flush()
    record(session, "document_removed", by=by.id, subject=subject_of_case(case), rows=[case_document_row(row)])
    return row
