"""Tables of the report room."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment, closed_list
from app.people.enums import Role
from app.report.enums import Edition


class Publication(Base):
    """An audit's figures as they were frozen when it was finalised, with their identifier."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    figures: Mapped[str]
    sha256: Mapped[str]
    frozen_at: Mapped[datetime] = mapped_column(Moment)


class Comparison(Base):
    """Which earlier audit a report is compared with, if any; `levels` says which grade each earlier one is now, where the scales differ."""

    __tablename__ = "comparison"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    earlier_id: Mapped[int | None] = mapped_column(ForeignKey("audit.id"))
    levels: Mapped[dict[str, str]] = mapped_column(JSON)
    chosen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime] = mapped_column(Moment)


class NarrativeBox(Base):
    """What the audit lead wrote in one place of a report, with placeholders for its numbers; `version` counts how often it was saved."""

    __tablename__ = "narrative_box"
    __table_args__ = (UniqueConstraint("audit_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    code: Mapped[str]
    markdown: Mapped[str]
    version: Mapped[int]
    saved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(Moment)


class SignOff(Base):
    """That somebody stands by a report as it was: `sha256` is the identifier of what they signed."""

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), index=True)
    role: Mapped[Role] = mapped_column(closed_list(Role, "role"))
    sha256: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_because: Mapped[str]


class Revision(Base):
    """A correction of a published report: its number, why, and when it was published itself."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("audit_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    number: Mapped[int]
    reason: Mapped[str]
    begun_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)


class PublishedEdition(Base):
    """An edition of a report as it was published, never changed: figures, text and pictures, and the identifier of all three.

    `number` is 0 for the first publication and the revision's number after that.
    """

    __tablename__ = "published_edition"
    __table_args__ = (UniqueConstraint("audit_id", "number", "edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    number: Mapped[int]
    edition: Mapped[Edition] = mapped_column(closed_list(Edition, "edition"))
    figures: Mapped[str]
    text: Mapped[str]
    # As JSON: each picture as SVG, by its code and size.
    pictures: Mapped[str]
    sha256: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(Moment)
