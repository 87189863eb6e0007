"""What happens on a page for supervision: it is recorded that a case was discussed."""

from datetime import date

from sqlalchemy.orm import Session

from app.audit.models import AuditCase
from app.clock import clock, local_date
from app.db import lock
from app.errors import Conflict, insist
from app.events import Subject, newest, record
from app.moderation.sheets.log import sheet_row
from app.moderation.sheets.models import CaseSheet, Discussed
from app.moderation.sheets.queries import sheet_of
from app.moderation.sheets.rules import why_no_sheet, why_not_discussed_on
from app.people.rules import Viewer


def final_since(session: Session, of: AuditCase) -> date:
    """Return the day on which a case became final; of results that were brought in, the day on which they were."""
    at = newest(session, "case", of.id, ["grade_final"]) or of.audit.finalised_at or of.audit.commissioned_at
    return local_date(at)


def record_talk(session: Session, of: AuditCase, said: Discussed, *, by: Viewer) -> CaseSheet:
    """Record that a final case was discussed, in place of what was recorded before."""
    lock(session, AuditCase, of.id)
    refusal = why_no_sheet(of)
    if refusal:
        raise Conflict(refusal)
    insist(why_not_discussed_on(said.discussed_on, final_since(session, of)))
    kept = sheet_of(session, of)
    now = {"recorded_by": by.id, "at": clock.now()}
    if kept is None:
        kept = CaseSheet.model_validate(said, update={"case_id": of.id, **now})
        session.add(kept)
    else:
        kept.sqlmodel_update(said, update=now)
    session.flush()
    subject = Subject("case sheet", kept.id, of.audit.ref, of.id)
    record(session, "sheet_recorded", by=by.id, subject=subject, rows=[sheet_row(kept)])
    return kept
