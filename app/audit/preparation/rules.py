"""Whether a case can be prepared now."""

from app.audit.enums import AUDIT_STATE_LABELS, AuditState, CaseState
from app.audit.models import AuditCase


def why_not_prepared(case: AuditCase) -> str | None:
    """Return why nothing can be prepared for a case now, or None."""
    if case.audit.state is not AuditState.FIELDWORK:
        return f"The audit is ‘{AUDIT_STATE_LABELS[case.audit.state].lower()}’. Cases are prepared during fieldwork."
    if case.state in {CaseState.ALLOCATED, CaseState.IN_PROGRESS}:
        return None
    if case.state is CaseState.DRAWN:
        return "This case has not been allocated yet. It can be prepared once the audit lead has allocated it."
    return (
        "This case has been graded or replaced, so nothing more can be prepared for it. Tell its improvement manager "
        "what you found."
    )
