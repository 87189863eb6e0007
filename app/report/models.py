"""Tables of the report room."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment


class Publication(Base):
    """An audit's figures as they were frozen when it was finalised, with their identifier."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    figures: Mapped[str]
    sha256: Mapped[str]
    frozen_at: Mapped[datetime] = mapped_column(Moment)


class Comparison(Base):
    """Which earlier audit a report is compared with, if any; `levels` says which grade each earlier one is now, where the scales differ."""

    __tablename__ = "comparison"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"))
    levels: Mapped[dict[str, str]] = mapped_column(JSON)
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime] = mapped_column(Moment)
