"""Readings, reflections and what is said to be factually wrong: who sees what of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.asking import asked_once, written_once
from app.audit.blind import seen_by
from app.audit.enums import CaseState
from app.audit.library.queries import document_of
from app.audit.models import Audit, AuditCase
from app.audit.queries import WHOLE, known_to
from app.clock import today
from app.errors import NotFound
from app.improvement.models import FactualPoint, Reading, Reflection
from app.improvement.queries import REPORTED, of_team
from app.improvement.readings.rules import is_open, read_by
from app.moderation.sheets.models import CaseSheet
from app.people.enums import Role
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class Step:
    """A case with how far its practitioner and their service manager have come."""

    case: AuditCase
    reading: Reading | None
    sheet: CaseSheet | None
    reflection: Reflection | None

    @property
    def lowest(self) -> str:
        """Return the code of the lowest grade."""
        return document_of(self.case.audit).lowest.code

    @property
    def is_open(self) -> bool:
        """Say whether the case is open to its practitioner."""
        return is_open(self.case, self.lowest, self.sheet)

    @property
    def read_by(self) -> date | None:
        """Return by when it should be read."""
        return read_by(self.case, self.lowest, self.sheet)

    @property
    def late(self) -> bool:
        """Say whether it is open, not read, and should have been."""
        read = self.reading is not None and self.reading.read_at is not None
        return not read and self.is_open and self.read_by is not None and self.read_by < today()


Steps = Select[AuditCase, Reading | None, CaseSheet | None, Reflection | None]


def _steps() -> Steps:
    query = select(AuditCase, Reading, CaseSheet, Reflection).join(AuditCase.audit)
    query = query.outerjoin(Reading, Reading.case_id == AuditCase.id)
    query = query.outerjoin(CaseSheet, CaseSheet.case_id == AuditCase.id)
    return query.outerjoin(Reflection, Reflection.case_id == AuditCase.id).options(WHOLE)


@written_once
def _own(viewer: Viewer) -> Steps:
    here = (AuditCase.practitioner_id.in_(viewer.practitioners), AuditCase.state == CaseState.FINAL)
    return _steps().where(*here, Audit.state.in_(REPORTED), seen_by(viewer))


def own_cases(session: Session, viewer: Viewer) -> list[Step]:
    """Return a practitioner's own cases that are open to them, newest first."""
    if not viewer.practitioners:
        return []
    rows = session.execute(_own(viewer).order_by(Audit.window_to.desc(), AuditCase.case_ref))
    return [step for step in (Step(*row) for row in rows) if step.is_open]


def own_case(session: Session, viewer: Viewer, case_id: int) -> Step:
    """Return one of them; raises NotFound."""
    rows = session.execute(_own(viewer).where(AuditCase.id == case_id)).all() if viewer.practitioners else ()
    found = next((Step(*row) for row in rows), None)
    if found is None or not found.is_open:
        raise NotFound
    return found


@written_once
def _of_team(viewer: Viewer) -> Steps:
    return _steps().where(of_team(viewer))


def _as_manager(step: Step) -> Step:
    """Return what a service manager sees: of a reflection what its practitioner shares, and nothing else."""
    shared = step.reflection if step.reflection and step.reflection.shared else None
    return Step(step.case, step.reading, step.sheet, shared)


@asked_once
def team_cases(session: Session, viewer: Viewer) -> list[Step]:
    """Return the final cases of a service manager's teams, those late first, then the newest audit's."""
    if not viewer.teams:
        return []
    query = _of_team(viewer).order_by(Audit.window_to.desc(), AuditCase.case_ref)
    steps = [_as_manager(Step(*row)) for row in session.execute(query, {"today": today()})]
    return sorted(steps, key=lambda step: not step.late)


def team_case(session: Session, viewer: Viewer, case_id: int) -> Step:
    """Return one of them; raises NotFound."""
    query = _of_team(viewer).where(AuditCase.id == bindparam("case"))
    rows = session.execute(query, {"today": today(), "case": case_id}).all() if viewer.teams else ()
    found = next((Step(*row) for row in rows), None)
    if found is None:
        raise NotFound
    return _as_manager(found)


def shared_words(session: Session, of: AuditCase) -> str:
    """Return what a practitioner shares of their reflection on a case, empty where they share nothing."""
    query = select(Reflection.text).where(Reflection.case_id == of.id, Reflection.shared)
    return session.scalar(query) or ""


def own_points(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[FactualPoint]:
    """Return what somebody said is factually wrong about a case."""
    query = select(FactualPoint).where(FactualPoint.case_id == of.id, FactualPoint.by_id == viewer.id)
    return session.scalars(query.order_by(FactualPoint.id)).all()


@written_once
def points_of_lead(viewer: Viewer) -> Select[FactualPoint]:
    """Select what practitioners say is factually wrong in the audits that somebody leads, joined to case and audit."""
    query = select(FactualPoint).join(FactualPoint.case).join(AuditCase.audit)
    led = Audit.ref.in_(viewer.audits(Role.LEAD)) if not viewer.nationwide(Role.LEAD) else known_to(viewer)
    not_own = (AuditCase.practitioner_id.not_in(viewer.practitioners), seen_by(viewer))
    return query.where(led, *not_own)


def point_of_lead(session: Session, viewer: Viewer, key: int) -> FactualPoint:
    """Return one of them; raises NotFound."""
    with_case = contains_eager(FactualPoint.case).contains_eager(AuditCase.audit)
    one = points_of_lead(viewer).where(FactualPoint.id == key).options(with_case)
    found = session.scalars(one).one_or_none() if viewer.holds(Role.LEAD) else None
    if found is None:
        raise NotFound
    return found


def points_of_area(session: Session, viewer: Viewer, area: str) -> Sequence[FactualPoint]:
    """Return what practitioners of an area say is factually wrong, for its head of service: newest first."""
    query = select(FactualPoint).join(FactualPoint.case).where(AuditCase.area == area, seen_by(viewer))
    loaded = query.options(joinedload(FactualPoint.case).joinedload(AuditCase.audit))
    return session.scalars(loaded.order_by(FactualPoint.id.desc())).all()


@asked_once
def read_by_area(session: Session, of: Audit) -> Mapping[str, int]:
    """Return by area how many of an audit's final cases their practitioners have read: for heads, who see no more."""
    query = select(AuditCase.area).join(Reading, Reading.case_id == AuditCase.id)
    found: dict[str, int] = {}
    for (area,) in session.execute(query.where(AuditCase.audit_id == of.id, Reading.read_at.is_not(None))):
        found[area] = found.get(area, 0) + 1
    return found
