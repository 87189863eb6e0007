"""The days of the timetables of all audits that somebody may see, late ones first, then by week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from app.audit import queries as audit_queries
from app.audit.enums import TIMETABLE_LABELS, AuditState, TimetableStage
from app.audit.models import Audit
from app.audit.timetable import queries
from app.audit.timetable.models import TimetableDay
from app.audit.timetable.rules import STAGES, is_done, is_late
from app.clock import today
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class Entry:
    """A stage of an audit on a day."""

    day: date
    stage: str
    audit: Audit
    who: str


@dataclass(frozen=True, slots=True)
class Week:
    """What there is in a week, which begins on a Monday."""

    monday: date
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is late, the longest first, and what is to come, by week."""

    late: Sequence[Entry]
    weeks: Sequence[Week]


def calendar_of(session: Session, viewer: Viewer) -> Calendar:
    """Return the calendar of all audits that somebody may know of."""
    audits = [of for of in audit_queries.audits(session, viewer) if of.state is not AuditState.WITHDRAWN]
    standings = queries.standings(session, audits)
    late, coming = [], []
    for audit, stage, day in planned(session, audits):
        entry = Entry(day, TIMETABLE_LABELS[stage], audit, queries.who_does(session, audit, stage))
        if is_late(stage, day, standings[audit.id], today()):
            late.append(entry)
        elif day >= today() and not is_done(stage, standings[audit.id]):
            coming.append(entry)
    return Calendar(sorted(late, key=_when), [*_weeks(sorted(coming, key=_when))])


def _when(of: Entry) -> tuple[date, str]:
    return of.day, of.audit.ref


def _weeks(entries: Sequence[Entry]) -> Iterator[Week]:
    for monday, found in groupby(entries, key=lambda of: of.day - timedelta(days=of.day.weekday())):
        yield Week(monday, list(found))


def planned(session: Session, audits: Sequence[Audit]) -> Iterator[tuple[Audit, TimetableStage, date]]:
    """Yield every stage of some audits that has a day; grading ends as the framework has it, until it is planned."""
    kept = queries.kept(session, audits)
    for audit in audits:
        for stage in STAGES:
            if day := day_of(audit, stage, kept):
                yield audit, stage, day


def day_of(audit: Audit, stage: TimetableStage, kept: Mapping[tuple[int, TimetableStage], TimetableDay]) -> date | None:
    """Return the day of a stage of an audit, None where there is none."""
    of = kept.get((audit.id, stage))
    return of.day if of else audit.grade_by if stage is TimetableStage.GRADING_TO else None
