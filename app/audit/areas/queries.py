"""Areas and regions, what an area's change would touch, and its history; whoever asks is an administrator."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.areas.log import change_row, region_row
from app.audit.areas.rules import Around
from app.audit.enums import AuditState, CaseState
from app.audit.models import Audit, AuditCase, Interest
from app.clock import today
from app.errors import NotFound
from app.events import Row
from app.people.models import AreaChange, Person, Region, ServiceArea

OVER = (AuditState.PUBLISHED, AuditState.WITHDRAWN)


def regions(session: Session) -> Sequence[Region]:
    """Return the regions in their order."""
    return session.scalars(select(Region).order_by(Region.position, Region.code)).all()


def region(session: Session, code: str) -> Region:
    """Return a region; raises NotFound."""
    found = session.get(Region, code)
    if found is None:
        raise NotFound
    return found


def areas(session: Session) -> Sequence[ServiceArea]:
    """Return every area there is, will be or was, in their usual order."""
    return session.scalars(select(ServiceArea).order_by(ServiceArea.position, ServiceArea.code)).all()


def area(session: Session, code: str) -> ServiceArea:
    """Return an area; raises NotFound."""
    found = session.get(ServiceArea, code)
    if found is None:
        raise NotFound
    return found


def history(session: Session, code: str) -> list[tuple[AreaChange, str]]:
    """Return the changes in which an area ended or began, newest first, each with who made it."""
    query = select(AreaChange, Person.name).outerjoin(Person, Person.id == AreaChange.by_id)
    found = session.execute(query.order_by(AreaChange.id.desc())).all()
    return [(of, name or "On the command line") for of, name in found if code in {*of.old, *of.new}]


# Of audits that have not ended; what becomes of an area does not wait for invented cases.
_REAL = (Audit.state.not_in(OVER), Audit.rehearsal.is_(False))


def open_cases(session: Session, codes: Collection[str]) -> Sequence[AuditCase]:
    """Return the cases of some areas in audits that have not ended."""
    query = select(AuditCase).join(AuditCase.audit).where(AuditCase.area.in_(codes), *_REAL)
    return session.scalars(query.where(AuditCase.state != CaseState.REPLACED).order_by(AuditCase.id)).all()


def open_audits(session: Session) -> Mapping[str, int]:
    """Return of how many audits that have not ended there are cases, by area."""
    counted = select(AuditCase.area, func.count(func.distinct(AuditCase.audit_id)))
    query = counted.join(AuditCase.audit).where(*_REAL).group_by(AuditCase.area)
    return {code: count for code, count in session.execute(query)}


def practitioners(session: Session) -> Mapping[str, int]:
    """Return how many practitioners the newest sample of all has of each area, empty where none was drawn."""
    drawn = select(func.max(AuditCase.audit_id)).join(AuditCase.audit)
    newest = drawn.where(Audit.rehearsal.is_(False)).scalar_subquery()
    counted = select(AuditCase.area, func.count(func.distinct(AuditCase.practitioner_id)))
    query = counted.where(AuditCase.audit_id == newest).group_by(AuditCase.area)
    return {code: count for code, count in session.execute(query)}


def around(session: Session, codes: Collection[str]) -> Around:
    """Return what a change of some areas has to look at."""
    opened: dict[str, int] = {}
    for case in open_cases(session, codes):
        opened[case.area] = opened.get(case.area, 0) + 1
    published = {}
    query = select(AuditCase.area, Audit.window_to, Audit.ref).join(AuditCase.audit).distinct()
    done = query.where(AuditCase.area.in_(codes), Audit.state == AuditState.PUBLISHED).order_by(Audit.window_to)
    for code, last, ref in session.execute(done):
        published[code] = (last, ref)
    return Around({of.code: of for of in areas(session)}, opened, published, today())


def interests(session: Session, codes: Collection[str]) -> Sequence[Interest]:
    """Return what was declared of some areas and still holds."""
    query = select(Interest).where(Interest.area.in_(codes), Interest.ended_at.is_(None))
    return session.scalars(query.order_by(Interest.id)).all()


def rows(session: Session) -> Iterator[Row]:
    """Yield regions and changes as the event log keeps them."""
    yield from map(region_row, regions(session))
    yield from map(change_row, session.scalars(select(AreaChange).order_by(AreaChange.id)))
