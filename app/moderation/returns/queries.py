"""Returned cases and who sees them; every function that shows takes the viewer."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, select, true
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.asking import AskedTogether, asked_once, written_once
from app.audit.blind import seen_by
from app.audit.enums import AuditState
from app.audit.models import Audit, AuditCase
from app.clock import clock, today
from app.errors import NotFound
from app.moderation.enums import Deadline, FurtherAction, ReturnState
from app.moderation.models import Extension, Return
from app.moderation.returns.rules import has_to_act, is_to_answer, is_unread, keeps_open
from app.people.enums import Role
from app.people.rules import Viewer

# What results that were brought in call for is nobody's work here: they do not say whether it was done.
_ACTION_WAITS = (Return.further_action == FurtherAction.NEEDED) & Audit.imported.is_(False)


@written_once
def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on a returned case, joined to its audit.

    It is of a person's areas or of an audit that they lead or direct, and they are not blind to it.
    """
    if viewer.nationwide(Role.LEAD, Role.DIRECTOR):
        scope: ColumnElement[bool] = true()
    else:
        areas = viewer.areas(Role.HEAD_OF_SERVICE)
        scope = AuditCase.area.in_(areas) | Audit.ref.in_(viewer.audits(Role.LEAD, Role.DIRECTOR))
    return scope & seen_by(viewer)


def sees_returns(viewer: Viewer) -> bool:
    """Say whether somebody may see a returned case, or a challenge, at all: they lead or direct, or head an area."""
    return viewer.holds(Role.LEAD, Role.DIRECTOR) or bool(viewer.areas(Role.HEAD_OF_SERVICE))


@written_once
def returns_visible_to(viewer: Viewer) -> Select[Return]:
    """Select the returns that a person may see, each with its case."""
    query = select(Return).join(Return.case).join(AuditCase.audit).where(visible_to(viewer))
    return query.options(contains_eager(Return.case))


@written_once
def _of_case(viewer: Viewer) -> Select[Return]:
    return returns_visible_to(viewer).where(Return.case_id == bindparam("case")).order_by(Return.id.desc())


@asked_once
def returns_of_case(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Return]:
    """Return every return of a case that the person may see, newest first.

    Only the newest can be reviewed or answered.
    """
    return session.scalars(_of_case(viewer), {"case": of.id}).all() if sees_returns(viewer) else ()


def return_of(session: Session, viewer: Viewer, case_id: int) -> Return:
    """Return the newest return of a case; raises NotFound."""
    found = session.scalars(_of_case(viewer).limit(1), {"case": case_id}).one_or_none()
    if found is None:
        raise NotFound
    return found


def _standing(session: Session, cases: Collection[int]) -> dict[int, Return | None]:
    query = select(Return).where(Return.case_id.in_(cases), Return.state != ReturnState.WITHDRAWN).order_by(Return.id)
    newest = {of.case_id: of for of in session.scalars(query)}
    return {case: newest.get(case) for case in cases}


# The newest return of a case that was not withdrawn, by the case's number.
standing_return = AskedTogether(_standing)


def return_that_stands(session: Session, of: AuditCase) -> Return | None:
    """Return the newest return of a case that was not withdrawn: for the guards, never for a page."""
    return standing_return(session, of.id)


def returned(session: Session, viewer: Viewer, return_id: int) -> Return:
    """Return one return; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(returns_visible_to(viewer).where(Return.id == return_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


@written_once
def _in_hand(viewer: Viewer) -> Select[Return]:
    waits = Return.state.in_([ReturnState.OPEN, ReturnState.REVIEWED]) | _ACTION_WAITS
    return returns_visible_to(viewer).where(waits).options(joinedload(Return.extensions)).order_by(Return.id)


@asked_once
def returns_in_hand(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the returns that the person may see and on which something is still to be done, oldest first."""
    return session.scalars(_in_hand(viewer)).unique().all() if sees_returns(viewer) else ()


def returns_waiting(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the returns of the person's areas that wait for a review or for an answer, the soonest due first."""
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    theirs = [r for r in returns_in_hand(session, viewer) if r.case.area in areas and is_to_answer(r)]
    return sorted(theirs, key=lambda r: r.review_due)


@written_once
def _unread(viewer: Viewer) -> Select[Return]:
    roles = (Role.LEAD, Role.ASSISTANT_DIRECTOR)
    led: ColumnElement[bool] = true() if viewer.nationwide(*roles) else Audit.ref.in_(viewer.audits(*roles))
    waits = (Return.state == ReturnState.OPEN) & Return.read_at.is_(None) & (Audit.state == AuditState.FIELDWORK)
    query = select(Return).join(Return.case).join(AuditCase.audit).options(contains_eager(Return.case))
    return query.where(led, waits, seen_by(viewer)).order_by(Return.id)


def unread(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the cases, in audits that the person leads or directs, that nobody of their area opened for a day."""
    if viewer.holds(Role.ASSISTANT_DIRECTOR):
        found = session.scalars(_unread(viewer)).all()
    else:
        # Whoever leads an audit may see every return of it.
        theirs = [r for r in returns_in_hand(session, viewer) if viewer.has(Role.LEAD, audit=r.case.audit.ref)]
        found = [r for r in theirs if r.read_at is None and r.case.audit.state is AuditState.FIELDWORK]
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


@written_once
def _of_audit(viewer: Viewer) -> Select[Return]:
    query = returns_visible_to(viewer).where(AuditCase.audit_id == bindparam("audit"))
    return query.order_by(Return.review_due, Return.id)


def returns_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return the returned cases of an audit that the person may see, those whose review has waited longest first."""
    return session.scalars(_of_audit(viewer), {"audit": of.id}).all()


def more_time(of: Return, deadline: Deadline) -> Extension | None:
    """Return the newest extension of a time of a returned case."""
    return next((e for e in reversed(of.extensions) if e.deadline is deadline), None)


@written_once
def _open(viewer: Viewer) -> Select[Return]:
    query = select(Return).join(Return.case).options(contains_eager(Return.case))
    here = (AuditCase.audit_id == bindparam("audit"), Return.state.in_([ReturnState.OPEN, ReturnState.REVIEWED]))
    return query.where(*here, seen_by(viewer)).order_by(Return.review_due)


@asked_once
def open_returns(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return what finalising waits for: reviews neither recorded nor overridden, and answers whose time still runs."""
    return [r for r in session.scalars(_open(viewer), {"audit": of.id}) if keeps_open(r)]


def actions_outstanding(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the further actions that the person's areas still have to do, the soonest due first."""
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    return _soonest([r for r in returns_in_hand(session, viewer) if r.case.area in areas and has_to_act(r)])


def unsafe_until_done(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the returns, in audits led or directed by the person, of unsafe children whose action waits."""
    if not viewer.holds(Role.LEAD, Role.DIRECTOR):
        return ()
    waits = [r for r in returns_in_hand(session, viewer) if r.children_safe is False and has_to_act(r)]
    led = [r for r in waits if viewer.has(Role.LEAD, Role.DIRECTOR, audit=r.case.audit.ref)]
    # The head of the area has the action itself among their work.
    own = viewer.areas(Role.HEAD_OF_SERVICE)
    return _soonest([r for r in led if r.case.area not in own])


def _soonest(acting: Iterable[Return]) -> Sequence[Return]:
    return sorted(acting, key=lambda r: (r.action_by or date.max, r.id))


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
