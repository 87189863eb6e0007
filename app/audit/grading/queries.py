"""What stands around the questions of the tool: how its author likes it, and how far they are with their cases."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.asking.statements import Statement
from app.audit.enums import AssessmentKind, CaseState
from app.audit.grading.rules import pace
from app.audit.models import Audit, AuditCase, Availability
from app.audit.staff.time import Time
from app.people.enums import SETTINGS, Setting
from app.people.models import PersonSetting
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class Around:
    """How somebody likes the tool, and how far they are with their cases, in a sentence."""

    view: str
    go_on: str
    pace: str


_case: Any = AuditCase.__table__
_audit: Any = Audit.__table__
_time: Any = Availability.__table__
_setting: Any = PersonSetting.__table__
_own: Any = _case.alias("own")


def _kept(key: Setting) -> Any:  # noqa: ANN401 - a column
    kept = select(_setting.c.value).where(_setting.c.person_id == bindparam("viewer"), _setting.c.key == key)
    return kept.scalar_subquery()


def _count(*states: CaseState) -> Any:  # noqa: ANN401 - a column
    theirs = (_own.c.audit_id == _audit.c.id) & (_own.c.auditor_id == bindparam("viewer"))
    mine = select(func.count()).select_from(_own).where(theirs, or_(*(_own.c.state == state for state in states)))
    return mine.correlate(_audit).scalar_subquery()


_AROUND = Statement(
    select(
        *map(_kept, SETTINGS),
        _count(CaseState.GRADED, CaseState.FINAL),
        _count(CaseState.ALLOCATED, CaseState.IN_PROGRESS),
        _audit.c.grade_by,
        *(_time.c[name] for name in ("starts_on", "away_from", "away_to")),
    )
    .select_from(
        _case.join(_audit, _audit.c.id == _case.c.audit_id).outerjoin(
            _time, (_time.c.audit_id == _audit.c.id) & (_time.c.person_id == bindparam("viewer"))
        )
    )
    .where(_case.c.id == bindparam("case"))
)


def around(session: Session, viewer: Viewer, case_id: int, kind: AssessmentKind) -> Around:
    """Return what stands around the tool of a case that somebody works on; only first grades have a last day."""
    *kept, graded, rest, last, starts_on, away_from, away_to = _AROUND.rows(session, case=case_id, viewer=viewer.id)[0]
    view, go_on = (value or usual for value, (usual, *_) in zip(kept, SETTINGS.values(), strict=True))
    time = Time(starts_on=starts_on, away_from=away_from, away_to=away_to)
    return Around(view, go_on, pace(graded, rest, last, time) if kind is AssessmentKind.FIRST else "")
