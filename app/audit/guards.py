"""Guards of the audit room: what a route is about, for those who may see it; 404 for everybody else."""

from collections.abc import Callable
from typing import TypeVar

from app.audit import queries
from app.audit.blind import is_in_benchmarking, left_draft
from app.audit.models import Audit, AuditCase, Benchmark
from app.audit.queries import own_benchmark
from app.audit.rules import CASE
from app.errors import Conflict, Elsewhere, Forbidden, NotFound
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.routing import Guard, Visit, only_for
from app.workflow import AnyRow, in_words, roles_of

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
# How a role is called where it is held for the area of a case.
OF_A_CASE = {Role.HEAD_OF_SERVICE: "head of service of the case’s area"}
GIVEN_AWAY = (
    "The audit lead gave this case to somebody else meanwhile, so there is nothing more for you to do. Your draft is "
    "kept, and nobody else reads it."
)


def audit_in_scope(visit: Visit) -> Audit:
    """Return the audit of the address."""
    return queries.audit(visit.session, visit.viewer, visit.word("ref"))


any_audit = Guard("whoever may know of the audit", audit_in_scope)


def audit_for(*roles: Role) -> Guard[Audit]:
    """Return the guard of a route to an audit for some roles; those who see the audit in another role get 403."""
    who = in_words(roles)
    return only_for(
        any_audit,
        *roles,
        at=lambda audit: (audit.ref, ""),
        words=f"{who}, on an audit in their scope",
    )


def audit_to(*moves: AnyRow) -> Guard[Audit]:
    """Return the guard of a route that makes moves of an audit, or of what belongs to it: their rows say who may."""
    return audit_for(*roles_of(*moves)).making(*moves)


def on_case(
    guard: Guard[T], *roles: Role, case_of: Callable[[T], AuditCase], noun: str, can: str = "do this"
) -> Guard[T]:
    """Return the guard of a route to something about a case, for some roles; 403 for others who may see it."""

    def at(found: T) -> tuple[str, str]:
        case = case_of(found)
        return case.audit.ref, case.area

    who = [f"the {OF_A_CASE.get(role, role.label.lower())}" for role in roles]
    named = who[0] if len(who) == 1 else f"{', '.join(who[:-1])}, or {who[-1]},"
    return only_for(
        guard,
        *roles,
        at=at,
        words=f"{' or '.join(who)}, on a {noun} in their scope",
        refusal=f"Only {named} can {can}.",
    )


def not_while_grading(guard: Guard[T]) -> Guard[T]:
    """Return a guard that keeps those out who have a case to grade, in whatever role they come."""

    def find(visit: Visit) -> T:
        found = guard.find(visit)
        if queries.is_grading(visit.session, visit.viewer):
            raise Forbidden(BLIND)
        return found

    return Guard(f"{guard.words}, who have no case to grade", find, guard.moves)


def _commissioner(visit: Visit) -> Viewer:
    if not visit.viewer.nationwide(Role.DIRECTOR):
        raise NotFound
    return visit.viewer


def _case(visit: Visit) -> AuditCase:
    case_id = visit.number("case_id")
    try:
        return queries.case(visit.session, visit.viewer, case_id)
    except NotFound:
        if visit.request.method == "GET" and is_in_benchmarking(visit.session, visit.viewer, case_id):
            raise Elsewhere(f"/cases/{case_id}/benchmark", IN_BENCHMARKING) from None
        raise


def _allocated_case(visit: Visit) -> AuditCase:
    try:
        case = _case(visit)
    except NotFound:
        if left_draft(visit.session, visit.viewer, visit.number("case_id")):
            raise Conflict(GIVEN_AWAY) from None
        raise
    if case.auditor_id != visit.viewer.id or not CASE["submit"].is_for(visit.viewer, case.audit.ref):
        raise NotFound
    return case


def _own_benchmark(visit: Visit) -> Benchmark:
    return own_benchmark(visit.session, visit.viewer, visit.number("case_id"))


commissioner = Guard("the national service director", _commissioner)
case_in_scope = Guard("whoever may open the case", _case)
allocated_case = Guard("the improvement manager to whom the case is allocated", _allocated_case)
benchmark_of_mine = Guard("the benchmarker to whom the case is assigned", _own_benchmark)
