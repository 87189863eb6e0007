"""Whose list of documents an address is about, and where its work is done."""

from dataclasses import dataclass

from app.audit import queries
from app.audit.bars.queries import bars_of_person
from app.audit.enums import AuditState, BenchmarkState, CaseState
from app.audit.guards import allocated_case, benchmark_of_mine
from app.audit.models import AuditCase
from app.errors import NotFound
from app.web.routing import Guard, Visit


@dataclass(frozen=True, slots=True)
class InWork:
    """A case that somebody works on, and the address of that work."""

    case: AuditCase
    base: str
    # Whether an assistant lists for whoever grades it.
    preparing: bool = False


def in_work(visit: Visit, case: AuditCase, part: str, *, preparing: bool = False, party: bool = False) -> InWork:
    """Return a case in work at `/cases/{id}/{part}`; only who judges it, and is no `party`, asks the bars."""
    if not preparing and not party:
        refusal = bars_of_person(visit.session, visit.viewer.id).refusal(visit.viewer.id, case)
        visit.turn_away(refusal or None, f"/cases/{case.id}")
    return InWork(case, f"/cases/{case.id}/{part}", preparing)


def _graded(visit: Visit) -> InWork:
    case = allocated_case.find(visit)
    begun = case.state in {CaseState.IN_PROGRESS, CaseState.GRADED} and case.audit.state is AuditState.FIELDWORK
    if not begun or queries.draft_in_hand(visit.session, visit.viewer, case) is None:
        raise NotFound
    return in_work(visit, case, "assess")


def _graded_again(visit: Visit) -> InWork:
    benchmark = benchmark_of_mine.find(visit)
    case = benchmark.case
    if benchmark.state is not BenchmarkState.IN_PROGRESS or case.audit.state is not AuditState.FIELDWORK:
        raise NotFound
    return in_work(visit, case, "benchmark")


graded_by_me = Guard("the improvement manager to whom the case is allocated, once grading was started", _graded)
graded_again_by_me = Guard(
    "the benchmarker to whom the case is assigned, once the second grade was started", _graded_again
)
