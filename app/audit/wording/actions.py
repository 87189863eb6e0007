"""Keeps where two people read a standard differently, and what the author of a draft says of it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.enums import ClauseAnswer, ReadingSource
from app.audit.library.rules import why_not_edited
from app.audit.models import AuditCase, ThresholdText
from app.audit.wording.log import answered_clause_row
from app.audit.wording.models import AnsweredClause, ClauseReading
from app.audit.wording.rules import Clause, ReadTwice
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.rules import Viewer


def keep_readings(
    session: Session, case: AuditCase, found: Iterable[ReadTwice], *, source: ReadingSource, source_id: int, by: Viewer
) -> Sequence[ClauseReading]:
    """Keep the standards of a case that two people judged differently; the act that found them keeps the event."""
    kept = [
        ClauseReading(
            document_id=case.audit.threshold_id,
            case_id=case.id,
            standard=r.standard,
            level_a=r.level_a,
            level_b=r.level_b,
            cause=r.cause,
            words=r.words,
            source=source,
            source_id=source_id,
            by_id=by.id,
            at=clock.now(),
        )
        for r in found
    ]
    session.add_all(kept)
    session.flush()
    return kept


def answer_clause(
    session: Session, draft: ThresholdText, clause: Clause, answer: ClauseAnswer, reason: str, *, by: Viewer
) -> None:
    """Keep what a draft does about a clause; the newest answer stands. Raises Conflict where it is published."""
    lock(session, ThresholdText, draft.id)
    if refusal := why_not_edited(draft):
        raise Conflict(refusal)
    of = AnsweredClause.draft_id == draft.id
    same = (AnsweredClause.standard == clause.standard.code) & (AnsweredClause.level == clause.level)
    kept = session.scalars(select(AnsweredClause).where(of & same)).one_or_none()
    if kept is None:
        code, level, now = clause.standard.code, clause.level, clock.now()
        kept = AnsweredClause(
            draft_id=draft.id, standard=code, level=level, answer=answer, reason=reason, by_id=by.id, at=now
        )
        session.add(kept)
    else:
        kept.answer, kept.reason, kept.by_id, kept.at = answer, reason, by.id, clock.now()
    session.flush()
    details = {"standard": clause.standard.code, "level": clause.level, "answer": answer, "reason": reason}
    rows = [answered_clause_row(kept)]
    record(session, "clause_answered", by=by.id, subject=Subject("threshold", draft.id), details=details, rows=rows)
