"""Tables of the moderation room."""

from datetime import date, datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, Relationship

from app.audit.enums import Cause
from app.audit.models import AuditCase, Decision
from app.db import Mapped, Numbered, closed_list
from app.moderation.enums import (
    ChallengeState,
    ConcernState,
    Deadline,
    FurtherAction,
    HearingStep,
    Outcome,
    ReturnState,
    Stage,
)


class Return(Numbered, table=True):
    """A case that was graded Not Met, back with its area for immediate review."""

    __tablename__ = "returned_case"

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    decision_id: Mapped[int] = Field(foreign_key="decision.id", unique=True)
    state: Mapped[ReturnState] = Field(sa_type=closed_list(ReturnState, "state"))
    opened_at: Mapped[datetime]
    review_due: Mapped[date]
    challenge_due: Mapped[date]
    children_safe: Mapped[bool | None] = Field(default=None)
    review_note: Mapped[str] = Field(default="")
    # Before their own reading opens, and only what the head of service wrote down; empty where nothing was.
    practitioner_says: Mapped[str] = Field(default="", sa_column_kwargs={"server_default": ""})
    further_action: Mapped[FurtherAction | None] = Field(
        default=None, sa_type=closed_list(FurtherAction, "further_action")
    )
    action_what: Mapped[str] = Field(default="")
    action_who: Mapped[str] = Field(default="")
    action_by: Mapped[date | None] = Field(default=None)
    action_done_on: Mapped[date | None] = Field(default=None)
    # Who of the area opened it first, and when: a child's safety must not wait on a message that nobody reads.
    read_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    read_at: Mapped[datetime | None] = Field(default=None)
    reviewed_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    reviewed_at: Mapped[datetime | None] = Field(default=None)
    reminded_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    reminded_at: Mapped[datetime | None] = Field(default=None)
    # Why the director lets the audit end without the review; the review itself stays due.
    override_reason: Mapped[str] = Field(default="", sa_column_kwargs={"server_default": ""})
    overridden_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    overridden_at: Mapped[datetime | None] = Field(default=None)
    case: Mapped[AuditCase] = Relationship()
    extensions: Mapped[list["Extension"]] = Relationship(
        back_populates="returned", sa_relationship_kwargs={"order_by": "Extension.id"}
    )

    @property
    def brought_in(self) -> bool:
        """Say whether it came with an earlier audit's results, which do not say what the review found.

        Rows from before there was a state for that say that it was accepted, which nobody had told.
        """
        return self.case.audit.imported


class Extension(Numbered, table=True):
    """More time that the audit lead gave an area for one answer: until when before, until when now, and why."""

    __tablename__ = "extension"

    return_id: Mapped[int] = Field(foreign_key="returned_case.id", index=True)
    deadline: Mapped[Deadline] = Field(sa_type=closed_list(Deadline, "deadline"))
    before: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]
    returned: Mapped[Return] = Relationship(back_populates="extensions")


class Challenge(Numbered, table=True):
    """A head of service's challenge of a Not Met grade, once for each standing Not Met."""

    __tablename__ = "challenge"

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    return_id: Mapped[int] = Field(foreign_key="returned_case.id", unique=True)
    state: Mapped[ChallengeState] = Field(sa_type=closed_list(ChallengeState, "state"))
    claimed_grade: Mapped[str]
    summary: Mapped[str]
    raised_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    raised_at: Mapped[datetime]
    # The day by which it is expected to be decided, or adjudicated once it was taken further.
    decide_by: Mapped[date | None] = Field(default=None)
    # Who works on it at this stage, and since when: nobody of the area hears the name before the decision.
    taken_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    taken_at: Mapped[datetime | None] = Field(default=None)
    outcome: Mapped[Outcome | None] = Field(default=None, sa_type=closed_list(Outcome, "outcome"))
    decision_id: Mapped[int | None] = Field(default=None, foreign_key="decision.id")
    escalation_due: Mapped[date | None] = Field(default=None)
    escalation_reason: Mapped[str] = Field(default="")
    escalated_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    escalated_at: Mapped[datetime | None] = Field(default=None)
    adjudication_outcome: Mapped[Outcome | None] = Field(
        default=None, sa_type=closed_list(Outcome, "adjudication_outcome")
    )
    adjudication_id: Mapped[int | None] = Field(default=None, foreign_key="decision.id")
    case: Mapped[AuditCase] = Relationship()
    returned: Mapped[Return] = Relationship()
    decision: Mapped[Decision | None] = Relationship(sa_relationship_kwargs={"foreign_keys": "Challenge.decision_id"})
    adjudication: Mapped[Decision | None] = Relationship(
        sa_relationship_kwargs={"foreign_keys": "Challenge.adjudication_id"}
    )
    points: Mapped[list["ChallengePoint"]] = Relationship(sa_relationship_kwargs={"order_by": "ChallengePoint.id"})


class ChallengePoint(Numbered, table=True):
    """One contested standard: what is claimed and why, and what was decided on it and why.

    The degree of improvement is None where it was not recorded, as in decisions from before it was asked for. The cause
    says why two people read the file differently: it is None where the decision gives the level that stood.
    """

    __tablename__ = "challenge_point"
    __table_args__ = (UniqueConstraint("challenge_id", "standard"),)

    challenge_id: Mapped[int] = Field(default=None, foreign_key="challenge.id")
    standard: Mapped[str]
    claimed: Mapped[str]
    evidence: Mapped[str]
    decided: Mapped[str] = Field(default="")
    decided_degree: Mapped[str | None] = Field(default=None)
    decided_cause: Mapped[Cause | None] = Field(default=None, sa_type=closed_list(Cause, "decided_cause"))
    decided_reasons: Mapped[str] = Field(default="")
    adjudicated: Mapped[str] = Field(default="")
    adjudicated_degree: Mapped[str | None] = Field(default=None)
    adjudicated_cause: Mapped[Cause | None] = Field(default=None, sa_type=closed_list(Cause, "adjudicated_cause"))
    adjudicated_reasons: Mapped[str] = Field(default="")


class HearingDraft(Numbered, table=True):
    """What somebody has written of a claim or a ruling and has not sent: fields of its page by name, theirs alone."""

    __tablename__ = "hearing_draft"
    __table_args__ = (UniqueConstraint("return_id", "person_id", "step"),)

    return_id: Mapped[int] = Field(foreign_key="returned_case.id")
    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    step: Mapped[HearingStep] = Field(sa_type=closed_list(HearingStep, "step"))
    fields: Mapped[dict[str, str]] = Field(sa_type=JSON)
    saved_at: Mapped[datetime]


class OwnView(Numbered, table=True):
    """What somebody who decides thought of a contested standard before they saw either side.

    `standard` is empty for the grade as a whole.
    """

    __tablename__ = "own_view"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id", "stage", "standard"),)

    challenge_id: Mapped[int] = Field(foreign_key="challenge.id")
    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    stage: Mapped[Stage] = Field(sa_type=closed_list(Stage, "stage"))
    standard: Mapped[str]
    level: Mapped[str]
    note: Mapped[str]
    at: Mapped[datetime]
    challenge: Mapped[Challenge] = Relationship()


class StoodAside(Numbered, table=True):
    """Somebody who could decide a challenge and said that they will not, so that both sides are open to them."""

    __tablename__ = "stood_aside"
    __table_args__ = (UniqueConstraint("challenge_id", "person_id"),)

    challenge_id: Mapped[int] = Field(foreign_key="challenge.id")
    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    at: Mapped[datetime]
    challenge: Mapped[Challenge] = Relationship()


class ChallengeNote(Numbered, table=True):
    """What the auditor who gave a challenged grade adds for both parties and for whoever decides."""

    __tablename__ = "challenge_note"

    challenge_id: Mapped[int] = Field(foreign_key="challenge.id", index=True)
    by_id: Mapped[int] = Field(foreign_key="person.id")
    text: Mapped[str]
    at: Mapped[datetime]
    challenge: Mapped[Challenge] = Relationship()


class Concern(Numbered, table=True):
    """An urgent safeguarding concern about a case, whatever its grade: what was seen, and each step that was taken."""

    __tablename__ = "concern"

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    state: Mapped[ConcernState] = Field(sa_type=closed_list(ConcernState, "state"))
    seen: Mapped[str]
    raised_by: Mapped[int | None] = Field(default=None, foreign_key="person.id", index=True)
    raised_at: Mapped[datetime]
    acknowledge_by: Mapped[date]
    plan: Mapped[str] = Field(default="")
    act_by: Mapped[date | None] = Field(default=None)
    acknowledged_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    acknowledged_at: Mapped[datetime | None] = Field(default=None)
    action_what: Mapped[str] = Field(default="")
    action_who: Mapped[str] = Field(default="")
    action_on: Mapped[date | None] = Field(default=None)
    acted_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    acted_at: Mapped[datetime | None] = Field(default=None)
    close_reason: Mapped[str] = Field(default="")
    closed_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    closed_at: Mapped[datetime | None] = Field(default=None)
    case: Mapped[AuditCase] = Relationship()
