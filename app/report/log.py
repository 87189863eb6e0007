"""The rows of the report room as the event log keeps them."""

from app.events import Row
from app.report.models import NarrativeBox, PublishedEdition, Revision, SignOff


def box_row(of: NarrativeBox) -> Row:
    """Return a box's row."""
    return Row(
        "narrative box",
        of.id,
        {"audit": of.audit_id, "code": of.code, "version": of.version},
        {"text": [of.markdown, of.saved_by, of.saved_at]},
    )


def sign_off_row(of: SignOff) -> Row:
    """Return a sign-off's row."""
    said = {"audit": of.audit_id, "role": of.role, "sha256": of.sha256, "withdrawn": of.withdrawn_at is not None}
    return Row(
        "sign-off", of.id, said, {"signature": [of.by_id, of.at], "withdrawal": [of.withdrawn_at, of.withdrawn_because]}
    )


def revision_row(of: Revision) -> Row:
    """Return a revision's row."""
    said = {"audit": of.audit_id, "number": of.number, "published": of.published_at is not None}
    return Row(
        "revision", of.id, said, {"reason": [of.reason, of.begun_by, of.begun_at], "publication": [of.published_at]}
    )


def edition_row(of: PublishedEdition) -> Row:
    """Return the row of a published edition; each part that was frozen is a part of its own."""
    said = {
        "audit": of.audit_id,
        "number": of.number,
        "edition": of.edition,
        "sha256": of.sha256,
        "at": of.published_at,
    }
    return Row("published edition", of.id, said, {"figures": of.figures, "text": of.text, "pictures": of.pictures})
