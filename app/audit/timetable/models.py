"""Tables of timetables."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.audit.enums import TimetableStage
from app.db import Base, Mapped, Numbered, closed_list


class TimetableDay(Numbered, table=True):
    """The day of a stage of an audit; `sequence` says how often it was moved, also where it has none any more."""

    __tablename__ = "timetable_day"
    __table_args__ = (UniqueConstraint("audit_id", "stage"),)

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    stage: Mapped[TimetableStage] = Field(sa_type=closed_list(TimetableStage, "stage"))
    day: Mapped[date | None] = Field(default=None)
    sequence: Mapped[int]
    set_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    set_at: Mapped[datetime]


class CalendarAddress(Base, table=True):
    """The hash of the secret address by which a person's calendar reads their audits' days; empty once revoked."""

    __tablename__ = "calendar_address"

    person_id: Mapped[int] = Field(foreign_key="person.id", primary_key=True)
    key_sha256: Mapped[str] = Field(index=True)
    made_at: Mapped[datetime]
