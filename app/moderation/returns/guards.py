"""Guards of returned cases."""

from app.errors import Forbidden
from app.moderation.models import Return
from app.moderation.returns import queries as returns_queries
from app.people.enums import Role
from app.web.routing import Guard, Visit


def _returned_to_me(visit: Visit) -> Return:
    return _of_own_area(visit, returns_queries.return_of(visit.session, visit.viewer, visit.number("case_id")))


def _return_of_mine(visit: Visit) -> Return:
    return _of_own_area(visit, returns_queries.returned(visit.session, visit.viewer, visit.number("return_id")))


def _of_own_area(visit: Visit, returned: Return) -> Return:
    if returned.case.area not in visit.viewer.areas(Role.HEAD_OF_SERVICE):
        raise Forbidden("Only the head of service of the case’s area can do this.")
    return returned


def _return_for(role: Role) -> Guard[Return]:
    def find(visit: Visit) -> Return:
        returned = returns_queries.returned(visit.session, visit.viewer, visit.number("return_id"))
        if not visit.viewer.has(role, audit=returned.case.audit.ref):
            raise Forbidden(f"Only the {role.label.lower()} can do this.")
        return returned

    return Guard(f"the {role.label.lower()}, on a returned case in their scope", find)


returned_to_me = Guard("the head of service of the returned case’s area", _returned_to_me)


return_of_mine = Guard("the head of service of the return’s area", _return_of_mine)


return_to_follow = _return_for(Role.LEAD)


return_to_override = _return_for(Role.DIRECTOR)
