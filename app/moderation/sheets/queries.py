"""What the pages for supervision keep, and how many cases were discussed; the caller has found the cases."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.asking import asked_once
from app.audit.enums import CaseState
from app.audit.models import Audit, AuditCase
from app.events import Row
from app.labels import capital, out_of
from app.moderation.sheets.log import sheet_row
from app.moderation.sheets.models import CaseSheet


def sheet_of(session: Session, of: AuditCase) -> CaseSheet | None:
    """Return what is kept of the talk about a case."""
    return session.scalars(select(CaseSheet).where(CaseSheet.case_id == of.id)).one_or_none()


@asked_once
def discussed(session: Session, of: Audit) -> dict[str, tuple[int, int]]:
    """Return by area how many of an audit's final cases were discussed with their practitioner, and of how many."""
    final = (AuditCase.audit_id == of.id, AuditCase.state == CaseState.FINAL)
    query = select(AuditCase.area, func.count(CaseSheet.id), func.count(AuditCase.id))
    query = query.outerjoin(CaseSheet, CaseSheet.case_id == AuditCase.id).where(*final).group_by(AuditCase.area)
    return {area: (done, cases) for area, done, cases in session.execute(query)}


def discussed_in(session: Session, of: Audit, area: str) -> tuple[int, int]:
    """Return the same of one area; nobody knows it of results that were brought in."""
    return (0, 0) if of.imported else discussed(session, of).get(area, (0, 0))


def discussed_in_words(done: int, of: int) -> str:
    """Return in a sentence how many final cases were discussed, empty where there is none to discuss."""
    if not of:
        return ""
    was = "was" if done <= 1 else "were"
    return f"{capital(out_of(done, of, 'final case'))} {was} discussed with the practitioner."


def rows(session: Session) -> Iterator[Row]:
    """Yield the rows of the pages for supervision as the event log keeps them."""
    yield from map(sheet_row, session.scalars(select(CaseSheet).order_by(CaseSheet.id)))
