"""Guards of an area's live page."""

from app.audit.guards import BLIND
from app.errors import Forbidden, NotFound
from app.improvement.areas.queries import is_area, still_grades
from app.people.enums import Role
from app.web.routing import Guard, Visit


def _area(visit: Visit) -> str:
    code, viewer = visit.word("area_code"), visit.viewer
    known = code in viewer.areas(Role.HEAD_OF_SERVICE)
    if not known and not (viewer.nationwide(Role.ASSISTANT_DIRECTOR) and is_area(visit.session, code)):
        raise NotFound
    if still_grades(visit.session, viewer):
        raise Forbidden(BLIND)
    return code


live_reader = Guard("the head of service of the area and an assistant director, who have no case to grade", _area)
