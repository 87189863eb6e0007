"""Reads frames and draws; whoever may see the audit that they belong to has been checked by the caller's room."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sampling.draw import Filing
from app.sampling.models import Frame, FrameRow, SampleDraw


def frame(session: Session, frame_id: int | None) -> Frame | None:
    """Return a frame by its id."""
    return session.get(Frame, frame_id) if frame_id else None


def sample_draw(session: Session, draw_id: int | None) -> SampleDraw | None:
    """Return a draw by its id."""
    return session.get(SampleDraw, draw_id) if draw_id else None


def filings(session: Session, of: Frame) -> Sequence[Filing]:
    """Return every filing of a frame, as the draw wants them."""
    row = FrameRow
    query = select(
        row.case_ref, row.practitioner_id, row.service_area, row.law_type, row.performance_band, row.employment,
        row.filed_on, row.document_kind,
    ).where(row.frame_id == of.id)  # fmt: skip
    return [Filing(*columns[:6], columns[6].isoformat(), columns[7]) for columns in session.execute(query)]
