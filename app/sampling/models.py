"""Tables of the sampling room."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Frame(Base):
    """A frame: every filing of a window. Once it is locked it never changes, and only then can a seed be entered."""

    __tablename__ = "frame"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    file_name: Mapped[str]
    rows: Mapped[int]
    practitioners: Mapped[int]
    # Practitioners by area, law type, band and employment; the strata by law rule; what was set aside; the warnings that were accepted.
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    locked_at: Mapped[datetime | None] = mapped_column(Moment)
    locked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class FramePart(Base):
    """Some thousands of a frame's filings, compressed: a frame is kept as the document that it is, in the order of its hash."""

    __tablename__ = "frame_part"

    frame_id: Mapped[int] = mapped_column(ForeignKey("frame.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    filings: Mapped[bytes] = mapped_column(LargeBinary)


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
