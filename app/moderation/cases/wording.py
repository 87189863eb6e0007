"""What the fields of a page of a case are called, for what was typed there."""

import re
from collections.abc import Mapping
from typing import Any

from app.audit import queries as audit_queries
from app.audit.enums import CAUSE_LABELS, OUTCOME_LABELS
from app.audit.grading.fields import words_of
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.audit.thresholds.document import ThresholdDocument
from app.errors import NotFound
from app.labels import label_of
from app.moderation.challenges import queries as challenges_queries
from app.moderation.own_views.forms import AS_A_WHOLE
from app.web.routing import Visit
from app.web.wording import Words

YES_OR_NO = {"yes": "Yes", "no": "No"}
_CHOICES: Mapping[str, Mapping[Any, str]] = {
    "children_safe": YES_OR_NO | {"no": "No, or I cannot be sure"},
    "further_action": {"none": "No", "needed": "Yes"},
    "answer": {"accept": "Yes, I accept it", "challenge": "No, I challenge it", "later": "I answer later"},
    "outcome": OUTCOME_LABELS,
    "cause": CAUSE_LABELS,
}
# Of pages that have moved on and show their form no more.
CHOICES: Words = {name: (label_of(name), said) for name, said in _CHOICES.items()}
# What the fields of a standard are called on the pages of a challenge: by the last word of the address.
RULING = {
    "level": "{}",
    "degree": "How much improvement does ‘{}’ need?",
    "why": "Your reasons on ‘{}’",
    "cause": "Why did two people read ‘{}’ differently?",
}
OF_A_STANDARD: Mapping[str, Mapping[str, str]] = {
    "challenge": {"level": "{}: level that you claim", "why": "{}: evidence in the file"},
    "view": {"own": "{}", "note": "What did you find on ‘{}’?"},
    "decide": RULING,
    "adjudicate": RULING,
}


def words_of_case(visit: Visit, path: str) -> Words:
    """Return the words of the fields of a page that only the document of its case names."""
    case = _case_of(visit, path)
    return _words(document_of(case.audit), case.law_type, path) if case else {}


def _case_of(visit: Visit, path: str) -> AuditCase | None:
    """Return the case that a page is about, where the visitor may see it."""
    found = re.match(r"/(cases|challenges)/(\d{1,9})/", path)
    if found is None or visit.person is None:
        return None
    number = int(found.group(2))
    try:
        if found.group(1) == "cases":
            return audit_queries.case(visit.session, visit.viewer, number)
        return challenges_queries.challenge(visit.session, visit.viewer, number).case
    except NotFound:
        return None


def _words(document: ThresholdDocument, law_type: str, path: str) -> Words:
    words, standards = dict(words_of(document, law_type)), document.standards_for(law_type)
    levels = {level.code: level.label for level in document.scale}
    choices: dict[str, Mapping[Any, str]] = {
        **dict.fromkeys(("level", "own"), levels),
        "degree": {degree.code: degree.label for degree in document.improvement_degrees},
        "cause": CAUSE_LABELS,
    }
    for part, label in OF_A_STANDARD.get(path.rpartition("/")[2], {}).items():
        words |= {f"{s.code}-{part}": (label.format(s.title), choices.get(part, {})) for s in standards}
    words |= {f"reference-{area.code}": (area.title, {}) for area, _ in document.practice_areas_for(law_type)}
    words[f"{AS_A_WHOLE}-own"] = ("Which grade does this case deserve as a whole?", levels)
    words[f"{AS_A_WHOLE}-note"] = ("What did you find?", {})
    return words
