"""Roles that wait for a second person, and who that can be; whoever asks is an administrator or the director."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.errors import NotFound
from app.people.enums import TWO_GIVE, AccountState, ProposalState, Role
from app.people.models import Person, RoleGrant, RoleProposal
from app.people.queries import held_on

AGREE = (Role.ADMINISTRATOR, Role.DIRECTOR)


def waiting(session: Session) -> Sequence[RoleProposal]:
    """Return the roles to which nobody has agreed yet, the oldest first."""
    query = select(RoleProposal).where(RoleProposal.state == ProposalState.PROPOSED, RoleProposal.role.in_(TWO_GIVE))
    return session.scalars(query.order_by(RoleProposal.id)).all()


def waiting_for(session: Session, person: Person) -> Sequence[RoleProposal]:
    """Return the roles that are proposed for somebody and wait."""
    return [of for of in waiting(session) if of.email == person.email]


def proposal(session: Session, key: int) -> RoleProposal:
    """Return a role that was proposed, answered or not; raises NotFound."""
    found = session.get(RoleProposal, key)
    if found is None or found.role not in TWO_GIVE:
        raise NotFound
    return found


def who_can_agree(session: Session, *but: int | None) -> Sequence[Person]:
    """Return who can agree to a role: administrators and directors, but not whoever proposes it or gets it."""
    held = (RoleGrant.person_id == Person.id, RoleGrant.role.in_(AGREE), held_on(RoleGrant, today()))
    query = select(Person).where(select(RoleGrant.id).where(*held).exists(), Person.state == AccountState.ACTIVE)
    return session.scalars(query.where(Person.id.not_in([key or 0 for key in but])).order_by(Person.name)).all()
