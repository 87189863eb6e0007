"""Tables of the mapping room."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from app.db import Mapped, Numbered


class MappingSource(Numbered, table=True):
    """A source of files that are mapped, such as the export of a case system."""

    __tablename__ = "mapping_source"

    kind: Mapped[str]
    name: Mapped[str]
    closed_at: Mapped[datetime | None] = Field(default=None)


class MappingVersion(Numbered, table=True):
    """A mapping of a source's files; it never changes, so that what was read by it can be read again."""

    __tablename__ = "mapping_version"
    __table_args__ = (UniqueConstraint("source_id", "number"),)

    source_id: Mapped[int] = Field(foreign_key="mapping_source.id")
    number: Mapped[int]
    body: Mapped[dict[str, Any]] = Field(sa_type=JSON)
    sha256: Mapped[str]
    made_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    made_at: Mapped[datetime]
