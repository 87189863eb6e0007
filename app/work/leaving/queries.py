"""What somebody has in hand, in audits that are not over; an administrator is shown the counts alone."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from app.audit.enums import UNFINISHED, AssessmentKind, AssessmentState, AuditState, BenchmarkState, CaseState
from app.audit.models import Assessment, Audit, AuditCase, Benchmark
from app.audit.staff.queries import OPEN
from app.moderation.enums import ChallengeState, ReturnState
from app.moderation.models import Challenge, Return
from app.people.enums import Role, Scope
from app.people.models import Person
from app.report.packs.models import ImprovementAction

_NOT_OVER = Audit.state.not_in([AuditState.PUBLISHED, AuditState.WITHDRAWN])


def cases(session: Session, person: int, *states: CaseState) -> Sequence[AuditCase]:
    """Return the cases that somebody has to grade."""
    theirs = (AuditCase.auditor_id == person, AuditCase.state.in_(states or OPEN))
    query = select(AuditCase).join(AuditCase.audit).where(*theirs, Audit.state == AuditState.FIELDWORK)
    return session.scalars(query.options(joinedload(AuditCase.audit)).order_by(AuditCase.id)).all()


def second_grades(session: Session, person: int) -> Sequence[Benchmark]:
    """Return the second grades that somebody has not given yet."""
    query = select(Benchmark).join(Benchmark.case).join(AuditCase.audit)
    theirs = (Benchmark.benchmarker_id == person, Benchmark.state.in_(UNFINISHED), Audit.state == AuditState.FIELDWORK)
    given = joinedload(Benchmark.case).joinedload(AuditCase.audit)
    return session.scalars(query.where(*theirs).options(given).order_by(Benchmark.id)).all()


def differences(session: Session) -> Sequence[Benchmark]:
    """Return the second grades that differ from the first, and wait for somebody who resolves the difference."""
    query = select(Benchmark).join(Benchmark.case).join(AuditCase.audit)
    waits = (Benchmark.state == BenchmarkState.DIFFERS, Audit.state == AuditState.FIELDWORK)
    given = joinedload(Benchmark.case).joinedload(AuditCase.audit)
    return session.scalars(query.where(*waits).options(given).order_by(Benchmark.id)).all()


def challenges(session: Session, person: int) -> Sequence[Challenge]:
    """Return the challenges on which somebody works."""
    waits = Challenge.state.in_([ChallengeState.OPEN, ChallengeState.ESCALATED])
    query = select(Challenge).join(Challenge.case).join(AuditCase.audit)
    given = joinedload(Challenge.case).joinedload(AuditCase.audit)
    return session.scalars(query.where(Challenge.taken_by == person, waits, _NOT_OVER).options(given)).all()


def areas_of(person: Person) -> list[str]:
    """Return the areas that somebody heads, for good or for some time."""
    return sorted(g.scope for g in person.grants if g.role is Role.HEAD_OF_SERVICE and g.scope_kind is Scope.AREA)


def returned(session: Session, areas: Sequence[str]) -> Sequence[AuditCase]:
    """Return the cases of some areas that wait there for their immediate review."""
    query = select(AuditCase).join(Return, Return.case_id == AuditCase.id).join(AuditCase.audit)
    waits = (Return.state == ReturnState.OPEN, AuditCase.area.in_(areas), _NOT_OVER)
    return session.scalars(query.where(*waits).options(joinedload(AuditCase.audit))).all() if areas else ()


def own_reviews(session: Session, person: int) -> Sequence[AuditCase]:
    """Return the cases of which somebody has begun an own review of their area and not sent it."""
    draft = (Assessment.author_id == person, Assessment.state == AssessmentState.DRAFT)
    query = select(AuditCase).join(Assessment, Assessment.case_id == AuditCase.id).join(AuditCase.audit)
    own = Assessment.kind == AssessmentKind.OWN_REVIEW
    return session.scalars(query.where(*draft, own, _NOT_OVER).options(joinedload(AuditCase.audit))).all()


def actions_of(session: Session, areas: Sequence[str], person: int) -> Sequence[ImprovementAction]:
    """Return what is not done yet of the plans of some areas, or was planned by somebody."""
    theirs = or_(ImprovementAction.area.in_(areas), ImprovementAction.made_by == person)
    query = select(ImprovementAction).where(theirs, ImprovementAction.done_on.is_(None))
    return session.scalars(query.options(joinedload(ImprovementAction.audit))).all()
