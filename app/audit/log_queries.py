"""Every row of the audit room as the event log keeps it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session, selectinload

from app.audit.bars.models import Waiver
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
    waiver_row,
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
    """Yield the room's rows as the event log keeps them, for one audit or all; drafts are their authors' alone."""
    # What belongs to no audit is left out where one is asked for.
    none_of_one = true() if of is None else false()
    audits = select(Audit).where(true() if of is None else Audit.id == of.id)
    texts, interests = select(ThresholdText).where(none_of_one), select(Interest).where(none_of_one)
    yield from map(threshold_row, session.scalars(texts.order_by(ThresholdText.id)))
    yield from map(audit_row, session.scalars(audits.order_by(Audit.id)))
    yield from _case_rows(session, true() if of is None else AuditCase.audit_id == of.id)
    yield from map(interest_row, session.scalars(interests.order_by(Interest.id)))
    yield from map(availability_row, session.scalars(_of_audit(Availability, of)))
    yield from map(reminder_row, session.scalars(_of_audit(Reminder, of)))


def _of_audit(kind: type[Any], of: Audit | None) -> Select[Any]:
    return select(kind).where(true() if of is None else kind.audit_id == of.id).order_by(kind.id)


def _case_rows(session: Session, here: ColumnElement[bool]) -> Iterator[Row]:
    """Yield the rows of cases and of what hangs on them."""
    submitted = Assessment.state == AssessmentState.SUBMITTED
    parts = (selectinload(Assessment.judgements), selectinload(Assessment.facts))
    yield from map(case_row, session.scalars(select(AuditCase).where(here).order_by(AuditCase.id)))
    assessments = _of_cases(Assessment, here).where(submitted).options(*parts)
    yield from map(assessment_row, session.scalars(assessments))
    yield from map(decision_row, session.scalars(_of_cases(Decision, here)))
    yield from map(replacement_row, session.scalars(_of_cases(Replacement, here)))
    yield from map(preparation_row, session.scalars(_of_cases(Preparation, here)))
    yield from map(benchmark_row, session.scalars(_of_cases(Benchmark, here)))
    yield from map(waiver_row, session.scalars(_of_cases(Waiver, here)))


def _of_cases(kind: type[Any], here: ColumnElement[bool]) -> Select[Any]:
    """Select what hangs on cases, oldest first."""
    return select(kind).join(AuditCase, AuditCase.id == kind.case_id).where(here).order_by(kind.id)
