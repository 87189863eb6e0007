"""Reads what an area's pack tells, its improvement plan, and who opened it; the route has admitted the viewer."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.asking import asked_once, written_once
from app.audit import queries as audit_queries
from app.audit.enums import AssessmentKind, AssessmentState, CaseState
from app.audit.models import Assessment, Audit, AuditCase, Decision
from app.audit.standing.queries import decided_on_each
from app.clock import local_date, today
from app.events import Row
from app.moderation.models import Challenge, Return
from app.moderation.themes.queries import dropped
from app.people.enums import Role
from app.people.models import Person, ServiceArea
from app.people.rules import Viewer
from app.report.packs.cases import PackCase
from app.report.packs.log import improvement_row, opening_row
from app.report.packs.models import ImprovementAction, PackOpening
from app.report.queries import REPORTED

OnCase = TypeVar("OnCase", Assessment, Decision, Return, Challenge)
# Those who read the packs of every area; a head of service reads their own.
READERS = (Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR)
AUDITED = (CaseState.GRADED, CaseState.FINAL)


@asked_once
def areas_to_read(session: Session, viewer: Viewer, of: Audit) -> Sequence[str]:
    """Return the areas of an audit whose packs the person may read, in their usual order."""
    audited = select(AuditCase.area).where(AuditCase.audit_id == of.id, AuditCase.state.in_(AUDITED))
    query = select(ServiceArea.code).where(ServiceArea.code.in_(audited)).order_by(ServiceArea.position)
    if not viewer.has(*READERS, audit=of.ref):
        query = query.where(ServiceArea.code.in_(viewer.areas(Role.HEAD_OF_SERVICE)))
    return session.scalars(query).all()


@asked_once
def cases_of_area(session: Session, of: Audit, area: str) -> list[PackCase]:
    """Return every audited case of an area with all that its pack tells of it, by reference."""
    return _told(session, AuditCase.audit_id == of.id, AuditCase.area == area, AuditCase.state.in_(AUDITED))


@asked_once
def told_of(session: Session, of: AuditCase) -> PackCase:
    """Return the same of one case, which the caller has found for the person who looks."""
    return _told(session, AuditCase.id == of.id)[0]


def _told(session: Session, *theirs: ColumnElement[bool]) -> list[PackCase]:
    cases = session.scalars(
        select(AuditCase).where(*theirs).options(joinedload(AuditCase.audit)).order_by(AuditCase.case_ref)
    ).all()

    def by_case(rows: Iterable[OnCase]) -> dict[int, list[OnCase]]:
        found: dict[int, list[OnCase]] = defaultdict(list)
        for row in rows:
            found[row.case_id].append(row)
        return found

    ids = select(AuditCase.id).where(*theirs)
    own_review = (Assessment.kind == AssessmentKind.OWN_REVIEW) & (Assessment.state == AssessmentState.SUBMITTED)
    assessments = select(Assessment).where(Assessment.case_id.in_(ids), audit_queries.standing() | own_review)
    assessments = assessments.options(joinedload(Assessment.judgements))
    read = session.scalars(assessments.order_by(Assessment.submitted_at, Assessment.id)).unique().all()
    standing = by_case(a for a in read if a.kind is not AssessmentKind.OWN_REVIEW)
    own = by_case(a for a in read if a.kind is AssessmentKind.OWN_REVIEW)
    decided = decided_on_each(session, ids)
    gone = dropped(session, *theirs) if decided else {}
    decisions = by_case(session.scalars(select(Decision).where(Decision.case_id.in_(ids)).order_by(Decision.id)))
    returns = by_case(session.scalars(select(Return).where(Return.case_id.in_(ids)).order_by(Return.id)))
    challenges = by_case(session.scalars(select(Challenge).where(Challenge.case_id.in_(ids)).order_by(Challenge.id)))
    return [
        PackCase(
            case=c,
            assessment=next(iter(standing[c.id]), None),
            own=next(reversed(own[c.id]), None),
            decisions=decisions[c.id],
            returns=returns[c.id],
            challenges=challenges[c.id],
            decided=decided.get(c.id, ()),
            dropped=gone.get(c.id, ()),
        )
        for c in cases
    ]


def opened_to(session: Session, viewer: Viewer, cases: Collection[int]) -> Collection[int]:
    """Return which of some cases a person may open."""
    query = audit_queries.cases_visible_to(viewer).where(AuditCase.id.in_(cases)).with_only_columns(AuditCase.id)
    return set(session.scalars(query)) if cases else ()


@asked_once
def plan_of(session: Session, of: Audit, area: str) -> Sequence[ImprovementAction]:
    """Return an area's improvement plan as its pack of an audit has it, the soonest due first and what is done last.

    It has what was planned from this audit, and what was carried over: planned from an earlier one and not done when
    this one ended.
    """
    ended = local_date(of.finalised_at) if of.finalised_at else today()
    undone = or_(ImprovementAction.done_on.is_(None), ImprovementAction.done_on >= ended)
    carried = (Audit.window_to < of.window_to) & undone
    here = or_(ImprovementAction.audit_id == of.id, carried)
    query = select(ImprovementAction).join(ImprovementAction.audit).where(ImprovementAction.area == area, here)
    order = (ImprovementAction.done_on.is_not(None), ImprovementAction.by_when, ImprovementAction.id)
    return session.scalars(query.options(joinedload(ImprovementAction.audit)).order_by(*order)).all()


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody who opened a pack, on one day."""

    name: str
    job_title: str
    at: datetime


def openings(session: Session, of: Audit, area: str) -> Sequence[Opened]:
    """Return who opened an area's pack and when, newest first, each person once for each day."""
    query = select(Person.name, Person.job_title, PackOpening.at).join(Person, Person.id == PackOpening.person_id)
    rows = session.execute(
        query.where(PackOpening.audit_id == of.id, PackOpening.area == area).order_by(PackOpening.id.desc())
    )
    return [Opened(*row) for row in rows]


def opened_by(session: Session, viewer: Viewer, of: Audit, area: str, on: date) -> bool:
    """Say whether somebody opened an area's pack on a day."""
    same = (
        PackOpening.audit_id == of.id,
        PackOpening.area == area,
        PackOpening.person_id == viewer.id,
        PackOpening.day == on,
    )
    return bool(session.scalar(select(exists().where(*same))))


@dataclass(frozen=True, slots=True)
class Listed:
    """A pack on an audit's list: its number of cases, of actions still to do, and when it was last opened."""

    area: str
    cases: int
    to_do: int
    late: int
    opened: datetime | None


def packs_of(session: Session, viewer: Viewer, of: Audit) -> list[Listed]:
    """Return the packs of an audit that the person may read; the same few queries, whatever their number."""
    theirs = (AuditCase.audit_id == of.id, AuditCase.state.in_(AUDITED))
    audited = select(AuditCase.area, func.count()).where(*theirs).group_by(AuditCase.area)
    cases = {area: count for area, count in session.execute(audited)}
    last = select(PackOpening.area, func.max(PackOpening.at)).where(PackOpening.audit_id == of.id)
    opened = {area: at for area, at in session.execute(last.group_by(PackOpening.area))}
    waiting = session.scalars(select(ImprovementAction).where(ImprovementAction.done_on.is_(None))).all()
    found = []
    for area in areas_to_read(session, viewer, of):
        due = [w.by_when for w in waiting if w.area == area]
        found.append(Listed(area, cases[area], len(due), sum(d < today() for d in due), opened.get(area)))
    return found


@written_once
def _of_head(viewer: Viewer) -> Select[date, int, str, bool]:
    theirs = AuditCase.area.in_(viewer.areas(Role.HEAD_OF_SERVICE))
    opened = (PackOpening.audit_id == Audit.id) & (PackOpening.area == AuditCase.area)
    seen = exists().where(opened, PackOpening.person_id == viewer.id)
    to_open = ~seen & Audit.imported.is_(False)
    query = select(Audit.window_to, Audit.id, AuditCase.area, to_open).join(AuditCase, AuditCase.audit_id == Audit.id)
    here = (Audit.state.in_(REPORTED), Audit.rehearsal.is_(False))
    query = query.where(*here, theirs, AuditCase.state.in_(AUDITED)).distinct()
    return query.order_by(Audit.window_to.desc(), Audit.id, AuditCase.area)


@asked_once
def packs_of_head(session: Session, viewer: Viewer) -> Sequence[tuple[Audit, str, bool]]:
    """Return the packs of a person's own areas, newest first, and whether each is yet to be opened by them.

    Those of audits that were brought in are for looking up.
    """
    found = session.connection().execute(_of_head(viewer))
    return [(session.get_one(Audit, key), area, bool(to_open)) for _, key, area, to_open in found]


def improvements_due(session: Session, viewer: Viewer, until: date) -> Sequence[ImprovementAction]:
    """Return the planned actions of the person's own areas that are due by a day and not done, the soonest first."""
    query = select(ImprovementAction).where(
        ImprovementAction.area.in_(viewer.areas(Role.HEAD_OF_SERVICE)),
        ImprovementAction.done_on.is_(None),
        ImprovementAction.by_when <= until,
        ImprovementAction.audit.has(Audit.rehearsal.is_(False)),
    )
    return session.scalars(
        query.options(joinedload(ImprovementAction.audit)).order_by(ImprovementAction.by_when, ImprovementAction.id)
    ).all()


def rows(session: Session) -> Iterator[Row]:
    """Yield the rows of the packs as the event log keeps them."""
    yield from map(opening_row, session.scalars(select(PackOpening).order_by(PackOpening.id)))
    yield from map(improvement_row, session.scalars(select(ImprovementAction).order_by(ImprovementAction.id)))
