"""Every row of the audit room as the event log keeps it."""

from collections.abc import Iterator

from sqlalchemy import false, select, true
from sqlalchemy.orm import Session, selectinload

from app.audit.enums import AssessmentState
from app.audit.log import (
    assessment_row,
    audit_row,
    availability_row,
    benchmark_row,
    case_row,
    decision_row,
    interest_row,
    preparation_row,
    reminder_row,
    replacement_row,
    threshold_row,
)
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


def rows(session: Session, *, of: Audit | None = None) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them, for one audit or all.

    Drafts are their authors' alone and not in the log.
    """
    here = true() if of is None else AuditCase.audit_id == of.id
    submitted = (
        select(Assessment)
        .join(AuditCase, AuditCase.id == Assessment.case_id)
        .where(here, Assessment.state == AssessmentState.SUBMITTED)
    )
    parts = (selectinload(Assessment.judgements), selectinload(Assessment.facts))
    yield from map(
        threshold_row,
        session.scalars(select(ThresholdText).where(true() if of is None else false()).order_by(ThresholdText.id)),
    )
    yield from map(
        audit_row, session.scalars(select(Audit).where(true() if of is None else Audit.id == of.id).order_by(Audit.id))
    )
    yield from map(case_row, session.scalars(select(AuditCase).where(here).order_by(AuditCase.id)))
    yield from map(assessment_row, session.scalars(submitted.options(*parts).order_by(Assessment.id)))
    yield from map(
        decision_row,
        session.scalars(
            select(Decision).join(AuditCase, AuditCase.id == Decision.case_id).where(here).order_by(Decision.id)
        ),
    )
    in_audit = (
        true() if of is None else Availability.audit_id == of.id,
        true() if of is None else Reminder.audit_id == of.id,
    )
    yield from map(
        interest_row, session.scalars(select(Interest).where(true() if of is None else false()).order_by(Interest.id))
    )
    yield from map(availability_row, session.scalars(select(Availability).where(in_audit[0]).order_by(Availability.id)))
    yield from map(reminder_row, session.scalars(select(Reminder).where(in_audit[1]).order_by(Reminder.id)))
    asked = select(Replacement).join(AuditCase, AuditCase.id == Replacement.case_id).where(here)
    yield from map(replacement_row, session.scalars(asked.order_by(Replacement.id)))
    prepared = select(Preparation).join(AuditCase, AuditCase.id == Preparation.case_id).where(here)
    yield from map(preparation_row, session.scalars(prepared.order_by(Preparation.id)))
    chosen = select(Benchmark).join(AuditCase, AuditCase.id == Benchmark.case_id).where(here)
    yield from map(benchmark_row, session.scalars(chosen.order_by(Benchmark.id)))
