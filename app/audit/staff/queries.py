"""Who can grade an audit and who must not grade what.

The allocation reads it, and whoever wants to know how it came about.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, joinedload

from app.asking import asked_once, written_once
from app.audit.bars.models import Waiver
from app.audit.bars.queries import everybody
from app.audit.enums import AuditState, CaseState
from app.audit.models import Assessment, Audit, AuditCase, Availability, Benchmark, Interest, Reminder
from app.audit.queries import people_with
from app.audit.staff.time import Time
from app.clock import local_date, today
from app.db import PageOf, page_of
from app.errors import NotFound
from app.events import Event
from app.people.enums import Role, Scope
from app.people.models import Person, RoleGrant, ServiceArea
from app.people.queries import passed_to
from app.people.rules import Viewer

OPEN = (CaseState.ALLOCATED, CaseState.IN_PROGRESS)
SHARED_OUT = ("fieldwork_opened", "cases_reallocated")
# Who follows how far the grading of an audit is.
FOLLOWERS = (Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.IMPROVEMENT_ASSISTANT)
# How the tallies name the second grades that a person gave.
SECOND = "second"
BY_HAND = ("case_pinned", "case_moved")


def _barred() -> ColumnElement[bool]:
    """Return the bars as a condition on cases: their auditor must not grade them."""
    theirs = (Interest.person_id == AuditCase.auditor_id) & Interest.ended_at.is_(None)
    declared = exists().where(
        theirs, or_(Interest.area == AuditCase.area, Interest.practitioner_id == AuditCase.practitioner_id)
    ) & ~exists().where(Waiver.case_id == AuditCase.id, Waiver.person_id == AuditCase.auditor_id)
    of_area = (
        (RoleGrant.scope_kind == Scope.AREA)
        & (RoleGrant.scope == AuditCase.area)
        & (RoleGrant.role == Role.HEAD_OF_SERVICE)
    )
    closed = exists().where(ServiceArea.code == AuditCase.area, passed_to(RoleGrant, ServiceArea, today()))
    return or_(declared, exists().where(RoleGrant.person_id == AuditCase.auditor_id, or_(of_area, closed)))


def to_be_moved(session: Session, viewer: Viewer) -> Sequence[AuditCase]:
    """Return the cases in fieldwork whose auditor must not grade them, of the audits that the person leads."""
    leads = true() if viewer.nationwide(Role.LEAD) else Audit.ref.in_(viewer.audits(Role.LEAD))
    query = (
        select(AuditCase)
        .join(AuditCase.audit)
        .where(leads, Audit.state == AuditState.FIELDWORK, AuditCase.state.in_(OPEN), _barred())
    )
    return session.scalars(
        query.options(joinedload(AuditCase.audit)).order_by(AuditCase.audit_id, AuditCase.case_ref)
    ).all()


@dataclass(frozen=True)
class Tally:
    """What is counted of one audit: its cases in each state, those waiting with each auditor, those to be moved."""

    states: Counter[CaseState]
    waiting: Counter[int]
    to_move: int


@written_once
def _tallied(viewer: Viewer) -> CompoundSelect[Any]:
    leads = true() if viewer.nationwide(Role.LEAD) else Audit.ref.in_(viewer.audits(Role.LEAD))
    moves = leads & (Audit.state == AuditState.FIELDWORK) & AuditCase.state.in_(OPEN) & _barred()
    follows = true() if viewer.nationwide(*FOLLOWERS) else Audit.ref.in_(viewer.audits(*FOLLOWERS))
    begun = Audit.state.not_in([AuditState.PUBLISHED, AuditState.WITHDRAWN])
    cases = (
        select(
            AuditCase.audit_id,
            cast(AuditCase.state, String),
            AuditCase.auditor_id,
            func.count(),
            func.sum(case((moves, 1), else_=0)),
        )
        .join(AuditCase.audit)
        .where(follows, begun, AuditCase.state != CaseState.REPLACED)
        .group_by(AuditCase.audit_id, AuditCase.state, AuditCase.auditor_id)
    )
    given = (Benchmark.benchmarker_id == viewer.id) & Benchmark.second_id.is_not(None)
    nothing = cast(null(), Integer)
    return union_all(cases, select(nothing, literal(SECOND), nothing, func.count(), nothing).where(given))


@asked_once
def tallies(session: Session, viewer: Viewer) -> tuple[Mapping[int, Tally], int]:
    """Return what is counted of each audit that the person follows, before it is published; and their second grades.

    One statement counts it all, however many audits and cases there are.
    """
    found: dict[int, Tally] = defaultdict(lambda: Tally(Counter(), Counter(), 0))
    second_grades = 0
    for audit, state, auditor, count, moving in session.connection().execute(_tallied(viewer)):
        if state == SECOND:
            second_grades = count
            continue
        so_far = found[audit]
        so_far.states[CaseState(state)] += count
        if auditor is not None and state in OPEN:
            so_far.waiting[auditor] += count
        found[audit] = replace(so_far, to_move=so_far.to_move + moving)
    return found, second_grades


def with_those_who_left(session: Session, viewer: Viewer, of: Audit) -> list[tuple[str, int]]:
    """Return who can no longer grade an audit and how many of its cases wait with them, by name.

    They cannot sign in any more, or are no longer an improvement manager of the audit.
    """
    waiting, here = tallies(session, viewer)[0][of.id].waiting, everybody(session)
    able = {p.id for p in here.with_role(Role.IMPROVEMENT_MANAGER, of.ref)}
    return sorted((here.names[person], count) for person, count in waiting.items() if person not in able)


@asked_once
def interests(session: Session, people: frozenset[int]) -> Sequence[Interest]:
    """Return the interests of some people that hold, oldest first, for themselves and for the leads of their audits."""
    return session.scalars(
        select(Interest).where(Interest.person_id.in_(people), Interest.ended_at.is_(None)).order_by(Interest.id)
    ).all()


def is_declared(session: Session, person_id: int, area: str = "", practitioner_id: str = "") -> bool:
    """Return whether an interest in an area, or in a practitioner, is declared of somebody and holds."""
    what = area, practitioner_id
    return any((of.area or "", of.practitioner_id) == what for of in interests(session, frozenset({person_id})))


def interest(session: Session, interest_id: int, of: int) -> Interest:
    """Return a person's interest; raises NotFound."""
    found = session.scalars(select(Interest).where(Interest.id == interest_id, Interest.person_id == of)).one_or_none()
    if found is None:
        raise NotFound
    return found


def grader(session: Session, of: Audit, person_id: int) -> Person:
    """Return somebody who grades on an audit, or has cases of it; raises NotFound."""
    has_cases = exists().where(AuditCase.audit_id == of.id, AuditCase.auditor_id == Person.id)
    may = Person.id.in_([p.id for p in people_with(session, Role.IMPROVEMENT_MANAGER, of)])
    found = session.scalars(select(Person).where(Person.id == person_id, may | has_cases)).one_or_none()
    if found is None:
        raise NotFound
    return found


def availability(session: Session, of: Audit, person_id: int) -> Availability | None:
    """Return what is known of how much somebody can do."""
    return session.scalars(
        select(Availability).where(Availability.audit_id == of.id, Availability.person_id == person_id)
    ).one_or_none()


_TIMES = select(
    Availability.person_id, Availability.share, Availability.starts_on, Availability.away_from, Availability.away_to
).where(Availability.audit_id == bindparam("audit"))


@asked_once
def times(session: Session, of: Audit) -> dict[int, Time]:
    """Return how much those can do who cannot do a full load all the time."""
    return {key: Time(share, *days) for key, share, *days in session.execute(_TIMES, {"audit": of.id})}


@asked_once
def held(session: Session, of: Audit) -> Counter[tuple[int, str]]:
    """Return how many cases of each law type everybody has, whatever their state."""
    query = select(AuditCase.auditor_id, AuditCase.law_type, func.count()).where(
        AuditCase.audit_id == of.id,
        AuditCase.auditor_id.is_not(None),
        AuditCase.state.not_in([CaseState.REPLACED, CaseState.DRAWN]),
    )
    return Counter(
        {
            (a, law): n
            for a, law, n in session.execute(query.group_by(AuditCase.auditor_id, AuditCase.law_type))
            if a is not None
        }
    )


@asked_once
def auditors(session: Session, of: Audit) -> Sequence[Person]:
    """Return who has cases of an audit, by name."""
    theirs = select(AuditCase.auditor_id).where(
        AuditCase.audit_id == of.id, AuditCase.state.not_in([CaseState.REPLACED, CaseState.DRAWN])
    )
    return session.scalars(select(Person).where(Person.id.in_(theirs)).order_by(Person.name)).all()


def cases_in(session: Session, of: Audit, *states: CaseState) -> Sequence[AuditCase]:
    """Return an audit's cases in some states, as the allocation needs them."""
    return session.scalars(
        select(AuditCase).where(AuditCase.audit_id == of.id, AuditCase.state.in_(states)).order_by(AuditCase.id)
    ).all()


def cases_to_choose(session: Session, of: Audit, area: str, number: str) -> PageOf[AuditCase]:
    """Return one page of the cases that somebody can be chosen for by hand."""
    query = select(AuditCase).join(ServiceArea, ServiceArea.code == AuditCase.area)
    query = query.where(AuditCase.audit_id == of.id, AuditCase.state.in_([CaseState.DRAWN, *OPEN]))
    return page_of(
        session,
        (query.where(AuditCase.area == area) if area else query).order_by(ServiceArea.position, AuditCase.case_ref),
        number,
    )


def pinned(session: Session, of: Audit) -> Sequence[AuditCase]:
    """Return the cases whose auditor was chosen by hand."""
    return session.scalars(
        select(AuditCase).where(AuditCase.audit_id == of.id, AuditCase.pin != "").order_by(AuditCase.case_ref)
    ).all()


_HAPPENED = (
    select(Event)
    .where(Event.audit_ref == bindparam("audit"), Event.name.in_([*SHARED_OUT, *BY_HAND]))
    .order_by(Event.number)
)


@asked_once
def _happened(session: Session, of: Audit) -> Sequence[Event]:
    return session.scalars(_HAPPENED, {"audit": of.ref}).all()


def shared_out(session: Session, of: Audit) -> Sequence[Event]:
    """Return each time that cases were shared out, as the log kept it."""
    return [event for event in _happened(session, of) if event.name in SHARED_OUT]


def chosen_by_hand(session: Session, of: Audit) -> Sequence[Event]:
    """Return what was changed case by case, as the log kept it; moves that the model made are not among them."""
    moved = [event for event in _happened(session, of) if event.name in BY_HAND]
    return [event for event in moved if event.details.get("by_hand")]


_OPENED = (
    select(Event.at)
    .where(Event.audit_ref == bindparam("audit"), Event.name == SHARED_OUT[0])
    .order_by(Event.number)
    .limit(1)
)


def opened_on(session: Session, of: Audit) -> date | None:
    """Return the day on which fieldwork opened."""
    first = session.scalar(_OPENED, {"audit": of.ref})
    return local_date(first) if first else None


_OPEN_CASE = (
    select(AuditCase.id)
    .where(
        AuditCase.audit_id == bindparam("audit"),
        AuditCase.auditor_id == bindparam("person"),
        AuditCase.state.in_(OPEN),
    )
    .limit(1)
)


def has_to_grade(session: Session, of: Audit, person_id: int) -> bool:
    """Say whether somebody has cases to grade in an audit that is in fieldwork."""
    about = {"audit": of.id, "person": person_id}
    return of.state is AuditState.FIELDWORK and session.scalar(_OPEN_CASE, about) is not None


_REMINDED = select(Reminder.person_id).where(Reminder.audit_id == bindparam("audit"), Reminder.day == bindparam("day"))


def reminded_today(session: Session, of: Audit) -> frozenset[int]:
    """Return who was reminded today."""
    return frozenset(session.scalars(_REMINDED, {"audit": of.id, "day": today()}))


@written_once
def _reminders(viewer: Viewer) -> Select[str, str, date]:
    waits = exists().where(AuditCase.audit_id == Audit.id, AuditCase.auditor_id == viewer.id, AuditCase.state.in_(OPEN))
    saved = exists().where(
        Assessment.case_id == AuditCase.id,
        AuditCase.audit_id == Audit.id,
        Assessment.author_id == viewer.id,
        Assessment.saved_at > Reminder.at,
    )
    query = select(Audit.name, Audit.ref, func.max(Reminder.day)).join(Reminder, Reminder.audit_id == Audit.id)
    here = (Audit.state == AuditState.FIELDWORK, Audit.rehearsal.is_(False))
    query = query.where(Reminder.person_id == viewer.id, *here, waits, ~saved)
    return query.group_by(Audit.name, Audit.ref)


def reminders(session: Session, viewer: Viewer) -> Sequence[tuple[str, str, date]]:
    """Return (audit's name, reference, day) of each reminder to a person with cases to grade and nothing saved."""
    return [(name, ref, day) for name, ref, day in session.connection().execute(_reminders(viewer))]
