"""Tables of the wording loop."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field

from app.audit.enums import Cause, ClauseAnswer, ReadingSource
from app.db import Mapped, Numbered, closed_list


class ClauseReading(Numbered, table=True):
    """A standard of a case to which two people gave different levels, and why; which words, where these are unclear.

    `level_a` is the earlier of the two, `level_b` the later; either is empty where somebody set the standard aside.
    `source_id` is the second grade or the challenge in which the two came together.
    """

    __tablename__ = "clause_reading"
    __table_args__ = (
        UniqueConstraint("source", "source_id", "standard"),
        CheckConstraint("level_a <> level_b", name="two_levels"),
        CheckConstraint("cause <> 'threshold_unclear' OR words <> ''", name="unclear_has_words"),
        Index("ix_clause_reading_document_id_standard", "document_id", "standard"),
    )

    document_id: Mapped[int] = Field(foreign_key="threshold_document.id")
    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    standard: Mapped[str]
    level_a: Mapped[str]
    level_b: Mapped[str]
    cause: Mapped[Cause] = Field(sa_type=closed_list(Cause, "cause"))
    words: Mapped[str]
    source: Mapped[ReadingSource] = Field(sa_type=closed_list(ReadingSource, "source"))
    source_id: Mapped[int]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]


class AnsweredClause(Numbered, table=True):
    """What a draft version does about a clause of the version that it was made from: a level of a standard."""

    __tablename__ = "answered_clause"
    __table_args__ = (
        UniqueConstraint("draft_id", "standard", "level"),
        CheckConstraint("answer <> 'kept' OR reason <> ''", name="kept_has_reason"),
    )

    draft_id: Mapped[int] = Field(foreign_key="threshold_document.id")
    standard: Mapped[str]
    level: Mapped[str]
    answer: Mapped[ClauseAnswer] = Field(sa_type=closed_list(ClauseAnswer, "answer"))
    reason: Mapped[str]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
