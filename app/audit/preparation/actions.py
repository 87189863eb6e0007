"""What an improvement assistant prepares of a case: answers to questions of fact, and where in the file things are."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.audit.actions import subject_of_case
from app.audit.enums import PreparedKind
from app.audit.log import preparation_row
from app.audit.models import AuditCase, Preparation
from app.audit.preparation import queries
from app.audit.preparation.rules import why_not_prepared
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.people.rules import Viewer
from app.web.merging import Merged, marks_of, merge


def prepared_fields(prepared: Sequence[Preparation]) -> dict[str, str]:
    """Return what is prepared as the fields of its form, several answers on a line each."""
    return {f"{p.kind}-{p.code}": "\n".join(p.answers) for p in prepared}


def prepare(
    session: Session, case: AuditCase, sent: Mapping[str, str], *, several: frozenset[str], served: str, by: Viewer
) -> Merged:
    """Keep what an assistant sent, read against what others saved meanwhile.

    `several` names the fields with a code on each line.
    """
    lock(session, AuditCase, case.id)
    refusal = why_not_prepared(case)
    if refusal:
        raise Conflict(refusal)
    kept = {f"{p.kind}-{p.code}": p for p in queries.preparations(session, by, case)}
    stored = prepared_fields(list(kept.values()))
    merged = merge(marks_of(served), stored, sent)
    changed = []
    for name, text in merged.values.items():
        if text != stored.get(name, ""):
            row = kept.get(name) or _empty(case, name, by)
            answers = text.split("\n") if name in several else [text]
            row.answers, row.by_id, row.at = answers if text else [], by.id, clock.now()
            changed.append(row)
    if changed:
        session.add_all(changed)
        session.flush()
        rows = [preparation_row(row) for row in changed]
        record(session, "case_prepared", by=by.id, subject=subject_of_case(case), rows=rows)
    return merged


def _empty(case: AuditCase, name: str, by: Viewer) -> Preparation:
    kind, _, code = name.partition("-")
    return Preparation(case_id=case.id, kind=PreparedKind(kind), code=code, answers=[], by_id=by.id, at=clock.now())
