"""Tables of the moderation room."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.audit.models import AuditCase, Decision
from app.db import Base, Moment, closed_list
from app.moderation.enums import ChallengeState, ConcernState, Deadline, FurtherAction, Outcome, ReturnState, Stage


class Return(Base):
    """A case that was graded Not Met, back with its area for immediate review."""

    __tablename__ = "returned_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    state: Mapped[ReturnState] = mapped_column(closed_list(ReturnState, "state"))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    review_due: Mapped[date]
    challenge_due: Mapped[date]
    children_safe: Mapped[bool | None]
    review_note: Mapped[str]
    further_action: Mapped[FurtherAction | None] = mapped_column(closed_list(FurtherAction, "further_action"))
    action_what: Mapped[str]
    action_who: Mapped[str]
    action_by: Mapped[date | None]
    action_done_on: Mapped[date | None]
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    # Why the director lets the audit end without the review; the review itself stays due.
    override_reason: Mapped[str] = mapped_column(server_default="")
    overridden_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    overridden_at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[AuditCase] = relationship()


class Extension(Base):
    """More time that the audit lead gave an area for one answer: until when before, until when now, and why."""

    __tablename__ = "extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("returned_case.id"), index=True)
    deadline: Mapped[Deadline] = mapped_column(closed_list(Deadline, "deadline"))
    before: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Moment)
    returned: Mapped[Return] = relationship()


class Challenge(Base):
    """A head of service's challenge of a Not Met grade, once for each standing Not Met."""

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"), index=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("returned_case.id"), unique=True)
    state: Mapped[ChallengeState] = mapped_column(closed_list(ChallengeState, "state"))
    claimed_grade: Mapped[str]
    summary: Mapped[str]
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[Outcome | None] = mapped_column(closed_list(Outcome, "outcome"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    escalation_due: Mapped[date | None]
    escalation_reason: Mapped[str]
    escalated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    escalated_at: Mapped[datetime | None] = mapped_column(Moment)
    adjudication_outcome: Mapped[Outcome | None] = mapped_column(closed_list(Outcome, "adjudication_outcome"))
    adjudication_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    case: Mapped[AuditCase] = relationship()
    returned: Mapped[Return] = relationship()
    decision: Mapped[Decision | None] = relationship(foreign_keys=[decision_id])
    adjudication: Mapped[Decision | None] = relationship(foreign_keys=[adjudication_id])
    points: Mapped[list["ChallengePoint"]] = relationship(order_by="ChallengePoint.id")


class ChallengePoint(Base):
    """One contested standard: what is claimed and why, and what was decided on it and why."""

    __tablename__ = "challenge_point"
    __table_args__ = (UniqueConstraint("challenge_id", "standard"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    standard: Mapped[str]
    claimed: Mapped[str]
    evidence: Mapped[str]
    decided: Mapped[str]
    decided_reasons: Mapped[str]
    adjudicated: Mapped[str]
    adjudicated_reasons: Mapped[str]


class OwnView(Base):
    """What somebody who decides thought of a contested standard before they saw either side; `standard` is empty for the grade as a whole."""

    __tablename__ = "own_view"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id", "stage", "standard"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    stage: Mapped[Stage] = mapped_column(closed_list(Stage, "stage"))
    standard: Mapped[str]
    level: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    challenge: Mapped[Challenge] = relationship()


class StoodAside(Base):
    """Somebody who could decide a challenge and said that they will not, so that both sides are open to them."""

    __tablename__ = "stood_aside"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    challenge: Mapped[Challenge] = relationship()


class ChallengeNote(Base):
    """What the auditor who gave a challenged grade adds for both parties and for whoever decides."""

    __tablename__ = "challenge_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
    challenge: Mapped[Challenge] = relationship()


class Concern(Base):
    """An urgent safeguarding concern about a case, whatever its grade: what was seen, and each step that was taken."""

    __tablename__ = "concern"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("audit_case.id"), index=True)
    state: Mapped[ConcernState] = mapped_column(closed_list(ConcernState, "state"))
    seen: Mapped[str]
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    acknowledge_by: Mapped[date]
    plan: Mapped[str]
    act_by: Mapped[date | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    action_what: Mapped[str]
    action_who: Mapped[str]
    action_on: Mapped[date | None]
    acted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acted_at: Mapped[datetime | None] = mapped_column(Moment)
    close_reason: Mapped[str]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    case: Mapped[AuditCase] = relationship()
