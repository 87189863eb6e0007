"""Guards of the audit room: what a route is about, for those who may see it; 404 for everybody else."""

from typing import TypeVar

from app.audit import queries
from app.audit.models import Audit, AuditCase, Benchmark
from app.audit.queries import is_in_benchmarking, own_benchmark
from app.errors import Conflict, Elsewhere, Forbidden, NotFound
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.routing import Guard, Visit

T = TypeVar("T")
BLIND = (
    "You have cases to grade, so this page is closed to you: it has performance bands, employment or figures by "
    "service area, which must not sway a grade. "
    "It opens when you have submitted them all."
)
IN_BENCHMARKING = (
    "This case is in benchmarking with you: until you have submitted your own grade, nothing of the first is shown "
    "to you."
)
GIVEN_AWAY = (
    "The audit lead gave this case to somebody else meanwhile, so there is nothing more for you to do. Your draft is "
    "kept, and nobody else reads it."
)


def audit_in_scope(visit: Visit) -> Audit:
    """Return the audit of the address."""
    return queries.audit(visit.session, visit.viewer, visit.word("ref"))


def audit_for(*roles: Role) -> Guard[Audit]:
    """Return the guard of a route to an audit for some roles; those who see the audit in another role get 403."""

    def find(visit: Visit) -> Audit:
        audit = audit_in_scope(visit)
        if not visit.viewer.has(*roles, audit=audit.ref):
            raise Forbidden(f"This page is for {_in_words(roles)}.")
        return audit

    return Guard(f"{_in_words(roles)}, on an audit in their scope", find)


def not_while_grading(guard: Guard[T]) -> Guard[T]:
    """Return a guard that keeps those out who have a case to grade, in whatever role they come."""

    def find(visit: Visit) -> T:
        found = guard.find(visit)
        if queries.is_grading(visit.session, visit.viewer):
            raise Forbidden(BLIND)
        return found

    return Guard(f"{guard.words}, who have no case to grade", find)


def _in_words(roles: tuple[Role, ...]) -> str:
    return " or ".join(f"the {role.label.lower()}" for role in roles)


def _commissioner(visit: Visit) -> Viewer:
    if not visit.viewer.nationwide(Role.DIRECTOR):
        raise NotFound
    return visit.viewer


def _case(visit: Visit) -> AuditCase:
    case_id = visit.number("case_id")
    if visit.request.method == "GET" and is_in_benchmarking(visit.session, visit.viewer, case_id):
        raise Elsewhere(f"/cases/{case_id}/benchmark", IN_BENCHMARKING)
    return queries.case(visit.session, visit.viewer, case_id)


def _allocated_case(visit: Visit) -> AuditCase:
    try:
        case = _case(visit)
    except NotFound:
        if queries.left_draft(visit.session, visit.viewer, visit.number("case_id")):
            raise Conflict(GIVEN_AWAY) from None
        raise
    if case.auditor_id != visit.viewer.id or not visit.viewer.has(Role.IMPROVEMENT_MANAGER, audit=case.audit.ref):
        raise NotFound
    return case


def _own_benchmark(visit: Visit) -> Benchmark:
    return own_benchmark(visit.session, visit.viewer, visit.number("case_id"))


any_audit = Guard("whoever may know of the audit", audit_in_scope)
commissioner = Guard("the national service director", _commissioner)
case_in_scope = Guard("whoever may open the case", _case)
allocated_case = Guard("the improvement manager to whom the case is allocated", _allocated_case)
benchmark_of_mine = Guard("the benchmarker to whom the case is assigned", _own_benchmark)
