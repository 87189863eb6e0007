"""Tables of what evidence is written with."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import Index
from sqlmodel import Field

from app.db import Mapped, Numbered, where

LONGEST_LABEL, LONGEST_PHRASE = 80, 500
Label = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LABEL)]
Phrased = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PHRASE)]


class CaseDocument(Numbered, table=True):
    """A document of a case's file, listed once so that evidence can be picked from the list; `place` is its turn.

    `key` is what the case file system calls it. One that was listed `while_preparing` is for whoever grades the case;
    any other is its grader's own until their grade is in. A removed one stays in the texts that name it.
    """

    __tablename__ = "case_document"

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    label: Mapped[Label]
    dated: Mapped[date | None] = Field(default=None)
    key: Mapped[str]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    place: Mapped[int]
    while_preparing: Mapped[bool]
    removed_at: Mapped[datetime | None] = Field(default=None)


class Phrase(Numbered, table=True):
    """A text to use again for a standard: its owner's alone, or of the bank of an audit, the same for all its graders.

    It has no place for a level or a degree. `document_id` is the threshold document's, whatever its version.
    """

    __tablename__ = "phrase"
    __table_args__ = (
        Index("ix_phrase_own", "owner_id", "document_id", **where("audit_id IS NULL")),
        Index("ix_phrase_bank", "audit_id", **where("audit_id IS NOT NULL")),
    )

    audit_id: Mapped[int | None] = Field(default=None, foreign_key="audit.id")
    owner_id: Mapped[int] = Field(foreign_key="person.id")
    document_id: Mapped[str]
    standard: Mapped[str]
    text: Mapped[Phrased]
    at: Mapped[datetime]
    retired_at: Mapped[datetime | None] = Field(default=None)
