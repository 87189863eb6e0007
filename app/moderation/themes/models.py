"""The table of what the audit lead made of a learning point whose standard was decided at the best level."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Relationship

from app.audit.models import AuditCase
from app.db import Mapped, Numbered


class ThemeChoice(Numbered, table=True):
    """Whether a learning point of a case is kept or dropped, as it was chosen last; each choice is an event."""

    __tablename__ = "theme_choice"
    __table_args__ = (UniqueConstraint("case_id", "theme"),)

    case_id: Mapped[int] = Field(foreign_key="audit_case.id")
    theme: Mapped[str]
    keep: Mapped[bool]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    case: Mapped[AuditCase] = Relationship()
