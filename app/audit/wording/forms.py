"""What a browser may send about clauses that were read in two ways."""

from collections.abc import Iterable, Mapping, Sequence

from app.audit.enums import ClauseAnswer
from app.audit.thresholds.document import ThresholdDocument
from app.audit.wording.rules import Clause, text_of, why_not_answered
from app.labels import length_fault

LONGEST_REASON = 600
Answers = Mapping[tuple[str, str], tuple[ClauseAnswer, str]]


def name_of(clause: Clause) -> str:
    """Return the start of the names of a clause's fields."""
    return f"{clause.standard.code}-{clause.level or 'aside'}"


def answers_sent(
    draft: ThresholdDocument, clauses: Iterable[Clause], sent: Mapping[str, Sequence[str]]
) -> tuple[dict[tuple[str, str], tuple[ClauseAnswer, str]], dict[str, str]]:
    """Return what the author of a draft says of each clause, and what is wrong; what has no answer is left out."""
    answers, errors = {}, {}
    now = {s.code: s for s in draft.standards()}
    for clause in clauses:
        name = name_of(clause)
        answer, reason = ((sent.get(f"{name}-{part}") or [""])[0].strip() for part in ("answer", "reason"))
        if answer not in set(ClauseAnswer):
            if reason:
                errors[f"{name}-answer"] = f"Choose what becomes of the words that your reason is about: {clause.title}"
            continue
        standard = now.get(clause.standard.code)
        words = text_of(standard, clause.level) if standard else ""
        wrong = why_not_answered(ClauseAnswer(answer), reason, clause.text, words)
        if too_long := length_fault("The reason", reason, LONGEST_REASON):
            wrong["reason"] = too_long
        errors.update({f"{name}-{part}": text for part, text in wrong.items()})
        answers[clause.key] = (ClauseAnswer(answer), reason)
    return answers, errors
