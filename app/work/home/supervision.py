"""What waits for somebody of who reads whose cases, and of talks about them."""

from collections.abc import Iterator

from app.accounts.agreeing import queries as agreeing
from app.accounts.proposals import queries as proposals
from app.improvement.areas.queries import still_grades
from app.improvement.enums import ReadingState
from app.improvement.guards import address_of
from app.improvement.readings import queries as readings
from app.improvement.readings.routes import NEXT, state_of
from app.improvement.teams.routes import next_of
from app.people.enums import Role
from app.people.rules import Viewer, area_key
from app.web.routing import Visit
from app.work.home.items import Item
from app.work.home.queries import waiting_for_lead


def proposed(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the roles that heads of service propose, for an administrator to confirm."""
    for of in proposals.waiting(visit.session) if viewer.holds(Role.ADMINISTRATOR) else ():
        why = f"Proposed as {of.role.label.lower()} in {of.area}: confirm or decline it"
        yield Item(of.name, f"/admin/proposals/{of.id}", why, since=of.proposed_at)


def agreed(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the roles that another administrator proposes, for a second person to agree to."""
    for of in agreeing.waiting(visit.session) if viewer.holds(Role.ADMINISTRATOR, Role.DIRECTOR) else ():
        if of.proposed_by != viewer.id and of.email != viewer.email:
            why = f"Proposed as {of.role.label.lower()}: agree or decline"
            yield Item(of.name, f"/roles/{of.id}", why, since=of.proposed_at)


def areas(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the live pages of a head's areas; while these are closed to them, who reads the areas' audited cases."""
    heads = sorted(viewer.areas(Role.HEAD_OF_SERVICE), key=area_key)
    closed = bool(heads) and still_grades(visit.session, viewer)
    for area in heads:
        reads = "Who reads their audited cases"
        people = Item(f"Practitioners and teams of {area}", f"{address_of(area)}/people", reads)
        why = "How far its cases are, what waits, what is planned, who reads them"
        yield people if closed else Item(f"{area} now", address_of(area), why)


def own_cases(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield a practitioner's own audited cases on which the next step is theirs."""
    for step in readings.own_cases(visit.session, viewer):
        state = state_of(step)
        waits = state is ReadingState.REFLECTED and step.reading is not None and step.reading.learning
        if waits or state in {ReadingState.OPEN, ReadingState.READ}:
            yield Item(f"Your case {step.case.case_ref}", f"/my-cases/{step.case.id}", NEXT[state])


def team_cases(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases of a service manager's team that are late, or on which the next step is theirs."""
    for step in readings.team_cases(visit.session, viewer):
        state = state_of(step)
        to_write = state is ReadingState.REFLECTED and step.reading is not None and not step.reading.learning
        theirs = step.sheet is None or to_write or state is ReadingState.AGREED
        if step.late or (theirs and not step.case.audit.imported):
            due = step.read_by if step.late else None
            yield Item(f"Case {step.case.case_ref} of your team", f"/team/{step.case.id}", next_of(step), due)


def questioned(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield what practitioners say is factually wrong, for the audit lead to answer."""
    why = "A practitioner says that something is factually wrong: answer them"
    for point in waiting_for_lead(visit.session, viewer).points:
        yield Item(f"Case {point.case_ref}", f"/factual-points/{point.id}", why, since=point.at)
