"""What an area's live page shows; the route has admitted the viewer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from app.asking import asked_once
from app.audit.benchmarks.queries import benchmarks_to_do
from app.audit.blind import seen_by
from app.audit.enums import UNFINISHED, AuditState, BenchmarkState
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Benchmark
from app.audit.queries import THRESHOLD, is_grading, standing
from app.improvement.areas.live import Live, Placed, live
from app.improvement.models import Reading
from app.moderation.enums import ReturnState
from app.moderation.models import Return
from app.moderation.sheets.models import CaseSheet
from app.moderation.themes.queries import dropped
from app.moderation.themes.rules import left
from app.people.models import ServiceArea
from app.people.rules import Viewer
from app.report.packs.models import ImprovementAction

SHOWN = (AuditState.FIELDWORK, AuditState.FINALISED, AuditState.PUBLISHED)
WITH_AREA = (ReturnState.OPEN, ReturnState.REVIEWED)
# Until the two grades were compared, and the difference resolved.
SECOND = (*UNFINISHED, BenchmarkState.SUBMITTED, BenchmarkState.DIFFERS)
# So many audits are shown, the newest first.
MOST_AUDITS = 3


def still_grades(session: Session, viewer: Viewer) -> bool:
    """Say whether somebody has a case to grade, first or second, so that an area's levels must not sway them."""
    return is_grading(session, viewer) or bool(benchmarks_to_do(session, viewer))


@asked_once
def audits_of(session: Session, area: str) -> Sequence[Audit]:
    """Return the newest audits with cases of an area, brought-in results apart."""
    theirs = exists().where(AuditCase.audit_id == Audit.id, AuditCase.area == area).correlate(Audit)
    real = (Audit.imported.is_(False), Audit.rehearsal.is_(False))
    query = select(Audit).where(Audit.state.in_(SHOWN), *real, theirs).options(THRESHOLD)
    return session.scalars(query.order_by(Audit.window_to.desc(), Audit.id.desc()).limit(MOST_AUDITS)).all()


@asked_once
def live_of(session: Session, area: str) -> list[Live]:
    """Return how far an area's cases are, in each of its newest audits."""
    audits = audits_of(session, area)
    here = (AuditCase.area == area, AuditCase.audit_id.in_([a.id for a in audits]))
    waits = exists().where(Return.case_id == AuditCase.id, Return.state.in_(WITH_AREA)).correlate(AuditCase)
    second = exists().where(Benchmark.case_id == AuditCase.id, Benchmark.state.in_(SECOND)).correlate(AuditCase)
    query = select(
        AuditCase.audit_id, AuditCase.state, func.coalesce(AuditCase.standing_grade, ""), waits, second, AuditCase.id
    )
    themes = select(Assessment.case_id, Assessment.themes).join(AuditCase, AuditCase.id == Assessment.case_id)
    gone = dropped(session, *here)
    ticked = {c: left(them, gone.get(c, ())) for c, them in session.execute(themes.where(*here, standing()))}
    placed: dict[int, list[Placed]] = defaultdict(list)
    for audit, state, grade, with_area, again, case in session.execute(query.where(*here)):
        placed[audit].append(Placed(state, grade, bool(with_area), bool(again), ticked.get(case, ())))
    steps = select(AuditCase.audit_id, func.count(CaseSheet.id), func.count(Reading.read_at))
    steps = steps.outerjoin(CaseSheet, CaseSheet.case_id == AuditCase.id)
    steps = steps.outerjoin(Reading, Reading.case_id == AuditCase.id).where(*here).group_by(AuditCase.audit_id)
    done = {audit: (discussed, read) for audit, discussed, read in session.execute(steps)}
    return [
        live(a, document_of(a), placed[a.id], discussed=done.get(a.id, (0, 0))[0], read=done.get(a.id, (0, 0))[1])
        for a in audits
    ]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for its area: what is to be done, and by when."""

    case: AuditCase
    why: str
    due: date


def waiting(session: Session, viewer: Viewer, area: str) -> list[Waiting]:
    """Return the cases that wait for an area, the soonest due first."""
    query = select(Return).join(Return.case).join(AuditCase.audit)
    here = (AuditCase.area == area, Return.state.in_(WITH_AREA), seen_by(viewer), Audit.state != AuditState.WITHDRAWN)
    found = session.scalars(query.where(*here).options(joinedload(Return.case).joinedload(AuditCase.audit)))
    waits = [
        Waiting(r.case, "Record the immediate review", r.review_due)
        if r.state is ReturnState.OPEN
        else Waiting(r.case, "Accept the grade, or challenge it", r.challenge_due)
        for r in found
    ]
    return sorted(waits, key=lambda of: (of.due, of.case.id))


@asked_once
def open_actions(session: Session, area: str) -> Sequence[ImprovementAction]:
    """Return what an area plans and has not done, of all its audits, the soonest due first."""
    query = select(ImprovementAction).where(ImprovementAction.area == area, ImprovementAction.done_on.is_(None))
    loaded = query.options(joinedload(ImprovementAction.audit))
    return session.scalars(loaded.order_by(ImprovementAction.by_when, ImprovementAction.id)).all()


def is_area(session: Session, code: str) -> bool:
    """Say whether there is a service area with this code."""
    return session.get(ServiceArea, code) is not None
