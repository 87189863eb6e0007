"""Threshold documents as they are kept, and who sees which version; every function that shows takes the viewer."""

from collections.abc import Sequence

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session

from app.audit.enums import AuditState, ThresholdState
from app.audit.library import rules as library_rules
from app.audit.models import Assessment, Audit, AuditCase, ThresholdText
from app.audit.queries import audits_visible_to
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.expectations import with_prompts
from app.audit.thresholds.indication import Judged
from app.audit.thresholds.loading import read_document
from app.audit.thresholds.proposing import proposed_codes
from app.errors import NotFound
from app.people.rules import Viewer


def thresholds(session: Session) -> Sequence[ThresholdText]:
    """Return every published threshold document, by title and version; an audit can be graded against any of them."""
    query = select(ThresholdText).where(ThresholdText.state == ThresholdState.PUBLISHED)
    return session.scalars(query.order_by(ThresholdText.title, ThresholdText.version.desc())).all()


def thresholds_visible_to(viewer: Viewer) -> Select[ThresholdText]:
    """Select the threshold documents that a person may read: what is published, and to those who write them drafts."""
    states = [ThresholdState.PUBLISHED, *([ThresholdState.DRAFT] if viewer.nationwide(*library_rules.EDITORS) else [])]
    return select(ThresholdText).where(ThresholdText.state.in_(states))


def versions(session: Session, viewer: Viewer, document_id: str = "") -> Sequence[ThresholdText]:
    """Return the versions of one document or of all that the person may read, newest first within each document."""
    query = thresholds_visible_to(viewer).where(ThresholdText.document_id == document_id if document_id else true())
    return session.scalars(query.order_by(ThresholdText.document_id, ThresholdText.id.desc())).all()


def threshold(session: Session, document_id: str, version: str) -> ThresholdText:
    """Return a published version of a threshold document, which everybody may read; raises NotFound."""
    found = threshold_is_taken(session, document_id, version)
    if found is None or found.state is not ThresholdState.PUBLISHED:
        raise NotFound
    return found


def version(session: Session, viewer: Viewer, document_id: str, named: str) -> ThresholdText:
    """Return a version of a threshold document, published or a draft.

    Raises NotFound where the person may not read it.
    """
    query = thresholds_visible_to(viewer).where(
        ThresholdText.document_id == document_id, ThresholdText.version == named
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def threshold_is_taken(session: Session, document_id: str, version: str) -> ThresholdText | None:
    """Return the version of a document, published or a draft, that has this name."""
    query = select(ThresholdText).where(ThresholdText.document_id == document_id, ThresholdText.version == version)
    return session.scalars(query.where(ThresholdText.state != ThresholdState.DISCARDED)).one_or_none()


def published_as(session: Session, sha256: str) -> ThresholdText | None:
    """Return the published version with a text of this hash."""
    query = select(ThresholdText).where(ThresholdText.sha256 == sha256)
    return session.scalars(query.where(ThresholdText.state == ThresholdState.PUBLISHED)).first()


def agreed_in(session: Session, viewer: Viewer) -> dict[int, list[str]]:
    """Return, by threshold document, the references of agreed audits that the person may know of."""
    found: dict[int, list[str]] = {}
    for of in session.scalars(
        audits_visible_to(viewer)
        .where(Audit.state.not_in([AuditState.DRAFT, AuditState.COMMISSIONED]))
        .order_by(Audit.ref)
    ):
        found.setdefault(of.threshold_id, []).append(of.ref)
    return found


# A draft that is edited has another text each time.
MOST_READ = 64


def document_of(of: Audit) -> ThresholdDocument:
    """Return the threshold document that an audit is graded against."""
    return document(of.threshold)


def proposed_in(case: AuditCase, of: Assessment) -> list[str]:
    """Return the codes of the strengths and learning points that an assessment's judgements propose."""
    judged = ((j.standard, Judged(j.judgement, j.degree, j.set_aside)) for j in of.judgements)
    return proposed_codes(document_of(case.audit), case.law_type, judged)


def document(kept: ThresholdText) -> ThresholdDocument:
    """Return a kept threshold document, read; each text is read once."""
    found = _read.get(kept.sha256)
    if found is None:
        while len(_read) >= MOST_READ:
            _read.pop(next(iter(_read)), None)
        found = _read[kept.sha256] = with_prompts(read_document(kept.text))
    return found


def document_by(session: Session, key: int, sha256: str) -> ThresholdDocument:
    """Return a kept threshold document by its number and hash; its long text is fetched once."""
    return _read.get(sha256) or document(session.get_one(ThresholdText, key))


# A cache: the hash of a text says all of it, in whatever database it is kept.
_read: dict[str, ThresholdDocument] = {}
