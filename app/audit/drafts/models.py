"""Tables of drafts of audits."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field

from app.db import Base, Mapped, Numbered, where


class AuditDraft(Base, table=True):
    """The form of an audit as it was typed, complete or not, and why it came back to its draft, if it did."""

    __tablename__ = "audit_draft"

    audit_id: Mapped[int] = Field(foreign_key="audit.id", primary_key=True)
    typed: Mapped[dict[str, str]] = Field(sa_type=JSON)
    saved_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    saved_at: Mapped[datetime]
    returned_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    returned_why: Mapped[str] = Field(default="")


class AuditTemplate(Numbered, table=True):
    """What a new audit can start from: a form without its days and its reference, under a name."""

    __tablename__ = "audit_template"
    __table_args__ = (Index("uq_audit_template_name_once", "name", unique=True, **where("retired_at IS NULL")),)

    name: Mapped[str]
    body: Mapped[dict[str, str]] = Field(sa_type=JSON)
    made_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = Field(default=None)
    retired_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
