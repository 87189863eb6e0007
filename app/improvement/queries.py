"""Which final cases somebody may see as a practitioner, as the service manager of a team, or as head of its area."""

from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import Session

from app.asking import asked_once, written_once
from app.audit.blind import seen_by
from app.audit.enums import AuditState, CaseState
from app.audit.models import Audit, AuditCase
from app.audit.queries import WHOLE, openable_by
from app.errors import NotFound
from app.moderation.enums import ReturnState
from app.moderation.models import Return
from app.people.enums import Role
from app.people.models import TeamMember
from app.people.rules import Viewer

REPORTED = (AuditState.FINALISED, AuditState.PUBLISHED)


def in_team_of(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on cases that their practitioner is today in a team that the person supervises."""
    today_: BindParameter[date] = bindparam("today")
    member = exists().where(
        TeamMember.team_id.in_(viewer.teams),
        TeamMember.area == AuditCase.area,
        TeamMember.practitioner_id == AuditCase.practitioner_id,
        TeamMember.from_on <= today_,
        TeamMember.to_on.is_(None) | (TeamMember.to_on > today_),
    )
    return member.correlate(AuditCase) if viewer.teams else false()


# The head of service hears first: a case that went back is nobody else's until somebody of the area opened it.
_UNOPENED = (
    exists()
    .where(Return.case_id == AuditCase.id, Return.read_at.is_(None), Return.state == ReturnState.OPEN)
    .correlate(AuditCase)
)


@written_once
def of_team(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on cases, each joined to its audit, that a service manager may see them: `today` is bound.

    Their team's, once final and after the head of service; not their own, and none that they are blind to.
    """
    after_head = ~_UNOPENED | Audit.state.in_(REPORTED)
    own = AuditCase.practitioner_id.not_in(viewer.practitioners)
    return and_(in_team_of(viewer), AuditCase.state == CaseState.FINAL, after_head, own, seen_by(viewer))


@written_once
def _supervised(viewer: Viewer) -> Select[AuditCase]:
    as_head = AuditCase.area.in_(viewer.areas(Role.HEAD_OF_SERVICE)) & openable_by(viewer)
    query = select(AuditCase).join(AuditCase.audit).where(AuditCase.id == bindparam("case"))
    return query.where(or_(as_head, of_team(viewer))).options(WHOLE)


@asked_once
def supervised(session: Session, viewer: Viewer, case_id: int, on: object) -> AuditCase:
    """Return a case of one's area or team; raises NotFound. `on` is today."""
    found = session.scalars(_supervised(viewer), {"case": case_id, "today": on}).one_or_none()
    if found is None:
        raise NotFound
    return found
