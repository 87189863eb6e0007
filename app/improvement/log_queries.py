"""Yields the improvement room's rows for the check of the event log."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events import Row
from app.improvement.log import point_row, reading_row, reflection_row
from app.improvement.models import FactualPoint, Reading, Reflection


def rows(session: Session) -> Iterator[Row]:
    """Yield every row as the event log keeps it."""
    yield from map(reading_row, session.scalars(select(Reading).order_by(Reading.id)))
    yield from map(reflection_row, session.scalars(select(Reflection).order_by(Reflection.id)))
    yield from map(point_row, session.scalars(select(FactualPoint).order_by(FactualPoint.id)))
