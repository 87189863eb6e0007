"""The answers to the facts of the cases that count, those that are alike counted together."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, FactAnswer
from app.report.cases.queries import GRADED, STANDING
from app.report.figures.answers.facts import AnsweredAlike, facts_of
from app.report.figures.counted_cases import Basis

_ANSWERS = cast(FactAnswer.answers, Text)
_GIVEN = (
    select(AuditCase.law_type, FactAnswer.fact, _ANSWERS, func.count())
    .join(Assessment, Assessment.id == FactAnswer.assessment_id)
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(GRADED, STANDING)
    .group_by(AuditCase.law_type, FactAnswer.fact, _ANSWERS)
)


def facts(session: Session, of: Audit, basis: Basis, counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return `facts` of figures/1; nothing where no fact with answers to choose from was answered."""
    document = document_of(of)
    chosen = [f.code for f in document.facts if f.answers]
    given = Counter[AnsweredAlike]()
    if chosen:
        # What was written is in no table: it is not read.
        for law, fact, answers, n in session.execute(_GIVEN.where(FactAnswer.fact.in_(chosen)), {"audit": of.id}):
            given[AnsweredAlike(law, fact, tuple(json.loads(answers)))] += n
    return facts_of(basis, document, given, counts)
