"""What the demonstration's auditors answer: made up from a case's reference, the same each time."""

import hashlib
from datetime import date

from app.audit.evidence.rules import called
from app.audit.models import AuditCase
from app.audit.thresholds.document import Fact, ThresholdDocument

# What lies in every file of the demonstration.
DOCUMENTS = (
    ("Screening record", date(2014, 9, 3)),
    ("Safeguarding checks", date(2014, 9, 9)),
    ("Contact log", None),
    ("Case plan", date(2014, 9, 12)),
    ("Direct work", date(2014, 9, 24)),
    ("Report as filed", date(2014, 10, 24)),
    ("Workflow history", None),
)


def _number(*words: str) -> int:
    return int.from_bytes(hashlib.sha256("/".join(words).encode()).digest()[:4])


def judged(standard: str, level: str, degree: str = "none") -> dict[str, object]:
    """Return a judgement of a standard, with where its evidence is."""
    number = _number(standard)
    where = DOCUMENTS[number % len(DOCUMENTS)]
    evidence = f"{called(*where)}, paragraph {number // 7 % 12 + 1}."
    return {"judgement": level, "degree": degree, "evidence": evidence, "set_aside": False}


def judgements(document: ThresholdDocument, case: AuditCase, grade: str) -> dict[str, dict[str, object]]:
    """Return a judgement of every standard that leads to a grade."""
    standards = document.standards_for(case.law_type)
    result = {s.code: judged(s.code, "met" if grade == "met" else "good") for s in standards}
    some = [s for s in standards if not s.critical]
    if grade == "good":
        weak = some[_number(case.case_ref) % len(some)].code
        result[weak] = judged(weak, "met", "minor")
    elif grade == "met":
        for s in some[:3]:
            result[s.code] = judged(s.code, "met", "moderate")
    else:
        first = next(s for s in standards if s.critical)
        result[first.code] = judged(first.code, "not_met", "significant")
    aside = next((s for s in standards if s.can_be_set_aside), None)
    if aside is not None and grade == "good":
        result[aside.code] = {
            "judgement": "",
            "degree": "",
            "set_aside": True,
            "evidence": "Whole file read; nothing in it called for one.",
        }
    return result


def fact_answers(fact: Fact, case_ref: str) -> list[str]:
    """Return the usual answer to a question, for some cases another."""
    if fact.kind == "text":
        return []
    usual = fact.answers[0].code
    if fact.code == "child_seen" and _number(case_ref) % 8 == 0:
        return [fact.answers[1].code]
    return [usual]


def themes(document: ThresholdDocument, case: AuditCase, grade: str) -> list[str]:
    """Return a strength and a learning point, or two of these, that fit a grade."""
    strengths = [t.code for t in document.themes_for(case.law_type, "strength")]
    learning = [t.code for t in document.themes_for(case.law_type, "learning")]
    n = _number(case.case_ref)
    if grade == "good":
        return [strengths[n % len(strengths)], learning[n % len(learning)]]
    return [learning[n % len(learning)], learning[(n + 1) % len(learning)]]
