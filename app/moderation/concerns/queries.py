"""Concerns and who sees them; every function that shows takes the viewer."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, bindparam, func, select, true
from sqlalchemy.orm import Session, contains_eager

from app.asking import asked_once, written_once
from app.audit.bars.queries import everybody
from app.audit.blind import in_benchmarking
from app.audit.enums import CaseState
from app.audit.models import Audit, AuditCase
from app.audit.queries import WHOLE, assistant_directors, cases_in_scope, heads_of, in_scope_of, in_sight_of
from app.clock import clock
from app.errors import NotFound
from app.moderation.concerns.rules import who_answers
from app.moderation.enums import ConcernState
from app.moderation.models import Concern
from app.people.enums import Role
from app.people.rules import Viewer


def cases_to_raise_on(viewer: Viewer) -> Select[AuditCase]:
    """Select the cases on which a person may raise a concern: those that they may open, those of audits they assist."""
    in_scope = AuditCase.id.in_(cases_in_scope(viewer).with_only_columns(AuditCase.id))
    openable = in_scope | AuditCase.id.in_(in_benchmarking(viewer))
    everywhere = viewer.nationwide(Role.IMPROVEMENT_ASSISTANT)
    assists = true() if everywhere else Audit.ref.in_(viewer.audits(Role.IMPROVEMENT_ASSISTANT))
    return select(AuditCase).join(AuditCase.audit).where(openable | assists).options(WHOLE)


def case_to_raise_on(session: Session, viewer: Viewer, case_id: int) -> AuditCase:
    """Return a case about which the person may raise a concern; raises NotFound."""
    found = session.scalars(cases_to_raise_on(viewer).where(AuditCase.id == case_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def case_by_reference(session: Session, viewer: Viewer, of: Audit, case_ref: str) -> AuditCase | None:
    """Return the case of an audit with this reference about which the person may raise a concern.

    One that is in the sample comes before one that left it.
    """
    query = cases_to_raise_on(viewer).where(
        AuditCase.audit_id == of.id, func.lower(AuditCase.case_ref) == case_ref.lower()
    )
    return session.scalars(query.order_by(AuditCase.state == CaseState.REPLACED, AuditCase.id).limit(1)).one_or_none()


@written_once
def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on a concern, joined to its case and its audit, that a person may see it.

    It is of their own area, graded or not, on a case that they may open, or one that they raised.
    """
    # A child's safety does not wait for a benchmark, and a concern can be about a case of any grade.
    mine = (Concern.raised_by == viewer.id) & in_sight_of(viewer)
    return in_scope_of(viewer) | mine | AuditCase.area.in_(viewer.areas(Role.HEAD_OF_SERVICE))


@written_once
def concerns_visible_to(viewer: Viewer) -> Select[Concern]:
    """Select the concerns that a person may see, each with its case."""
    query = select(Concern).join(Concern.case).join(AuditCase.audit).where(visible_to(viewer))
    return query.options(contains_eager(Concern.case))


@written_once
def _one(viewer: Viewer) -> Select[Concern]:
    return concerns_visible_to(viewer).where(Concern.id == bindparam("concern"))


def concern(session: Session, viewer: Viewer, concern_id: int) -> Concern:
    """Return a concern; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(_one(viewer), {"concern": concern_id}).one_or_none()
    if found is None:
        raise NotFound
    return found


def concerns_about(session: Session, of: AuditCase) -> Sequence[Concern]:
    """Return the concerns about a case, oldest first: for the guards, never for a page."""
    return session.scalars(select(Concern).where(Concern.case_id == of.id).order_by(Concern.id)).all()


@written_once
def _of_case(viewer: Viewer) -> Select[Concern]:
    return concerns_visible_to(viewer).where(Concern.case_id == bindparam("case")).order_by(Concern.id.desc())


def concerns_of_case(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Concern]:
    """Return the concerns about a case that the person may see, newest first."""
    return session.scalars(_of_case(viewer), {"case": of.id}).all()


@written_once
def _of_audit(viewer: Viewer) -> Select[Concern]:
    query = concerns_visible_to(viewer).where(AuditCase.audit_id == bindparam("audit"))
    return query.order_by(Concern.state == ConcernState.CLOSED, Concern.raised_at, Concern.id)


def concerns_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Concern]:
    """Return the concerns of an audit that the person may see: those that are open first, the oldest first."""
    return session.scalars(_of_audit(viewer), {"audit": of.id}).all()


@written_once
def _in_hand(viewer: Viewer) -> Select[Concern]:
    news = (Concern.raised_by == viewer.id) & (Concern.closed_at > bindparam("since"))
    query = concerns_visible_to(viewer).where((Concern.state != ConcernState.CLOSED) | news)
    return query.order_by(Concern.raised_at, Concern.id)


@asked_once
def concerns_in_hand(session: Session, viewer: Viewer) -> Sequence[Concern]:
    """Return the concerns that the person may see and that are not closed, or were lately if they raised them.

    The oldest come first.
    """
    return session.scalars(_in_hand(viewer), {"since": clock.now() - timedelta(days=14)}).all()


def concerns_waiting(session: Session, viewer: Viewer) -> Sequence[Concern]:
    """Return the concerns that are not closed and that the person may see, the oldest first."""
    return [c for c in concerns_in_hand(session, viewer) if c.state is not ConcernState.CLOSED]


def concerns_raised_by(session: Session, viewer: Viewer) -> Sequence[Concern]:
    """Return the concerns that the person raised, newest first, and a closed one for two weeks more."""
    mine = [c for c in concerns_in_hand(session, viewer) if c.raised_by == viewer.id]
    return sorted(mine, key=lambda c: -c.id)


_OPEN = (
    select(Concern)
    .join(Concern.case)
    .where(AuditCase.audit_id == bindparam("audit"), Concern.state != ConcernState.CLOSED)
    .options(contains_eager(Concern.case))
    .order_by(Concern.raised_at, Concern.id)
)


@asked_once
def open_concerns(session: Session, of: Audit) -> Sequence[Concern]:
    """Return the concerns of an audit that finalising waits for, the oldest first."""
    return session.scalars(_OPEN, {"audit": of.id}).all()


def answers_for(session: Session, area: str) -> str:
    """Return by name who answers for an area; empty where nobody does."""
    standing_in = [p.name for p in assistant_directors(session, area)]
    return who_answers(area, [p.name for p in heads_of(session, area)], standing_in)


def responsible(session: Session, of: Concern) -> str:
    """Return by name who takes the next step of a concern: who acknowledged it, else who answers for the area."""
    if of.state is ConcernState.ACKNOWLEDGED:
        return f"{everybody(session).names[of.acknowledged_by or 0]}, who acknowledged it,"
    return answers_for(session, of.case.area)
