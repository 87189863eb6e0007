"""What happens on a pack: somebody opens it; its head of service plans, changes and does improvement actions."""

from datetime import date

from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.clock import clock, today
from app.db import lock
from app.errors import Conflict, insist
from app.events import Subject, record
from app.people.rules import Viewer
from app.report.packs import queries as pack_queries
from app.report.packs.log import improvement_row, opening_row
from app.report.packs.models import ImprovementAction, PackOpening, Planned
from app.report.packs.rules import why_not_by, why_not_changed, why_not_done_on


def keep_opening(session: Session, audit: Audit, area: str, *, by: Viewer) -> None:
    """Keep that somebody opened an area's pack, on a page or as a file: once for each person and day."""
    lock(session, Audit, audit.id)  # two windows may open it at once
    if pack_queries.opened_by(session, by, audit, area, today()):
        return
    made = PackOpening(audit_id=audit.id, area=area, person_id=by.id, day=today(), at=clock.now())
    session.add(made)
    session.flush()
    record(session, "pack_opened", by=by.id, subject=Subject("pack of", area, audit.ref), rows=[opening_row(made)])


def plan(session: Session, audit: Audit, area: str, planned: Planned, *, by: Viewer) -> ImprovementAction:
    """Add an action to an area's improvement plan."""
    insist(why_not_by(planned.by_when, None))
    made = ImprovementAction.model_validate(
        planned,
        update={
            "audit_id": audit.id,
            "area": area,
            "version": 1,
            "made_by": by.id,
            "made_at": clock.now(),
            "audit": audit,
        },
    )
    session.add(made)
    session.flush()
    _recorded(session, "improvement_planned", made, by=by)
    return made


def change(session: Session, of: ImprovementAction, planned: Planned, *, by: Viewer) -> None:
    """Change what an action says; raises Conflict once it is done."""
    _held(session, of)
    insist(why_not_by(planned.by_when, of.by_when))
    of.sqlmodel_update(planned)
    of.version += 1
    _recorded(session, "improvement_changed", of, by=by)


def finish(session: Session, of: ImprovementAction, *, done_on: date, outcome: str, by: Viewer) -> None:
    """Record that an action is done and what came of it; raises Conflict where somebody did so before."""
    _held(session, of)
    insist(why_not_done_on(of, done_on))
    of.done_on, of.outcome = done_on, outcome
    of.version += 1
    _recorded(session, "improvement_done", of, by=by)


def _held(session: Session, of: ImprovementAction) -> None:
    lock(session, ImprovementAction, of.id)
    refusal = why_not_changed(of)
    if refusal:
        raise Conflict(refusal)


def _recorded(session: Session, name: str, of: ImprovementAction, *, by: Viewer) -> None:
    record(
        session, name, by=by.id, subject=Subject("improvement action", of.id, of.audit.ref), rows=[improvement_row(of)]
    )
