"""What waits for an audit lead in two rooms, asked together: both are short lists, and mostly empty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, cast, literal, null, union_all
from sqlalchemy.orm import Session

from app.asking import asked_once, written_once
from app.audit.models import Audit, AuditCase, Replacement
from app.audit.sample.queries import requests_to_answer
from app.improvement.models import FactualPoint
from app.improvement.readings.queries import points_of_lead
from app.people.enums import Role
from app.people.rules import Viewer

REQUEST, POINT = "request", "point"
_NO_MOMENT = cast(null(), FactualPoint.__table__.c.at.type)


class Waiting(NamedTuple):
    """Something about a case that waits for an answer; `at` is when it was said, where that is shown."""

    what: str
    id: int
    at: datetime | None
    case_id: int
    case_ref: str
    area: str
    audit: str


@dataclass(frozen=True, slots=True)
class WaitingForLead:
    """Requests to replace a case, and what practitioners say is factually wrong, each the oldest first."""

    requests: Sequence[Waiting] = ()
    points: Sequence[Waiting] = ()


@written_once
def _waiting(viewer: Viewer) -> CompoundSelect[Any]:
    unanswered = points_of_lead(viewer).where(FactualPoint.answered_at.is_(None))
    points = _about(unanswered, literal(POINT), FactualPoint.id, FactualPoint.at)
    return union_all(points, _about(requests_to_answer(viewer), literal(REQUEST), Replacement.id, _NO_MOMENT))


def _about(query: Select[Any], *columns: Any) -> Select[Any]:  # noqa: ANN401 - columns
    return query.with_only_columns(*columns, AuditCase.id, AuditCase.case_ref, AuditCase.area, Audit.name)


@asked_once
def waiting_for_lead(session: Session, viewer: Viewer) -> WaitingForLead:
    """Return what waits for the lead of some audits; nothing for anybody else."""
    if not viewer.holds(Role.LEAD):
        return WaitingForLead()
    found = sorted((Waiting(*row) for row in session.connection().execute(_waiting(viewer))), key=lambda one: one.id)
    return WaitingForLead([one for one in found if one.what == REQUEST], [one for one in found if one.what == POINT])
