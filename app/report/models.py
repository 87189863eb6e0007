"""Tables of the report room."""

from datetime import datetime

from sqlalchemy import ForeignKey
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
