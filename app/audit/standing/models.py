"""What decisions settled, standard by standard."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Relationship

from app.audit.models import Decision
from app.db import Mapped, Numbered


class DecidedJudgement(Numbered, table=True):
    """What a decision settled of one standard: its level, degree of improvement and why; or that it is set aside.

    `degree` is None where nobody was asked for it: it is not recorded, and never guessed.
    """

    __tablename__ = "decided_judgement"
    __table_args__ = (
        UniqueConstraint("decision_id", "standard"),
        CheckConstraint("set_aside = (level = '')", name="level_or_set_aside"),
    )

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    standard: Mapped[str]
    level: Mapped[str]
    degree: Mapped[str | None] = Field(default=None)
    set_aside: Mapped[bool]
    why: Mapped[str]
    decision_id: Mapped[int] = Field(foreign_key="decision.id")
    decision: Mapped[Decision] = Relationship()
