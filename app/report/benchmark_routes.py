"""Doors of an audit's benchmarking for its lead: the plan, who has what, the differences, and how far the grades agree."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar

from starlette.responses import Response

from app.audit import benchmark_queries, benchmarking, queries
from app.audit.choosing import SHARE
from app.audit.enums import BENCHMARK_STATE_LABELS, CHOSEN_BY_LABELS, UNFINISHED, AuditState, BenchmarkState
from app.audit.forms import GiveForm, HandForm, PlanForm
from app.audit.guards import audit_for
from app.audit.models import Audit, AuditCase, Benchmark
from app.audit.thresholds.document import ThresholdDocument
from app.doors import Doors, Guard, Visit
from app.errors import Conflict, Elsewhere
from app.forms import fill
from app.pages import Filled, Page
from app.people.enums import Role
from app.people.models import Person
from app.report.agreement import Agreement, Estimate, agreement_of, back_to_all, linear, quadratic

doors = Doors()
led = audit_for(Role.LEAD)


def _benchmarked(visit: Visit) -> Audit:
    audit = led.find(visit)
    if audit.imported or audit.state not in {AuditState.FIELDWORK, AuditState.FINALISED, AuditState.PUBLISHED}:
        raise Elsewhere(f"/audits/{audit.ref}", "Cases are benchmarked during fieldwork, once some are graded.")
    return audit


def _to_give(visit: Visit) -> Benchmark:
    return benchmark_queries.benchmark_of_audit(visit.session, led.find(visit), visit.number("benchmark_id"))


benchmarked = Guard("the audit lead, on an audit whose fieldwork has opened", _benchmarked)
to_give = Guard("the audit lead, on a benchmark of the audit", _to_give)


@dataclass(frozen=True, slots=True)
class Measured:
    """How far the grades agree: the table, the coefficients by name, and the share weighted back to all graded cases."""

    agreement: Agreement
    coefficients: Sequence[tuple[str, Estimate | None]]
    alpha: float | None
    back_to_all: float | None


@dataclass(frozen=True, kw_only=True)
class BenchmarksPage(Page):
    """The benchmarking of an audit."""

    template: ClassVar[str] = "report/benchmarks.html"
    audit: Audit
    document: ThresholdDocument
    benchmarks: Sequence[Benchmark]
    # By benchmarker: how many they have in each state.
    loads: Mapping[int, Counter[BenchmarkState]]
    names: Mapping[int, str]
    differences: Sequence[Benchmark]
    # Nothing of the three below while the lead has a benchmark to finish.
    blind: bool
    measured: Measured | None
    chosen_by: Mapping[str, int]
    candidates: Sequence[Person]
    waiting: int
    states: Mapping[BenchmarkState, str]
    form: Filled


@dataclass(frozen=True, kw_only=True)
class GivePage(Page):
    """Give an unfinished benchmark to somebody else."""

    template: ClassVar[str] = "report/give_benchmark.html"
    benchmark: Benchmark
    audit: Audit
    people: Sequence[Person]
    form: Filled


def measured_of(benchmarks: Sequence[Benchmark], document: ThresholdDocument) -> Measured | None:
    """Return how far the submitted benchmarks agree with the first grades that they were compared with."""
    done = [(b.first.grade or "", b.second.grade or "", b.probability) for b in benchmarks if b.first and b.second]
    if not done:
        return None
    agreement = agreement_of([(first, second) for first, second, _ in done], [level.code for level in document.scale])
    coefficients = [
        ("AC2, linear weights", agreement.gwet(linear)), ("Kappa, linear weights", agreement.kappa(linear)),
        ("Kappa, quadratic weights", agreement.kappa(quadratic)), ("Kappa", agreement.kappa()), ("AC1", agreement.gwet()),
    ]  # fmt: skip
    # What a person chose stands for no other case.
    by_chance = [(first, second, float(Fraction(chance))) for first, second, chance in done if chance]
    return Measured(agreement, coefficients, agreement.alpha(), back_to_all(by_chance))


def _page(visit: Visit, audit: Audit, form: Filled) -> BenchmarksPage:
    session, document = visit.session, queries.document_of(audit)
    benchmarks, blind = benchmark_queries.benchmarks_of(session, audit), benchmark_queries.is_blind_in(session, visit.viewer, audit)
    candidates = benchmarking.candidates(session, audit)
    loads: dict[int, Counter[BenchmarkState]] = {}
    for benchmark in benchmarks:
        loads.setdefault(benchmark.benchmarker_id, Counter())[benchmark.state] += 1
    return BenchmarksPage(
        title="Benchmarking", audit=audit, document=document, benchmarks=benchmarks, loads=loads, names=queries.names(session, frozenset(loads)),
        differences=[b for b in benchmarks if b.state is BenchmarkState.DIFFERS], blind=blind,
        measured=None if blind else measured_of(benchmarks, document),
        chosen_by={} if blind else {label: count for by, label in CHOSEN_BY_LABELS.items() if (count := sum(b.chosen_by is by for b in benchmarks))},
        candidates=candidates, waiting=len(benchmark_queries.cases_to_choose_from(session, audit)), states=BENCHMARK_STATE_LABELS, form=form,
    )  # fmt: skip


def _ticked(visit: Visit, audit: Audit, form: Filled) -> Filled:
    """Return a form with the usual share, and everybody who can benchmark ticked."""
    usual = {"benchmark_share": SHARE, "benchmarkers": [str(p.id) for p in benchmarking.candidates(visit.session, audit)]}
    return replace(form, values={**usual, **form.values})


@doors.get("/audits/{ref}/benchmarks", benchmarked)
def benchmarks_page(visit: Visit, audit: Audit) -> Response:
    """Show the plan, who has what, the differences to resolve, and how far the grades agree."""
    return visit.render(_page(visit, audit, _ticked(visit, audit, Filled())))


@doors.post("/audits/{ref}/benchmarks", benchmarked)
def choose(visit: Visit, audit: Audit) -> Response:
    """Choose cases by rule and by chance, and assign them."""
    sent, form = fill(PlanForm, visit.form)
    if sent is None:
        return visit.render(_page(visit, audit, form), status=422)
    count = benchmarking.choose_and_assign(visit.session, audit, share=sent.share, people=sent.benchmarkers, by=visit.viewer)
    return visit.redirect(f"/audits/{audit.ref}/benchmarks", f"{count:,} {'case is' if count == 1 else 'cases are'} chosen and assigned.")


@doors.post("/audits/{ref}/benchmarks/by-hand", benchmarked)
def add_by_hand(visit: Visit, audit: Audit) -> Response:
    """Add a case by hand, with the reason."""
    sent, hand = fill(HandForm, visit.form)
    case: AuditCase | None = None
    if sent is not None:
        case = benchmark_queries.case_to_add(visit.session, audit, sent.hand_case)
        if case is None:
            hand = hand.with_errors(hand_case="There is no graded case with this reference that is not benchmarked already. Check the reference")
    if sent is None or case is None:
        return visit.render(_page(visit, audit, _ticked(visit, audit, hand)), status=422)
    try:
        benchmarking.add_by_hand(visit.session, case, person=sent.hand_person, reason=sent.hand_reason, by=visit.viewer)
    except Conflict as refusal:
        return visit.render(_page(visit, audit, _ticked(visit, audit, hand.with_errors(hand_person=refusal.sentence))), status=422)
    return visit.redirect(f"/audits/{audit.ref}/benchmarks", f"Case {case.case_ref} is added.")


def _give_page(visit: Visit, of: Benchmark, form: Filled) -> GivePage:
    people = [p for p in benchmarking.candidates(visit.session, of.case.audit) if p.id != of.benchmarker_id]
    return GivePage(title="Give this benchmark to somebody else", benchmark=of, audit=of.case.audit, people=people, form=form)


@doors.get("/audits/{ref}/benchmarks/{benchmark_id}/give", to_give)
def give_page(visit: Visit, of: Benchmark) -> Response:
    """Ask to whom, and why."""
    if of.state not in UNFINISHED:
        raise Elsewhere(f"/audits/{of.case.audit.ref}/benchmarks", "This benchmark is submitted, so it stays where it is.")
    return visit.render(_give_page(visit, of, Filled()))


@doors.post("/audits/{ref}/benchmarks/{benchmark_id}/give", to_give)
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
