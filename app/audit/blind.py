"""Which cases a person is blind to: those that they have to grade a second time and have not submitted.

And which are no longer theirs.
"""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.asking import written_once
from app.audit.enums import UNFINISHED, AssessmentState, AuditState
from app.audit.models import Assessment, Audit, AuditCase, Benchmark
from app.people.rules import Viewer


@written_once
def in_benchmarking(viewer: Viewer) -> Select[int]:
    """Select the ids of cases whose first grade the person must not learn, in whatever role (domain.md section 5)."""
    theirs = (
        (Benchmark.benchmarker_id == viewer.id)
        & Benchmark.state.in_(UNFINISHED)
        & (Audit.state == AuditState.FIELDWORK)
    )
    return select(Benchmark.case_id).join(Benchmark.case).join(AuditCase.audit).where(theirs)


@written_once
def seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on cases that the person is not blind to them."""
    return AuditCase.id.not_in(in_benchmarking(viewer))


def is_in_benchmarking(session: Session, viewer: Viewer, case_id: int) -> bool:
    """Say whether the person is blind to a case."""
    return session.scalar(in_benchmarking(viewer).where(Benchmark.case_id == case_id)) is not None


def left_draft(session: Session, viewer: Viewer, case_id: int) -> bool:
    """Say whether somebody has a draft on a case that was given to somebody else."""
    theirs = select(Assessment.id).where(
        Assessment.case_id == case_id, Assessment.author_id == viewer.id, Assessment.state == AssessmentState.DRAFT
    )
    return session.scalar(theirs) is not None
