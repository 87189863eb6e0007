"""The shape of an audit's sample: what its framework wants, what its list makes of it, and who was audited lately."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.enums import AuditState, CaseState
from app.audit.models import Audit, AuditCase
from app.sampling.columns import NO_BANDS
from app.sampling.models import Frame
from app.sampling.shapes.wanted import Shape

MONTHS_IN_A_YEAR = 12


def shape_of(audit: Audit) -> Shape:
    """Return what an audit's framework wants of its sample."""
    return Shape.read(audit.shape, Fraction(audit.fraction or 0))


def missing_band_of(audit: Audit) -> str:
    """Return what becomes of a blank band in an audit's list: refused, or where the audit has none, not even read."""
    return "reject" if audit.bands else NO_BANDS


def practitioners_in(frame: Frame) -> Mapping[str, int]:
    """Return the practitioners of a list by service area."""
    found: Mapping[str, int] = frame.summary["service_area"]
    return found


def months_before(day: date, months: int) -> date:
    """Return the same day so many months earlier, the last of the month where that has fewer days."""
    year, month = divmod(MONTHS_IN_A_YEAR * day.year + day.month - 1 - months, MONTHS_IN_A_YEAR)
    following = date(year + (month == MONTHS_IN_A_YEAR - 1), (month + 1) % MONTHS_IN_A_YEAR + 1, 1)
    return date(year, month + 1, min(day.day, (following - date(year, month + 1, 1)).days))


def audited_lately(session: Session, audit: Audit) -> tuple[str, ...]:
    """Return the practitioners whom an audit leaves out because they were audited lately, sorted.

    Whoever has a case, not replaced, in another audit, no rehearsal, that was not withdrawn and whose window ended
    within so many months before this one's begins. Nobody where the framework leaves nobody out.
    """
    months = shape_of(audit).months
    if not months:
        return ()
    since = months_before(audit.window_from, months)
    query = (
        select(AuditCase.practitioner_id)
        .join(AuditCase.audit)
        .where(
            Audit.id != audit.id,
            Audit.state != AuditState.WITHDRAWN,
            Audit.rehearsal.is_(False),
            Audit.window_to >= since,
            Audit.window_to < audit.window_from,
            AuditCase.state != CaseState.REPLACED,
        )
        .distinct()
    )
    return tuple(sorted(session.scalars(query)))
