"""How many audited cases were discussed with their practitioner: one sum for the whole audit."""

from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.audit.enums import CaseState, Origin
from app.audit.models import Audit, AuditCase
from app.moderation.sheets.models import CaseSheet

# Of fewer areas a sum would be one area's count, or could be worked out for one.
LEAST_AREAS = 5
_COUNTED = AuditCase.state.in_([CaseState.GRADED, CaseState.FINAL]) & (AuditCase.origin != Origin.ADDED)
_SUM = (
    select(func.count(AuditCase.area.distinct()), func.count(AuditCase.id), func.count(CaseSheet.id))
    .outerjoin(CaseSheet, CaseSheet.case_id == AuditCase.id)
    .where(AuditCase.audit_id == bindparam("audit"), _COUNTED)
)


def supervision(session: Session, of: Audit) -> dict[str, Any]:
    """Return `supervision` of figures/1; nothing below five areas, or before a case was discussed."""
    areas, cases, discussed = session.execute(_SUM, {"audit": of.id}).one()
    return {"supervision": {"cases": cases, "discussed": discussed}} if areas >= LEAST_AREAS and discussed else {}
