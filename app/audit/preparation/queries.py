"""Which cases an improvement assistant may prepare, and who may see what was prepared.

Every function takes the viewer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, true
from sqlalchemy.orm import Session

from app.asking import asked_once, written_once
from app.audit.enums import AuditState, CaseState, PreparedKind
from app.audit.models import Audit, AuditCase, Preparation
from app.audit.queries import WHOLE, ListedCase, cases_visible_to, listed
from app.db import PageOf, page_of
from app.errors import NotFound
from app.people.enums import Role
from app.people.models import ServiceArea
from app.people.rules import Viewer

TO_PREPARE = (CaseState.ALLOCATED, CaseState.IN_PROGRESS)


@written_once
def cases_assisted_by(viewer: Viewer) -> Select[AuditCase]:
    """Select the cases that a person may prepare, never read: of audits they assist, but not of an area they head."""
    on: ColumnElement[bool] = Audit.ref.in_(viewer.audits(Role.IMPROVEMENT_ASSISTANT))
    if viewer.nationwide(Role.IMPROVEMENT_ASSISTANT):
        on = true()
    return select(AuditCase).join(AuditCase.audit).where(on, AuditCase.area.not_in(viewer.areas(Role.HEAD_OF_SERVICE)))


def case_assisted(session: Session, viewer: Viewer, case_id: int) -> AuditCase:
    """Return a case of an audit on which the person assists; raises NotFound."""
    query = cases_assisted_by(viewer).where(AuditCase.id == case_id).options(WHOLE)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def _waiting(viewer: Viewer) -> Select[AuditCase]:
    return cases_assisted_by(viewer).where(AuditCase.state.in_(TO_PREPARE), Audit.state == AuditState.FIELDWORK)


@written_once
def _unprepared(viewer: Viewer) -> Select[Any]:
    begun = exists().where(Preparation.case_id == AuditCase.id)
    return listed(_waiting(viewer).where(~begun).order_by(AuditCase.ticket, AuditCase.id))


@asked_once
def unprepared(session: Session, viewer: Viewer) -> Sequence[ListedCase]:
    """Return the cases of which nothing has been prepared yet, in the order of the draw."""
    return ListedCase.asked(session, _unprepared(viewer))


def cases_to_prepare(session: Session, viewer: Viewer, of: Audit, number: str) -> PageOf[AuditCase]:
    """Return one page of an audit's cases that can be prepared, by area and reference."""
    query = _waiting(viewer).join(ServiceArea, ServiceArea.code == AuditCase.area).where(AuditCase.audit_id == of.id)
    return page_of(session, query.order_by(ServiceArea.position, AuditCase.case_ref), number)


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a case is prepared."""

    facts: int = 0
    references: int = 0


def progress(session: Session, cases: Iterable[AuditCase]) -> Mapping[int, Progress]:
    """Return how much is prepared of some cases that the person may prepare."""
    ids = [c.id for c in cases]
    filled = Preparation.case_id.in_(ids) & (func.json_array_length(Preparation.answers) > 0)
    counts: dict[int, dict[PreparedKind, int]] = {}
    query = select(Preparation.case_id, Preparation.kind, func.count()).where(filled)
    for case, kind, count in session.execute(query.group_by(Preparation.case_id, Preparation.kind)):
        counts.setdefault(case, {})[kind] = count
    return {
        case: Progress(kinds.get(PreparedKind.FACT, 0), kinds.get(PreparedKind.REFERENCE, 0))
        for case, kinds in counts.items()
    }


def preparations(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Preparation]:
    """Return what was prepared of a case that the person may open or prepare."""
    theirs = (
        cases_visible_to(viewer).with_only_columns(AuditCase.id),
        cases_assisted_by(viewer).with_only_columns(AuditCase.id),
    )
    seen = Preparation.case_id.in_(theirs[0]) | Preparation.case_id.in_(theirs[1])
    query = select(Preparation).where(Preparation.case_id == of.id, seen).order_by(Preparation.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()
