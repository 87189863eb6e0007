"""Readings of a document and what a draft says of them; whoever asks has been admitted to the document."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.audit.enums import AuditState, Cause, ReadingSource
from app.audit.library.queries import document
from app.audit.models import Audit, AuditCase, ThresholdText
from app.audit.wording.log import answered_clause_row, reading_row
from app.audit.wording.models import AnsweredClause, ClauseReading
from app.audit.wording.rules import Clause, clauses_read_twice, in_words, text_of
from app.events import Row


def rows(session: Session) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them."""
    yield from map(reading_row, session.scalars(select(ClauseReading).order_by(ClauseReading.id)))
    yield from map(answered_clause_row, session.scalars(select(AnsweredClause).order_by(AnsweredClause.id)))


def _ended() -> Select[int]:
    """Select the cases whose grading has ended: only then does anybody learn what became of somebody's grade."""
    ended = Audit.state.in_([AuditState.FINALISED, AuditState.PUBLISHED])
    return select(AuditCase.id).join(AuditCase.audit).where(ended)


def readings_of(
    session: Session, kept: ThresholdText, *, audit: str = "", law_type: str = ""
) -> Sequence[ClauseReading]:
    """Return the readings of a version in audits whose grading has ended; of one audit or law type where named."""
    query = select(ClauseReading).where(ClauseReading.document_id == kept.id, ClauseReading.case_id.in_(_ended()))
    if audit or law_type:
        query = query.join(AuditCase, AuditCase.id == ClauseReading.case_id).join(AuditCase.audit)
        query = query.where(Audit.ref == audit) if audit else query
        query = query.where(AuditCase.law_type == law_type) if law_type else query
    return session.scalars(query.order_by(ClauseReading.id)).all()


def readings_from(session: Session, source: ReadingSource, source_id: int) -> Mapping[str, ClauseReading]:
    """Return what one second grade or challenge found, by standard, for those who may open it."""
    query = select(ClauseReading).where(ClauseReading.source == source, ClauseReading.source_id == source_id)
    return {r.standard: r for r in session.scalars(query)}


def clauses_to_answer(session: Session, draft: ThresholdText) -> Sequence[Clause]:
    """Return the clauses of the version from which a draft was made that were read in two ways."""
    base = session.get(ThresholdText, draft.base_id) if draft.base_id else None
    return clauses_read_twice(document(base), readings_of(session, base)) if base else ()


def answers_of(session: Session, draft: ThresholdText) -> Mapping[tuple[str, str], AnsweredClause]:
    """Return what a draft, or the version that became of it, says of each clause, by standard and level."""
    found = session.scalars(select(AnsweredClause).where(AnsweredClause.draft_id == draft.id))
    return {(a.standard, a.level): a for a in found}


def became_of_clauses(session: Session, kept: ThresholdText) -> str:
    """Return in words what a version made of the clauses that were read in two ways; empty where there were none."""
    clauses = clauses_to_answer(session, kept)
    if not clauses:
        return ""
    # The words themselves are asked: an answer stays where somebody takes the change back afterwards.
    now = {s.code: s for s in document(kept).standards()}
    changed = sum(c.standard.code not in now or text_of(now[c.standard.code], c.level) != c.text for c in clauses)
    return in_words(session.get_one(ThresholdText, kept.base_id).version, len(clauses), changed)


def unanswered(session: Session, draft: ThresholdText) -> Sequence[Clause]:
    """Return the clauses of which a draft says nothing."""
    answers = answers_of(session, draft)
    return [c for c in clauses_to_answer(session, draft) if c.key not in answers]


def standards_read_twice(session: Session, of: Audit) -> int:
    """Return how many standards an audit found to be worded so that two people read them differently."""
    query = select(func.count(ClauseReading.standard.distinct())).join(AuditCase, AuditCase.id == ClauseReading.case_id)
    unclear = ClauseReading.cause == Cause.THRESHOLD_UNCLEAR
    return session.scalar(query.where(AuditCase.audit_id == of.id, unclear)) or 0
