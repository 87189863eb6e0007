"""Proposed roles and teams; whoever asks is an administrator, or has found the area for its head of service."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.accounts.proposals.log import proposal_row, team_row
from app.clock import today
from app.errors import NotFound
from app.events import Row
from app.people.enums import PROPOSED, ProposalState, Role
from app.people.models import Person, RoleGrant, RoleProposal, Team, TeamMember

_FOR_ADMINISTRATORS = RoleProposal.role.in_(PROPOSED)


def waiting(session: Session) -> Sequence[RoleProposal]:
    """Return the proposed roles that no administrator has answered, the oldest first."""
    query = select(RoleProposal).where(RoleProposal.state == ProposalState.PROPOSED, _FOR_ADMINISTRATORS)
    return session.scalars(query.order_by(RoleProposal.id)).all()


def proposal(session: Session, key: int) -> RoleProposal:
    """Return a proposed role; raises NotFound."""
    found = session.get(RoleProposal, key)
    if found is None or found.role not in PROPOSED:
        raise NotFound
    return found


def proposals_of(session: Session, area: str) -> Sequence[RoleProposal]:
    """Return the roles that were proposed in an area, newest first."""
    query = select(RoleProposal).where(RoleProposal.area == area, _FOR_ADMINISTRATORS)
    return session.scalars(query.order_by(RoleProposal.id.desc())).all()


def teams_of(session: Session, area: str) -> Sequence[Team]:
    """Return the teams of an area, by name, each with its members."""
    query = select(Team).where(Team.area == area).options(selectinload(Team.members))
    return session.scalars(query.order_by(Team.name, Team.id)).all()


def team(session: Session, area: str, key: int) -> Team:
    """Return a team of an area; raises NotFound."""
    found = next((t for t in teams_of(session, area) if t.id == key), None)
    if found is None:
        raise NotFound
    return found


def team_names(session: Session, keys: Collection[int]) -> Mapping[int, tuple[str, str]]:
    """Return the name and the area of some teams, by number."""
    found = session.execute(select(Team.id, Team.name, Team.area).where(Team.id.in_(keys)))
    return {key: (name, area) for key, name, area in found}


def members_now(of: Team) -> list[str]:
    """Return the ids of the practitioners who are in a team today."""
    now = today()
    return sorted(m.practitioner_id for m in of.members if m.from_on <= now and (m.to_on is None or now < m.to_on))


def team_of(session: Session, area: str, practitioner: str) -> str:
    """Return the number of the team in which a practitioner of an area is today, empty where they are in none."""
    now = today()
    here = (TeamMember.area == area, TeamMember.practitioner_id == practitioner, TeamMember.from_on <= now)
    still = TeamMember.to_on.is_(None) | (TeamMember.to_on > now)
    found = session.scalar(select(TeamMember.team_id).where(*here, still))
    return str(found or "")


def holders(session: Session, role: Role) -> Mapping[str, str]:
    """Return who holds a role and can sign in, by its scope."""
    query = select(RoleGrant.scope, Person.name).join(Person, Person.id == RoleGrant.person_id)
    return {s: n for s, n in session.execute(query.where(RoleGrant.role == role, Person.disabled_at.is_(None)))}


def rows(session: Session) -> Iterator[Row]:
    """Yield proposed roles and teams as the event log keeps them."""
    yield from map(proposal_row, session.scalars(select(RoleProposal).order_by(RoleProposal.id)))
    yield from map(team_row, session.scalars(select(Team).options(selectinload(Team.members)).order_by(Team.id)))
