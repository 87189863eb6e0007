"""Which earlier audits a report may be compared with, and with which it is."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.commission.called import month_of
from app.audit.library.queries import document_of
from app.audit.models import Audit
from app.audit.queries import audits_visible_to
from app.events import Row
from app.people.models import AreaChange
from app.people.rules import Viewer
from app.report.models import Comparison
from app.report.narrative.changed_areas import Change
from app.report.narrative.changes import Earlier
from app.report.queries import REPORTED, may_read_report, publication


def comparison(session: Session, of: Audit) -> Comparison | None:
    """Return what was chosen for an audit, if anything was."""
    return session.scalars(select(Comparison).where(Comparison.audit_id == of.id)).one_or_none()


def earlier_audits(session: Session, viewer: Viewer, of: Audit) -> Sequence[Audit]:
    """Return the audits before this one whose figures the person may read, newest first."""
    before = (
        audits_visible_to(viewer)
        .where(Audit.state.in_(REPORTED), Audit.window_to < of.window_from)
        .order_by(Audit.window_to.desc(), Audit.id)
    )
    return [audit for audit in session.scalars(before) if may_read_report(viewer, audit)]


def scale_of(audit: Audit) -> tuple[tuple[str, str], ...]:
    """Return an audit's grades as (code, label), best first."""
    return tuple((level.code, level.label) for level in document_of(audit).scale)


def earlier_of(session: Session, of: Audit) -> Earlier | None:
    """Return the earlier audit that was chosen with its frozen figures, every count in them: not for the public."""
    chosen = comparison(session, of)
    if chosen is None or chosen.earlier_id is None:
        return None
    earlier = session.get_one(Audit, chosen.earlier_id)
    frozen = publication(session, earlier)
    if frozen is None:
        return None
    when = f"{month_of(earlier.name, earlier.ref, (earlier.window_from, earlier.window_to)):%Y-%m}"
    figures = json.loads(frozen.figures)
    return Earlier(earlier.name, when, scale_of(earlier), figures, chosen.levels, _since(session, earlier, of))


def changes_until(session: Session, of: Audit) -> list[Change]:
    """Return the changes of areas that hold by the end of an audit's window; what comes later is not of its areas."""
    found = session.scalars(select(AreaChange).where(AreaChange.day <= of.window_to).order_by(AreaChange.id))
    return [(f"{one.day:%Y-%m}", one.old, one.new) for one in found if one.new]


def _since(session: Session, earlier: Audit, of: Audit) -> list[Change]:
    """Return the changes since an earlier audit: their first day lies after the last of its window."""
    query = select(AreaChange).where(AreaChange.day > earlier.window_to, AreaChange.day <= of.window_to)
    return [(f"{one.day:%Y-%m}", one.old, one.new) for one in session.scalars(query.order_by(AreaChange.id)) if one.new]


def earlier_ref(session: Session, of: Audit) -> Sequence[str]:
    """Return the reference of the earlier audit that was chosen, if one was."""
    chosen = comparison(session, of)
    return [session.get_one(Audit, chosen.earlier_id).ref] if chosen and chosen.earlier_id else []


def comparison_row(of: Comparison) -> Row:
    """Return a choice as the event log keeps it."""
    return Row("comparison", of.id, {}, {"choice": [of.audit_id, of.earlier_id, of.levels, of.chosen_by, of.chosen_at]})


def rows(session: Session) -> Iterator[Row]:
    """Yield the choices as the event log keeps them."""
    yield from map(comparison_row, session.scalars(select(Comparison).order_by(Comparison.id)))
