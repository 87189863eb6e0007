"""Choosing the earlier audit that a report is compared with."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.enums import AuditState
from app.audit.models import Audit
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.people.rules import Viewer
from app.report.comparison.queries import comparison, comparison_row
from app.report.models import Comparison


def refusal(audit: Audit) -> str | None:
    """Say why the choice stands, if it does."""
    if audit.state is AuditState.PUBLISHED:
        return (
            "This report is published, so what it is compared with stays as it is. It can be chosen until a report "
            "is published."
        )
    if audit.state is AuditState.WITHDRAWN:
        return "This audit is withdrawn, so it has no report to compare. Choose in an audit that goes on."
    return None


def choose(session: Session, audit: Audit, earlier: Audit | None, levels: Mapping[str, str], *, by: Viewer) -> None:
    """Compare an audit's report with an earlier one, or with none; raises Conflict once it is published."""
    lock(session, Audit, audit.id)
    refused = refusal(audit)
    if refused:
        raise Conflict(refused)
    kept = comparison(session, audit) or Comparison(audit_id=audit.id, levels={}, chosen_at=clock.now())
    kept.earlier_id, kept.levels = earlier.id if earlier else None, dict(levels)
    kept.chosen_by, kept.chosen_at = by.id, clock.now()
    session.add(kept)
    session.flush()
    details, rows = {"earlier": earlier.ref if earlier else "", "levels": dict(levels)}, [comparison_row(kept)]
    record(session, "comparison_chosen", by=by.id, subject=subject_of(audit), details=details, rows=rows)
