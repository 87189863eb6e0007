"""The exception from a bar."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Relationship

from app.audit.models import AuditCase
from app.db import Mapped, Numbered


class Waiver(Numbered, table=True):
    """Why somebody may act on a case in which they have a declared interest: nobody else was left."""

    __tablename__ = "waiver"
    __table_args__ = (
        UniqueConstraint("case_id", "person_id"),
        CheckConstraint("reason <> ''", name="has_reason"),
        CheckConstraint("by_id <> person_id", name="not_ones_own"),
    )

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    reason: Mapped[str]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    case: Mapped[AuditCase] = Relationship()
