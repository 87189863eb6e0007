"""Tables of the sampling room."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Frame(Base):
    """A frame: every filing of a window. Locked when it is stored; its hash comes before any seed."""

    __tablename__ = "frame"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    file_name: Mapped[str]
    rows: Mapped[int]
    practitioners: Mapped[int]
    # Practitioners by area, law type, band and employment, and the kinds of warning that were accepted.
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class FrameRow(Base):
    """One filing of a frame."""

    __tablename__ = "frame_row"
    __table_args__ = (UniqueConstraint("frame_id", "case_ref", "practitioner_id", "law_type", "filed_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"))
    case_ref: Mapped[str]
    practitioner_id: Mapped[str]
    service_area: Mapped[str]
    law_type: Mapped[str]
    performance_band: Mapped[str]
    employment: Mapped[str]
    filed_on: Mapped[date]
    document_kind: Mapped[str]


class SampleDraw(Base):
    """A draw: once for each frame, with the receipt by which anyone can check it."""

    __tablename__ = "sample_draw"

    id: Mapped[int] = mapped_column(primary_key=True)
    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), unique=True)
    seed: Mapped[str]
    selection_sha256: Mapped[str]
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON)
    drawn: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(Moment)
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
