"""What happens to deputies: named, asked, ended; each with its event."""

from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.accounts.actions import end_role, grant_role
from app.accounts.deputies import queries
from app.accounts.deputies.rules import DEPUTY, Asked, faults, only_the_head
from app.accounts.proposals.actions import subject_of
from app.clock import clock, today
from app.db import lock
from app.errors import Conflict, Forbidden, NotFound
from app.people.enums import ProposalState, Role, Scope
from app.people.models import Person, RoleProposal, ServiceArea
from app.people.rules import Days, Viewer
from app.workflow import Situation, begin, moving


def _demand(days: Days, area: str, by: Viewer) -> None:
    """Raise Forbidden where a deputy would name another, and Conflict where the days will not do."""
    refusal = only_the_head(by, area)
    if refusal:
        raise Forbidden(refusal)
    fault = next(iter(faults(days, today()).values()), "")
    if fault:
        raise Conflict(f"{fault}.")


def name_deputy(session: Session, area: str, person: Person, days: Days, *, by: Viewer) -> None:
    """Let a manager of an area act as its head of service for some days; raises Conflict where they cannot."""
    _demand(days, area, by)
    if person not in queries.managers_of(session, area):
        raise Conflict(f"{person.name} is no service manager of {area}. Choose one, or ask the assistant director.")
    grant_role(session, person, Role.HEAD_OF_SERVICE, Scope.AREA, area, by=by.id, days=days, deputy_for=by.id)


def ask(session: Session, area: str, person: Person, days: Days, *, by: Viewer) -> RoleProposal:
    """Ask an assistant director to be one's deputy; raises Conflict where the same waits already."""
    _demand(days, area, by)
    lock(session, ServiceArea, area)
    if any(
        of.email == person.email and of.state is ProposalState.PROPOSED for of in queries.requests_of(session, area)
    ):
        raise Conflict(f"{person.name} is asked already, and has not answered yet.")
    made = RoleProposal(
        area=area,
        role=Role.HEAD_OF_SERVICE,
        scope_kind=Scope.AREA,
        scope=area,
        name=person.name,
        email=person.email,
        state=ProposalState.PROPOSED,
        proposed_by=by.id,
        proposed_at=clock.now(),
        from_day=days.first,
        until_day=days.last,
    )
    situation = Situation(by, "", Asked(), area)
    begin(session, DEPUTY, "ask", made, situation=situation, subject=subject_of, details={"area": area})
    return made


def agree(session: Session, of: RoleProposal, *, by: Viewer) -> None:
    """Agree to be a deputy: the role begins on its first day."""
    lock(session, RoleProposal, of.id)
    situation = Situation(by, "", Asked())
    with moving(session, DEPUTY, "agree", of, situation=situation, subject=subject_of(of)):
        of.answered_by, of.answered_at = by.id, clock.now()
    person, area = people.person(session, by.id), of.scope
    grant_role(session, person, of.role, of.scope_kind, area, by=by.id, days=of.days, deputy_for=of.proposed_by)


def decline(session: Session, of: RoleProposal, reason: str, *, by: Viewer) -> None:
    """Decline to be a deputy, with a reason that the head of service reads."""
    lock(session, RoleProposal, of.id)
    situation = Situation(by, "", Asked())
    with moving(session, DEPUTY, "decline", of, situation=situation, subject=subject_of(of)):
        of.answered_by, of.answered_at, of.reason = by.id, clock.now(), reason


def end_deputy(session: Session, area: str, grant_id: int, *, by: Viewer) -> str:
    """Let a deputy's role end now, and return their name; raises NotFound, and Forbidden where a deputy asks for it."""
    refusal = only_the_head(by, area)
    if refusal:
        raise Forbidden(refusal)
    found = next((g for g, _ in queries.deputies_of(session, area) if g.id == grant_id), None)
    if found is None:
        raise NotFound
    person = people.person(session, found.person_id)
    end_role(session, person, found.id, by=by.id)
    return person.name
