"""Closed lists of the audit room."""

from enum import StrEnum


class AuditKind(StrEnum):
    """What sort of audit it is."""

    NATIONAL = "national"
    THEMATIC = "thematic"
    HEALTH_CHECK = "health_check"


class AuditState(StrEnum):
    """Where an audit stands (domain.md section 4)."""

    DRAFT = "draft"
    COMMISSIONED = "commissioned"
    FRAMEWORK_AGREED = "framework_agreed"
    SAMPLED = "sampled"
    FIELDWORK = "fieldwork"
    FINALISED = "finalised"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


class TimetableStage(StrEnum):
    """What an audit's timetable has a day for, in the order in which it happens."""

    LIST_BY = "list_by"
    LOCK_ON = "lock_on"
    DICE_ON = "dice_on"
    GRADING_FROM = "grading_from"
    GRADING_TO = "grading_to"
    LAST_CHALLENGE = "last_challenge"
    FINALISE_ON = "finalise_on"
    REPORT_ON = "report_on"
    PUBLISH_ON = "publish_on"


class CaseState(StrEnum):
    """Where a sampled case stands (domain.md section 4)."""

    DRAWN = "drawn"
    ALLOCATED = "allocated"
    IN_PROGRESS = "in_progress"
    GRADED = "graded"
    FINAL = "final"
    REPLACED = "replaced"


class Origin(StrEnum):
    """How a case came into an audit; only cases drawn, and what stands in for them, speak for the population."""

    DRAWN = "drawn"
    REPLACEMENT = "replacement"
    ADDED = "added"


class ReplacementState(StrEnum):
    """What became of a request to replace a case that cannot be audited."""

    ASKED = "asked"
    MADE = "made"
    DECLINED = "declined"


class PreparedKind(StrEnum):
    """What an improvement assistant prepares: an answer to a question of fact, or where in the file an area is."""

    FACT = "fact"
    REFERENCE = "reference"


class AssessmentKind(StrEnum):
    """Why somebody completed the tool on a case."""

    FIRST = "first"
    BENCHMARK = "benchmark"
    OWN_REVIEW = "own_review"


class AssessmentState(StrEnum):
    """A draft is its author's alone; what is submitted never changes."""

    DRAFT = "draft"
    SUBMITTED = "submitted"


class DecisionKind(StrEnum):
    """What set a standing grade."""

    FIRST_GRADE = "first_grade"
    CORRECTION = "correction"
    CHALLENGE_DECISION = "challenge_decision"
    ADJUDICATION = "adjudication"
    BENCHMARK_RESOLUTION = "benchmark_resolution"


class BenchmarkState(StrEnum):
    """Where a blind second grade stands (domain.md section 4)."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    AGREED = "agreed"
    DIFFERS = "differs"
    RESOLVED = "resolved"


class ChosenBy(StrEnum):
    """How a case came to be graded a second time; agreement is weighted by it."""

    LOWEST = "lowest"
    DEPARTED = "departed"
    CHANCE = "chance"
    HAND = "hand"
    EXTENSION = "extension"


class BenchmarkOutcome(StrEnum):
    """Which grade stands after a difference was resolved."""

    FIRST = "first"
    BENCHMARK = "benchmark"
    OTHER = "other"


class Cause(StrEnum):
    """Why two people graded a case differently."""

    THRESHOLD_UNCLEAR = "threshold_unclear"
    EVIDENCE_MISSED = "evidence_missed"
    ERROR = "error"
    BORDERLINE = "borderline"
    OTHER = "other"


class ReadingSource(StrEnum):
    """Where two people gave one standard different levels: in a second grade, a challenge or its adjudication."""

    SECOND_GRADE = "second_grade"
    CHALLENGE = "challenge"
    ADJUDICATION = "adjudication"


class ClauseAnswer(StrEnum):
    """What the next version of a document does about a clause that was read in two ways."""

    CHANGED = "changed"
    KEPT = "kept"
    LATER = "later"


class ThresholdState(StrEnum):
    """Where a version of a threshold document stands; what is published never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"


# Where the tool stands below a case's address, and where its author checks and submits.
TOOL_BASES = {
    AssessmentKind.FIRST: "assess",
    AssessmentKind.BENCHMARK: "benchmark",
    AssessmentKind.OWN_REVIEW: "own-review",
}
# The decisions by which an auditor grades a case; every other is somebody else's about it.
AUDITORS_OWN = (DecisionKind.FIRST_GRADE, DecisionKind.CORRECTION)
ORIGIN_LABELS = {Origin.DRAWN: "Drawn", Origin.REPLACEMENT: "Replacement", Origin.ADDED: "Added by hand"}
REPLACEMENT_STATE_LABELS = {
    ReplacementState.ASKED: "Waiting for the audit lead",
    ReplacementState.MADE: "Replaced",
    ReplacementState.DECLINED: "Kept",
}
AUDIT_KIND_LABELS = {
    AuditKind.NATIONAL: "National audit",
    AuditKind.THEMATIC: "Thematic audit",
    AuditKind.HEALTH_CHECK: "Area health check",
}
AUDIT_STATE_LABELS = {
    AuditState.DRAFT: "Draft",
    AuditState.COMMISSIONED: "Commissioned",
    AuditState.FRAMEWORK_AGREED: "Framework agreed",
    AuditState.SAMPLED: "Sampled",
    AuditState.FIELDWORK: "Fieldwork",
    AuditState.FINALISED: "Finalised",
    AuditState.PUBLISHED: "Published",
    AuditState.WITHDRAWN: "Withdrawn",
    AuditState.DISCARDED: "Discarded",
}
TIMETABLE_LABELS = {
    TimetableStage.LIST_BY: "The list of filings is there",
    TimetableStage.LOCK_ON: "The list is locked",
    TimetableStage.DICE_ON: "The dice are thrown and the sample is drawn",
    TimetableStage.GRADING_FROM: "Grading begins",
    TimetableStage.GRADING_TO: "Grading ends",
    TimetableStage.LAST_CHALLENGE: "Last day for a challenge",
    TimetableStage.FINALISE_ON: "The audit is finalised",
    TimetableStage.REPORT_ON: "The report is written and signed",
    TimetableStage.PUBLISH_ON: "The report is published",
}
CASE_STATE_LABELS = {
    CaseState.DRAWN: "Drawn",
    CaseState.ALLOCATED: "Not started",
    CaseState.IN_PROGRESS: "In progress",
    CaseState.GRADED: "Graded",
    CaseState.FINAL: "Final",
    CaseState.REPLACED: "Replaced",
}
THRESHOLD_STATE_LABELS = {
    ThresholdState.DRAFT: "Draft",
    ThresholdState.PUBLISHED: "Published",
    ThresholdState.DISCARDED: "Discarded",
}
DECISION_LABELS = {
    DecisionKind.FIRST_GRADE: "First grade",
    DecisionKind.CORRECTION: "Correction",
    DecisionKind.CHALLENGE_DECISION: "Challenge decision",
    DecisionKind.ADJUDICATION: "Adjudication",
    DecisionKind.BENCHMARK_RESOLUTION: "Benchmark resolution",
}
BENCHMARK_STATE_LABELS = {
    BenchmarkState.ASSIGNED: "Not started",
    BenchmarkState.IN_PROGRESS: "In progress",
    BenchmarkState.SUBMITTED: "Submitted",
    BenchmarkState.AGREED: "Same grade",
    BenchmarkState.DIFFERS: "Grades differ",
    BenchmarkState.RESOLVED: "Difference resolved",
}
CHOSEN_BY_LABELS = {
    ChosenBy.LOWEST: "Graded at the lowest level",
    ChosenBy.DEPARTED: "Departs from the indicated grade",
    ChosenBy.CHANCE: "By chance",
    ChosenBy.HAND: "By hand",
    ChosenBy.EXTENSION: "More of an auditor whose grades often differed",
}
OUTCOME_LABELS = {
    BenchmarkOutcome.FIRST: "The standing grade stays",
    BenchmarkOutcome.BENCHMARK: "The benchmark is adopted",
    BenchmarkOutcome.OTHER: "Another grade",
}
# As whoever gave the second grade reads it.
STANDS_LABELS = {
    BenchmarkOutcome.FIRST: "the first grade stands",
    BenchmarkOutcome.BENCHMARK: "your grade stands",
    BenchmarkOutcome.OTHER: "another grade than both stands",
}
CAUSE_LABELS = {
    Cause.THRESHOLD_UNCLEAR: "The threshold is unclear",
    Cause.EVIDENCE_MISSED: "Evidence was missed",
    Cause.ERROR: "An error",
    Cause.BORDERLINE: "A borderline case",
    Cause.OTHER: "Something else",
}
READING_SOURCE_LABELS = {
    ReadingSource.SECOND_GRADE: "Second grades",
    ReadingSource.CHALLENGE: "Challenges",
    ReadingSource.ADJUDICATION: "Adjudications",
}
CLAUSE_ANSWER_LABELS = {
    ClauseAnswer.CHANGED: "Changed",
    ClauseAnswer.KEPT: "Kept as it is",
    ClauseAnswer.LATER: "Left for a later version",
}
# Until then the benchmarker is blind to the case.
UNFINISHED = (BenchmarkState.ASSIGNED, BenchmarkState.IN_PROGRESS)
