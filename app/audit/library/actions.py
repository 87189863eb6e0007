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
from app.people.kinds import SHIPPED
from app.people.queries import kinds_now


def keep_threshold(session: Session, text: str, *, by: int | None) -> ThresholdText:
    """Load a threshold document, or return the same version if it is there; raises DocumentRefused, Conflict."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    # Each start brings those that come with the product, and nearly always they are there.
    known = library_queries.published_as(session, digest)
    if known is not None:
        return known
    # Those that come with the product are kept in every installation, whatever its own lists are by then.
    document = load_document(text, {*kinds_now(session).law_types.codes, *SHIPPED.law_types.codes})
    there = library_queries.threshold_is_taken(session, document.id, document.version)
    if there is not None:
        return _same(there, digest)
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
    subject, rows = Subject("threshold", kept.id), [threshold_row(kept)]
    record(session, "threshold_loaded", by=by, subject=subject, details={"sha256": digest}, rows=rows)
    return kept


def _same(there: ThresholdText, digest: str) -> ThresholdText:
    """Return the version that is there if it is published with the same text; raises Conflict."""
    named = f"{there.document_id} {there.version}"
    if there.state is ThresholdState.DRAFT:
        raise Conflict(f"{named} is there as a draft. Publish or discard the draft first, on ‘Threshold documents’.")
    if there.sha256 != digest:
        raise Conflict(f"{named} is there already with another text. An edit needs a new version.")
    return there
