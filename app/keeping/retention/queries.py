"""Audits by when they are forgotten, and what there is of each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.enums import AuditState
from app.audit.models import Audit
from app.clock import today
from app.events import Event, Row
from app.keeping.cases import CASES
from app.keeping.record import ROWS
from app.keeping.retention.rules import forgotten_on


@dataclass(frozen=True, slots=True)
class Keeping:
    """An audit, how many cases it has, and the day from which they are forgotten; None while it is not known."""

    audit: Audit
    cases: int
    due: date | None

    @property
    def is_due(self) -> bool:
        """Say whether its time is over, and it was not forgotten yet."""
        return self.audit.forgotten_at is None and self.due is not None and self.due <= today()


def audits(session: Session, years: int | None) -> Sequence[Keeping]:
    """Return every audit that has cases, those that are forgotten first on top."""
    counted = select(func.count()).where(CASES.c.audit_id == Audit.id).scalar_subquery()
    rows = session.execute(
        select(Audit, counted).where(Audit.state != AuditState.DRAFT, Audit.rehearsal.is_(False))
    ).all()
    found = [Keeping(audit, cases, forgotten_on(audit, years)) for audit, cases in rows if cases]
    return sorted(found, key=lambda k: (k.audit.forgotten_at is not None, k.due or date.max, k.audit.ref))


def live(session: Session) -> Mapping[tuple[str, str], Row]:
    """Return every row as the event log keeps it, by its kind and number."""
    return {row.name: row for rows in ROWS for row in rows(session)}


def events(session: Session) -> Iterator[Event]:
    """Yield every event that still has its details, oldest first."""
    query = select(Event).where(Event.payload.is_not(None)).order_by(Event.number)
    yield from session.scalars(query.execution_options(yield_per=1000))
