"""What happens to roles that two people give: proposed, agreed to, declined; each with its event."""

from sqlalchemy.orm import Session

from app.accounts.actions import find_person, grant_role
from app.accounts.agreeing import queries
from app.accounts.agreeing.rules import GIVING, GivingKnown
from app.accounts.proposals.actions import subject_of
from app.clock import clock, today
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.enums import TWO_GIVE, ProposalState, Role
from app.people.models import Person, RoleProposal
from app.people.rules import ALWAYS, Days, Grant, Viewer, may_be_granted
from app.workflow import Situation, begin, moving


def give(session: Session, person: Person, what: Grant, *, by: Viewer, days: Days = ALWAYS) -> bool:
    """Give a role, or propose it where a second person has to agree; return whether it is given. Raises Conflict."""
    if what.role not in TWO_GIVE:
        grant_role(session, person, what.role, what.kind, what.scope, by=by.id, days=days)
        return True
    _propose(session, person, what, days, by)
    return False


def keep_second(session: Session, person: Person, role: Role, agreed_by: int | None) -> None:
    """Record who agreed to a role that was given on the command line, where somebody had to."""
    if agreed_by is not None:
        details = {"role": role, "agreed_by": agreed_by}
        record(session, "role_agreed", by=None, subject=Subject("person", person.id), details=details)


def _propose(session: Session, person: Person, what: Grant, days: Days, by: Viewer) -> None:
    lock(session, Person, person.id)
    _demand_sense(session, person, what)
    made = RoleProposal(
        area=None,
        role=what.role,
        scope_kind=what.kind,
        scope=what.scope,
        name=person.name,
        email=person.email,
        state=ProposalState.PROPOSED,
        proposed_by=by.id,
        proposed_at=clock.now(),
        from_day=days.first,
        until_day=days.last,
    )
    known = GivingKnown(added=True, somebody_agrees=bool(queries.who_can_agree(session, person.id, by.id)))
    begin(
        session,
        GIVING,
        "ask",
        made,
        situation=Situation(by, "", known),
        subject=subject_of,
        details={"role": what.role},
    )


def _demand_sense(session: Session, person: Person, what: Grant) -> None:
    """Raise Conflict where a role makes no sense, is held already, or waits."""
    if refusal := may_be_granted(what.role, what.kind):
        raise Conflict(refusal)
    if any(Grant(g.role, g.scope_kind, g.scope) == what and not g.days.over(today()) for g in person.grants):
        raise Conflict(f"{person.name} holds this role already. To change its days, end it and give it again.")
    if any(Grant(of.role, of.scope_kind, of.scope) == what for of in queries.waiting_for(session, person)):
        raise Conflict("This role was proposed already, and waits for a second person.")


def situation_of(session: Session, of: RoleProposal, by: Viewer) -> Situation[GivingKnown]:
    """Return the situation in which a second person answers."""
    person = find_person(session, of.email)
    return Situation(by, "", GivingKnown(added=person is not None and person.disabled_at is None))


def agree(session: Session, of: RoleProposal, *, by: Viewer) -> None:
    """Agree to a role: from now on the person holds it."""
    lock(session, RoleProposal, of.id)
    with moving(session, GIVING, "agree", of, situation=situation_of(session, of, by), subject=subject_of(of)):
        of.answered_by, of.answered_at = by.id, clock.now()
    person = find_person(session, of.email)
    if person is not None:
        grant_role(session, person, of.role, of.scope_kind, of.scope, by=by.id, days=of.days)


def decline(session: Session, of: RoleProposal, reason: str, *, by: Viewer) -> None:
    """Decline a role, with a reason that whoever proposed it reads."""
    lock(session, RoleProposal, of.id)
    with moving(session, GIVING, "decline", of, situation=situation_of(session, of, by), subject=subject_of(of)):
        of.answered_by, of.answered_at, of.reason = by.id, clock.now(), reason
