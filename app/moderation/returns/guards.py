"""Guards of returned cases."""

from app.audit.guards import on_case
from app.moderation.models import Return
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import FOLLOWERS, OVERRIDERS
from app.moderation.rules import HEAD
from app.people.enums import Role
from app.web.routing import Guard, Visit
from app.workflow import AnyRow, roles_of


def _of_case(visit: Visit) -> Return:
    return returns_queries.return_of(visit.session, visit.viewer, visit.number("case_id"))


def _returned(visit: Visit) -> Return:
    return returns_queries.returned(visit.session, visit.viewer, visit.number("return_id"))


any_return = Guard("whoever may see the returned case", _returned)
newest_return = Guard("whoever may see the newest return of the case", _of_case)


def _only_for(guard: Guard[Return], *roles: Role) -> Guard[Return]:
    return on_case(guard, *roles, case_of=lambda returned: returned.case, noun="returned case")


def return_to(*moves: AnyRow) -> Guard[Return]:
    """Return the guard of a route that makes moves of a case’s newest return: their rows say who may."""
    return _only_for(newest_return, *roles_of(*moves)).making(*moves)


return_of_mine = _only_for(any_return, *HEAD)
return_to_follow = _only_for(any_return, *FOLLOWERS)
return_to_override = _only_for(any_return, *OVERRIDERS)
