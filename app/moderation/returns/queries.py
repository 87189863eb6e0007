"""Returned cases and who sees them; every function that shows takes the viewer."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session, joinedload

from app.audit.blind import seen_by
from app.audit.enums import AuditState
from app.audit.models import Audit, AuditCase
from app.clock import clock, today
from app.errors import NotFound
from app.moderation.enums import Deadline, FurtherAction, ReturnState
from app.moderation.models import Extension, Return
from app.moderation.returns.rules import is_unread
from app.people.enums import Role
from app.people.rules import Viewer

# What results that were brought in call for is nobody's work here: they do not say whether it was done.
_ACTION_WAITS = (Return.further_action == FurtherAction.NEEDED) & Audit.imported.is_(False)


def returns_visible_to(viewer: Viewer) -> Select[Return]:
    """Select the returns of a person's areas and of audits they lead or direct, but of no case they are blind to."""
    query = select(Return).join(Return.case).join(AuditCase.audit)
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    if viewer.nationwide(Role.LEAD, Role.DIRECTOR):
        scope: ColumnElement[bool] = Return.id.is_not(None)
    else:
        scope = AuditCase.area.in_(areas) | Audit.ref.in_(viewer.audits(Role.LEAD, Role.DIRECTOR))
    return query.where(scope, seen_by(viewer)).options(
        joinedload(Return.case).joinedload(AuditCase.audit).joinedload(Audit.threshold)
    )


def returns_of_case(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Return]:
    """Return every return of a case that the person may see, newest first.

    Only the newest can be reviewed or answered.
    """
    return session.scalars(returns_visible_to(viewer).where(Return.case_id == of.id).order_by(Return.id.desc())).all()


def return_of(session: Session, viewer: Viewer, case_id: int) -> Return:
    """Return the newest return of a case; raises NotFound."""
    query = returns_visible_to(viewer).where(Return.case_id == case_id).order_by(Return.id.desc()).limit(1)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def return_that_stands(session: Session, of: AuditCase) -> Return | None:
    """Return the newest return of a case that was not withdrawn: for the guards, never for a page."""
    query = (
        select(Return)
        .where(Return.case_id == of.id, Return.state != ReturnState.WITHDRAWN)
        .order_by(Return.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def returned(session: Session, viewer: Viewer, return_id: int) -> Return:
    """Return one return; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(returns_visible_to(viewer).where(Return.id == return_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def returns_waiting(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the returns of the person's areas that wait for a review or for an answer, the soonest due first."""
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    query = returns_visible_to(viewer).where(
        AuditCase.area.in_(areas), Return.state.in_([ReturnState.OPEN, ReturnState.REVIEWED])
    )
    return session.scalars(query.order_by(Return.review_due, Return.id)).all()


def unread(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the cases, in audits that the person leads or directs, that nobody of their area opened for a day."""
    roles = (Role.LEAD, Role.ASSISTANT_DIRECTOR)
    if not viewer.holds(*roles):
        return ()
    led: ColumnElement[bool] = true() if viewer.nationwide(*roles) else Audit.ref.in_(viewer.audits(*roles))
    waits = (Return.state == ReturnState.OPEN) & Return.read_at.is_(None) & (Audit.state == AuditState.FIELDWORK)
    query = select(Return).join(Return.case).join(AuditCase.audit).where(led, waits, seen_by(viewer))
    found = session.scalars(query.options(joinedload(Return.case).joinedload(AuditCase.audit)).order_by(Return.id))
    return [r for r in found if is_unread(r, clock.now())]


def unanswered(session: Session, of: Audit) -> Sequence[Return]:
    """Return the reviewed cases of an audit whose time to answer is over; the route has admitted the viewer."""
    silent = (Return.state == ReturnState.REVIEWED) & (Return.challenge_due < today())
    return session.scalars(
        select(Return).join(Return.case).where(AuditCase.audit_id == of.id, silent).order_by(Return.id)
    ).all()


def overridden(session: Session, of: Audit) -> Sequence[Return]:
    """Return the cases of an audit whose review was overridden and is still due."""
    still_due = (Return.state == ReturnState.OPEN) & Return.overridden_at.is_not(None)
    query = (
        select(Return).join(Return.case).where(AuditCase.audit_id == of.id, still_due).options(joinedload(Return.case))
    )
    return session.scalars(query.order_by(Return.review_due, Return.id)).all()


def returns_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return the returned cases of an audit that the person may see, those whose review has waited longest first."""
    query = returns_visible_to(viewer).where(AuditCase.audit_id == of.id)
    return session.scalars(query.order_by(Return.review_due, Return.id)).all()


def extensions(session: Session, of: Iterable[Return]) -> dict[tuple[int, Deadline], Extension]:
    """Return the newest extension of each time of some returned cases; the caller may see those."""
    query = select(Extension).where(Extension.return_id.in_([r.id for r in of])).order_by(Extension.id)
    return {(e.return_id, e.deadline): e for e in session.scalars(query)}


def open_returns(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return what finalising waits for: reviews neither recorded nor overridden, and answers whose time still runs."""
    needed = Return.overridden_at.is_(None) | (Return.challenge_due >= today())
    waiting = ((Return.state == ReturnState.OPEN) & needed) | (
        (Return.state == ReturnState.REVIEWED) & (Return.challenge_due >= today())
    )
    query = (
        select(Return)
        .join(Return.case)
        .where(AuditCase.audit_id == of.id, waiting, seen_by(viewer))
        .options(joinedload(Return.case))
    )
    return session.scalars(query.order_by(Return.review_due)).all()


def actions_outstanding(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the further actions that the person's areas still have to do, the soonest due first."""
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    query = returns_visible_to(viewer).where(AuditCase.area.in_(areas), _ACTION_WAITS)
    return session.scalars(query.order_by(Return.action_by, Return.id)).all()


def unsafe_until_done(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the returns, in audits led or directed by the person, of unsafe children whose action waits."""
    led: ColumnElement[bool] = (
        true()
        if viewer.nationwide(Role.LEAD, Role.DIRECTOR)
        else Audit.ref.in_(viewer.audits(Role.LEAD, Role.DIRECTOR))
    )
    query = returns_visible_to(viewer).where(led, Return.children_safe.is_(False), _ACTION_WAITS)
    # The head of the area has the action itself among their work.
    return session.scalars(
        query.where(AuditCase.area.not_in(viewer.areas(Role.HEAD_OF_SERVICE))).order_by(Return.action_by, Return.id)
    ).all()


def actions_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return the further actions of an audit that are still to be done, the soonest due first.

    The route has admitted the viewer.
    """
    query = (
        select(Return)
        .join(Return.case)
        .join(AuditCase.audit)
        .where(AuditCase.audit_id == of.id, _ACTION_WAITS, seen_by(viewer))
    )
    return session.scalars(query.options(joinedload(Return.case)).order_by(Return.action_by, Return.id)).all()
