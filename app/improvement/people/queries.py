"""The practitioners of an area, as far as its head of service knows of them by their cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session

from app.accounts.proposals import queries as proposals
from app.asking import written_once
from app.audit.models import AuditCase
from app.audit.queries import cases_visible_to
from app.people.enums import ProposalState, Role
from app.people.models import RoleProposal, Team
from app.people.rules import Viewer


@written_once
def _practitioners(viewer: Viewer) -> Select[str]:
    theirs = cases_visible_to(viewer).where(AuditCase.area == bindparam("area"))
    return theirs.with_only_columns(AuditCase.practitioner_id).distinct().order_by(AuditCase.practitioner_id)


def practitioners_of(session: Session, viewer: Viewer, area: str) -> Sequence[str]:
    """Return the ids of the practitioners of an area whose audited cases the person may open."""
    return session.scalars(_practitioners(viewer), {"area": area}).all()


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A practitioner of an area: who reads as them, or who is proposed for that, and in which team they are."""

    id: str
    name: str
    proposed: str
    team: str


@dataclass(frozen=True, slots=True)
class TeamOf:
    """A team of an area: its number, name and members now, who supervises it, or who is proposed for that."""

    id: int
    name: str
    members: Sequence[str]
    manager: str
    proposed: str


def practitioners(session: Session, viewer: Viewer, area: str) -> list[Practitioner]:
    """Return the practitioners of an area."""
    names, waiting = proposals.holders(session, Role.PRACTITIONER), _waiting(session, area, Role.PRACTITIONER)
    teams = {p: t.name for t in proposals.teams_of(session, area) for p in proposals.members_now(t)}
    return [
        Practitioner(p, names.get(p, ""), waiting.get(p, ""), teams.get(p, ""))
        for p in practitioners_of(session, viewer, area)
    ]


def teams(session: Session, area: str) -> list[TeamOf]:
    """Return the teams of an area."""
    names, waiting = proposals.holders(session, Role.SERVICE_MANAGER), _waiting(session, area, Role.SERVICE_MANAGER)
    return [
        TeamOf(t.id, t.name, proposals.members_now(t), names.get(str(t.id), ""), waiting.get(str(t.id), ""))
        for t in proposals.teams_of(session, area)
    ]


def _waiting(session: Session, area: str, role: Role) -> Mapping[str, str]:
    found = proposals.proposals_of(session, area)
    return {p.scope: p.name for p in found if p.role is role and p.state is ProposalState.PROPOSED}


def declined(session: Session, area: str) -> list[RoleProposal]:
    """Return the roles that were proposed in an area and declined, newest first."""
    return [p for p in proposals.proposals_of(session, area) if p.state is ProposalState.DECLINED]


def choices(session: Session, viewer: Viewer, area: str, of: Team | None) -> list[str]:
    """Return who can be in a team: the practitioners whose cases are known, and whoever is in it."""
    there = proposals.members_now(of) if of else []
    return sorted({*practitioners_of(session, viewer, area), *there})
