"""Guards of concerns."""

from app.audit.models import AuditCase
from app.errors import Forbidden
from app.moderation.concerns import queries as concerns_queries
from app.moderation.models import Concern
from app.people.enums import Role
from app.web.routing import Guard, Visit


def _case_to_raise_on(visit: Visit) -> AuditCase:
    return concerns_queries.case_to_raise_on(visit.session, visit.viewer, visit.number("case_id"))


def _concern(visit: Visit) -> Concern:
    return concerns_queries.concern(visit.session, visit.viewer, visit.number("concern_id"))


def _concern_to_answer(visit: Visit) -> Concern:
    concern = _concern(visit)
    if not visit.viewer.has(Role.HEAD_OF_SERVICE, Role.LEAD, audit=concern.case.audit.ref, area=concern.case.area):
        raise Forbidden("Only the head of service of the case’s area, or the audit lead, can do this.")
    return concern


case_to_raise_on = Guard("whoever may open the case, and the improvement assistants of its audit", _case_to_raise_on)


any_concern = Guard(
    "the head of service of the case’s area, whoever may open the case, and whoever raised the concern", _concern
)


concern_to_answer = Guard("the head of service of the case’s area, or the audit lead", _concern_to_answer)
