"""What was done otherwise than the framework has it, with the reasons that its annex prints."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.bars.models import Waiver
from app.audit.benchmarks.queries import forgone
from app.audit.models import Audit, AuditCase


def exceptions(session: Session, of: Audit) -> dict[str, Any]:
    """Return `exceptions` of figures/1: interests that were waived, and graded cases without a second grade.

    Each with its number of cases and the reasons; nothing where there are none.
    """
    waived = select(Waiver.reason).join(AuditCase, AuditCase.id == Waiver.case_id).where(AuditCase.audit_id == of.id)
    reasons = list(session.scalars(waived.order_by(Waiver.id)))
    left = [event.details for event in forgone(session, of)]
    found: dict[str, Any] = {}
    if reasons:
        found["interests_waived"] = {"cases": len(reasons), "reasons": reasons}
    if left:
        cases = sum(len(_considered(details)) for details in left)
        said = [str(details["reason"]) for details in left if details.get("reason")]
        found["without_second_grade"] = {"cases": cases, "reasons": said}
    return {"exceptions": found} if found else {}


def _considered(details: dict[str, Any]) -> list[int]:
    return list(details.get("considered", ()))
