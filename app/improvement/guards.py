"""Guards of the improvement room: what a route is about, for those who may see it; 404 for everybody else."""

from urllib.parse import quote

from app.errors import NotFound
from app.people.enums import Role
from app.web.routing import Guard, Visit


def address_of(area: str) -> str:
    """Return where an area's pages are; its code may have spaces."""
    return f"/areas/{quote(area, safe='')}"


def _own_area(visit: Visit) -> str:
    code = visit.word("area_code")
    if code not in visit.viewer.areas(Role.HEAD_OF_SERVICE):
        raise NotFound
    return code


head_of_area = Guard("the head of service of the area", _own_area)
