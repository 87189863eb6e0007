"""What a viewer may see of blind second grades; every function takes the viewer, or serves a guard."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, func, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from app.asking import asked_once, written_once
from app.asking.statements import Statement
from app.audit.bars.queries import bars
from app.audit.benchmarks.choosing import Graded, more_of
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.blind import in_benchmarking, seen_by
from app.audit.enums import (
    UNFINISHED,
    AssessmentKind,
    AssessmentState,
    AuditState,
    BenchmarkState,
    CaseState,
    ChosenBy,
    Origin,
)
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Benchmark, Judgement
from app.audit.queries import THRESHOLD, _benchmarks, uncorrected
from app.errors import NotFound
from app.events import Event
from app.people.enums import Role
from app.people.rules import Viewer
from app.workflow import roles_of

# Who follows the second grades of an audit: gives them, and resolves what differs.
FOLLOWERS = roles_of(BENCHMARK["resolve"], BENCHMARK["move"])
PLANNED, FORGONE = "benchmarks_planned", "benchmarks_forgone"
# What is done with a case without learning how it was graded.
OFFICE = (
    "case_drawn",
    "case_added",
    "case_stands_in",
    "case_imported",
    "case_pinned",
    "case_allocated",
    "case_moved",
    "replacement_asked",
    "replacement_declined",
    "replacement_made",
    "case_replaced",
    "benchmark_assigned",
    "benchmark_moved",
    "benchmark_started",
)


def benchmark_about(session: Session, of: AuditCase) -> Benchmark | None:
    """Return the second grade of a case, for those who are not blind to it."""
    return session.scalars(select(Benchmark).where(Benchmark.case_id == of.id)).one_or_none()


@written_once
def _in_hand(viewer: Viewer) -> Select[Benchmark]:
    leads = true() if viewer.nationwide(*FOLLOWERS) else Audit.ref.in_(viewer.audits(*FOLLOWERS))
    mine = (Benchmark.benchmarker_id == viewer.id) & Benchmark.state.in_(UNFINISHED)
    open_ = Benchmark.state.in_([*UNFINISHED, BenchmarkState.DIFFERS]) & leads
    return _benchmarks().where(Audit.state == AuditState.FIELDWORK, mine | open_).order_by(Benchmark.ticket)


@asked_once
def benchmarks_in_hand(session: Session, viewer: Viewer) -> Sequence[Benchmark]:
    """Return the second grades in fieldwork that the person has to give, and the open ones of audits that they follow.

    In an order of chance.
    """
    return session.scalars(_in_hand(viewer)).all()


def _is_theirs_to_do(of: Benchmark, viewer: Viewer) -> bool:
    return of.benchmarker_id == viewer.id and of.state in UNFINISHED


def benchmarks_to_do(session: Session, viewer: Viewer) -> Sequence[Benchmark]:
    """Return what waits for the person to grade a second time, in an order of chance, those begun first."""
    mine = [b for b in benchmarks_in_hand(session, viewer) if _is_theirs_to_do(b, viewer)]
    return sorted(mine, key=lambda b: b.state is not BenchmarkState.IN_PROGRESS)


@written_once
def _own(viewer: Viewer) -> Select[Benchmark]:
    query = _benchmarks().where(Benchmark.benchmarker_id == viewer.id, Benchmark.second_id.is_not(None))
    return query.options(joinedload(Benchmark.second)).order_by(AuditCase.audit_id.desc(), Benchmark.second_id.desc())


def own_second_grades(session: Session, viewer: Viewer) -> Sequence[Benchmark]:
    """Return the second grades that the person submitted, the newest audit and the newest grade first."""
    return session.scalars(_own(viewer)).all()


def benchmark_draft(session: Session, of: Benchmark) -> Assessment | None:
    """Return the benchmarker's own draft on a case."""
    query = select(Assessment).where(
        Assessment.case_id == of.case_id,
        Assessment.kind == AssessmentKind.BENCHMARK,
        Assessment.author_id == of.benchmarker_id,
        Assessment.state == AssessmentState.DRAFT,
    )
    return session.scalars(
        query.options(selectinload(Assessment.judgements), selectinload(Assessment.facts))
    ).one_or_none()


def first_assessment(session: Session, of: AuditCase) -> Assessment:
    """Return the auditor's submitted assessment of a case as it stands: for the comparison, never for a page."""
    query = select(Assessment).where(Assessment.case_id == of.id, Assessment.id.in_(uncorrected()))
    return session.scalars(query.order_by(Assessment.id.desc()).limit(1)).one()


_OF_AUDIT = (
    _benchmarks()
    .where(AuditCase.audit_id == bindparam("audit"))
    .options(joinedload(Benchmark.first), joinedload(Benchmark.second))
    .order_by(Benchmark.ticket)
)


@asked_once
def benchmarks_of(session: Session, of: Audit) -> Sequence[Benchmark]:
    """Return the benchmarks of an audit in an order of chance.

    The route has admitted the viewer, who reads no grade of what they are blind to.
    """
    return session.scalars(_OF_AUDIT, {"audit": of.id}).all()


DIFFERING = (BenchmarkState.DIFFERS, BenchmarkState.RESOLVED)


def compared(session: Session, viewer: Viewer, benchmark_id: int) -> Benchmark:
    """Return a submitted benchmark, of an audit that the person leads or directs, with both sheets; raises NotFound."""
    sheets = [
        joinedload(sheet).options(joinedload(Assessment.judgements), selectinload(Assessment.facts))
        for sheet in (Benchmark.first, Benchmark.second)
    ]
    query = select(Benchmark).join(Benchmark.case).join(AuditCase.audit)
    query = query.where(Benchmark.id == benchmark_id, Benchmark.state.in_(DIFFERING), seen_by(viewer))
    case = contains_eager(Benchmark.case).options(contains_eager(AuditCase.audit).options(THRESHOLD))
    found = session.scalars(query.options(case, *sheets)).unique().one_or_none()
    if found is None or not BENCHMARK["resolve"].is_for(viewer, found.case.audit.ref):
        raise NotFound
    return found


def benchmark_of_audit(session: Session, of: Audit, benchmark_id: int) -> Benchmark:
    """Return an unfinished or finished benchmark of an audit; raises NotFound."""
    found = session.scalars(
        _benchmarks().where(AuditCase.audit_id == of.id, Benchmark.id == benchmark_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_benchmarks(session: Session, of: Audit) -> Sequence[Benchmark]:
    """Return what finalising waits for: unfinished benchmarks and unresolved differences."""
    return [b for b in benchmarks_of(session, of) if b.state in {*UNFINISHED, BenchmarkState.DIFFERS}]


def differences_to_resolve(session: Session, viewer: Viewer) -> Sequence[Benchmark]:
    """Return the differences in audits that the person leads or directs, but of no case that they are blind to."""
    open_ = benchmarks_in_hand(session, viewer)
    blind = {b.case_id for b in open_ if _is_theirs_to_do(b, viewer)}
    differ = [b for b in open_ if b.state is BenchmarkState.DIFFERS and b.case_id not in blind]
    return [b for b in differ if BENCHMARK["resolve"].is_for(viewer, b.case.audit.ref)]


def is_blind_in(session: Session, viewer: Viewer, of: Audit) -> bool:
    """Say whether an unfinished benchmark in an audit bars the person from learning how its cases were chosen."""
    return session.scalar(in_benchmarking(viewer).where(AuditCase.audit_id == of.id).limit(1)) is not None


_HAPPENED = (
    select(Event)
    .where(Event.audit_ref == bindparam("audit"), Event.name.in_([PLANNED, FORGONE]))
    .order_by(Event.number)
)


@asked_once
def choices(session: Session, of: Audit) -> Sequence[Event]:
    """Return each time that cases were chosen, or that somebody said why they are not, as the log kept it."""
    return session.scalars(_HAPPENED, {"audit": of.ref}).all()


def plans(session: Session, of: Audit) -> Sequence[Event]:
    """Return each time that cases were chosen, as the log kept it."""
    return [event for event in choices(session, of) if event.name == PLANNED]


def forgone(session: Session, of: Audit) -> Sequence[Event]:
    """Return each time that somebody said why graded cases get no second grade, as the log kept it."""
    return [event for event in choices(session, of) if event.name == FORGONE]


def second_grades_to_be_moved(session: Session, viewer: Viewer) -> Sequence[Benchmark]:
    """Return the unfinished second grades whose benchmarker must not give them, of the audits that the person leads."""
    return to_be_moved(session, viewer, [b for b in benchmarks_in_hand(session, viewer) if b.state in UNFINISHED])


def to_be_moved(session: Session, viewer: Viewer, unfinished: Sequence[Benchmark]) -> Sequence[Benchmark]:
    """Return the same among some unfinished second grades."""
    led = [b for b in unfinished if viewer.has(Role.LEAD, audit=b.case.audit.ref)]
    held = bars(session)
    return [b for b in led if held.hold(b.benchmarker_id, b.case)]


_GRADED = (
    (AuditCase.audit_id == bindparam("audit"))
    & AuditCase.state.in_([CaseState.GRADED, CaseState.FINAL])
    & (AuditCase.origin != Origin.ADDED)
    & AuditCase.id.not_in(select(Benchmark.case_id))
)
_GRADED_ONCE = select(AuditCase.id, AuditCase.auditor_id).where(_GRADED).order_by(AuditCase.id)


@asked_once
def graded_once(session: Session, of: Audit) -> Sequence[tuple[int, int | None]]:
    """Return the number and the auditor of each graded case that nobody grades a second time."""
    return [(key, auditor) for key, auditor in session.connection().execute(_GRADED_ONCE, {"audit": of.id})]


def to_choose_from(session: Session, of: Audit) -> Sequence[int]:
    """Return the numbers of the graded cases among which nothing was chosen yet; each has its chance once.

    Those for which somebody said why there is no second grade had it too.
    """
    considered: set[int] = set()
    for event in choices(session, of):
        details: dict[str, Any] = event.details
        considered.update(details["considered"])
    return [key for key, _ in graded_once(session, of) if key not in considered]


def cases_to_choose_from(session: Session, of: Audit) -> Sequence[AuditCase]:
    """Return the same cases."""
    left = set(to_choose_from(session, of))
    graded = session.scalars(select(AuditCase).where(_GRADED).order_by(AuditCase.id), {"audit": of.id})
    return [case for case in graded if case.id in left]


def cases_by_number(session: Session, ids: Sequence[int]) -> dict[int, AuditCase]:
    """Return cases that were chosen, by their number; the caller holds their audit."""
    return {case.id: case for case in session.scalars(select(AuditCase).where(AuditCase.id.in_(ids)))}


def graded_to_choose(session: Session, cases: Sequence[AuditCase]) -> list[Graded]:
    """Return some graded cases as the choice wants them."""
    theirs = Assessment.id.in_(uncorrected()) & Assessment.case_id.in_([c.id for c in cases])
    firsts = {a.case_id: a for a in session.scalars(select(Assessment).where(theirs))}
    found = []
    for case in cases:
        first = firsts[case.id]
        lowest = document_of(case.audit).lowest.code in {first.grade, case.standing_grade}
        departs = first.indicated_grade is not None and first.indicated_grade != first.grade
        found.append(Graded(case.id, case.auditor_id or 0, case.area, lowest, departs))
    return found


@dataclass(frozen=True, slots=True)
class Proposal:
    """An auditor of whose second grades more differ than the framework allows, and how many more are proposed."""

    auditor: int
    second_grades: int
    differing: int
    more: int


def proposals(session: Session, of: Audit) -> list[Proposal]:
    """Return for which auditors the framework proposes more second grades; none while some of theirs are unfinished."""
    theirs: dict[int, list[Benchmark]] = defaultdict(list)
    benchmarks = benchmarks_of(session, of)
    waiting = {b.case.auditor_id for b in benchmarks if b.first is None and b.chosen_by is ChosenBy.EXTENSION}
    for benchmark in benchmarks:
        if benchmark.first is not None:
            theirs[benchmark.first.author_id or 0].append(benchmark)
    without = Counter(auditor for _, auditor in graded_once(session, of))
    found = []
    for auditor, made in theirs.items():
        differing = sum(b.state in DIFFERING for b in made)
        more = more_of(len(made), differing, without[auditor], of.extend_over)
        if more and auditor not in waiting:
            found.append(Proposal(auditor, len(made), differing, more))
    return found


def without_second_grade(session: Session, of: Audit, auditor: int) -> Sequence[AuditCase]:
    """Return the graded cases of an auditor that nobody grades a second time."""
    query = select(AuditCase).where(_GRADED, AuditCase.auditor_id == auditor).order_by(AuditCase.id)
    return session.scalars(query, {"audit": of.id}).all()


_ONE, _TWO = aliased(Judgement), aliased(Judgement)
_SAME = func.coalesce(_ONE.judgement, "") == func.coalesce(_TWO.judgement, "")
_JUDGED_TWICE = Statement(
    select(_ONE.standard, func.count(_ONE.standard).filter(_SAME), func.count())
    .join(Benchmark, Benchmark.first_id == _ONE.assessment_id)
    .join(_TWO, (_TWO.assessment_id == Benchmark.second_id) & (_TWO.standard == _ONE.standard))
    .join(AuditCase, AuditCase.id == Benchmark.case_id)
    .where(AuditCase.audit_id == bindparam("audit"), _ONE.set_aside.is_(False), _TWO.set_aside.is_(False))
    .group_by(_ONE.standard)
    .order_by(_ONE.standard)
)


def judged_twice(session: Session, of: Audit) -> Sequence[tuple[str, int, int]]:
    """Return each standard that two people judged in some case: its code, how often alike, and how often in all."""
    return [(code, alike, count) for code, alike, count in _JUDGED_TWICE.rows(session, audit=of.id)]


def case_to_add(session: Session, of: Audit, case_ref: str) -> AuditCase | None:
    """Return the graded case of an audit with this reference that has no benchmark yet."""
    query = select(AuditCase).where(
        AuditCase.audit_id == of.id,
        func.lower(AuditCase.case_ref) == case_ref.lower(),
        AuditCase.state.in_([CaseState.GRADED, CaseState.FINAL]),
        AuditCase.id.not_in(select(Benchmark.case_id)),
    )
    return session.scalars(query).one_or_none()


def touched(session: Session, of: Audit) -> frozenset[tuple[int, str]]:
    """Return the pairs of a person and a practitioner where what one did on the other's case could tell its grade."""
    acts = select(Event.actor_id, AuditCase.practitioner_id).join(AuditCase, AuditCase.id == Event.case_id)
    acts = acts.where(
        AuditCase.audit_id == of.id, Event.audit_ref == of.ref, Event.actor_id.is_not(None), Event.name.not_in(OFFICE)
    )
    given = select(AuditCase.auditor_id, AuditCase.practitioner_id).where(
        AuditCase.audit_id == of.id, AuditCase.auditor_id.is_not(None)
    )
    return frozenset(
        (person, whose)
        for query in (acts, given)
        for person, whose in session.execute(query.distinct())
        if person is not None
    )
