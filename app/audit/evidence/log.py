"""How the event log keeps listed documents and phrases."""

from app.audit.evidence.models import CaseDocument, Phrase
from app.events import Row


def case_document_row(of: CaseDocument) -> Row:
    """Return the row of a listed document; what it is called is in nobody's log."""
    listed = [of.label, of.dated, of.key, of.by_id, of.at, of.place, of.while_preparing]
    return Row(
        "case document",
        of.id,
        {"removed": of.removed_at is not None},
        {"listed": [of.case_id, *listed], "removed": of.removed_at},
        of.case_id,
    )


def phrase_row(of: Phrase) -> Row:
    """Return the row of a phrase; its text is its owner's, or for those who grade the audit."""
    kept = [of.audit_id, of.owner_id, of.document_id, of.standard, of.text, of.at]
    return Row("phrase", of.id, {"retired": of.retired_at is not None}, {"kept": kept, "retired": of.retired_at})
