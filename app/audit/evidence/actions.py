"""Listing the documents of a case's file, and keeping phrases; taking them off again."""

from datetime import date

from sqlalchemy.orm import Session

from app.audit.actions import subject_of, subject_of_case
from app.audit.evidence.log import case_document_row, phrase_row
from app.audit.evidence.models import CaseDocument, Phrase
from app.audit.evidence.queries import listed_documents, phrase_like
from app.audit.evidence.rules import phrase_fault, same, why_not_dated, why_not_listed
from app.audit.library.queries import document_of
from app.audit.models import Audit, AuditCase
from app.clock import clock
from app.db import lock
from app.errors import Conflict, NotFound, Refusal
from app.events import Subject, record
from app.people.rules import Viewer


def list_document(
    session: Session, case: AuditCase, label: str, *, dated: date | None, key: str, preparing: bool, by: Viewer
) -> bool:
    """List a document of a case's file; False where it is listed already."""
    lock(session, AuditCase, case.id)
    listed = listed_documents(session, by, case.id)
    if same(label, dated, listed):
        return False
    refusal = why_not_dated(dated) or why_not_listed(len(listed))
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


def keep_phrase(
    session: Session, text: str, *, document_id: str, standard: str, bank_of: Audit | None, by: Viewer
) -> Phrase:
    """Keep a text as a phrase for a standard: one's own, or of the bank of an audit; the same text is kept once."""
    fault = phrase_fault(text)
    if fault:
        raise Refusal(fault)
    if bank_of is not None:
        lock(session, Audit, bank_of.id)
    audit_id = bank_of.id if bank_of else None
    there = phrase_like(session, by, text, audit_id=audit_id, document_id=document_id, standard=standard)
    if there is not None:
        return there
    made = Phrase(
        audit_id=audit_id, owner_id=by.id, document_id=document_id, standard=standard, text=text, at=clock.now()
    )
    session.add(made)
    session.flush()
    _record_phrase(session, made, "phrase_kept", bank_of, by)
    return made


def retire_phrase(session: Session, phrase: Phrase, *, bank_of: Audit | None, by: Viewer) -> None:
    """Offer a phrase no more; evidence that was written with it stays as it is."""
    if phrase.retired_at is None:
        phrase.retired_at = clock.now()
        session.flush()
        _record_phrase(session, phrase, "phrase_retired", bank_of, by)


def _record_phrase(session: Session, phrase: Phrase, name: str, bank_of: Audit | None, by: Viewer) -> None:
    """Record a change of the bank for all to see, and one of somebody's own phrases for the record alone."""
    if bank_of is None:
        subject = Subject("phrase", phrase.id)
        record(session, f"own_{name}", by=by.id, subject=subject, rows=[phrase_row(phrase)])
        return
    details = {"standard": document_of(bank_of).standard(phrase.standard).title, "text": phrase.text}
    record(session, f"bank_{name}", by=by.id, subject=subject_of(bank_of), details=details, rows=[phrase_row(phrase)])
