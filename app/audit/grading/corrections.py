"""The draft of a correction: begun as a copy of what was submitted, or discarded."""

from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.actions import situation_of_grading
from app.audit.enums import AssessmentState
from app.audit.grading.rules import why_not_corrected
from app.audit.models import Assessment, AuditCase, FactAnswer, Judgement
from app.clock import clock
from app.db import Base, lock
from app.errors import Conflict
from app.people.rules import Viewer


def start_correction(session: Session, case: AuditCase, *, by: Viewer) -> Assessment:
    """Return the correction in hand, or open one as a copy of the newest submitted assessment."""
    lock(session, AuditCase, case.id)
    refusal = why_not_corrected(case, situation_of_grading(session, case, by))
    if refusal:
        raise Conflict(refusal)
    begun = queries.draft_in_hand(session, by, case)
    if begun is not None:
        return begun
    last, now = queries.submitted_assessments(session, by, case)[0], clock.now()
    own = {"number": last.number + 1, "state": AssessmentState.DRAFT, "correction_reason": ""}
    none = dict.fromkeys(("indicated_grade", "indicated_rule", "submitted_at"))
    again = {"themes": list(last.themes), "started_at": now, "saved_at": now}
    draft = Assessment(**{**_columns(last), **own, **none, **again})
    draft.judgements = [Judgement(**_columns(j, "assessment_id")) for j in last.judgements]
    draft.facts = [FactAnswer(**{**_columns(f, "assessment_id"), "answers": list(f.answers)}) for f in last.facts]
    session.add(draft)
    session.flush()
    return draft


def _columns(row: Base, *left_out: str) -> dict[str, Any]:
    return {c.key: getattr(row, c.key) for c in inspect(type(row)).column_attrs if c.key not in {"id", *left_out}}


def discard_correction(session: Session, draft: Assessment) -> None:
    """Throw the draft of a correction away; what was submitted stands."""
    lock(session, AuditCase, draft.case_id)
    session.refresh(draft, ["state"])
    if draft.state is not AssessmentState.DRAFT or draft.number == 1:
        raise Conflict("This correction has been submitted, so it can no longer be discarded.")
    for part in (*draft.judgements, *draft.facts):
        session.delete(part)
    session.flush()
    session.delete(draft)
