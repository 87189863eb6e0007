"""Tables of the sampling room."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from app.db import Base, Mapped, Numbered


class Frame(Numbered, table=True):
    """A frame: every filing of a window. Once it is locked it never changes, and only then can a seed be entered."""

    __tablename__ = "frame"

    sha256: Mapped[str]
    file_name: Mapped[str]
    rows: Mapped[int]
    practitioners: Mapped[int]
    # Practitioners by area, law type, band and employment; the strata by law rule; what was set aside; the warnings
    # that were accepted.
    summary: Mapped[dict[str, Any]] = Field(sa_type=JSON)
    imported_at: Mapped[datetime]
    imported_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    locked_at: Mapped[datetime | None] = Field(default=None)
    locked_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    # Its filings are erased; what is known of the whole stays, and its hash.
    forgotten_at: Mapped[datetime | None] = Field(default=None)


class FramePart(Base, table=True):
    """Some thousands of a frame's filings, compressed.

    A frame is kept as the document that it is, in the order of its hash.
    """

    __tablename__ = "frame_part"

    frame_id: Mapped[int] = Field(foreign_key="frame.id", primary_key=True)
    number: Mapped[int] = Field(primary_key=True)
    filings: Mapped[bytes]


class SampleDraw(Numbered, table=True):
    """A draw: once for each frame, with the receipt by which anyone can check it."""

    __tablename__ = "sample_draw"

    frame_id: Mapped[int] = Field(foreign_key="frame.id", unique=True)
    seed: Mapped[str]
    selection_sha256: Mapped[str]
    receipt: Mapped[dict[str, Any]] = Field(sa_type=JSON)
    drawn: Mapped[int]
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
