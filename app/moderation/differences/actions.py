"""Resolves the difference between a first and a second grade.

Who gave neither says which stands, why, and what was the cause.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from app.audit.actions import decide_grade, situation_of_case
from app.audit.bars.queries import bars
from app.audit.benchmarks.actions import situation_of_benchmark, subject_of_benchmark
from app.audit.benchmarks.rules import BENCHMARK, BenchmarkKnown
from app.audit.enums import BenchmarkOutcome, Cause, DecisionKind, ReadingSource
from app.audit.library.queries import document_of
from app.audit.log import case_row, decision_row
from app.audit.models import Audit, AuditCase, Benchmark, Decision
from app.audit.standing.actions import settle_standards
from app.audit.standing.rules import adopted
from app.audit.wording.actions import keep_readings
from app.audit.wording.log import reading_row
from app.audit.wording.rules import ReadTwice
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject
from app.moderation.challenges import queries as challenges_queries
from app.moderation.enums import ReturnState
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.actions import open_return_if_lowest
from app.moderation.returns.rules import RETURN
from app.people.rules import Viewer
from app.workflow import Situation, move, moving

ADJUDICATED = (
    "The national service director has adjudicated this case, and that is final. The difference can be resolved, but "
    "the standing grade stays."
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What resolves a difference: outcome, grade, cause, reasons, and each standard that was judged differently."""

    outcome: BenchmarkOutcome
    grade: str
    cause: Cause
    reasons: str
    readings: Sequence[ReadTwice] = ()


def situation_of_difference(session: Session, of: Benchmark, viewer: Viewer) -> Situation[BenchmarkKnown]:
    """Return the situation in which a person resolves a difference, with everybody's earlier part in the case."""
    known = BenchmarkKnown(
        parts=challenges_queries.parts_in(session, of.case),
        challenge_open=challenges_queries.challenge_waits(session, of.case),
        bars=bars(session),
    )
    return situation_of_benchmark(of, viewer, known)


def why_not_changed(session: Session, case: AuditCase) -> str | None:
    """Return why a resolution cannot change a case's grade, or None."""
    return ADJUDICATED if challenges_queries.is_adjudicated(session, case) else None


def resolve(session: Session, benchmark: Benchmark, found: Resolution, *, by: Viewer) -> None:
    """Resolve a difference.

    A grade that changes is a decision, and by it the case goes back to its area, or no longer does.
    """
    lock(session, Audit, benchmark.case.audit_id)
    case = lock(session, AuditCase, benchmark.case_id)
    session.refresh(benchmark)
    before, changed = case.standing_grade, found.grade != case.standing_grade
    refusal = why_not_changed(session, case) if changed else None
    if refusal:
        raise Conflict(refusal)
    situation, subject = situation_of_difference(session, benchmark, by), subject_of_benchmark(benchmark)
    details = {**asdict(found), "before": before}
    decision = None
    with moving(
        session, BENCHMARK, "resolve", benchmark, situation=situation, subject=subject, details=details
    ) as rows:
        benchmark.outcome, benchmark.cause, benchmark.resolution = found.outcome, found.cause, found.reasons
        benchmark.resolved_by, benchmark.resolved_at = by.id, clock.now()
        if changed:
            kind, grade = DecisionKind.BENCHMARK_RESOLUTION, found.grade
            decision = decide_grade(session, case, kind=kind, grade=grade, reasons=found.reasons, by=by.id)
            benchmark.decision_id = decision.id
            if found.outcome is BenchmarkOutcome.BENCHMARK and benchmark.second is not None:
                settle_standards(session, decision, adopted(benchmark.second.judgements))
            rows += [decision_row(decision), case_row(case)]
        source = ReadingSource.SECOND_GRADE
        kept = keep_readings(session, case, found.readings, source=source, source_id=benchmark.id, by=by)
        rows += [reading_row(r) for r in kept]
    if decision:
        _what_follows(session, case, decision, before, by=by)


def _what_follows(session: Session, case: AuditCase, decision: Decision, before: str | None, *, by: Viewer) -> None:
    returned = returns_queries.return_that_stands(session, case)
    if (
        before == document_of(case.audit).lowest.code
        and returned is not None
        and returned.state in {ReturnState.OPEN, ReturnState.REVIEWED}
    ):
        details = {"reason": decision.reasons, "area": case.area, "resolved": True}
        subject = Subject("return", returned.id, case.audit.ref, case.id)
        move(
            session,
            RETURN,
            "overtake",
            returned,
            situation=situation_of_case(case, by),
            subject=subject,
            details=details,
        )
    open_return_if_lowest(session, case, decision, by=by.id)
