"""Which cases a person is blind to: those that they have to grade a second time and have not submitted."""

from sqlalchemy import ColumnElement, Select, select

from app.asking import written_once
from app.audit.enums import UNFINISHED, AuditState
from app.audit.models import Audit, AuditCase, Benchmark
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
