"""Routes of a second grade for whoever gives it: how it begins, its parts, and what became of all of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.bars.queries import bars_of_person
from app.audit.benchmarks import actions as benchmarking
from app.audit.benchmarks.queries import benchmark_draft, benchmarks_to_do, own_second_grades
from app.audit.benchmarks.rules import BENCHMARK, became_of
from app.audit.enums import UNFINISHED, AuditState, BenchmarkState
from app.audit.grading.draft import draft_of
from app.audit.grading.pages import assess_page_of
from app.audit.guards import benchmark_of_mine
from app.audit.library.queries import document_of
from app.audit.models import Benchmark
from app.errors import Elsewhere
from app.people.rules import Viewer
from app.web.pages import Page
from app.web.routing import Router, Visit, signed_in

router = Router()


@dataclass(frozen=True, slots=True)
class Given:
    """A second grade that somebody gave, and what became of it in words."""

    benchmark: Benchmark
    grade: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class SecondGradesPage(Page):
    """The second grades that a person gave."""

    template: ClassVar[str] = "audit/second_grades/second_grades.html"
    given: Sequence[Given]


@router.get("/second-grades", signed_in)
def second_grades_page(visit: Visit, viewer: Viewer) -> Response:
    """Show somebody the second grades that they gave; what became of them once they have finished the audit's."""
    waiting = {b.case.audit_id for b in benchmarks_to_do(visit.session, viewer)}
    given = [
        Given(b, document_of(b.case.audit).label(str(b.second.grade)), became_of(b, waiting))
        for b in own_second_grades(visit.session, viewer)
        if b.second is not None
    ]
    return visit.render(SecondGradesPage(title="Your second grades", given=given))


@router.get("/cases/{case_id}/benchmark", benchmark_of_mine)
def benchmark_page(visit: Visit, benchmark: Benchmark) -> Response:
    """Show the task list of a second grade, or the button that starts it; never anything of the first."""
    case = benchmark.case
    if benchmark.state not in UNFINISHED:
        done = f"You have submitted your second grade of case {case.case_ref}. There is nothing more to do."
        raise Elsewhere("/second-grades", done)
    if case.audit.state is not AuditState.FIELDWORK:
        raise Elsewhere("/", f"Fieldwork has ended, so case {case.case_ref} is no longer graded a second time.")
    assessment = benchmark_draft(visit.session, benchmark) if benchmark.state is BenchmarkState.IN_PROGRESS else None
    draft = draft_of(case, assessment) if assessment else None
    barred = bars_of_person(visit.session, visit.viewer.id).refusal(visit.viewer.id, case) or ""
    return visit.render(assess_page_of(visit, case, draft, barred=barred, second=True))


@router.post("/cases/{case_id}/benchmark", benchmark_of_mine.making(BENCHMARK["start"]))
def start(visit: Visit, benchmark: Benchmark) -> Response:
    """Start a second grade."""
    benchmarking.start(visit.session, benchmark, by=visit.viewer)
    return visit.redirect(f"/cases/{benchmark.case_id}/benchmark")
