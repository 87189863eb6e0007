"""Tables of the report room."""

from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from app.db import Mapped, Numbered, closed_list
from app.people.enums import Role
from app.report.enums import Edition, RevisionState, SignOffState


class Publication(Numbered, table=True):
    """An audit's figures as they were frozen when it was finalised, with their identifier."""

    __tablename__ = "publication"

    audit_id: Mapped[int] = Field(foreign_key="audit.id", unique=True)
    figures: Mapped[str]
    sha256: Mapped[str]
    frozen_at: Mapped[datetime]


class Comparison(Numbered, table=True):
    """Which earlier audit a report is compared with, if any.

    `levels` says which grade each earlier one is now, where the scales differ.
    """

    __tablename__ = "comparison"

    audit_id: Mapped[int] = Field(foreign_key="audit.id", unique=True)
    earlier_id: Mapped[int | None] = Field(default=None, foreign_key="audit.id")
    levels: Mapped[dict[str, str]] = Field(sa_type=JSON)
    chosen_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    chosen_at: Mapped[datetime]


class NarrativeBox(Numbered, table=True):
    """What the audit lead wrote in one place of a report, with placeholders for its numbers.

    `version` counts how often it was saved; nobody here saved what was brought in with an earlier audit's results.
    """

    __tablename__ = "narrative_box"
    __table_args__ = (UniqueConstraint("audit_id", "code"),)

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    code: Mapped[str]
    markdown: Mapped[str]
    version: Mapped[int]
    saved_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    saved_at: Mapped[datetime]


class SignOff(Numbered, table=True):
    """That somebody stands by a report as it was: `sha256` is the identifier of what they signed."""

    __tablename__ = "sign_off"

    audit_id: Mapped[int] = Field(foreign_key="audit.id", index=True)
    role: Mapped[Role] = Field(sa_type=closed_list(Role, "role"))
    sha256: Mapped[str]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = Field(default=None)
    withdrawn_because: Mapped[str] = Field(default="")

    @property
    def state(self) -> SignOffState:
        """Return whether it still stands; its table keeps the moment at which it ended."""
        return SignOffState.STANDING if self.withdrawn_at is None else SignOffState.WITHDRAWN


class Revision(Numbered, table=True):
    """A correction of a published report: its number, why, and when it was published itself."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("audit_id", "number"),)

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    number: Mapped[int]
    reason: Mapped[str]
    begun_by: Mapped[int] = Field(foreign_key="person.id")
    begun_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = Field(default=None)

    @property
    def state(self) -> RevisionState:
        """Return where it stands; its table keeps the moment at which it was published."""
        return RevisionState.BEGUN if self.published_at is None else RevisionState.PUBLISHED


class PublishedEdition(Numbered, table=True):
    """An edition as it was published, never changed: figures, text and pictures, and the identifier of all three.

    `number` is 0 for the first publication and the revision's number after that.
    """

    __tablename__ = "published_edition"
    __table_args__ = (UniqueConstraint("audit_id", "number", "edition"),)

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    number: Mapped[int]
    edition: Mapped[Edition] = Field(sa_type=closed_list(Edition, "edition"))
    figures: Mapped[str]
    text: Mapped[str]
    # As JSON: each picture as SVG, by its code and size.
    pictures: Mapped[str]
    sha256: Mapped[str]
    published_at: Mapped[datetime]
