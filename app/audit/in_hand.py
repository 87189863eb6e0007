"""A draft for its author, read as columns: every page of the tool and every autosave starts here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.audit.enums import AssessmentKind, AssessmentState, AuditState, CaseState
from app.audit.models import Assessment, Audit, AuditCase, FactAnswer, Judgement, ThresholdText
from app.audit.queries import document_by
from app.audit.thresholds.document import ThresholdDocument
from app.people.enums import Role
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class AuditInHand:
    """What the tool needs to know of an audit."""

    ref: str
    name: str
    state: AuditState


@dataclass(frozen=True, slots=True)
class CaseInHand:
    """What the tool needs to know of a case; not its practitioner's band, employment or earlier grades."""

    id: int
    case_ref: str
    area: str
    law_type: str
    state: CaseState
    auditor_id: int
    audit: AuditInHand


@dataclass(frozen=True, slots=True)
class Answers:
    """A draft assessment with its rows."""

    id: int
    state: AssessmentState
    grade: str | None
    departure_reason: str
    strengths_note: str
    learning_note: str
    themes: Sequence[str]
    saved_at: datetime
    author_id: int
    indicated_grade: str | None
    indicated_rule: str | None
    # Rows with the columns of Judgement and FactAnswer.
    judgements: Sequence[Any]
    facts: Sequence[Any]


_CASE = (AuditCase.id, AuditCase.case_ref, AuditCase.area, AuditCase.law_type, AuditCase.state, AuditCase.auditor_id)
_AUDIT = (Audit.ref, Audit.name, Audit.state)
_DRAFT = (
    Assessment.id, Assessment.state, Assessment.grade, Assessment.departure_reason, Assessment.strengths_note, Assessment.learning_note,
    Assessment.themes, Assessment.saved_at, Assessment.author_id, Assessment.indicated_grade, Assessment.indicated_rule,
)  # fmt: skip
# Built once: putting a statement together costs more than running it.
_HELD = (
    select(*_CASE, *_AUDIT, Audit.threshold_id, ThresholdText.sha256, *_DRAFT)
    .join(Audit, Audit.id == AuditCase.audit_id).join(ThresholdText, ThresholdText.id == Audit.threshold_id)
    .join(Assessment, Assessment.case_id == AuditCase.id)
    .where(
        AuditCase.id == bindparam("case"), AuditCase.auditor_id == bindparam("viewer"), Assessment.author_id == bindparam("viewer"),
        Assessment.kind == AssessmentKind.FIRST,
    )
)  # fmt: skip
_HELD_LOCKED = _HELD.with_for_update(of=AuditCase)
_JUDGEMENTS = (
    select(Judgement.standard, Judgement.judgement, Judgement.degree, Judgement.evidence, Judgement.set_aside)
    .where(Judgement.assessment_id == bindparam("draft")).order_by(Judgement.id)
)  # fmt: skip
_FACTS = select(FactAnswer.fact, FactAnswer.answers).where(FactAnswer.assessment_id == bindparam("draft")).order_by(FactAnswer.id)


@dataclass(frozen=True, slots=True)
class Held:
    """A case, its draft, and the document that it is graded against."""

    case: CaseInHand
    answers: Answers
    document: ThresholdDocument


def held(session: Session, viewer: Viewer, case_id: int, *, locked: bool = False) -> Held | None:
    """Return a person's own draft on a case that is allocated to them, or None; `locked` holds the case until the transaction ends."""
    row: Any = session.execute(_HELD_LOCKED if locked else _HELD, {"case": case_id, "viewer": viewer.id}).one_or_none()
    if row is None:
        return None
    case, audit, draft = row[: len(_CASE)], AuditInHand(*row[len(_CASE) : -len(_DRAFT) - 2]), row[-len(_DRAFT) :]
    if not viewer.has(Role.IMPROVEMENT_MANAGER, audit=audit.ref):
        return None
    here = {"draft": draft[0]}
    answers = Answers(*[*draft, session.execute(_JUDGEMENTS, here).all(), session.execute(_FACTS, here).all()])
    return Held(CaseInHand(*[*case, audit]), answers, document_by(session, row.threshold_id, row.sha256))
