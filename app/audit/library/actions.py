"""Threshold documents that come with the product."""

import hashlib

from sqlalchemy.orm import Session

from app.audit.enums import ThresholdState
from app.audit.library import queries as library_queries
from app.audit.log import threshold_row
from app.audit.models import ThresholdText
from app.audit.thresholds.loading import load_document
from app.clock import clock
from app.errors import Conflict
from app.events import Subject, record


def keep_threshold(session: Session, text: str, *, by: int | None) -> ThresholdText:
    """Load a threshold document, or return the same version if it is there; raises DocumentRefused, Conflict."""
    document = load_document(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept = library_queries.threshold_is_taken(session, document.id, document.version)
    if kept is not None:
        if kept.state is ThresholdState.DRAFT:
            raise Conflict(
                f"{document.id} {document.version} is there as a draft. Publish or discard the draft first, on "
                "‘Threshold documents’."
            )
        if kept.sha256 != digest:
            raise Conflict(
                f"{document.id} {document.version} is there already with another text. An edit needs a new version."
            )
        return kept
    kept = ThresholdText(
        document_id=document.id,
        version=document.version,
        title=document.title,
        subject=document.subject,
        text=text,
        sha256=digest,
        loaded_at=clock.now(),
        state=ThresholdState.PUBLISHED,
    )
    session.add(kept)
    session.flush()
    record(
        session,
        "threshold_loaded",
        by=by,
        subject=Subject("threshold", kept.id),
        details={"sha256": digest},
        rows=[threshold_row(kept)],
    )
    return kept
