"""How far benchmarks agree with first and with final grades, as the report keeps it (statistics.md section 4). Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.report.figures.agreement import Agreement, Estimate, identity, linear, quadratic
from app.report.figures.counted_cases import Basis, GradedCase, number, share
from app.report.figures.statistics import bowker, sign_test

Grade = Callable[[GradedCase], str]
SECOND: Mapping[str, Grade] = {"lead": lambda c: c.benchmark_lead, "independent": lambda c: c.benchmark_independent}
AGAINST: Mapping[str, Grade] = {"first": lambda c: c.first_grade, "final": lambda c: c.final_grade}
WEIGHTS = {"": identity, "_linear": linear, "_quadratic": quadratic}
# Below so many cases a test of symmetry says nothing.
BOWKER_FROM = 50


def benchmark(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return how many cases were benchmarked, and how each kind of benchmarker agrees with first and final grades."""
    either = number([c for c in cases if c.benchmark_lead or c.benchmark_independent])
    return {
        "benchmarked_by_both": number([c for c in cases if c.benchmark_lead and c.benchmark_independent]),
        "benchmarked_by_either": share(either, number(cases)),
        **{
            f"{who}_vs_{name}": _agreement(basis, agreement_between(basis, cases, grade, second))
            for who, second in SECOND.items()
            for name, grade in AGAINST.items()
        },
    }


def agreement_between(basis: Basis, cases: Sequence[GradedCase], first: Grade, second: Grade) -> Agreement:
    """Return the agreement of two grades of the cases that have both."""
    place = {code: i for i, code in enumerate(basis.codes)}
    table = [[0] * len(place) for _ in place]
    for case in cases:
        if second(case):
            table[place[first(case)]][place[second(case)]] += case.count
    return Agreement(table)


def _agreement(basis: Basis, of: Agreement) -> dict[str, Any]:
    labels = [label for _, label in basis.scale]
    guessing, interval, alpha = of.guessing, of.interval, of.alpha()
    return {
        "n": of.count,
        "agree": share(of.agreeing, of.count),
        "agree_wilson": [round(x, 4) for x in interval] if interval else None,
        "agree_by_guessing": None if guessing is None else round(guessing, 4),
        "alpha_ordinal": None if alpha is None else round(alpha, 4),
        "auditor_higher": of.first_better,
        "auditor_lower": of.second_better,
        "two_grades_apart": of.far_apart,
        "matrix_rows_auditor_columns_benchmark": {
            a: dict(zip(labels, row, strict=True)) for a, row in zip(labels, of.table, strict=True)
        },
        **{f"kappa{name}": _estimate(of.kappa(weight)) for name, weight in WEIGHTS.items()},
        **{f"ac{2 if name else 1}{name}": _estimate(of.gwet(weight)) for name, weight in WEIGHTS.items()},
    }


def _estimate(of: Estimate | None) -> dict[str, Any] | None:
    """Return a coefficient as it is kept; nothing where it would say nothing."""
    return (
        {"value": round(of.value, 4), "se": round(of.error, 4), "interval": [round(of.low, 4), round(of.high, 4)]}
        if of
        else None
    )


def direction(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return, by kind of benchmarker, if first grades err one way: by counts, for many cases by symmetry."""
    found = {}
    for who, second in SECOND.items():
        of = agreement_between(basis, cases, AGAINST["first"], second)
        p = sign_test(of.first_better, of.second_better)
        found[who] = {"sign_test": None if p is None else round(p, 4), "bowker": _symmetry(of)}
    return found


def _symmetry(of: Agreement) -> dict[str, Any] | None:
    found = bowker(of.table) if of.count >= BOWKER_FROM else None
    return {"chi_square": round(found[0], 4), "df": found[1], "p": round(found[2], 4)} if found else None
