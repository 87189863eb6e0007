"""Routes of an audit's benchmarking for its lead: the plan, who has what, the differences, the agreement."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.benchmarks import actions as benchmarking
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.forms import ForgoForm, GiveForm, HandForm, PlanForm
from app.audit.benchmarks.queries import Proposal
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import BENCHMARK_STATE_LABELS, CHOSEN_BY_LABELS, UNFINISHED, AuditState, BenchmarkState
from app.audit.guards import audit_for
from app.audit.library import queries as library_queries
from app.audit.models import Audit, Benchmark
from app.audit.thresholds.document import ThresholdDocument
from app.errors import Conflict, Elsewhere
from app.labels import plural
from app.long_acts.forethought import Forethought
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.report.actions import framework_of
from app.report.cases import queries as case_queries
from app.report.figures.benchmarks import Measured, Part, Severity, measured_of, parts_of, severities
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.workflow import roles_of

router = Router()
led = audit_for(*roles_of(BENCHMARK["assign"], BENCHMARK["move"]))


def _benchmarked(visit: Visit) -> Audit:
    audit = led.find(visit)
    if audit.imported or audit.state not in {AuditState.FIELDWORK, AuditState.FINALISED, AuditState.PUBLISHED}:
        raise Elsewhere(f"/audits/{audit.ref}", "Cases are benchmarked during fieldwork, once some are graded.")
    return audit


def _to_give(visit: Visit) -> Benchmark:
    return benchmark_queries.benchmark_of_audit(visit.session, led.find(visit), visit.number("benchmark_id"))


benchmarked = Guard("the audit lead, on an audit whose fieldwork has opened", _benchmarked)
to_give = Guard("the audit lead, on a benchmark of the audit", _to_give)


@dataclass(frozen=True, kw_only=True)
class BenchmarksPage(Page):
    """The benchmarking of an audit."""

    template: ClassVar[str] = "report/agreement/benchmarks.html"
    audit: Audit
    document: ThresholdDocument
    benchmarks: Sequence[Benchmark]
    # By benchmarker: how many they have in each state.
    loads: Mapping[int, Counter[BenchmarkState]]
    names: Mapping[int, str]
    differences: Sequence[Benchmark]
    # The unfinished ones whose benchmarker must not give them.
    barred: Collection[int]
    # Nothing of the six below while the lead has a case to grade or a benchmark to finish.
    blind: bool
    measured: Measured | None
    parts: Mapping[str, Sequence[Part]]
    proposals: Sequence[Proposal]
    severities: Sequence[Severity]
    chosen_by: Mapping[str, int]
    candidates: Sequence[Viewer]
    waiting: int
    states: Mapping[BenchmarkState, str]
    form: Filled


@dataclass(frozen=True, kw_only=True)
class GivePage(Page):
    """Give an unfinished benchmark to somebody else."""

    template: ClassVar[str] = "report/agreement/give_benchmark.html"
    benchmark: Benchmark
    audit: Audit
    people: Sequence[Viewer]
    form: Filled


def _names(visit: Visit, benchmarks: Sequence[Benchmark]) -> Mapping[int, str]:
    people = {b.benchmarker_id for b in benchmarks} | {
        b.first.author_id for b in benchmarks if b.first and b.first.author_id
    }
    return queries.names(visit.session, frozenset(people))


def _severities(visit: Visit, audit: Audit) -> Sequence[Severity]:
    people = case_queries.auditors_of(visit.session, audit)
    names = queries.names(visit.session, frozenset(people.values()))
    called = {label: names[person] for label, person in people.items()}
    return severities(framework_of(audit), case_queries.first_grades(visit.session, audit), called)


def _page(visit: Visit, audit: Audit, form: Filled) -> BenchmarksPage:
    session, document = visit.session, library_queries.document_of(audit)
    benchmarks = benchmark_queries.benchmarks_of(session, audit)
    unfinished = [b for b in benchmarks if b.state in UNFINISHED and audit.state is AuditState.FIELDWORK]
    blind = any(b.benchmarker_id == visit.viewer.id for b in unfinished) or queries.is_grading(session, visit.viewer)
    proposals = [] if blind or audit.state is not AuditState.FIELDWORK else benchmark_queries.proposals(session, audit)
    candidates = benchmarking.candidates(session, audit)
    loads: dict[int, Counter[BenchmarkState]] = {}
    for benchmark in benchmarks:
        loads.setdefault(benchmark.benchmarker_id, Counter())[benchmark.state] += 1
    return BenchmarksPage(
        title="Benchmarking",
        audit=audit,
        document=document,
        benchmarks=benchmarks,
        loads=loads,
        names=(names := _names(visit, benchmarks)),
        differences=[b for b in benchmarks if b.state is BenchmarkState.DIFFERS],
        barred=frozenset(b.id for b in benchmark_queries.to_be_moved(session, visit.viewer, unfinished)),
        blind=blind,
        measured=None if blind else measured_of(benchmarks, document),
        proposals=proposals,
        severities=[] if blind else _severities(visit, audit),
        parts={}
        if blind
        else parts_of(benchmarks, benchmark_queries.judged_twice(session, audit), document, names, kinds_now(session)),
        chosen_by={}
        if blind
        else {
            label: count
            for by, label in CHOSEN_BY_LABELS.items()
            if (count := sum(b.chosen_by is by for b in benchmarks))
        },
        candidates=candidates,
        waiting=len(benchmark_queries.to_choose_from(session, audit)),
        states=BENCHMARK_STATE_LABELS,
        form=form,
    )


def _ticked(visit: Visit, audit: Audit, form: Filled) -> Filled:
    """Return a form in which everybody who can benchmark is ticked."""
    return replace(
        form, values={"benchmarkers": [str(p.id) for p in benchmarking.candidates(visit.session, audit)], **form.values}
    )


@router.get("/audits/{ref}/benchmarks", benchmarked)
def benchmarks_page(visit: Visit, audit: Audit) -> Response:
    """Show the plan, who has what, the differences to resolve, and how far the grades agree."""
    return visit.render(_page(visit, audit, _ticked(visit, audit, Filled())))


def _plan(visit: Visit, audit: Audit) -> Forethought[benchmarking.Plan] | None:
    sent, _ = fill(PlanForm, visit.form)
    return benchmarking.foreseen_plan(visit.session, audit, people=sent.benchmarkers) if sent else None


@router.post("/audits/{ref}/benchmarks", benchmarked.making(BENCHMARK["assign"]), beforehand=_plan)
def choose(visit: Visit, audit: Audit) -> Response:
    """Choose cases by rule and by chance, and assign them."""
    sent, form = fill(PlanForm, visit.form)
    if sent is None:
        return visit.render(_page(visit, audit, form), status=422)
    try:
        count = benchmarking.choose_and_assign(
            visit.session, audit, people=sent.benchmarkers, by=visit.viewer, before=visit.forethought
        )
    except Conflict as refusal:
        page = _page(visit, audit, form.with_errors(benchmarkers=refusal.sentence))
        if audit.state is not AuditState.FIELDWORK or not page.waiting or not page.candidates:
            raise  # the form is not there any more
        return visit.render(page, status=422)
    said = f"{plural(count, 'case is', 'cases are')} chosen and assigned."
    return visit.redirect(f"/audits/{audit.ref}/benchmarks", said)


@router.post("/audits/{ref}/benchmarks/people/{person_id}/extend", benchmarked.making(BENCHMARK["assign"]))
def extend(visit: Visit, audit: Audit) -> Response:
    """Have more of an auditor's cases graded a second time, as the framework proposes."""
    count = benchmarking.extend(visit.session, audit, auditor=visit.number("person_id"), by=visit.viewer)
    return visit.redirect(
        f"/audits/{audit.ref}/benchmarks",
        f"{plural(count, 'more case is', 'more cases are')} chosen by chance and assigned.",
    )


@router.post("/audits/{ref}/benchmarks/none", benchmarked.making(BENCHMARK["assign"]))
def choose_none(visit: Visit, audit: Audit) -> Response:
    """Record why the graded cases that are left get no second grade."""
    sent, form = fill(ForgoForm, visit.form)
    if sent is None:
        return visit.render(_page(visit, audit, _ticked(visit, audit, form)), status=422)
    count = benchmarking.forgo(visit.session, audit, reason=sent.why_none, by=visit.viewer)
    said = f"The reason is recorded for {plural(count, 'graded case')}. The report’s annex prints it."
    return visit.redirect(f"/audits/{audit.ref}/benchmarks", said)


NO_SUCH_CASE = "There is no graded case with this reference that is not benchmarked already. Check the reference"


@router.post("/audits/{ref}/benchmarks/by-hand", benchmarked.making(BENCHMARK["assign"]))
def add_by_hand(visit: Visit, audit: Audit) -> Response:
    """Add a case by hand, with the reason."""
    sent, hand = fill(HandForm, visit.form)
    case = benchmark_queries.case_to_add(visit.session, audit, sent.hand_case) if sent else None
    if sent is not None and case is None:
        hand = hand.with_errors(hand_case=NO_SUCH_CASE)
    if sent is None or case is None:
        return visit.render(_page(visit, audit, _ticked(visit, audit, hand)), status=422)
    try:
        benchmarking.add_by_hand(visit.session, case, person=sent.hand_person, reason=sent.hand_reason, by=visit.viewer)
    except Conflict as refusal:
        hand = hand.with_errors(hand_person=refusal.sentence)
        return visit.render(_page(visit, audit, _ticked(visit, audit, hand)), status=422)
    return visit.redirect(f"/audits/{audit.ref}/benchmarks", f"Case {case.case_ref} is added.")


def _give_page(visit: Visit, of: Benchmark, form: Filled) -> GivePage:
    people = [p for p in benchmarking.candidates(visit.session, of.case.audit) if p.id != of.benchmarker_id]
    return GivePage(
        title="Give this benchmark to somebody else", benchmark=of, audit=of.case.audit, people=people, form=form
    )


@router.get("/audits/{ref}/benchmarks/{benchmark_id}/give", to_give)
def give_page(visit: Visit, of: Benchmark) -> Response:
    """Ask to whom, and why."""
    if of.state not in UNFINISHED:
        raise Elsewhere(
            f"/audits/{of.case.audit.ref}/benchmarks", "This benchmark is submitted, so it stays where it is."
        )
    return visit.render(_give_page(visit, of, Filled()))


@router.post("/audits/{ref}/benchmarks/{benchmark_id}/give", to_give.making(BENCHMARK["move"]))
def give(visit: Visit, of: Benchmark) -> Response:
    """Give a benchmark to somebody else."""
    sent, form = fill(GiveForm, visit.form)
    refusal = benchmarking.why_not_given(visit.session, of.case, sent.person) if sent else None
    if refusal:
        form = form.with_errors(person=refusal)
    if sent is None or form.errors:
        return visit.render(_give_page(visit, of, form), status=422)
    benchmarking.give_to(visit.session, of, person=sent.person, reason=sent.reason, by=visit.viewer)
    return visit.redirect(f"/audits/{of.case.audit.ref}/benchmarks", "The benchmark is given to somebody else.")
