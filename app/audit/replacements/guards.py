"""Guards of the replacement of a case: who may ask for it, and who answers."""

from app.audit.guards import case_in_scope, on_case
from app.audit.models import AuditCase, Replacement
from app.audit.replacements.rules import REPLACEMENT
from app.audit.sample import queries as sample_queries
from app.errors import Conflict, Forbidden
from app.web.routing import Guard, Visit
from app.workflow import AnyRow, roles_of


def _case_to_replace(visit: Visit) -> AuditCase:
    case = case_in_scope.find(visit)
    if case.auditor_id != visit.viewer.id and not REPLACEMENT["make"].is_for(visit.viewer, case.audit.ref):
        raise Forbidden(
            "Only the improvement manager to whom the case is allocated, or the audit lead, can say that it cannot "
            "be audited."
        )
    return case


case_to_replace = Guard("the improvement manager to whom the case is allocated, or the audit lead", _case_to_replace)


def request_to(*moves: AnyRow) -> Guard[Replacement]:
    """Return the guard of a route that answers the request to replace a case: the rows say who may."""
    asked = on_case(case_to_replace, *roles_of(*moves), case_of=lambda case: case, noun="case", can="answer")

    def find(visit: Visit) -> Replacement:
        request = sample_queries.open_request(visit.session, asked.find(visit))
        if request is None:
            raise Conflict("Nobody waits for an answer about this case: it was answered already, or nobody asked.")
        return request

    return Guard(f"{asked.words} that somebody asked to replace", find, moves)
