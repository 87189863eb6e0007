"""Routes of a second grade for whoever gives it: how it begins, and its parts."""

from starlette.responses import Response

from app.audit.benchmarks import actions as benchmarking
from app.audit.benchmarks.queries import benchmark_draft
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import UNFINISHED, AuditState, BenchmarkState
from app.audit.grading.draft import draft_of
from app.audit.grading.pages import assess_page_of
from app.audit.guards import benchmark_of_mine
from app.audit.models import Benchmark
from app.audit.staff import queries as staff_queries
from app.errors import Elsewhere
from app.web.routing import Router, Visit

router = Router()


@router.get("/cases/{case_id}/benchmark", benchmark_of_mine)
def benchmark_page(visit: Visit, benchmark: Benchmark) -> Response:
    """Show the task list of a second grade, or the button that starts it; never anything of the first."""
    case = benchmark.case
    if benchmark.state not in UNFINISHED:
        done = f"You have submitted your second grade of case {case.case_ref}. There is nothing more to do."
        raise Elsewhere("/", done)
    if case.audit.state is not AuditState.FIELDWORK:
        raise Elsewhere("/", f"Fieldwork has ended, so case {case.case_ref} is no longer graded a second time.")
    assessment = benchmark_draft(visit.session, benchmark) if benchmark.state is BenchmarkState.IN_PROGRESS else None
    draft = draft_of(case, assessment) if assessment else None
    barred = staff_queries.bars(visit.session).hold(visit.viewer.id, case.area, case.practitioner_id)
    return visit.render(assess_page_of(case, draft, barred=barred, second=True))


@router.post("/cases/{case_id}/benchmark", benchmark_of_mine.making(BENCHMARK["start"]))
def start(visit: Visit, benchmark: Benchmark) -> Response:
    """Start a second grade."""
    benchmarking.start(visit.session, benchmark, by=visit.viewer)
    return visit.redirect(f"/cases/{benchmark.case_id}/benchmark")
