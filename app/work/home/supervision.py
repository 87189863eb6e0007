"""What waits for somebody of who reads whose cases, and of talks about them."""

from collections.abc import Iterator

from app.accounts.proposals import queries as proposals
from app.improvement.guards import address_of
from app.people.enums import Role
from app.people.rules import Viewer, area_key
from app.web.routing import Visit
from app.work.home.items import Item


def proposed(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the roles that heads of service propose, for an administrator to confirm."""
    for of in proposals.waiting(visit.session) if viewer.holds(Role.ADMINISTRATOR) else ():
        why = f"Proposed as {of.role.label.lower()} in {of.area}: confirm or decline it"
        yield Item(of.name, f"/admin/proposals/{of.id}", why, since=of.proposed_at)


def areas(_visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield where a head of service says who reads the audited cases of their areas."""
    for area in sorted(viewer.areas(Role.HEAD_OF_SERVICE), key=area_key):
        yield Item(f"Practitioners and teams of {area}", f"{address_of(area)}/people", "Who reads their audited cases")
