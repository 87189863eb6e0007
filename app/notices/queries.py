"""Who is to be told, what a person was told, and what waits to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, bindparam, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.asking import written_once
from app.audit import queries as audit_queries
from app.audit.enums import UNFINISHED, AuditState, CaseState
from app.audit.models import Audit, AuditCase, Benchmark
from app.clock import clock, today
from app.events import Event
from app.moderation.concerns.queries import visible_to as concern_visible_to
from app.moderation.enums import ConcernState, ReturnState
from app.moderation.models import Concern, Return
from app.moderation.returns.rules import is_unread
from app.notices.enums import ABOUT_SIGNING_IN, URGENT, Kind, MailChoice, MailState
from app.notices.models import MailWish, Notice
from app.people.enums import Role
from app.people.models import Person, RoleGrant
from app.people.queries import held_on
from app.people.rules import Viewer

NEWS_FOR = timedelta(days=14)
MOST_NEWS = 20
MOST_PARKED = 100
# What is said of a concern leads to its own page, also where the case is not graded yet.
OF_CONCERNS = frozenset({Kind.CONCERN, Kind.CONCERN_NEWS})
# What is longer is no number of an event, but a hash.
LONGEST_NUMBER = 10
# How a notice names what happened: by the hash of the event’s details.
BY_HASH = "event "
# Whose days are told of; of invented cases nobody is told anything.
_REAL = (Audit.state != AuditState.WITHDRAWN, Audit.rehearsal.is_(False))


def may_be_told(session: Session, person_id: int, case_id: int | None) -> bool:
    """Say whether a person may hear of a case, which they may not while they benchmark it."""
    blind = exists().where(
        Benchmark.case_id == case_id, Benchmark.benchmarker_id == person_id, Benchmark.state.in_(UNFINISHED)
    )
    return case_id is None or not session.scalar(select(blind))


def still_grades(session: Session, person_id: int, case_id: int) -> bool:
    """Say whether a person has something left to grade, first or second, in the audit of a case."""
    audit = select(AuditCase.audit_id).where(AuditCase.id == case_id).scalar_subquery()
    running = exists().where(Audit.id == audit, Audit.state == AuditState.FIELDWORK)
    waits = AuditCase.state.in_([CaseState.ALLOCATED, CaseState.IN_PROGRESS])
    first = exists().where(AuditCase.audit_id == audit, AuditCase.auditor_id == person_id, waits)
    theirs = (Benchmark.benchmarker_id == person_id) & Benchmark.state.in_(UNFINISHED)
    second = exists().where(Benchmark.case_id == AuditCase.id, AuditCase.audit_id == audit, theirs)
    return bool(session.scalar(select(running & (first | second))))


def held(session: Session) -> Sequence[Notice]:
    """Return what is held until its person has finished grading, the oldest first."""
    return session.scalars(select(Notice).where(Notice.state == MailState.HELD).order_by(Notice.id)).all()


def unread_returns(session: Session, now: datetime) -> Sequence[Return]:
    """Return the cases that went back a working day ago and that nobody of their area has opened."""
    query = (
        select(Return)
        .join(Return.case)
        .join(AuditCase.audit)
        .where(Return.state == ReturnState.OPEN, Return.read_at.is_(None), *_REAL)
    )
    waiting = session.scalars(query.options(joinedload(Return.case).joinedload(AuditCase.audit)).order_by(Return.id))
    return [r for r in waiting if is_unread(r, now)]


def is_rehearsal(session: Session, audit_ref: str) -> bool:
    """Say whether an audit is a rehearsal."""
    return bool(session.scalar(select(Audit.rehearsal).where(Audit.ref == audit_ref)))


def answers_for_area(session: Session, area: str) -> frozenset[int]:
    """Return the heads of an area, or the assistant directors where it has none."""
    heads = audit_queries.heads_of(session, area) or audit_queries.assistant_directors(session, area)
    return frozenset(p.id for p in heads)


def answers_for_packs(session: Session, audit_ref: str) -> frozenset[int]:
    """Return who answers for the areas of an audit’s graded cases, whose packs are ready when it is finalised."""
    graded = AuditCase.state.in_(audit_queries.RETURNED_TO_AREA)
    areas = session.scalars(
        select(AuditCase.area).join(AuditCase.audit).where(Audit.ref == audit_ref, graded).distinct()
    ).all()
    return frozenset[int]().union(*(answers_for_area(session, area) for area in areas))


def those_with(session: Session, role: Role, audit_ref: str) -> frozenset[int]:
    """Return who holds a role on an audit and can sign in."""
    audit = session.scalars(select(Audit).where(Audit.ref == audit_ref)).one()
    return frozenset(p.id for p in audit_queries.people_with(session, role, audit))


def administrators(session: Session) -> frozenset[int]:
    """Return who is an administrator today and can sign in."""
    query = select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id).where(Person.disabled_at.is_(None))
    held = query.where(RoleGrant.role == Role.ADMINISTRATOR, held_on(RoleGrant, today()))
    return frozenset(session.scalars(held))


def choice_of(session: Session, person_id: int) -> MailChoice:
    """Return when a person wants email."""
    kept = session.get(MailWish, person_id)
    return kept.choice if kept else MailChoice.AT_ONCE


def was_told(session: Session, person_id: int, kind: Kind, about: str) -> bool:
    """Say whether a person has been told the same already."""
    same = exists().where(Notice.person_id == person_id, Notice.kind == kind, Notice.about == about)
    return bool(session.scalar(select(same)))


@dataclass(frozen=True, slots=True)
class Told:
    """What a person was told: the case that it is about, if they may open it, and what happened, if one event was it.

    `second` is the second grade of the case that the person gave, where they are told what became of it.
    """

    notice: Notice
    case: AuditCase | None
    event: Event | None
    second: Benchmark | None


@written_once
def _news(viewer: Viewer) -> Select[Notice, AuditCase | None, Event | None, Benchmark | None, bool]:
    settled = Notice.kind == Kind.SECOND_SETTLED
    # Who graded a case a second time knows which it was; nothing else of it is shown.
    # Who may open an urgent concern knows of which case it is, graded or not.
    concern = exists().where(Concern.case_id == AuditCase.id, concern_visible_to(viewer)).correlate(AuditCase, Audit)
    known = audit_queries.openable_by(viewer) | settled | (Notice.kind.in_(OF_CONCERNS) & concern)
    may_open = func.coalesce(known, false())
    its_event = (Event.case_id == Notice.case_id) & (Notice.about == literal(BY_HASH) + Event.payload_sha256)
    its_second = (Benchmark.case_id == Notice.case_id) & settled
    unfinished = (Benchmark.benchmarker_id == viewer.id) & Benchmark.state.in_(UNFINISHED)
    query = (
        select(Notice, AuditCase, Event, Benchmark, may_open)
        .select_from(Notice)
        .outerjoin(AuditCase, AuditCase.id == Notice.case_id)
        .outerjoin(Audit, Audit.id == AuditCase.audit_id)
        .outerjoin(Event, its_event)
        .outerjoin(Benchmark, its_second)
        .where(Notice.person_id == viewer.id, Notice.at > bindparam("since"), Notice.state != MailState.HELD)
        .where(Notice.kind.not_in(ABOUT_SIGNING_IN))
        .where(Notice.case_id.is_(None) | Notice.case_id.not_in(select(Benchmark.case_id).where(unfinished)))
    )
    return query.order_by(Notice.id.desc()).limit(MOST_NEWS)


def news(session: Session, viewer: Viewer) -> list[Told]:
    """Return what the person was told in two weeks, newest first, but nothing of a case they must not hear of now."""
    found = session.execute(_news(viewer), {"since": clock.now() - NEWS_FOR})
    rows = [Told(notice, case if opens else None, event, second) for notice, case, event, second, opens in found]
    # For two weeks after an update: earlier notices name their event by its number.
    numbers = {number for told in rows if (number := _number_of(told.notice))}
    if not numbers:
        return rows
    events = {event.number: event for event in session.scalars(select(Event).where(Event.number.in_(numbers)))}
    return [replace(told, event=told.event or events.get(_number_of(told.notice))) for told in rows]


def _number_of(notice: Notice) -> int:
    named = notice.about.removeprefix(BY_HASH)
    by_number = notice.about.startswith(BY_HASH) and named.isdecimal() and len(named) < LONGEST_NUMBER
    return int(named) if by_number else 0


def reviews_due(session: Session, until: date) -> Sequence[Return]:
    """Return the immediate reviews that are not recorded and are due by a day."""
    query = (
        select(Return)
        .join(Return.case)
        .join(AuditCase.audit)
        .where(Return.state == ReturnState.OPEN, Return.review_due <= until, *_REAL)
    )
    return session.scalars(query.options(joinedload(Return.case).joinedload(AuditCase.audit)).order_by(Return.id)).all()


def concerns_open(session: Session) -> Sequence[Concern]:
    """Return the concerns whose next step has a day."""
    query = select(Concern).where(Concern.state.in_([ConcernState.RAISED, ConcernState.ACKNOWLEDGED]))
    query = query.where(Concern.case.has(AuditCase.audit.has(Audit.rehearsal.is_(False))))
    return session.scalars(
        query.options(joinedload(Concern.case).joinedload(AuditCase.audit)).order_by(Concern.id)
    ).all()


def next_to_send(session: Session, now: datetime) -> Sequence[Notice]:
    """Return the held notices of the message that leaves next, the oldest of its person, so theirs arrive in order.

    What is urgent leaves before everything else, and waits for nothing of its person's but what is urgent too.
    """
    earlier = aliased(Notice)
    before = or_(
        earlier.send_from < Notice.send_from, and_(earlier.send_from == Notice.send_from, earlier.id < Notice.id)
    )
    urgent, waits = Notice.kind.in_(URGENT), or_(Notice.kind.not_in(URGENT), earlier.kind.in_(URGENT))
    behind = exists().where(earlier.person_id == Notice.person_id, earlier.state == MailState.WAITING, before, waits)
    due = (Notice.state == MailState.WAITING, Notice.send_from <= now, Notice.free_from <= now)
    # Several processes may send: each takes what no other holds.
    query = select(Notice).where(*due, ~behind).order_by(urgent.desc(), Notice.send_from, Notice.id).limit(1)
    first = session.scalars(query.with_for_update(skip_locked=True, of=Notice)).one_or_none()
    if first is None or not first.in_digest:
        return [first] if first else []
    same = (
        Notice.person_id == first.person_id,
        Notice.send_from == first.send_from,
        Notice.in_digest,
        Notice.state == MailState.WAITING,
    )
    return session.scalars(select(Notice).where(*same).order_by(Notice.id).with_for_update(of=Notice)).all()


def something_to_send(session: Session, now: datetime) -> bool:
    """Say whether a message could leave now."""
    return bool(
        session.scalar(
            select(exists().where(Notice.state == MailState.WAITING, Notice.send_from <= now, Notice.free_from <= now))
        )
    )


def waiting_of(session: Session, person_id: int) -> Sequence[Notice]:
    """Return the notices of a person whose messages have not left."""
    return session.scalars(
        select(Notice).where(Notice.person_id == person_id, Notice.state == MailState.WAITING).order_by(Notice.id)
    ).all()


def unseen(session: Session, person_id: int) -> Sequence[Notice]:
    """Return what a person has not marked as read."""
    return session.scalars(
        select(Notice)
        .where(Notice.person_id == person_id, Notice.seen_at.is_(None), Notice.state != MailState.HELD)
        .where(Notice.kind.not_in(ABOUT_SIGNING_IN))
        .order_by(Notice.id)
    ).all()


def counts_by_state(session: Session) -> dict[MailState, int]:
    """Return how many messages are in each state."""
    return {state: count for state, count in session.execute(select(Notice.state, func.count()).group_by(Notice.state))}


def oldest_waiting(session: Session) -> Notice | None:
    """Return the message that has failed and waited longest, for an administrator who asks what is wrong."""
    query = (
        select(Notice)
        .where(Notice.state == MailState.WAITING, Notice.error != "")
        .order_by(Notice.send_from, Notice.id)
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def parked(session: Session) -> Sequence[Notice]:
    """Return the messages that were given up, newest first, each with its person."""
    query = (
        select(Notice)
        .where(Notice.state == MailState.PARKED)
        .options(joinedload(Notice.person))
        .order_by(Notice.id.desc())
        .limit(MOST_PARKED)
    )
    return session.scalars(query).all()
