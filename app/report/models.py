"""Tables of the report room."""

from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from app.db import Base, Mapped, closed_list
from app.people.enums import Role
from app.report.enums import Edition


class Publication(Base, table=True):
    """An audit's figures as they were frozen when it was finalised, with their identifier."""

    __tablename__ = "publication"

    id: Mapped[int] = Field(default=None, primary_key=True)
    audit_id: Mapped[int] = Field(foreign_key="audit.id", unique=True)
    figures: Mapped[str]
    sha256: Mapped[str]
    frozen_at: Mapped[datetime]


class Comparison(Base, table=True):
    """Which earlier audit a report is compared with, if any.

    `levels` says which grade each earlier one is now, where the scales differ.
    """

    __tablename__ = "comparison"

    id: Mapped[int] = Field(default=None, primary_key=True)
    audit_id: Mapped[int] = Field(foreign_key="audit.id", unique=True)
    earlier_id: Mapped[int | None] = Field(default=None, foreign_key="audit.id")
    levels: Mapped[dict[str, str]] = Field(sa_type=JSON)
    chosen_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    chosen_at: Mapped[datetime]


class NarrativeBox(Base, table=True):
    """What the audit lead wrote in one place of a report, with placeholders for its numbers.

    `version` counts how often it was saved.
    """

    __tablename__ = "narrative_box"
    __table_args__ = (UniqueConstraint("audit_id", "code"),)

    id: Mapped[int] = Field(default=None, primary_key=True)
    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    code: Mapped[str]
    markdown: Mapped[str]
    version: Mapped[int]
    saved_by: Mapped[int] = Field(foreign_key="person.id")
    saved_at: Mapped[datetime]


class SignOff(Base, table=True):
    """That somebody stands by a report as it was: `sha256` is the identifier of what they signed."""

    __tablename__ = "sign_off"

    id: Mapped[int] = Field(default=None, primary_key=True)
    audit_id: Mapped[int] = Field(foreign_key="audit.id", index=True)
    role: Mapped[Role] = Field(sa_type=closed_list(Role, "role"))
    sha256: Mapped[str]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = Field(default=None)
    withdrawn_because: Mapped[str] = Field(default="")


class Revision(Base, table=True):
    """A correction of a published report: its number, why, and when it was published itself."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("audit_id", "number"),)

    id: Mapped[int] = Field(default=None, primary_key=True)
    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    number: Mapped[int]
    reason: Mapped[str]
    begun_by: Mapped[int] = Field(foreign_key="person.id")
    begun_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = Field(default=None)


class PublishedEdition(Base, table=True):
    """An edition as it was published, never changed: figures, text and pictures, and the identifier of all three.

    `number` is 0 for the first publication and the revision's number after that.
    """

    __tablename__ = "published_edition"
    __table_args__ = (UniqueConstraint("audit_id", "number", "edition"),)

    id: Mapped[int] = Field(default=None, primary_key=True)
    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    number: Mapped[int]
    edition: Mapped[Edition] = Field(sa_type=closed_list(Edition, "edition"))
    figures: Mapped[str]
    text: Mapped[str]
    # As JSON: each picture as SVG, by its code and size.
    pictures: Mapped[str]
    sha256: Mapped[str]
    published_at: Mapped[datetime]
