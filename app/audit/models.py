"""Tables of the audit room."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field, Relationship

from app.audit.enums import (
    AssessmentKind,
    AssessmentState,
    AuditState,
    BenchmarkOutcome,
    BenchmarkState,
    CaseState,
    Cause,
    ChosenBy,
    DecisionKind,
    Origin,
    PreparedKind,
    ReplacementState,
    ThresholdState,
)
from app.audit.framework import Commission
from app.db import Base, Mapped, Numbered, Percent, closed_list, where


class ThresholdText(Numbered, table=True):
    """A version of a threshold document; immutable once it is published.

    `base_id` is the version that a draft was made from.
    """

    __tablename__ = "threshold_document"
    __table_args__ = (
        Index(
            "uq_threshold_document_version_once", "document_id", "version", unique=True, **where("state <> 'discarded'")
        ),
    )

    document_id: Mapped[str]
    version: Mapped[str]
    title: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    sha256: Mapped[str]
    loaded_at: Mapped[datetime]
    state: Mapped[ThresholdState] = Field(sa_type=closed_list(ThresholdState, "state"))
    made_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    base_id: Mapped[int | None] = Field(default=None, foreign_key="threshold_document.id")

    @property
    def name(self) -> str:
        """Return the title with the version."""
        return f"{self.title}, version {self.version}"

    @property
    def address(self) -> str:
        """Return where it is read."""
        return f"/thresholds/{self.document_id}/{self.version}"


class Audit(Commission, Numbered, table=True):
    """The commission and its framework."""

    __tablename__ = "audit"
    __table_args__ = (
        CheckConstraint("window_from <= window_to", name="window"),
        CheckConstraint("good_target BETWEEN 0 AND 100 AND not_met_target BETWEEN 0 AND 100", name="targets"),
        CheckConstraint("review_days > 0 AND challenge_days > 0 AND escalation_days > 0", name="windows"),
        CheckConstraint("correction_days >= 0", name="correction_window"),
        CheckConstraint("extend_over BETWEEN 0 AND 100", name="extend_over"),
    )
    stand_first = (
        "id ref name kind purpose state window_from window_to law_types bands fraction law_rule good_target "
        "not_met_target comparators threshold_id"
    )

    state: Mapped[AuditState] = Field(sa_type=closed_list(AuditState, "state"))
    commissioned_at: Mapped[datetime]
    commissioned_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    agreed_at: Mapped[datetime | None] = Field(default=None)
    agreed_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    finalised_at: Mapped[datetime | None] = Field(default=None)
    published_at: Mapped[datetime | None] = Field(default=None)
    withdrawn_at: Mapped[datetime | None] = Field(default=None)
    # Kept apart from the list at once; by itself it is a year after its end.
    archived_at: Mapped[datetime | None] = Field(default=None)
    # Who was audited, and what was written, is erased; the figures stay.
    forgotten_at: Mapped[datetime | None] = Field(default=None)
    imported: Mapped[bool]
    # Of invented cases, to try everything out: it counts nowhere, and can be erased whole.
    rehearsal: Mapped[bool] = Field(default=False, sa_column_kwargs={"server_default": false()})
    frame_id: Mapped[int | None] = Field(default=None, foreign_key="frame.id")
    draw_id: Mapped[int | None] = Field(default=None, foreign_key="sample_draw.id")
    threshold: Mapped[ThresholdText] = Relationship()


class AuditCase(Numbered, table=True):
    """A sampled case in an audit, the `nth` of its practitioner, and its place in the draw."""

    __tablename__ = "audit_case"
    __table_args__ = (
        UniqueConstraint("audit_id", "case_ref", "practitioner_id"),
        Index(
            "uq_audit_case_practitioner_once",
            "audit_id",
            "practitioner_id",
            "nth",
            unique=True,
            **where("state <> 'replaced'"),
        ),
    )

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    case_ref: Mapped[str]
    practitioner_id: Mapped[str]
    area: Mapped[str] = Field(foreign_key="service_area.code", index=True)
    law_type: Mapped[str]
    performance_band: Mapped[str]
    employment: Mapped[str]
    filed_on: Mapped[date | None] = Field(default=None)
    document_kind: Mapped[str]
    ticket: Mapped[str]
    nth: Mapped[int] = Field(default=1, sa_column_kwargs={"server_default": "1"})
    origin: Mapped[Origin] = Field(sa_type=closed_list(Origin, "origin"))
    state: Mapped[CaseState] = Field(sa_type=closed_list(CaseState, "state"))
    auditor_id: Mapped[int | None] = Field(default=None, foreign_key="person.id", index=True)
    standing_grade: Mapped[str | None] = Field(default=None)
    # Why a person chose the auditor by hand, empty where chance did; such a case is not shared out again.
    pin: Mapped[str] = Field(default="", sa_column_kwargs={"server_default": ""})
    audit: Mapped[Audit] = Relationship()


class Interest(Numbered, table=True):
    """An area or a practitioner whose cases a person must not grade, and why; it holds until it is ended."""

    __tablename__ = "interest"
    __table_args__ = (CheckConstraint("(area IS NULL) <> (practitioner_id = '')", name="area_or_practitioner"),)

    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    area: Mapped[str | None] = Field(default=None, foreign_key="service_area.code")
    practitioner_id: Mapped[str]
    reason: Mapped[str]
    declared_by: Mapped[int] = Field(foreign_key="person.id")
    declared_at: Mapped[datetime]
    ended_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    ended_at: Mapped[datetime | None] = Field(default=None)


class Load(Base):
    """How much of the grading somebody can do: a percentage of a full load, a late start, days away."""

    share: Mapped[Percent]
    starts_on: Mapped[date | None] = Field(default=None)
    away_from: Mapped[date | None] = Field(default=None)
    away_to: Mapped[date | None] = Field(default=None)


class Availability(Load, Numbered, table=True):
    """How much of an audit's grading a person can do."""

    __tablename__ = "availability"
    __table_args__ = (
        UniqueConstraint("audit_id", "person_id"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share"),
        CheckConstraint("away_from <= away_to", name="away"),
    )
    stand_first = "id audit_id person_id"

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    person_id: Mapped[int] = Field(foreign_key="person.id")


class Reminder(Numbered, table=True):
    """A reminder to go on grading, at most one a day for each person; it is shown until they save something."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("audit_id", "person_id", "day"),)

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    day: Mapped[date]
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]


class Replacement(Numbered, table=True):
    """A case that cannot be audited: who asked, why, what the rule put in its place, and its number in the order."""

    __tablename__ = "replacement"
    __table_args__ = (UniqueConstraint("audit_id", "number"),)

    audit_id: Mapped[int] = Field(foreign_key="audit.id")
    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    state: Mapped[ReplacementState] = Field(sa_type=closed_list(ReplacementState, "state"))
    reason: Mapped[str]
    note: Mapped[str]
    asked_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    asked_at: Mapped[datetime]
    number: Mapped[int | None] = Field(default=None)
    step: Mapped[str]
    new_case_id: Mapped[int | None] = Field(default=None, foreign_key="audit_case.id", unique=True)
    answer: Mapped[str]
    answered_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    answered_at: Mapped[datetime | None] = Field(default=None)
    case: Mapped[AuditCase] = Relationship(sa_relationship_kwargs={"foreign_keys": "Replacement.case_id"})
    new_case: Mapped[AuditCase | None] = Relationship(
        sa_relationship_kwargs={"foreign_keys": "Replacement.new_case_id"}
    )


class Assessment(Numbered, table=True):
    """One person's completed tool on a case; once submitted it never changes, and the next `number` corrects it."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "author_id", "number"),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint("state = 'draft' OR number = 1 OR correction_reason <> ''", name="correction_has_reason"),
        CheckConstraint("state = 'draft' OR grade IS NOT NULL", name="submitted_has_grade"),
        CheckConstraint("author_id IS NOT NULL OR author_label <> ''", name="has_author"),
        # Few: figures find them without reading every assessment.
        Index("ix_assessment_second_grades", "case_id", **where("kind = 'benchmark'")),
    )

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    kind: Mapped[AssessmentKind] = Field(sa_type=closed_list(AssessmentKind, "kind"))
    author_id: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    # Names authors of imported audits.
    author_label: Mapped[str]
    number: Mapped[int]
    correction_reason: Mapped[str]
    state: Mapped[AssessmentState] = Field(sa_type=closed_list(AssessmentState, "state"))
    grade: Mapped[str | None] = Field(default=None)
    departure_reason: Mapped[str]
    indicated_grade: Mapped[str | None] = Field(default=None)
    indicated_rule: Mapped[str | None] = Field(default=None)
    strengths_note: Mapped[str]
    learning_note: Mapped[str]
    themes: Mapped[list[str]] = Field(sa_type=JSON)
    asked: Mapped[list[str] | None] = Field(default=None, sa_type=JSON(none_as_null=True))
    proposed: Mapped[list[str]] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None] = Field(default=None)
    judgements: Mapped[list["Judgement"]] = Relationship(sa_relationship_kwargs={"order_by": "Judgement.id"})
    facts: Mapped[list["FactAnswer"]] = Relationship(sa_relationship_kwargs={"order_by": "FactAnswer.id"})


class Judgement(Numbered, table=True):
    """The level given to one standard, with evidence and the degree of improvement; or why it was set aside."""

    __tablename__ = "judgement"
    __table_args__ = (UniqueConstraint("assessment_id", "standard"),)

    assessment_id: Mapped[int] = Field(foreign_key="assessment.id")
    standard: Mapped[str]
    judgement: Mapped[str]
    degree: Mapped[str]
    evidence: Mapped[str]
    set_aside: Mapped[bool]
    reused: Mapped[list[dict[str, Any]] | None] = Field(default=None, sa_type=JSON(none_as_null=True))


class FactAnswer(Numbered, table=True):
    """The answer to one factual question: codes, or text."""

    __tablename__ = "fact_answer"
    __table_args__ = (UniqueConstraint("assessment_id", "fact"),)

    assessment_id: Mapped[int] = Field(foreign_key="assessment.id")
    fact: Mapped[str]
    answers: Mapped[list[str]] = Field(sa_type=JSON)
    # Whose preparation, and as of when, the auditor checked against the file.
    prepared_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    prepared_at: Mapped[datetime | None] = Field(default=None)


class Preparation(Numbered, table=True):
    """What an assistant prepared of a case, a fact or a practice area its `code`; empty where it was taken back."""

    __tablename__ = "preparation"
    __table_args__ = (UniqueConstraint("case_id", "kind", "code"),)

    case_id: Mapped[int] = Field(foreign_key="audit_case.id")
    kind: Mapped[PreparedKind] = Field(sa_type=closed_list(PreparedKind, "kind"))
    code: Mapped[str]
    answers: Mapped[list[str]] = Field(sa_type=JSON)
    by_id: Mapped[int] = Field(foreign_key="person.id")
    at: Mapped[datetime]


class Decision(Numbered, table=True):
    """Whatever set the standing grade; the newest stands, and none is overwritten."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_resolutions", "case_id", **where("kind = 'benchmark_resolution'")),)

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", index=True)
    kind: Mapped[DecisionKind] = Field(sa_type=closed_list(DecisionKind, "kind"))
    grade: Mapped[str]
    reasons: Mapped[str]
    by_id: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    at: Mapped[datetime]


class Benchmark(Numbered, table=True):
    """A blind second grade of a case: how the case was chosen, who gives it, and how a difference was resolved.

    `probability` is the chance that the case had of being chosen, as a fraction; empty where a person chose it, or
    where earlier differences did.
    """

    __tablename__ = "benchmark"
    __table_args__ = (
        CheckConstraint("(chosen_by IN ('hand', 'extension')) = (probability = '')", name="chance_or_reason"),
        CheckConstraint("probability <> '' OR reason <> ''", name="else_has_reason"),
        CheckConstraint(
            "outcome IS NULL OR (cause IS NOT NULL AND resolution <> '' AND resolved_by IS NOT NULL)",
            name="resolved_says_how",
        ),
    )

    case_id: Mapped[int] = Field(foreign_key="audit_case.id", unique=True)
    benchmarker_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    state: Mapped[BenchmarkState] = Field(sa_type=closed_list(BenchmarkState, "state"))
    chosen_by: Mapped[ChosenBy] = Field(sa_type=closed_list(ChosenBy, "chosen_by"))
    reason: Mapped[str]
    probability: Mapped[str]
    # The order in which a benchmarker sees their cases: of nothing but chance.
    ticket: Mapped[str]
    assigned_by: Mapped[int] = Field(foreign_key="person.id")
    assigned_at: Mapped[datetime]
    # The two assessments that were compared.
    first_id: Mapped[int | None] = Field(default=None, foreign_key="assessment.id")
    second_id: Mapped[int | None] = Field(default=None, foreign_key="assessment.id")
    outcome: Mapped[BenchmarkOutcome | None] = Field(default=None, sa_type=closed_list(BenchmarkOutcome, "outcome"))
    cause: Mapped[Cause | None] = Field(default=None, sa_type=closed_list(Cause, "cause"))
    resolution: Mapped[str]
    # The standard whose wording needs revision, as the difference showed.
    unclear_standard: Mapped[str]
    decision_id: Mapped[int | None] = Field(default=None, foreign_key="decision.id")
    resolved_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    resolved_at: Mapped[datetime | None] = Field(default=None)
    case: Mapped[AuditCase] = Relationship()
    first: Mapped[Assessment | None] = Relationship(sa_relationship_kwargs={"foreign_keys": "Benchmark.first_id"})
    second: Mapped[Assessment | None] = Relationship(sa_relationship_kwargs={"foreign_keys": "Benchmark.second_id"})
