"""The rows of the audit room as the event log keeps them."""

from typing import Any

from app.audit.bars.models import Waiver
from app.audit.enums import ThresholdState
from app.audit.framework import DECISION_DAYS, EXTEND_OVER, SHARE
from app.audit.models import (
    Assessment,
    Audit,
    AuditCase,
    Availability,
    Benchmark,
    Decision,
    Interest,
    Preparation,
    Reminder,
    Replacement,
    ThresholdText,
)
from app.events import Row


def threshold_row(kept: ThresholdText) -> Row:
    """Return a threshold document's row."""
    # What was loaded before there were drafts has no state in the log; what is published stands there as that does.
    state = {} if kept.state is ThresholdState.PUBLISHED else {"state": kept.state}
    made = {"made": [kept.made_by, kept.base_id]} if kept.made_by or kept.base_id else {}
    sealed = {"text": [kept.text, kept.sha256, kept.title, kept.subject], **made}
    return Row("threshold", kept.id, {"version": f"{kept.document_id} {kept.version}", **state}, sealed)


# In the order in which the log has kept them from the beginning.
FRAMEWORK = (
    *("ref", "name", "kind", "purpose", "window_from", "window_to", "law_types", "bands", "fraction", "law_rule"),
    *("good_target", "not_met_target", "comparators", "threshold_id"),
    *("review_days", "challenge_days", "escalation_days", "grade_by"),
)


def audit_row(of: Audit) -> Row:
    """Return an audit's row."""
    framework = [getattr(of, name) for name in FRAMEWORK]
    # Said only where there is one, so that what the log says of an audit without one still holds.
    window: dict[str, Any] = {"correction window": of.correction_days} if of.correction_days else {}
    if (of.benchmark_share, of.extend_over) != (SHARE, EXTEND_OVER):
        window["benchmarking"] = [of.benchmark_share, of.extend_over]
    if of.decision_days != DECISION_DAYS:
        window["decision days"] = of.decision_days
    if of.targets_by or of.targets_set_in:
        window["targets"] = [of.targets_by, of.targets_set_in]
    if of.rehearsal:
        window["rehearsal"] = True
    if of.shape:
        window["shape"] = of.shape
    if of.agreed_at or of.withdrawn_at or of.archived_at:
        window["later"] = [of.agreed_at, of.agreed_by, of.withdrawn_at, of.archived_at]
    if of.forgotten_at:
        window["forgotten"] = of.forgotten_at
    dates = [of.commissioned_at, of.commissioned_by, of.finalised_at, of.published_at, of.imported]
    sealed = {"framework": framework, "sample": [of.frame_id, of.draw_id], "dates": dates, **window}
    return Row("audit", of.id, {"state": of.state}, sealed)


def case_row(of: AuditCase) -> Row:
    """Return a case's row."""
    place = [
        of.audit_id,
        of.case_ref,
        of.practitioner_id,
        of.area,
        of.law_type,
        of.performance_band,
        of.employment,
        of.filed_on,
        of.document_kind,
        of.ticket,
        of.origin,
    ]
    # Only where there is one: what earlier events say of cases without it stays true.
    pin: dict[str, Any] = {"choice by hand": of.pin} if of.pin else {}
    if of.nth > 1:
        pin["number of the practitioner’s"] = of.nth
    return Row(
        "case",
        of.id,
        {"state": of.state, "grade": of.standing_grade, "auditor": of.auditor_id},
        {"place in the sample": place, **pin},
        of.id,
    )


def interest_row(of: Interest) -> Row:
    """Return the row of a declared interest; what it is and why is between the person and the audit leads."""
    declared = [of.person_id, of.area, of.practitioner_id, of.reason, of.declared_by, of.declared_at]
    return Row(
        "interest",
        of.id,
        {"ended": of.ended_at is not None},
        {"declared": declared, "ended": [of.ended_by, of.ended_at]},
    )


def availability_row(of: Availability) -> Row:
    """Return the row of how much somebody can do; their days away are nobody else's business."""
    return Row(
        "availability",
        of.id,
        {"audit": of.audit_id, "person": of.person_id, "share": of.share},
        {"days": [of.starts_on, of.away_from, of.away_to]},
    )


def reminder_row(of: Reminder) -> Row:
    """Return a reminder's row."""
    return Row(
        "reminder", of.id, {"audit": of.audit_id, "person": of.person_id, "day": of.day}, {"sent": [of.by_id, of.at]}
    )


def assessment_row(of: Assessment) -> Row:
    """Return a submitted assessment's row with all that its author judged and wrote, each standard as a part."""
    sealed: dict[str, object] = {
        "author": [of.case_id, of.kind, of.author_id, of.author_label, of.started_at, of.submitted_at],
        "reasons": [of.departure_reason, of.indicated_grade, of.indicated_rule],
        "notes": [of.strengths_note, of.learning_note, of.themes],
    }
    sealed |= {"proposed": of.proposed} if of.proposed else {}
    sealed |= {"correction": [of.number, of.correction_reason]} if of.number > 1 or of.correction_reason else {}
    sealed |= {"asked": of.asked} if of.asked else {}
    for j in of.judgements:
        # Only where something was: what earlier events say of judgements without it stays true.
        reused = [j.reused] if j.reused else []
        sealed[f"judgement on {j.standard}"] = [j.judgement, j.degree, j.evidence, j.set_aside, *reused]
    for f in of.facts:
        sealed[f"answer on {f.fact}"] = (
            [f.answers, f.prepared_by, f.prepared_at] if f.prepared_at or f.prepared_by else f.answers
        )
    return Row("assessment", of.id, {"grade": of.grade}, sealed, of.case_id)


def preparation_row(of: Preparation) -> Row:
    """Return the row of something that was prepared."""
    return Row(
        "preparation",
        of.id,
        {"kind": of.kind, "code": of.code},
        {"prepared": [of.case_id, of.answers, of.by_id, of.at]},
        of.case_id,
    )


def decision_row(of: Decision) -> Row:
    """Return a decision's row."""
    return Row(
        "decision",
        of.id,
        {"kind": of.kind, "grade": of.grade},
        {"reasons": of.reasons, "author": [of.case_id, of.by_id, of.at]},
        of.case_id,
    )


def waiver_row(of: Waiver) -> Row:
    """Return the row of a waived interest."""
    return Row("waiver", of.id, {}, {"waived": [of.case_id, of.person_id, of.reason, of.by_id, of.at]}, of.case_id)


def replacement_row(of: Replacement) -> Row:
    """Return the row of a request to replace a case."""
    asked = [of.case_id, of.reason, of.note, of.asked_by, of.asked_at]
    answered = [of.answer, of.answered_by, of.answered_at]
    # Never said, as it is the audit of the case: where it is another one, somebody moved the request.
    moved = {"audit": of.audit_id} if of.audit_id != of.case.audit_id else {}
    return Row(
        "replacement",
        of.id,
        {"state": of.state, "number": of.number, "step": of.step, "new": of.new_case_id},
        {"asked": asked, "answered": answered, **moved},
        of.case_id,
    )


def benchmark_row(of: Benchmark) -> Row:
    """Return a benchmark's row; why the case was chosen is sealed, as it can say how the case was graded."""
    chosen = [of.case_id, of.benchmarker_id, of.chosen_by, of.reason, of.probability, of.ticket]
    found = [of.outcome, of.cause, of.resolution, of.unclear_standard]
    sealed = {
        "assigned": [*chosen, of.assigned_by, of.assigned_at],
        "compared": [of.first_id, of.second_id],
        "resolution": [*found, of.decision_id, of.resolved_by, of.resolved_at],
    }
    return Row("benchmark", of.id, {"state": of.state}, sealed, of.case_id)
