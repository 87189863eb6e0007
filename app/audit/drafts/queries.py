"""Drafts of audits that somebody may write in, and what a new one can start from."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.drafts.log import draft_row, template_row
from app.audit.drafts.models import AuditDraft, AuditTemplate
from app.audit.drafts.rules import next_reference
from app.audit.enums import AuditState, ThresholdState
from app.audit.library.queries import document_of, thresholds
from app.audit.models import Audit, ThresholdText
from app.audit.queries import THRESHOLD, is_taken
from app.audit.rehearsals import KEPT_FOR_THEM, may_be_rehearsal
from app.audit.rules import AUDIT
from app.errors import Conflict, NotFound
from app.events import Row
from app.people.rules import Viewer

NO_DRAFT = "This audit is no draft any more. What was agreed in it stands here."


def rows(session: Session) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them."""
    yield from map(draft_row, session.scalars(select(AuditDraft).order_by(AuditDraft.audit_id)))
    yield from map(template_row, session.scalars(select(AuditTemplate).order_by(AuditTemplate.id)))


def drafts(session: Session, viewer: Viewer) -> Sequence[Audit]:
    """Return the drafts that somebody may write in, the oldest first."""
    roles = AUDIT["save"].roles
    if not viewer.holds(*roles):
        return ()
    found = select(Audit).where(Audit.state == AuditState.DRAFT).options(THRESHOLD).order_by(Audit.id)
    if not viewer.nationwide(*roles):
        found = found.where(Audit.ref.in_(viewer.audits(*roles)))
    return session.scalars(found).all()


def draft(session: Session, viewer: Viewer, ref: str) -> Audit:
    """Return a draft that somebody may write in; raises NotFound."""
    found = next((of for of in drafts(session, viewer) if of.ref == ref), None)
    if found is None:
        raise NotFound
    return found


def typed(session: Session, of: Audit) -> AuditDraft:
    """Return what is typed in a draft; raises Conflict where the audit never was one, or is none any more."""
    found = session.get(AuditDraft, of.id)
    if found is None:
        raise Conflict(NO_DRAFT)
    return found


def templates(session: Session) -> Sequence[AuditTemplate]:
    """Return the templates that a new audit can start from, by name."""
    query = select(AuditTemplate).where(AuditTemplate.retired_at.is_(None))
    return session.scalars(query.order_by(AuditTemplate.name)).all()


def template(session: Session, number: int) -> AuditTemplate:
    """Return a template that is in use; raises NotFound."""
    found = next((of for of in templates(session) if of.id == number), None)
    if found is None:
        raise NotFound
    return found


def scale_of(of: Audit) -> Sequence[str]:
    """Return the levels of an audit's document, best first."""
    return [level.code for level in document_of(of).scale]


def newest_version(session: Session, of: Audit) -> int:
    """Return the newest published version of the document that an audit is graded against."""
    same = (ThresholdText.document_id == of.threshold.document_id, ThresholdText.state == ThresholdState.PUBLISHED)
    newest = session.scalars(select(ThresholdText.id).where(*same).order_by(ThresholdText.id.desc()).limit(1)).first()
    return newest or of.threshold_id


def documents(session: Session) -> Sequence[ThresholdText]:
    """Return the documents by which cases can be graded: all that are published."""
    return [t for t in thresholds(session) if t.subject == "case"]


def reference_faults(session: Session, ref: str, of: Audit | None) -> str:
    """Return why a draft cannot have a reference, and which like it is free; empty where it can."""
    if of is not None and ref == of.ref:
        return ""
    if of is not None and of.commissioned_by is not None:
        return f"This audit was commissioned as {of.ref}, so it keeps that reference"
    if may_be_rehearsal(ref):
        return f"{ref} {KEPT_FOR_THEM}"
    if not is_taken(session, ref):
        return ""
    free = next_reference(ref, lambda other: is_taken(session, other))
    instead = f"Choose another reference, such as {free}" if free else "Choose another reference"
    return f"There is already an audit with the reference {ref}. {instead}"
