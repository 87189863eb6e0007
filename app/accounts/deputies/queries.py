"""Deputies of an area, who can be one, and what an assistant director is asked."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session

from app.clock import today
from app.errors import NotFound
from app.people.enums import ProposalState, Role, Scope
from app.people.models import Person, RoleGrant, RoleProposal, Team
from app.people.queries import held_on
from app.people.rules import Viewer

_OF_HEADS = RoleProposal.role == Role.HEAD_OF_SERVICE


def deputies_of(session: Session, area: str) -> Sequence[tuple[RoleGrant, str]]:
    """Return who is deputy in an area, or will be, by the last day: the role, and the name."""
    here = (RoleGrant.scope_kind == Scope.AREA, RoleGrant.scope == area, RoleGrant.deputy_for.is_not(None))
    query = select(RoleGrant, Person.name).join(Person, Person.id == RoleGrant.person_id).where(*here)
    found = session.execute(query.order_by(RoleGrant.until_day, Person.name)).all()
    return [(grant, name) for grant, name in found if not grant.days.over(today())]


def managers_of(session: Session, area: str) -> Sequence[Person]:
    """Return the service managers of an area's teams who can sign in, by name."""
    teams = select(cast(Team.id, String)).where(Team.area == area)
    theirs = RoleGrant.role == Role.SERVICE_MANAGER, RoleGrant.scope.in_(teams)
    return _with_a_role(session, *theirs)


def assistant_directors(session: Session) -> Sequence[Person]:
    """Return the assistant directors who can sign in, by name."""
    return _with_a_role(session, RoleGrant.role == Role.ASSISTANT_DIRECTOR)


def _with_a_role(session: Session, *which: ColumnElement[bool]) -> Sequence[Person]:
    theirs = RoleGrant.person_id == Person.id, held_on(RoleGrant, today()), *which
    held = select(RoleGrant.id).where(*theirs).exists()
    return session.scalars(select(Person).where(held, Person.disabled_at.is_(None)).order_by(Person.name)).all()


def requests_of(session: Session, area: str) -> Sequence[RoleProposal]:
    """Return what the heads of an area asked and nobody agreed to: what waits, and what was declined; newest first."""
    unsettled = or_(RoleProposal.state == ProposalState.PROPOSED, RoleProposal.state == ProposalState.DECLINED)
    query = select(RoleProposal).where(RoleProposal.area == area, _OF_HEADS, unsettled)
    return [of for of in session.scalars(query.order_by(RoleProposal.id.desc())) if not of.days.over(today())]


def asked(session: Session, viewer: Viewer) -> Sequence[RoleProposal]:
    """Return the requests that wait for an assistant director, the oldest first."""
    theirs = (_OF_HEADS, RoleProposal.state == ProposalState.PROPOSED, RoleProposal.email == viewer.email)
    return session.scalars(select(RoleProposal).where(*theirs).order_by(RoleProposal.id)).all()


def request(session: Session, viewer: Viewer, key: int) -> RoleProposal:
    """Return a request to an assistant director, answered or not; raises NotFound."""
    found = session.get(RoleProposal, key)
    if found is None or found.role is not Role.HEAD_OF_SERVICE or found.email != viewer.email:
        raise NotFound
    return found
