"""What uses a kind of work: audits, cases, lists of filings and threshold documents, which stand above in the house."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, String, column, exists, func, select, table
from sqlalchemy.orm import Session

from app.labels import plural

_AUDITS = table("audit", column("law_types", JSON), column("bands", JSON))
_CASES = table("audit_case", *map(column, ("law_type", "performance_band", "employment", "document_kind")))
_LISTS = table("frame", column("summary", JSON))
_DOCUMENTS = table("threshold_document", column("text", String))
# The column of a case in which the code of a list stands.
_OF_A_CASE = {
    "law_types": "law_type",
    "document_kinds": "document_kind",
    "employment": "employment",
    "bands": "performance_band",
}


def uses(session: Session, which: str, code: str) -> list[str]:
    """Return what a code of a list stands in, such as ‘2 audits’; nothing where nothing has it yet."""
    return list(_uses(session, which, code))


def _uses(session: Session, which: str, code: str) -> Iterator[str]:
    if which in _AUDITS.c:
        audits = sum(code in codes for codes in session.scalars(select(_AUDITS.c[which])))
        if audits:
            yield plural(audits, "audit")
    cases = session.scalar(select(func.count()).select_from(_CASES).where(_CASES.c[_OF_A_CASE[which]] == code)) or 0
    if cases:
        yield plural(cases, "case")
    if which == "employment":
        lists = sum(code in summary.get("employment", ()) for summary in session.scalars(select(_LISTS.c.summary)))
        if lists:
            yield plural(lists, "list of filings", "lists of filings")
    # A list does not count its kinds of document, so that any list may have one.
    if which == "document_kinds" and session.scalar(select(exists(select(1).select_from(_LISTS)))):
        yield "lists of filings, perhaps"
    if which == "law_types":
        documents = _named(session, code)
        if documents:
            yield plural(documents, "threshold document")


def _named(session: Session, code: str) -> int:
    """Return in how many versions of threshold documents a word stands, whatever it stands for."""
    word: Any = _DOCUMENTS.c.text
    return session.scalar(select(func.count()).select_from(_DOCUMENTS).where(word.contains(code, autoescape=True))) or 0
