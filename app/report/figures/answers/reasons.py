"""Why cases were graded as they were: which rule indicated each grade, and which standards brought the lowest. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.audit.thresholds.document import Condition, GradeRule, ThresholdDocument


@dataclass(frozen=True, slots=True)
class Ruled:
    """Cases that are alike: the rule that holds for them, their grade, and the critical standards at the lowest level.

    `rule` is empty where no rule could be read: of results that were brought in, or where a judgement is missing.
    """

    rule: str
    grade: str
    critical: frozenset[str] = frozenset()


def critical_rules(document: ThresholdDocument) -> dict[str, GradeRule]:
    """Return the rules by which a critical standard at the lowest level makes the lowest grade, by id."""
    lowest = document.lowest.code

    def is_one(of: Condition) -> bool:
        return of.only == "critical" and bool(of.at_least) and lowest in (of.judgement or ())

    return {
        rule.id: rule for rule in document.grade_rules if rule.grade == lowest and any(map(is_one, rule.when.all or ()))
    }


def critical_standards(document: ThresholdDocument) -> list[str]:
    """Return the codes of the critical standards in order."""
    return [s.code for s in document.standards() if s.critical]


def reasons_of(document: ThresholdDocument, cases: Mapping[Ruled, int]) -> dict[str, Any]:
    """Return `lowest_reasons` of figures/1; nothing where no rule was read for any case."""
    if not any(n for c, n in cases.items() if c.rule):
        return {}
    rules = {rule.id: rule.grade for rule in document.grade_rules}
    left, unruled = Counter[str](), Counter[str]()
    for c, n in cases.items():
        if not c.rule:
            unruled[c.grade] += n
        elif c.grade != rules[c.rule]:
            left[f"{rules[c.rule]}:{c.grade}"] += n
    found = {
        "rules": {rule: _rule(grade, rule, cases) for rule, grade in rules.items()},
        "departures": {"cases": left.total(), "from_to": _there(left)},
        "without_rule": _there(unruled),
        "critical": _critical(document, cases),
    }
    return {"lowest_reasons": found}


def _there(counts: Counter[str]) -> dict[str, int]:
    return {key: n for key, n in sorted(counts.items()) if n}


def _rule(grade: str, rule: str, cases: Mapping[Ruled, int]) -> dict[str, Any]:
    mine = [(c, n) for c, n in cases.items() if c.rule == rule]
    return {
        "grade": grade,
        "cases": sum(n for _, n in mine),
        "graded_otherwise": sum(n for c, n in mine if c.grade != grade),
    }


def _critical(document: ThresholdDocument, cases: Mapping[Ruled, int]) -> dict[str, Any]:
    """Return in how many of the cases of the critical rules each critical standard is lowest, and alone is."""
    codes, rules = critical_standards(document), critical_rules(document)
    mine = [(c, n) for c, n in cases.items() if c.rule in rules]
    if not codes or not rules:
        return {}
    return {
        "rules": list(rules),
        "cases": sum(n for _, n in mine),
        "standards": {
            code: {
                "lowest": _sum(n for c, n in mine if code in c.critical),
                "only": _sum(n for c, n in mine if c.critical == {code}),
            }
            for code in codes
        },
    }


def _sum(counts: Iterable[int]) -> int:
    return sum(counts)
