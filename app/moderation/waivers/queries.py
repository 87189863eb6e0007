"""Whose interest in a case can be waived: of those who are left for an act that waits, where nobody else is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.audit.actions import situation_about
from app.audit.bars.queries import bars
from app.audit.bars.rules import Bar, Bars
from app.audit.benchmarks.actions import candidates, takers_of
from app.audit.benchmarks.queries import benchmark_about
from app.audit.benchmarks.rules import BENCHMARK, BenchmarkKnown, SecondGraders
from app.audit.enums import UNFINISHED, AuditState, BenchmarkState, CaseState
from app.audit.models import AuditCase, Benchmark
from app.audit.queries import people_with
from app.audit.rules import CASE
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.rules import CHALLENGE, ChallengeKnown
from app.moderation.enums import STAGES
from app.moderation.models import Challenge
from app.people.rules import Viewer

TO_GRADE = (CaseState.DRAWN, CaseState.ALLOCATED, CaseState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Waivable:
    """Somebody whose interest in a case can be waived, and for what."""

    person: Viewer
    label: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An act that waits on a case: what, who holds its role, and whether bars keep one of them from it."""

    label: str
    people: Sequence[Viewer]
    barred: Callable[[Viewer, Bars], bool]


def waivable(session: Session, viewer: Viewer, case: AuditCase) -> Sequence[Waivable]:
    """Return whose interest the person can waive: never their own, and only where nobody is left for what waits."""
    if case.audit.state is not AuditState.FIELDWORK:
        return ()
    held, found = bars(session), dict[int, Waivable]()
    for act in _waiting(session, case):
        if all(act.barred(p, held) for p in act.people):
            for p in act.people:
                alone = held.bar(p.id, case) is Bar.INTEREST and not act.barred(p, held.waiving(p.id, case))
                if alone and p.id != viewer.id:
                    found.setdefault(p.id, Waivable(p, act.label))
    return list(found.values())


def _waiting(session: Session, case: AuditCase) -> Iterator[Waiting]:
    if case.state in TO_GRADE:
        people = people_with(session, CASE["submit"].roles[0], case.audit)
        yield Waiting("Grade the case", people, lambda p, by: by.hold(p.id, case))
    second = benchmark_about(session, case)
    if second is not None and second.state in UNFINISHED:
        yield _second_grade(session, case)
    if second is not None and second.state is BenchmarkState.DIFFERS:
        yield _resolution(session, case, second)
    for challenge in challenges_queries.challenges_about(session, case):
        if challenge.state in STAGES:
            yield _ruling(session, case, challenge)


def _second_grade(session: Session, case: AuditCase) -> Waiting:
    takers = takers_of(session, case.audit)

    def barred(person: Viewer, by: Bars) -> bool:
        with_parts = Bars(by.areas, by.practitioners, by.heads, takers.bars.parts, by.waived)
        return SecondGraders(takers.able, with_parts).refusal(person.id, case) is not None

    return Waiting("Grade the case a second time", candidates(session, case.audit), barred)


def _resolution(session: Session, case: AuditCase, second: Benchmark) -> Waiting:
    parts = challenges_queries.parts_in(session, case)

    def barred(person: Viewer, by: Bars) -> bool:
        situation = situation_about(case, person, BenchmarkKnown(parts=parts, bars=by))
        return BENCHMARK.barred("resolve", second, situation) is not None

    return Waiting("Resolve the difference between two grades", _holders(session, case, "resolve"), barred)


def _ruling(session: Session, case: AuditCase, challenge: Challenge) -> Waiting:
    verb, known = STAGES[challenge.state].verb, challenges_queries.known_of(session, challenge)

    def barred(person: Viewer, by: Bars) -> bool:
        now = ChallengeKnown(known.parts, known.own_views, known.stood_aside, by)
        return CHALLENGE.barred(verb, challenge, situation_about(case, person, now)) is not None

    return Waiting(CHALLENGE[verb].label, _holders(session, case, verb), barred)


def _holders(session: Session, case: AuditCase, name: str) -> Sequence[Viewer]:
    row = BENCHMARK[name] if name == "resolve" else CHALLENGE[name]
    people = {p.id: p for role in row.roles for p in people_with(session, role, case.audit)}
    return sorted(people.values(), key=lambda p: (p.name, p.id))
