"""How severely auditors graded, given their cases, and where benchmarks point (statistics.md section 5). Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.report.figures.counted_cases import Basis, GradedCase, counted, grouped, number, share
from app.report.figures.statistics import holm, mid_p_of_sum, sign_test


def auditors(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return each auditor's first grades, beside what their law types let expect, and their benchmarks.

    Who is not named is left out.
    """
    laws = _law_types(cases)
    return {
        name: _auditor(basis, theirs, laws)
        for name, theirs in sorted(grouped([c for c in cases if c.auditor], (), lambda c: c.auditor).items())
    }


def _law_types(cases: Sequence[GradedCase]) -> dict[str, Counter[str]]:
    """Return the first grades of all cases by law type."""
    return {
        law: counted(theirs, lambda c: c.first_grade)
        for law, theirs in grouped(cases, (), lambda c: c.law_type).items()
    }


def _auditor(basis: Basis, theirs: Sequence[GradedCase], laws: Mapping[str, Counter[str]]) -> dict[str, Any]:
    given, total = counted(theirs, lambda c: c.first_grade), number(theirs)
    found: dict[str, Any] = {"total": total, **{code: share(given[code], total) for code in basis.codes}}
    for code in dict.fromkeys((basis.best, basis.lowest)):
        strata = _strata(theirs, laws, code)
        expected = sum(n * having / of for n, having, of in strata)
        found[code] |= {"expected": round(expected, 4), "midp": round(_chance(given[code], strata), 4)}
    apart = _apart(basis, theirs)
    pairs = sum(apart.values())
    mean = round(sum(d * n for d, n in apart.items()) / pairs, 4) if pairs else None
    return found | {"benchmarked": pairs, "benchmark_agree": apart[0], "mean_signed_difference": mean}


def _strata(
    theirs: Sequence[GradedCase], laws: Mapping[str, Counter[str]], code: str
) -> tuple[tuple[int, int, int], ...]:
    """Return by law type (an auditor's cases, how many of all have the grade, how many there are in all)."""
    return tuple(
        (n, laws[law][code], sum(laws[law].values())) for law, n in counted(theirs, lambda c: c.law_type).items()
    )


@lru_cache(maxsize=1024)
def _chance(count: int, strata: tuple[tuple[int, int, int], ...]) -> float:
    """Return the chance of a count as unusual; kept, as the row of an auditor and its adjustment both ask."""
    return mid_p_of_sum(count, strata)


def _apart(basis: Basis, cases: Sequence[GradedCase]) -> Counter[int]:
    """Return how many levels better (above nought) or worse each first grade is than a benchmark of it."""
    place = {code: i for i, code in enumerate(basis.codes)}
    found: Counter[int] = Counter()
    for case in cases:
        for second in filter(None, (case.benchmark_lead, case.benchmark_independent)):
            found[place[second] - place[case.first_grade]] += case.count
    return found


def severity(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return the chances of `auditors` adjusted for their number, each with a sign test on its benchmarks."""
    named = grouped([c for c in cases if c.auditor], (), lambda c: c.auditor)
    laws = _law_types(cases)
    found: dict[str, Any] = {name: {} for name in sorted(named)}
    for code in dict.fromkeys((basis.best, basis.lowest)):
        given = [counted(named[name], lambda c: c.first_grade)[code] for name in found]
        chances = [_chance(count, _strata(named[name], laws, code)) for name, count in zip(found, given, strict=True)]
        for name, adjusted in zip(found, holm(chances), strict=True):
            found[name][code] = round(adjusted, 4)
    for name in found:
        found[name] |= _sides(basis, named[name])
    return found


def _sides(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    apart = _apart(basis, cases)
    better, worse = sum(n for d, n in apart.items() if d > 0), sum(n for d, n in apart.items() if d < 0)
    p = sign_test(better, worse)
    return {"better": better, "worse": worse, "sign_test": None if p is None else round(p, 4)}
