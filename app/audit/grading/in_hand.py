"""A draft for its author, read as columns: every page of the tool and every autosave starts here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from app.asking.statements import Statement
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import AssessmentKind, AssessmentState, AuditState, BenchmarkState, CaseState, PreparedKind
from app.audit.library.queries import document_by
from app.audit.models import Assessment, Audit, AuditCase, Benchmark, FactAnswer, Judgement, Preparation, ThresholdText
from app.audit.rules import CASE
from app.audit.thresholds.document import ThresholdDocument
from app.db import HELD
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
    """What the tool needs to know of a case; not its practitioner's band, employment or earlier grades.

    Whose it is only the bars ask.
    """

    id: int
    case_ref: str
    area: str
    law_type: str
    state: CaseState
    auditor_id: int
    practitioner_id: str
    audit: AuditInHand


class JudgedRow(NamedTuple):
    """The columns of a judgement."""

    standard: str
    judgement: str
    degree: str
    evidence: str
    set_aside: bool
    reused: Sequence[Mapping[str, Any]] | None = None


class FactRow(NamedTuple):
    """The columns of an answer to a factual question."""

    fact: str
    answers: Sequence[str]
    prepared_by: int | None = None
    prepared_at: datetime | None = None


class PreparedRow(NamedTuple):
    """The columns of what an assistant prepared."""

    kind: PreparedKind
    code: str
    answers: Sequence[str]
    by_id: int
    at: datetime


Prepared = Preparation | PreparedRow


@dataclass(frozen=True, slots=True)
class Answers:
    """A draft assessment with its rows."""

    id: int
    kind: AssessmentKind
    state: AssessmentState
    grade: str | None
    departure_reason: str
    strengths_note: str
    learning_note: str
    themes: Sequence[str]
    saved_at: datetime
    author_id: int
    number: int
    correction_reason: str
    indicated_grade: str | None
    indicated_rule: str | None
    judgements: Sequence[JudgedRow]
    facts: Sequence[FactRow]


# Who makes an assessment of each kind.
MAKERS = {
    AssessmentKind.FIRST: CASE["submit"].roles,
    AssessmentKind.BENCHMARK: BENCHMARK["submit"].roles,
    AssessmentKind.OWN_REVIEW: (Role.HEAD_OF_SERVICE,),
}
_case: Any = AuditCase.__table__
_audit: Any = Audit.__table__
_document: Any = ThresholdText.__table__
_draft: Any = Assessment.__table__
_judged: Any = Judgement.__table__
_answered: Any = FactAnswer.__table__
_prepared: Any = Preparation.__table__
_second: Any = Benchmark.__table__
_CASE = [_case.c[name] for name in ("id", "case_ref", "area", "law_type", "state", "auditor_id", "practitioner_id")]
_AUDIT = [_audit.c[name] for name in ("ref", "name", "state")]
_DRAFT = [_draft.c[field.name] for field in fields(Answers) if field.name not in {"judgements", "facts"}]
_OF_KIND = (
    select(*_CASE, *_AUDIT, _audit.c.threshold_id, _document.c.sha256, *_DRAFT)
    .select_from(
        _case.join(_audit, _audit.c.id == _case.c.audit_id)
        .join(_document, _document.c.id == _audit.c.threshold_id)
        .join(_draft, _draft.c.case_id == _case.c.id)
    )
    .where(
        _case.c.id == bindparam("case"),
        _draft.c.author_id == bindparam("viewer"),
        _draft.c.kind == bindparam("kind"),
        _draft.c.state == AssessmentState.DRAFT,
    )
)
# A first grade is its auditor's, and no longer somebody's once the case was given to another; a second one is its
# benchmarker's, while it is in progress.
_assigned = exists().where(
    _second.c.case_id == _case.c.id,
    _second.c.benchmarker_id == bindparam("viewer"),
    _second.c.state == BenchmarkState.IN_PROGRESS,
)
_HELD = {
    AssessmentKind.FIRST: _OF_KIND.where(_case.c.auditor_id == bindparam("viewer")),
    AssessmentKind.BENCHMARK: _OF_KIND.where(_assigned),
    AssessmentKind.OWN_REVIEW: _OF_KIND,
}
_READ = {kind: Statement(query) for kind, query in _HELD.items()}
_LOCKED = {kind: Statement(query.with_for_update(of=_case, **HELD)) for kind, query in _HELD.items()}
_JUDGEMENTS = Statement(
    select(*(_judged.c[name] for name in JudgedRow._fields))
    .where(_judged.c.assessment_id == bindparam("draft"))
    .order_by(_judged.c.id)
)
_FACTS = Statement(
    select(*(_answered.c[name] for name in FactRow._fields))
    .where(_answered.c.assessment_id == bindparam("draft"))
    .order_by(_answered.c.id)
)
_PREPARED = Statement(
    select(*(_prepared.c[name] for name in PreparedRow._fields))
    .where(_prepared.c.case_id == bindparam("case"))
    .order_by(_prepared.c.id)
)


@dataclass(frozen=True, slots=True)
class Held:
    """A case, its draft, and the document that it is graded against."""

    case: CaseInHand
    answers: Answers
    prepared: Sequence[PreparedRow]
    document: ThresholdDocument


def held(
    session: Session, viewer: Viewer, case_id: int, *, kind: AssessmentKind = AssessmentKind.FIRST, locked: bool = False
) -> Held | None:
    """Return a person's own draft on a case, or None where it is not theirs to make.

    `locked` holds the case until the transaction ends.
    """
    found = (_LOCKED if locked else _READ)[kind].rows(session, case=case_id, viewer=viewer.id, kind=kind)
    if not found:
        return None
    row = iter(found[0])
    columns, of_audit, document, of_draft = ([*islice(row, n)] for n in (len(_CASE), len(_AUDIT), 2, len(_DRAFT)))
    case = CaseInHand(*[*columns, AuditInHand(*of_audit)])
    if not viewer.has(*MAKERS[kind], audit=case.audit.ref, area=case.area):
        return None
    answers = Answers(
        *[
            *of_draft,
            list(map(JudgedRow._make, _JUDGEMENTS.rows(session, draft=of_draft[0]))),
            list(map(FactRow._make, _FACTS.rows(session, draft=of_draft[0]))),
        ]
    )
    # What assistants prepare is for the auditor.
    asked = _PREPARED.rows(session, case=case_id) if kind is AssessmentKind.FIRST else ()
    return Held(case, answers, list(map(PreparedRow._make, asked)), document_by(session, *document))
