"""The table of what a case's page for supervision keeps."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlmodel import Field, Relationship

from app.audit.models import AuditCase
from app.db import Base, LineOrEmpty, Mapped, Numbered

LONGEST_AGREED = 600


class Discussed(Base):
    """When a case was discussed with its practitioner, by whom, and what was agreed."""

    discussed_on: Mapped[date]
    discussed_by: Mapped[LineOrEmpty] = Field(default="")
    agreed: Mapped[Annotated[str, StringConstraints(max_length=LONGEST_AGREED)]] = Field(default="")
    due: Mapped[date | None] = Field(default=None)


class CaseSheet(Discussed, Numbered, table=True):
    """What was recorded last of the talk about a case; each earlier record is an event."""

    __tablename__ = "case_sheet"
    stand_first = "id case_id"

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", unique=True)
    recorded_by: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    case: Mapped[AuditCase] = Relationship()
