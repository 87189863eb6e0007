"""What a grader reads of their own final cases; every function takes the viewer, and nobody asks for another's."""

from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.audit.enums import UNFINISHED, AssessmentKind, AssessmentState, CaseState
from app.audit.models import Assessment, Audit, AuditCase, Benchmark
from app.audit.queries import standing
from app.moderation.enums import ChallengeState
from app.moderation.models import Challenge
from app.people.rules import Viewer
from app.report.mirror.rules import CountedGrades

TO_GRADE = (CaseState.ALLOCATED, CaseState.IN_PROGRESS)


def left_to_grade(session: Session, viewer: Viewer, of: Audit) -> int:
    """Return how many cases of an audit the person has still to grade, first or second."""
    own = (AuditCase.auditor_id == viewer.id) & AuditCase.state.in_(TO_GRADE)
    second = (Benchmark.benchmarker_id == viewer.id) & Benchmark.state.in_(UNFINISHED)
    query = select(func.count()).select_from(AuditCase).outerjoin(Benchmark, Benchmark.case_id == AuditCase.id)
    return session.scalar(query.where(AuditCase.audit_id == of.id, or_(own, second))) or 0


def has_graded(session: Session, viewer: Viewer, of: Audit) -> bool:
    """Say whether the person submitted a grade in an audit, first or second."""
    query = select(Assessment.id).join(AuditCase, AuditCase.id == Assessment.case_id)
    theirs = (Assessment.author_id == viewer.id) & (Assessment.state == AssessmentState.SUBMITTED)
    graded = Assessment.kind.in_([AssessmentKind.FIRST, AssessmentKind.BENCHMARK])
    return session.scalar(query.where(AuditCase.audit_id == of.id, theirs, graded).limit(1)) is not None


def _final(of: Audit) -> Select[Assessment, AuditCase]:
    query = select(Assessment, AuditCase).join(AuditCase, AuditCase.id == Assessment.case_id)
    return query.where(AuditCase.audit_id == of.id, AuditCase.state == CaseState.FINAL, standing())


def own_grades(session: Session, viewer: Viewer, of: Audit) -> Sequence[tuple[Assessment, AuditCase]]:
    """Return the person's first grades of final cases as they stand, each with its case, in the order of cases."""
    query = _final(of).where(Assessment.author_id == viewer.id).order_by(AuditCase.case_ref)
    return [(a, c) for a, c in session.execute(query.options(selectinload(Assessment.judgements)))]


def grades_counted(session: Session, of: Audit) -> list[CountedGrades]:
    """Return the first grades of an audit's final cases, counted by grader, law type and grade."""
    query = select(Assessment.author_id, AuditCase.law_type, Assessment.grade, func.count())
    query = query.join(AuditCase, AuditCase.id == Assessment.case_id).where(
        AuditCase.audit_id == of.id,
        AuditCase.state == CaseState.FINAL,
        Assessment.author_id.is_not(None),
        standing(),
    )
    grouped = query.group_by(Assessment.author_id, AuditCase.law_type, Assessment.grade)
    return [CountedGrades(person or 0, law, grade or "", n) for person, law, grade, n in session.execute(grouped)]


def second_grades(session: Session, viewer: Viewer, of: Audit) -> Sequence[Benchmark]:
    """Return the second grades of final cases in which the person gave the first or the second."""
    first = select(Assessment.id).where(Assessment.author_id == viewer.id)
    theirs = or_(Benchmark.first_id.in_(first), Benchmark.benchmarker_id == viewer.id)
    sheets = [joinedload(s).selectinload(Assessment.judgements) for s in (Benchmark.first, Benchmark.second)]
    query = select(Benchmark).join(Benchmark.case).options(*sheets, joinedload(Benchmark.case))
    compared = Benchmark.first_id.is_not(None) & Benchmark.second_id.is_not(None)
    final = (AuditCase.audit_id == of.id) & (AuditCase.state == CaseState.FINAL)
    return session.scalars(query.where(final, compared, theirs).order_by(AuditCase.case_ref)).all()


def challenges(session: Session, viewer: Viewer, of: Audit) -> Sequence[Challenge]:
    """Return the challenges of the person's own grades that came to an end, in the order of cases."""
    query = select(Challenge).join(Challenge.case)
    own = (AuditCase.audit_id == of.id) & (AuditCase.auditor_id == viewer.id) & (AuditCase.state == CaseState.FINAL)
    ended = Challenge.state != ChallengeState.WITHDRAWN
    loaded = [joinedload(Challenge.case), joinedload(Challenge.decision), joinedload(Challenge.adjudication)]
    query = query.options(*loaded, selectinload(Challenge.points))
    return session.scalars(query.where(own, ended).order_by(AuditCase.case_ref, Challenge.id)).all()
