"""Tables of the area packs: who opened one on which day, and the area's improvement plan."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Relationship

from app.audit.models import Audit
from app.db import Base, Line, Mapped, Numbered, Text


class PackOpening(Numbered, table=True):
    """Somebody opened an area's pack, on a page or as a file; once for each person and day."""

    __tablename__ = "pack_opening"
    __table_args__ = (UniqueConstraint("audit_id", "area", "person_id", "day"),)

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    area: Mapped[str] = Field(foreign_key="service_area.code")
    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    day: Mapped[date]
    at: Mapped[datetime]


class Planned(Base):
    """What will be done, who does it and by when.

    `learning_point` is what it answers, in the words of the threshold document, empty where it answers something else.
    """

    learning_point: Mapped[str] = Field(default="")
    what: Mapped[Text]
    who: Mapped[Line]
    by_when: Mapped[date]


class ImprovementAction(Planned, Numbered, table=True):
    """What an area will do to improve; in its plans until it is done, also after the audit that it came from."""

    __tablename__ = "improvement_action"
    __table_args__ = (CheckConstraint("(done_on IS NULL) = (outcome = '')", name="done_has_outcome"),)
    stand_first = "id audit_id area"

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    area: Mapped[str] = Field(foreign_key="service_area.code", index=True)
    done_on: Mapped[date | None] = Field(default=None)
    outcome: Mapped[str] = Field(default="")
    # Goes up with each change, so that two who change it at once learn of each other.
    version: Mapped[int]
    made_by: Mapped[int] = Field(foreign_key="person.id")
    made_at: Mapped[datetime]
    audit: Mapped[Audit] = Relationship()
