"""What happens to proposed roles and to teams: each with its event."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.actions import address_of, find_person, grant_role
from app.accounts.proposals import queries
from app.accounts.proposals.log import team_row
from app.accounts.proposals.rules import PROPOSAL, ProposalKnown
from app.clock import clock, today
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.enums import ProposalState, Role, Scope
from app.people.models import RoleProposal, ServiceArea, Team, TeamMember
from app.people.rules import Viewer
from app.workflow import Situation, begin, moving


@dataclass(frozen=True, slots=True)
class Proposed:
    """A role that is proposed: in which area, which, for whose cases, and for whom."""

    area: str
    role: Role
    scope_kind: Scope
    scope: str
    name: str
    email: str


def subject_of(of: RoleProposal) -> Subject:
    """Return a proposed role as the subject of an event."""
    return Subject("proposed role", of.id)


def propose(session: Session, what: Proposed, *, by: Viewer) -> RoleProposal:
    """Propose a role; raises Conflict where the same waits already."""
    lock(session, ServiceArea, what.area)
    same = [p for p in queries.waiting(session) if (p.role, p.scope) == (what.role, what.scope)]
    if any(p.email == address_of(what.email) for p in same):
        raise Conflict("This role was proposed already, and waits for an administrator.")
    made = RoleProposal(
        area=what.area,
        role=what.role,
        scope_kind=what.scope_kind,
        scope=what.scope,
        name=what.name,
        email=address_of(what.email),
        state=ProposalState.PROPOSED,
        proposed_by=by.id,
        proposed_at=clock.now(),
    )
    details = {"role": what.role, "area": what.area}
    situation = Situation(by, "", ProposalKnown(), what.area)
    begin(session, PROPOSAL, "propose", made, situation=situation, subject=subject_of, details=details)
    return made


def situation_of(session: Session, of: RoleProposal, by: Viewer) -> Situation[ProposalKnown]:
    """Return the situation in which an administrator answers."""
    person = find_person(session, of.email)
    taken = queries.holders(session, of.role).get(of.scope, "") if of.role is Role.PRACTITIONER else ""
    added = person is not None and person.disabled_at is None
    return Situation(by, "", ProposalKnown(added, taken), of.area or "")


def confirm(session: Session, of: RoleProposal, *, by: Viewer) -> None:
    """Confirm a proposed role: from now on the person holds it."""
    lock(session, RoleProposal, of.id)
    with moving(session, PROPOSAL, "confirm", of, situation=situation_of(session, of, by), subject=subject_of(of)):
        of.answered_by, of.answered_at = by.id, clock.now()
    person = find_person(session, of.email)
    if person is not None:
        grant_role(session, person, of.role, of.scope_kind, of.scope, by=by.id)


def decline(session: Session, of: RoleProposal, reason: str, *, by: Viewer) -> None:
    """Decline a proposed role, with a reason that its head of service reads."""
    lock(session, RoleProposal, of.id)
    with moving(session, PROPOSAL, "decline", of, situation=situation_of(session, of, by), subject=subject_of(of)):
        of.answered_by, of.answered_at, of.reason = by.id, clock.now(), reason


def make_team(session: Session, area: str, name: str, *, by: Viewer) -> Team:
    """Make a team of an area, without anybody in it yet."""
    made = Team(area=area, name=name, made_by=by.id, made_at=clock.now(), members=[])
    session.add(made)
    session.flush()
    record(session, "team_made", by=by.id, subject=Subject("team", made.id), rows=[team_row(made)])
    return made


def set_members(session: Session, of: Team, practitioners: Collection[str], *, by: Viewer) -> None:
    """Say who is in a team from today on; whoever was in another team of the area leaves it."""
    lock(session, ServiceArea, of.area)
    wanted, changed = set(practitioners), {}
    for team in queries.teams_of(session, of.area):
        for member in team.members:
            leaves = (member.practitioner_id in wanted) is not (team.id == of.id)
            if member.to_on is None and leaves:
                member.to_on, changed[team.id] = today(), team
    # Whoever leaves has left before they join: nobody is in two teams at once.
    session.flush()
    for practitioner in sorted(wanted - {m.practitioner_id for m in of.members if m.to_on is None}):
        of.members.append(TeamMember(team_id=of.id, area=of.area, practitioner_id=practitioner, from_on=today()))
        changed[of.id] = of
    session.flush()
    for team in changed.values():
        record(session, "team_changed", by=by.id, subject=Subject("team", team.id), rows=[team_row(team)])
