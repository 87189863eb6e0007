"""The days of audits' timetables; whoever asks has been admitted to the audits."""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.audit.bars.queries import everybody
from app.audit.enums import CaseState, TimetableStage
from app.audit.models import Audit, AuditCase
from app.audit.timetable.log import address_row, day_row
from app.audit.timetable.models import CalendarAddress, TimetableDay
from app.audit.timetable.rules import STAGES, WHO, Days, Standing
from app.events import Row
from app.labels import capital, listed
from app.people.enums import Role
from app.people.models import Person
from app.sampling.models import Frame

# So many people are named; of more the role says it.
NAMED = 3
_UNGRADED = (CaseState.DRAWN, CaseState.ALLOCATED, CaseState.IN_PROGRESS)


def rows(session: Session) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them."""
    yield from map(day_row, session.scalars(select(TimetableDay).order_by(TimetableDay.id)))
    yield from map(address_row, session.scalars(select(CalendarAddress).order_by(CalendarAddress.person_id)))


def kept(session: Session, audits: Collection[Audit]) -> Mapping[tuple[int, TimetableStage], TimetableDay]:
    """Return what is kept of the timetables of some audits, by audit and stage, also of stages without a day."""
    query = select(TimetableDay).where(TimetableDay.audit_id.in_([of.id for of in audits]))
    return {(of.audit_id, of.stage): of for of in session.scalars(query)} if audits else {}


def days(session: Session, audit: Audit) -> Days:
    """Return the days of an audit's timetable; grading ends as the framework has it, until it is planned."""
    found = kept(session, [audit])
    planned = {stage: found[audit.id, stage].day for stage in STAGES if (audit.id, stage) in found}
    whole = {TimetableStage.GRADING_TO: audit.grade_by, **planned}
    return {stage: day for stage in STAGES if (day := whole.get(stage))}


def standings(session: Session, audits: Collection[Audit]) -> Mapping[int, Standing]:
    """Return what is known of some audits beside their timetables, by number, in one statement."""
    to_grade = exists().where(AuditCase.audit_id == Audit.id, AuditCase.state.in_(_UNGRADED))
    query = select(Audit.id, Audit.state, Audit.frame_id, Frame.locked_at, to_grade).outerjoin(
        Frame, Frame.id == Audit.frame_id
    )
    found = session.execute(query.where(Audit.id.in_([of.id for of in audits]))).all() if audits else []
    return {
        key: Standing(state, has_list=frame is not None, locked=locked is not None, ungraded=bool(ungraded))
        for key, state, frame, locked, ungraded in found
    }


def who_does(session: Session, audit: Audit, stage: TimetableStage) -> str:
    """Return who does what is planned: the role, with names where they are few."""
    found = []
    for role in WHO[stage]:
        named = [] if role is Role.HEAD_OF_SERVICE else everybody(session).with_role(role, audit.ref)
        people = f" ({listed([p.name for p in named])})" if 0 < len(named) <= NAMED else ""
        found.append(f"{role.label.lower()}{people}")
    return capital(listed(found))


def address(session: Session, person: int) -> CalendarAddress | None:
    """Return the address of a person's calendar that is open, if they have one."""
    found = session.get(CalendarAddress, person)
    return found if found and found.key_sha256 else None


def reader_of(session: Session, key_sha256: str) -> Person | None:
    """Return whose calendar an address is, None where there is none, or they cannot sign in any more."""
    query = select(Person).join(CalendarAddress, CalendarAddress.person_id == Person.id)
    return session.scalars(
        query.where(CalendarAddress.key_sha256 == key_sha256, Person.disabled_at.is_(None))
    ).one_or_none()
