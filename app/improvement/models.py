"""Tables of the improvement room: a practitioner's reading of their audited case, and what they say about it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import CheckConstraint
from sqlmodel import Field, Relationship

from app.audit.models import AuditCase
from app.db import Base, Mapped, Numbered, Text, closed_list
from app.improvement.enums import ReadingState

LONGEST_LEARNING = 600
Learning = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LEARNING)]


class Learned(Base):
    """What will be learned, by when, and how both will know."""

    learning: Mapped[Learning]
    learn_by: Mapped[date]
    known_by: Mapped[Learning]


class Reading(Numbered, table=True):
    """A practitioner's reading of their audited case; its row begins with their first step.

    `learning`, `learn_by` and `known_by` are what the service manager wrote last; it is agreed once the practitioner
    confirms those very words.
    """

    __tablename__ = "reading"
    __table_args__ = (CheckConstraint("(learning = '') = (learn_by IS NULL)", name="learning_has_day"),)

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", unique=True)
    state: Mapped[ReadingState] = Field(sa_type=closed_list(ReadingState, "state"))
    opened_at: Mapped[datetime]
    read_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    read_at: Mapped[datetime | None] = Field(default=None)
    learning: Mapped[str] = Field(default="")
    learn_by: Mapped[date | None] = Field(default=None)
    known_by: Mapped[str] = Field(default="")
    proposed_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    proposed_at: Mapped[datetime | None] = Field(default=None)
    agreed_at: Mapped[datetime | None] = Field(default=None)
    closed_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    closed_at: Mapped[datetime | None] = Field(default=None)
    case: Mapped[AuditCase] = Relationship()


class Reflection(Numbered, table=True):
    """What a practitioner thinks of their audited case: theirs alone until they share it."""

    __tablename__ = "reflection"

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", unique=True)
    text: Mapped[Text]
    shared: Mapped[bool]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]


class FactualPoint(Numbered, table=True):
    """Something of which a practitioner says that it is factually wrong, and what the audit lead answers."""

    __tablename__ = "factual_point"

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    what: Mapped[Text]
    right: Mapped[Text]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    answer: Mapped[str] = Field(default="")
    answered_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    answered_at: Mapped[datetime | None] = Field(default=None)
    case: Mapped[AuditCase] = Relationship()
