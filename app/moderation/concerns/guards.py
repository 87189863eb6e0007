"""Guards of concerns."""

from app.audit.guards import on_case
from app.audit.models import AuditCase
from app.moderation.concerns import queries as concerns_queries
from app.moderation.models import Concern
from app.web.routing import Guard, Visit
from app.workflow import AnyRow, roles_of


def _case_to_raise_on(visit: Visit) -> AuditCase:
    return concerns_queries.case_to_raise_on(visit.session, visit.viewer, visit.number("case_id"))


def _concern(visit: Visit) -> Concern:
    return concerns_queries.concern(visit.session, visit.viewer, visit.number("concern_id"))


case_to_raise_on = Guard("whoever may open the case, and the improvement assistants of its audit", _case_to_raise_on)


any_concern = Guard(
    "the head of service of the case’s area, whoever may open the case, and whoever raised the concern", _concern
)


def concern_to(*moves: AnyRow) -> Guard[Concern]:
    """Return the guard of a route that makes moves of a concern: their rows say who may."""
    roles = roles_of(*moves)
    return on_case(any_concern, *roles, case_of=lambda concern: concern.case, noun="concern").making(*moves)
