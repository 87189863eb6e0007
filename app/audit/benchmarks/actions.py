"""Acts of benchmarking: choose and assign, add by hand, give to somebody else, start, submit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.actions import situation_about, subject_of
from app.audit.allocation.sharing import ToAllocate, allocate, ticket
from app.audit.bars.queries import bars, bars_of_person
from app.audit.bars.rules import Bars
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.choosing import METHOD, Chosen, choose
from app.audit.benchmarks.queries import FORGONE, PLANNED
from app.audit.benchmarks.rules import BENCHMARK, BENCHMARKERS, BenchmarkKnown, SecondGraders, why_not_benchmarked
from app.audit.enums import AssessmentKind, AssessmentState, BenchmarkState, ChosenBy
from app.audit.evidence.reuse import sealed
from app.audit.library.queries import proposed_in
from app.audit.log import assessment_row
from app.audit.models import Assessment, Audit, AuditCase, Benchmark
from app.audit.rules import Taker
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.labels import listed
from app.long_acts.forethought import Forethought, foreseen, settled
from app.long_acts.steps import begin_all
from app.people.enums import Role
from app.people.rules import Viewer, area_key
from app.sampling import queries as sampling
from app.workflow import Situation, move, moving

NOBODY_CHOSEN = "Choose at least one benchmarker. An administrator gives the role of benchmarker on the ‘People’ page."
NOT_PROPOSED = (
    "No more of this auditor’s cases are proposed now. They are when more of the second grades differ than the "
    "framework allows, and cases are left."
)
NOTHING_TO_CHOOSE = (
    "There is no case to choose from: each graded case has been considered already, or none is graded yet. Come back "
    "when more are graded."
)
NOTHING_MORE = BenchmarkKnown()


def subject_of_benchmark(of: Benchmark) -> Subject:
    """Return a benchmark as the subject of an event."""
    return Subject("benchmark", of.id, of.case.audit.ref, of.case_id)


def situation_of_benchmark(
    of: Benchmark, viewer: Viewer, known: BenchmarkKnown = NOTHING_MORE
) -> Situation[BenchmarkKnown]:
    """Return the situation in which a person acts on a benchmark."""
    return situation_about(of.case, viewer, known)


def candidates(session: Session, audit: Audit) -> list[Viewer]:
    """Return who can grade cases of an audit a second time, by name: its benchmarkers and its leads."""
    found = {p.id: p for role in BENCHMARKERS for p in queries.people_with(session, role, audit)}
    return sorted(found.values(), key=lambda p: (p.name, p.id))


def situation_of_second(session: Session, of: Benchmark, viewer: Viewer) -> Situation[BenchmarkKnown]:
    """Return the situation in which a person gives a second grade."""
    return situation_of_benchmark(of, viewer, BenchmarkKnown(bars=bars_of_person(session, viewer.id)))


def bars_of(session: Session, audit: Audit) -> Bars:
    """Return who must not benchmark what: their own area, a declared interest, a case that they had a part in."""
    return replace(bars(session), parts=benchmark_queries.touched(session, audit))


def takers_of(session: Session, audit: Audit) -> SecondGraders:
    """Return who can grade cases of an audit a second time, with everybody's bars."""
    return SecondGraders(frozenset(p.id for p in candidates(session, audit)), bars_of(session, audit))


def why_not_given(session: Session, case: AuditCase, person: int) -> str | None:
    """Return why a case cannot be given to somebody for a second grade, or None."""
    return takers_of(session, case.audit).refusal(person, case)


def _seed(session: Session, audit: Audit) -> str:
    """Return a seed that nobody chooses: it follows from the public draw and from how often cases were chosen."""
    draw = sampling.sample_draw(session, audit.draw_id)
    number = len(benchmark_queries.plans(session, audit)) + 1
    return f"{audit.ref}/benchmarks/{number}/{draw.selection_sha256 if draw else ''}"


@dataclass(frozen=True)
class Plan:
    """Which cases are graded a second time, and by whom."""

    considered: Sequence[AuditCase]
    chosen: Sequence[Chosen]
    shares: Mapping[int, int]
    seed: str


def plan(session: Session, audit: Audit, *, people: Sequence[int]) -> Plan:
    """Return what choosing now would bring; raises Conflict where there is nothing to choose, or nobody to choose."""
    able = {p.id for p in candidates(session, audit)}.intersection(people)
    if not able:
        raise Conflict(NOBODY_CHOSEN)
    cases = benchmark_queries.cases_to_choose_from(session, audit)
    if not cases:
        raise Conflict(NOTHING_TO_CHOOSE)
    seed = _seed(session, audit)
    chosen = choose(benchmark_queries.graded_to_choose(session, cases), Fraction(audit.benchmark_share), seed)
    picked = {c.id for c in chosen}
    return Plan(cases, chosen, _shared_out(session, audit, [c for c in cases if c.id in picked], able, seed), seed)


def _shared_out(
    session: Session, audit: Audit, cases: Sequence[AuditCase], able: set[int], seed: str
) -> Mapping[int, int]:
    """Return by case who grades it a second time; raises Conflict where nobody of those may."""
    to_give = [ToAllocate(c.id, c.area, c.law_type, c.practitioner_id) for c in cases]
    held = Counter((b.benchmarker_id, b.case.law_type) for b in benchmark_queries.benchmarks_of(session, audit))
    try:
        return allocate(to_give, dict.fromkeys(sorted(able), 100), bars=bars_of(session, audit), seed=seed, held=held)
    except Conflict:
        raise Conflict(_nobody_left(session, audit, to_give, able)) from None


def _nobody_left(session: Session, audit: Audit, cases: Sequence[ToAllocate], able: set[int]) -> str:
    held = bars_of(session, audit)
    areas = sorted({c.area for c in cases if all(held.hold(p, c) for p in able)}, key=area_key)
    return (
        f"Nobody of those chosen can benchmark every case of {listed(areas)}: each of them heads the area, has "
        "an interest there "
        "or had a part in a case. Choose another benchmarker as well."
    )


def foreseen_plan(session: Session, audit: Audit, *, people: Sequence[int]) -> Forethought[Plan]:
    """Choose cases, and who grades them a second time, before anybody has to wait for it."""
    return foreseen(session, lambda: plan(session, audit, people=people), audit.ref)


def choose_and_assign(
    session: Session, audit: Audit, *, people: Sequence[int], by: Viewer, before: Forethought[Plan] | None = None
) -> int:
    """Choose cases for a second grade and assign them; return how many."""
    _hold(session, audit, by)
    made = settled(session, before, lambda: plan(session, audit, people=people))
    how = {"method": METHOD, "seed": made.seed, "share": audit.benchmark_share, "people": sorted(people)}
    details = {**how, "considered": [c.id for c in made.considered], "chosen": len(made.chosen)}
    record(session, PLANNED, by=by.id, subject=subject_of(audit), details=details)
    cases = benchmark_queries.cases_by_number(session, [c.id for c in made.chosen])
    hows = {
        c.id: HowChosen(c.by, ticket(made.seed, "list", c.id).hex(), probability=str(c.probability))
        for c in made.chosen
    }
    _assign(session, audit, [(cases[c.id], made.shares[c.id], hows[c.id]) for c in made.chosen], by=by)
    return len(made.chosen)


def forgo(session: Session, audit: Audit, *, reason: str, by: Viewer) -> int:
    """Keep why the graded cases of which none was chosen yet get no second grade; return how many they are."""
    _hold(session, audit, by)
    cases = benchmark_queries.cases_to_choose_from(session, audit)
    if not cases:
        raise Conflict(NOTHING_TO_CHOOSE)
    details = {"considered": [c.id for c in cases], "reason": reason}
    record(session, FORGONE, by=by.id, subject=subject_of(audit), details=details)
    return len(cases)


def _proposal(session: Session, audit: Audit, auditor: int) -> benchmark_queries.Proposal:
    found = next((p for p in benchmark_queries.proposals(session, audit) if p.auditor == auditor), None)
    if found is None:
        raise Conflict(NOT_PROPOSED)
    return found


def extend(session: Session, audit: Audit, *, auditor: int, by: Viewer) -> int:
    """Have more of an auditor's cases graded a second time, where the framework proposes it; return how many."""
    _hold(session, audit, by)
    proposed = _proposal(session, audit, auditor)
    left = benchmark_queries.without_second_grade(session, audit, auditor)
    seed = f"{audit.ref}/extension/{auditor}/{proposed.second_grades}"
    chosen = sorted(left, key=lambda c: ticket(seed, "list", c.id))[: proposed.more]
    shares = _shared_out(session, audit, chosen, {p.id for p in candidates(session, audit)}, seed)
    reason = f"{proposed.differing} of {proposed.second_grades} second grades of this auditor’s cases differed."
    hows = {c.id: HowChosen(ChosenBy.EXTENSION, ticket(seed, "list", c.id).hex(), reason=reason) for c in chosen}
    _assign(session, audit, [(case, shares[case.id], hows[case.id]) for case in chosen], by=by)
    return len(chosen)


def _hold(session: Session, audit: Audit, by: Viewer) -> None:
    lock(session, Audit, audit.id)
    BENCHMARK["assign"].demand_role(by, audit.ref)
    refusal = why_not_benchmarked(audit)
    if refusal:
        raise Conflict(refusal)


@dataclass(frozen=True, slots=True)
class HowChosen:
    """How a case came to be graded a second time: by chance with its probability, or with a reason."""

    by: ChosenBy
    order: str
    probability: str = ""
    reason: str = ""


def _assign(session: Session, audit: Audit, given: Sequence[tuple[AuditCase, int, HowChosen]], *, by: Viewer) -> None:
    """Assign cases for a second grade: each to somebody, with how it was chosen."""
    takers = takers_of(session, audit)
    begun = []
    for case, person, chosen in given:
        made = _assigned(case, person, chosen, by=by)
        known = BenchmarkKnown(taker=Taker(takers.refusal(person, case)))
        begun.append((made, situation_of_benchmark(made, by, known)))
    begin_all(
        session,
        BENCHMARK,
        "assign",
        begun,
        subject=subject_of_benchmark,
        details=lambda made: {"benchmarker": made.benchmarker_id, "state": made.state},
    )


def _assigned(case: AuditCase, person: int, chosen: HowChosen, *, by: Viewer) -> Benchmark:
    return Benchmark(
        case_id=case.id,
        benchmarker_id=person,
        state=BenchmarkState.ASSIGNED,
        chosen_by=chosen.by,
        reason=chosen.reason,
        probability=chosen.probability,
        ticket=chosen.order,
        assigned_by=by.id,
        assigned_at=clock.now(),
        resolution="",
        unclear_standard="",
        case=case,
    )


def add_by_hand(session: Session, case: AuditCase, *, person: int, reason: str, by: Viewer) -> None:
    """Add a case to the plan by hand, with the reason; never to whoever adds it, as they know why."""
    _hold(session, case.audit, by)
    if person == by.id:
        raise Conflict("You choose this case yourself, so somebody else benchmarks it.")
    order = ticket(case.audit.ref, "list", case.id).hex()
    _assign(session, case.audit, [(case, person, HowChosen(ChosenBy.HAND, order, reason=reason))], by=by)


def give_to(session: Session, benchmark: Benchmark, *, person: int, reason: str, by: Viewer) -> None:
    """Give an unfinished second grade to somebody else; a draft that was begun stays its author's."""
    _hold(session, benchmark.case.audit, by)
    session.refresh(benchmark)
    refusal = why_not_given(session, benchmark.case, person)
    if person == by.id and benchmark.chosen_by is ChosenBy.HAND:
        refusal = "This case was chosen by hand by an audit lead, so a benchmarker takes it."
    situation = situation_of_benchmark(benchmark, by, BenchmarkKnown(taker=Taker(refusal)))
    details = {"benchmarker": person, "earlier": benchmark.benchmarker_id, "why": reason}
    subject = subject_of_benchmark(benchmark)
    with moving(session, BENCHMARK, "move", benchmark, situation=situation, subject=subject, details=details):
        benchmark.benchmarker_id = person


def start(session: Session, benchmark: Benchmark, *, by: Viewer) -> None:
    """Open the draft of a second grade, empty; whoever had it before and left a draft goes on with that."""
    lock(session, AuditCase, benchmark.case_id)
    session.refresh(benchmark)
    situation, subject = situation_of_second(session, benchmark, by), subject_of_benchmark(benchmark)
    move(session, BENCHMARK, "start", benchmark, situation=situation, subject=subject)
    if benchmark_queries.benchmark_draft(session, benchmark) is not None:
        return
    # Under this label the figures count it: the two kinds of benchmarkers are reported apart.
    label = "lead" if by.has(Role.LEAD, audit=benchmark.case.audit.ref) else "independent"
    session.add(_draft(benchmark, by.id, label))
    session.flush()


def _draft(benchmark: Benchmark, author: int, label: str) -> Assessment:
    now = clock.now()
    return Assessment(
        case_id=benchmark.case_id,
        kind=AssessmentKind.BENCHMARK,
        author_id=author,
        author_label=label,
        number=1,
        correction_reason="",
        state=AssessmentState.DRAFT,
        departure_reason="",
        strengths_note="",
        learning_note="",
        themes=[],
        started_at=now,
        saved_at=now,
        judgements=[],
        facts=[],
    )


def submit(
    session: Session, benchmark: Benchmark, draft: Assessment, *, indicated: tuple[str, str] | None, by: Viewer
) -> None:
    """Submit a second grade: it never changes again, and is compared with the first."""
    lock(session, Audit, benchmark.case.audit_id)
    lock(session, AuditCase, benchmark.case_id)
    session.refresh(benchmark)
    session.refresh(draft, ["state"])
    if draft.state is not AssessmentState.DRAFT:
        raise Conflict("This second grade has been submitted, so it cannot be changed. Nothing of it was overwritten.")
    situation, subject = situation_of_second(session, benchmark, by), subject_of_benchmark(benchmark)
    first = benchmark_queries.first_assessment(session, benchmark.case)
    details = {"assessment": draft.id}
    with moving(session, BENCHMARK, "submit", benchmark, situation=situation, subject=subject, details=details) as rows:
        sealed(draft.judgements)
        draft.state, draft.submitted_at, draft.saved_at = AssessmentState.SUBMITTED, clock.now(), clock.now()
        draft.indicated_grade, draft.indicated_rule = indicated or (None, None)
        draft.proposed = proposed_in(benchmark.case, draft)
        benchmark.first_id, benchmark.second_id = first.id, draft.id
        rows.append(assessment_row(draft))
    follows = "agree" if draft.grade == first.grade else "differ"
    move(session, BENCHMARK, follows, benchmark, situation=situation, subject=subject)
