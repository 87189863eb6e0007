"""The facts from the files: how often each answer was given, by law type. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from app.audit.thresholds.document import Fact, ThresholdDocument
from app.report.figures.counted_cases import Basis


class AnsweredAlike(NamedTuple):
    """What is counted alike: law type, fact, and the answers to it."""

    law_type: str
    fact: str
    answers: tuple[str, ...]


def facts_of(
    basis: Basis, document: ThresholdDocument, given: Mapping[AnsweredAlike, int], counts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return `facts` of figures/1: each fact with answers to choose from that was answered in any case.

    The base are the cases of which it is asked; where several answers can be given they may come to more.
    """
    made = {}
    for fact in document.facts:
        rows = [(key, n) for key, n in given.items() if key.fact == fact.code and key.answers and n]
        laws = [law for law in basis.law_types if fact.law_types is None or law in fact.law_types]
        if rows and laws and fact.answers:
            made[fact.code] = _fact(fact, laws, rows, {law: counts["law_type"][law.upper()]["total"] for law in laws})
    return {"facts": made} if made else {}


def _fact(
    fact: Fact, laws: Sequence[str], rows: Iterable[tuple[AnsweredAlike, int]], cases: Mapping[str, int]
) -> dict[str, Any]:
    by_law = {law: [(key, n) for key, n in rows if key.law_type == law] for law in laws}
    return {
        "kind": fact.kind,
        "overall": _answers(fact, [row for some in by_law.values() for row in some], sum(cases.values())),
        "law_type": {law.upper(): _answers(fact, some, cases[law]) for law, some in by_law.items()},
    }


def _answers(fact: Fact, rows: Sequence[tuple[AnsweredAlike, int]], asked: int) -> dict[str, Any]:
    counts = Counter[str]()
    known = [a.code for a in fact.answers]
    answered = 0
    for key, n in rows:
        chosen = [code for code in dict.fromkeys(key.answers) if code in known]
        # Of a fact with one answer the first counts, as in the figures of children seen.
        chosen = chosen[:1] if fact.kind == "single" else chosen
        counts.update(dict.fromkeys(chosen, n))
        answered += n if chosen else 0
    return {"asked": asked, "answers": {code: counts[code] for code in known}, "unanswered": asked - answered}
