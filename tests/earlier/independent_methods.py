"""The report's statistics a second time, by enumeration, fractions and other libraries.

Nothing here imports `app`. Written from the method's description, with numbers of rows and never with counted groups.
"""

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import comb, sqrt
from typing import Any

import numpy as np

# The other libraries are loaded where they are used: they take two seconds, which no other test has to wait for.
# ruff: noqa: PLC0415

Z = 1.959964
WEIGHTS = ("", "_linear", "_quadratic")


@cache
def exact(x: int, n: int, population: int) -> tuple[int, int] | None:
    from scipy import stats  # type: ignore[import-untyped]

    if not 0 < n <= population:
        return None
    having = np.arange(x, population - n + x + 1)
    low = having[stats.hypergeom.sf(x - 1, population, having, n) >= 0.025 - 1e-12]
    high = having[stats.hypergeom.cdf(x, population, having, n) >= 0.025 - 1e-12]
    return int(low.min()), int(high.max())


def interval(x: int, n: int, population: int) -> dict[str, Any]:
    from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

    limits = exact(x, n, population)
    found: dict[str, Any] = {"x": x, "n": n, "population": population, "wilson": None, "wilson_fpc": None}
    found |= {
        "hypergeometric_exact_count": list(limits) if limits else None,
        "hypergeometric_exact": [k / population for k in limits] if limits else None,
    }
    if n:
        found["wilson"] = list(proportion_confint(x, n, method="wilson"))
    if 0 < n == population:
        found["wilson_fpc"] = [x / n] * 2
    elif 0 < n < population:
        # The roots of (p-P)^2 = z^2 P(1-P)/n (N-n)/(N-1).
        p, c = x / n, Z * Z / n * (population - n) / (population - 1)
        found["wilson_fpc"] = sorted(float(r.real) for r in np.roots([1 + c, -2 * p - c, p * p]))
    return found


def difference(one: tuple[int, int], other: tuple[int, int]) -> list[float]:
    from statsmodels.stats.proportion import confint_proportions_2indep

    return list(confint_proportions_2indep(*one, *other, method="newcomb", compare="diff"))


def verdict(code: str, row: Mapping[str, Any], target: int) -> str | None:
    x, n, size, limits = row["x"], row["n"], row["population"], row["hypergeometric_exact_count"]
    if not n:
        return None
    good = code == "good"
    if limits:
        low, high = (Fraction(100 * k, size) for k in limits)
        if (low >= target) if good else (high <= target):
            return "clearly_reached"
        if (high < target) if good else (low > target):
            return "clearly_missed"
    share = Fraction(100 * x, n)
    return "reached_not_clear" if ((share >= target) if good else (share <= target)) else "missed_not_clear"


def funnel(areas: Mapping[str, tuple[int, int]], populations: Mapping[str, int]) -> dict[str, Any]:
    from scipy import stats

    found: dict[str, Any] = {
        "centre": None,
        "chi_square": None,
        "df": max(0, len(areas) - 1),
        "stratified_se": None,
        "areas": {},
    }
    x, n = sum(x for x, _ in areas.values()), sum(n for _, n in areas.values())
    if not n:
        return found
    p = x / n
    for area, (k, of) in areas.items():
        lower = stats.binom.cdf(k, of, p) - stats.binom.pmf(k, of, p) / 2
        mid = float(max(0.0, 2 * min(lower, 1 - lower)))
        found["areas"][area] = {
            "midp": mid,
            "flag": "beyond_99.8" if mid < 0.002 else "beyond_95" if mid < 0.05 else "within",
        }
    found["centre"] = p
    if 0 < x < n:
        found["chi_square"] = float(sum((k - of * p) ** 2 / (of * p * (1 - p)) for k, of in areas.values()))
    if all(of <= populations[a] for a, (_, of) in areas.items()) and any(of > 1 for _, of in areas.values()):
        whole, total = sum(populations[a] for a in areas), Fraction(0)
        for area, (k, of) in areas.items():
            if of > 1:
                size, share = populations[area], Fraction(k, of)
                total += Fraction(size, whole) ** 2 * (1 - Fraction(of, size)) * share * (1 - share) / (of - 1)
        found["stratified_se"] = sqrt(total)
    return found


def mid_p_of_sum(count: int, strata: Sequence[tuple[int, int, int]]) -> float:
    """Enumerate every sum in whole numbers."""
    ways = Counter({0: 1})
    for n, having, size in strata:
        ways = _convolved(ways, {i: comb(having, i) * comb(size - having, n - i) for i in range(n + 1)})
    whole = sum(ways.values())
    lower = Fraction(2 * sum(w for k, w in ways.items() if k < count) + ways[count], 2 * whole)
    return float(2 * min(lower, 1 - lower))


def _convolved(one: Mapping[int, int], other: Mapping[int, int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for i, a in one.items():
        for j, b in other.items():
            found[i + j] += a * b
    return found


def agreement(pairs: Sequence[tuple[str, str]], labels: Sequence[str]) -> dict[str, Any]:
    """Return the agreement of (auditor, benchmark) grades."""
    import krippendorff
    from statsmodels.stats.inter_rater import cohens_kappa  # type: ignore[import-untyped]
    from statsmodels.stats.proportion import proportion_confint

    place = {label: i for i, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)), dtype=int)
    for a, b in pairs:
        table[place[a], place[b]] += 1
    n, agree = len(pairs), sum(a == b for a, b in pairs)
    found: dict[str, Any] = {
        "n": n,
        "agree": {"count": agree, "percent": None},
        "agree_wilson": list(proportion_confint(agree, n, method="wilson")) if n else None,
        "agree_by_guessing": float(table.sum(0) @ table.sum(1)) / n**2 if n else None,
        "auditor_higher": sum(place[a] < place[b] for a, b in pairs),
        "auditor_lower": sum(place[a] > place[b] for a, b in pairs),
        "two_grades_apart": sum(abs(place[a] - place[b]) > 1 for a, b in pairs),
        "matrix_rows_auditor_columns_benchmark": {a: {b: pairs.count((a, b)) for b in labels} for a in labels},
    }
    names = [f"{kind}{w}" for kind in ("kappa", "ac") for w in WEIGHTS]
    if n < 2 or len({g for pair in pairs for g in pair}) < 2:
        return found | {"alpha_ordinal": None} | {_named(name): None for name in names}
    codes = [[place[a] for a, _ in pairs], [place[b] for _, b in pairs]]
    found["alpha_ordinal"] = float(
        krippendorff.alpha(codes, level_of_measurement="ordinal", value_domain=range(len(labels)))
    )
    for w in WEIGHTS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = cohens_kappa(table, wt={"": None, "_linear": "linear", "_quadratic": "quadratic"}[w])
        se = float(np.sqrt(max(0.0, theirs.var_kappa)))
        found[f"kappa{w}"] = {
            "value": float(theirs.kappa),
            "se": se,
            "interval": [max(-1, theirs.kappa - Z * se), min(1, theirs.kappa + Z * se)],
        }
        found[_named(f"ac{w}")] = _gwet(table, w)
    return found


def _named(name: str) -> str:
    return name.replace("ac_", "ac2_") if name.startswith("ac_") else "ac1" if name == "ac" else name


def _gwet(table: Any, weights: str) -> dict[str, Any]:
    """Gwet's AC by matrices."""
    from scipy import stats

    q, n = len(table), table.sum()
    apart = np.abs(np.subtract.outer(np.arange(q), np.arange(q)))
    w = {"": (apart == 0).astype(float), "_linear": 1 - apart / (q - 1), "_quadratic": 1 - (apart / (q - 1)) ** 2}[
        weights
    ]
    p = table / n
    pi = (p.sum(0) + p.sum(1)) / 2
    scale = w.sum() / (q * (q - 1))
    chance, agreed = scale * (pi * (1 - pi)).sum(), (p * w).sum()
    value = (agreed - chance) / (1 - chance)
    spread = (p * (w - 2 * (1 - value) * scale * (1 - np.add.outer(pi, pi) / 2)) ** 2).sum()
    se = float(np.sqrt(max(0.0, (spread - (agreed - 2 * (1 - value) * chance) ** 2) / (n * (1 - chance) ** 2))))
    width = stats.t.ppf(0.975, n - 1) * se
    return {"value": float(value), "se": se, "interval": [float(max(-1, value - width)), float(min(1, value + width))]}
