"""To whom what somebody has in hand can go: worked out by the rules of separation, as the acts themselves ask them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.audit.bars.queries import Everybody, everybody
from app.audit.bars.rules import Bars
from app.audit.benchmarks.queries import touched
from app.audit.benchmarks.rules import BENCHMARKERS
from app.audit.enums import CaseState
from app.audit.models import Audit, AuditCase
from app.moderation.challenges.history import history
from app.moderation.challenges.queries import parts_in
from app.moderation.challenges.rules import DECIDERS
from app.people.enums import Role
from app.people.models import Person
from app.work.leaving import queries

LEAD_SHARES = "The audit lead shares them out again, on ‘Allocation’."
LEAD_GIVES = "The audit lead gives them to somebody else, on ‘Benchmarks’."
DECIDER_TAKES = "Another lead or director takes them over, on the challenge’s page."
LEAD_RESOLVES = "They are in the work of every audit lead and director who may resolve them."
HEAD_ANSWERS = "They wait for whoever heads the area then. Name who follows below, or an assistant director stands in."
STAYS = "A draft stays its author’s. Somebody who heads the area then can begin one of their own."
GOES_ON = "They stand in the area’s plan, for whoever heads it then."


@dataclass(frozen=True, slots=True)
class InHand:
    """What somebody has in hand of one kind in one audit: how many, who can take some, how many nobody can."""

    kind: str
    audit: str
    count: int
    how: str
    takers: Sequence[str] = ()
    nobody: int = 0
    # Whether others have to be found at all.
    passes_on: bool = False


def in_hand(session: Session, person: Person) -> list[InHand]:
    """Return what somebody has in hand, with who can take it; nothing in it says which case it is."""
    return [
        *_to_grade(session, person),
        *_seconds(session, person),
        *_to_decide(session, person),
        *_to_resolve(session, person),
        *_areas(session, person),
    ]


def _to_grade(session: Session, person: Person) -> Iterator[InHand]:
    found, here = queries.cases(session, person.id), everybody(session)
    for kind, state in (("Cases not begun", CaseState.ALLOCATED), ("Cases begun", CaseState.IN_PROGRESS)):
        for audit, theirs in _by_audit([c for c in found if c.state is state]).items():
            able = _with(here, audit, Role.IMPROVEMENT_MANAGER) - {person.id}
            yield _line(kind, audit, theirs, LEAD_SHARES, able, here, here.bars)


def _seconds(session: Session, person: Person) -> Iterator[InHand]:
    here, found = everybody(session), [of.case for of in queries.second_grades(session, person.id)]
    for audit, theirs in _by_audit(found).items():
        able = _with(here, audit, *BENCHMARKERS) - {person.id}
        bars = replace(here.bars, parts=here.bars.parts | touched(session, audit))
        yield _line("Second grades", audit, theirs, LEAD_GIVES, able, here, bars)


def _to_decide(session: Session, person: Person) -> Iterator[InHand]:
    here, found = everybody(session), [of.case for of in queries.challenges(session, person.id)]
    for audit, theirs in _by_audit(found).items():
        able = _with(here, audit, *DECIDERS) - {person.id}
        bars = _with_parts(session, here.bars, theirs)
        yield _line("Challenges that they decide", audit, theirs, DECIDER_TAKES, able, here, bars)


def _to_resolve(session: Session, person: Person) -> Iterator[InHand]:
    """Yield the differences between two grades that somebody may resolve, as a lead or director of the audit."""
    here = everybody(session)
    decides = any(grant.role in DECIDERS for grant in person.grants)
    waiting = queries.differences(session) if decides else ()
    held = [of.case for of in waiting if person.id in _with(here, of.case.audit, *DECIDERS)]
    bars = _with_parts(session, here.bars, held)
    theirs = [case for case in held if not bars.hold(person.id, case)]
    for audit, some in _by_audit(theirs).items():
        able = _with(here, audit, *DECIDERS) - {person.id}
        yield _line("Differences between two grades to resolve", audit, some, LEAD_RESOLVES, able, here, bars)


def _with_parts(session: Session, bars: Bars, cases: Sequence[AuditCase]) -> Bars:
    """Return the bars with everybody's earlier part in some cases."""
    history.ahead(session, {case.id for case in cases})
    parts = {(p, case.practitioner_id) for case in cases for p in parts_in(session, case).people}
    return replace(bars, parts=bars.parts | parts)


def _areas(session: Session, person: Person) -> Iterator[InHand]:
    areas = queries.areas_of(person)
    kinds: Sequence[tuple[str, str, Callable[[], Sequence[Audit]]]] = (
        ("Returned cases to review", HEAD_ANSWERS, lambda: [c.audit for c in queries.returned(session, areas)]),
        (
            "Own reviews begun",
            STAYS,
            lambda: [c.audit for c in (queries.own_reviews(session, person.id) if areas else ())],
        ),
        ("Plan actions", GOES_ON, lambda: [a.audit for a in queries.actions_of(session, areas, person.id)]),
    )
    for kind, how, audits in kinds:
        found = audits()
        for audit in dict.fromkeys(found):
            yield InHand(kind, audit.ref, found.count(audit), how)


def _by_audit(cases: Sequence[AuditCase]) -> Mapping[Audit, list[AuditCase]]:
    return {audit: [c for c in cases if c.audit is audit] for audit in dict.fromkeys(c.audit for c in cases)}


def _with(here: Everybody, audit: Audit, *roles: Role) -> set[int]:
    return {p.id for role in roles for p in here.with_role(role, audit.ref)}


def takers(cases: Sequence[AuditCase], able: Collection[int], bars: Bars) -> tuple[set[int], int]:
    """Return who can take one or more of some cases, and how many of them nobody can."""
    who = [{p for p in able if not bars.hold(p, case) and p != case.auditor_id} for case in cases]
    return set[int]().union(*who), sum(not people for people in who)


def _line(
    kind: str, audit: Audit, cases: Sequence[AuditCase], how: str, able: Collection[int], here: Everybody, bars: Bars
) -> InHand:
    who, nobody = takers(cases, able, bars)
    names = sorted(here.names[p] for p in who)
    return InHand(kind, audit.ref, len(cases), how, names, nobody, passes_on=True)


def may_head(session: Session, area: str, person: Person) -> str | None:
    """Return why somebody cannot follow at the head of an area yet: whoever heads it grades nothing of it."""
    grades = [c for c in queries.cases(session, person.id) if c.area == area]
    seconds = [of for of in queries.second_grades(session, person.id) if of.case.area == area]
    if not grades and not seconds:
        return None
    return f"{person.name} still grades cases of {area}. Choose somebody else, or have the audit lead move them first"
