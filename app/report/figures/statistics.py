"""Intervals, tests and limits of counted shares (statistics.md), whole where a rounding could decide. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import comb, erfc, exp, floor, lgamma, log, log1p, sqrt

Z = 1.959963984540054
# Up to so many practitioners the exact interval is found in whole numbers; beyond, the last digit of a float decides
# nothing that is printed.
WHOLE_NUMBERS_UP_TO = 4000
# Terms so many standard deviations from the middle add nothing to the fourth decimal.
FAR = 12
# A chance that changes no digit that is kept, however many of its kind are added.
NEXT_TO_NOTHING = 1e-12
# A sum of counts that varies more than this is as good as normal.
NORMAL_FROM = 2500
BEYOND_95, BEYOND_998 = 0.05, 0.002
Interval = tuple[float, float]


def percent(count: int, of: int) -> int | None:
    """Return a whole percentage, halves up, or None of nothing (statistics.md section 1)."""
    return (200 * count + of) // (2 * of) if of else None


@lru_cache(4096)
def in_percent(share: float) -> int:
    """Return a share of 1 as a whole percentage, halves up, as it is written: never by the language's own rounding."""
    return floor(Fraction(str(share)) * 100 + Fraction(1, 2))


def wilson(count: int, of: float, share: float | None = None) -> Interval | None:
    """Return Wilson's 95% interval of a share, without correction for a finite population, or None of nothing."""
    if not of:
        return None
    p, square = count / of if share is None else share, Z * Z
    half, middle = Z * sqrt(of * p * (1 - p) + square / 4), of * p + square / 2
    return max(0.0, (middle - half) / (of + square)), min(1.0, (middle + half) / (of + square))


def wilson_of_population(count: int, of: int, population: int) -> Interval | None:
    """Return Wilson's interval for a finite population, the point where all are in the sample (O'Neill 2021)."""
    if not 0 < of <= population:
        return None
    if of == population:
        return count / of, count / of
    return wilson(count, of * (population - 1) / (population - of), count / of)


@lru_cache(maxsize=4096)
def exact(count: int, of: int, population: int) -> tuple[int, int] | None:
    """Return the exact hypergeometric 95% interval of how many of a finite population have the trait.

    The lowest is the smallest K with P(X >= count | K) >= 0.025, the highest the largest K with P(X <= count | K) >=
    0.025.
    """
    if not 0 < of <= population:
        return None
    lowest = _smallest(count, of, population)
    return lowest, population - _smallest(of - count, of, population)


def _smallest(count: int, of: int, population: int) -> int:
    """Return the smallest K of which `count` or more in the sample is likely enough.

    The chance grows with K, so halving finds it.
    """
    likely = _likely_in_whole_numbers if population <= WHOLE_NUMBERS_UP_TO else _likely
    low, high = count, population - of + count
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if likely(count, of, population, middle) else (middle + 1, high)
    return low


def _likely_in_whole_numbers(count: int, of: int, population: int, having: int) -> bool:
    """Say whether P(X >= count) >= 1/40, summing the shorter tail term by term."""
    first, last = max(0, of + having - population), min(of, having)
    every = comb(population, of)
    if last - count <= count - first:
        return 40 * sum(_terms(count, last, of, population, having)) >= every
    return 40 * (every - sum(_terms(first, count - 1, of, population, having))) >= every


def _terms(start: int, end: int, of: int, population: int, having: int) -> Iterator[int]:
    """Yield the number of samples with `start` to `end` who have the trait."""
    if start > end:
        return
    term = comb(having, start) * comb(population - having, of - start)
    for i in range(start, end):
        yield term
        term = term * (having - i) * (of - i) // ((i + 1) * (population - having - of + i + 1))
    yield term


def _likely(count: int, of: int, population: int, having: int) -> bool:
    chances = hypergeometric(of, having, population)
    return sum(chance for i, chance in chances.items() if i >= count) >= 1 / 40


def hypergeometric(of: int, having: int, population: int) -> dict[int, float]:
    """Return the chance of each count in a sample, as far as it is not next to nothing."""
    first, last = max(0, of + having - population), min(of, having)
    mean = of * having / population
    spread = sqrt(variance(of, having, population))
    mode = min(last, max(first, (of + 1) * (having + 1) // (population + 2)))
    at_mode = exp(_log_comb(having, mode) + _log_comb(population - having, of - mode) - _log_comb(population, of))
    return _around(
        mode,
        (max(first, int(mean - FAR * spread - FAR)), min(last, int(mean + FAR * spread + FAR))),
        at_mode,
        lambda i: (having - i) * (of - i) / ((i + 1) * (population - having - of + i + 1)),
    )


def variance(of: int, having: int, population: int) -> float:
    """Return the variance of a hypergeometric count."""
    if population <= 1:
        return 0.0
    return of * having / population * (1 - having / population) * (population - of) / (population - 1)


def binomial(of: int, share: float) -> dict[int, float]:
    """Return the chance of each count of a binomial, as far as it is not next to nothing."""
    if share in {0.0, 1.0}:
        return {round(of * share): 1.0}
    spread, mode = sqrt(of * share * (1 - share)), min(of, int((of + 1) * share))
    at_mode = exp(_log_comb(of, mode) + mode * log(share) + (of - mode) * log1p(-share))
    ends = max(0, int(of * share - FAR * spread - FAR)), min(of, int(of * share + FAR * spread + FAR))
    return _around(mode, ends, at_mode, lambda i: (of - i) * share / ((i + 1) * (1 - share)))


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _around(mode: int, ends: tuple[int, int], at_mode: float, ratio: Callable[[int], float]) -> dict[int, float]:
    """Return chances from the likeliest count outwards, given how the next one follows from each."""
    above, below = {mode: at_mode}, {}
    for i in range(mode, ends[1]):
        above[i + 1] = above[i] * ratio(i)
    chance = at_mode
    for i in range(mode - 1, ends[0] - 1, -1):
        chance /= ratio(i)
        below[i] = chance
    chances = dict(reversed(below.items())) | above
    whole = sum(chances.values())
    return {i: chance / whole for i, chance in chances.items()}


def mid_p(count: int, chances: Mapping[int, float]) -> float:
    """Return the two-sided mid-p of a count (statistics.md section 3)."""
    return two_sided(sum(chance for i, chance in chances.items() if i < count) + chances.get(count, 0.0) / 2)


def two_sided(lower: float) -> float:
    """Return the two-sided chance that goes with that of one side."""
    return min(1.0, max(0.0, 2 * min(lower, 1 - lower)))


def _of_sums(counts: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """Return the chance of each sum of counts, given the chances of each."""
    chances = {0: 1.0}
    for others in counts:
        further: dict[int, float] = {}
        for i, one in chances.items():
            for j, other in others.items():
                further[i + j] = further.get(i + j, 0.0) + one * other
        chances = further
    return chances


def mid_p_of_sum(count: int, strata: Sequence[tuple[int, int, int]]) -> float:
    """Return the two-sided mid-p of a sum of hypergeometric counts, of strata of (sample, having, population)."""
    spread = sum(variance(*each) for each in strata)
    if spread > NORMAL_FROM:
        return erfc(abs(count - sum(n * having / population for n, having, population in strata)) / sqrt(2 * spread))
    *some, last = [likely_enough(hypergeometric(*each)) for each in strata] or [{0: 1.0}]
    chances = _of_sums(some)
    # Of the last stratum only sums are needed: what lies below each count, and half of what lies on it.
    below, lower, counts = {}, 0.0, sorted(last)
    for j in counts:
        below[j] = lower + last[j] / 2
        lower += last[j]
    beyond = (0.0, lower)
    return two_sided(sum(one * below.get(count - i, beyond[count - i > counts[-1]]) for i, one in chances.items()))


def likely_enough(chances: Mapping[int, float]) -> dict[int, float]:
    """Return chances without those that nothing printed could tell from nought."""
    return {i: chance for i, chance in chances.items() if chance > NEXT_TO_NOTHING}


def funnel_flag(p: float) -> str:
    """Return whether an area is within what chance alone would do; only the last word is worth a sentence."""
    if p < BEYOND_998:
        return "beyond_99.8"
    return "beyond_95" if p < BEYOND_95 else "within"


def funnel_limits(of: int, share: float, tail: float) -> Interval:
    """Return the limits beyond which a share lies with chance `tail` at each end, between whole counts (section 3)."""
    chances = binomial(of, share)
    return _quantile(of, chances, tail), _quantile(of, chances, 1 - tail)


def _quantile(of: int, chances: Mapping[int, float], q: float) -> float:
    below = 0.0
    for i, chance in chances.items():
        if below + chance >= q:
            return min(1.0, max(0.0, (i - (below + chance - q) / chance) / of))
        below += chance
    return 1.0


def homogeneity(parts: Sequence[tuple[int, int]]) -> tuple[float, int, float] | None:
    """Return chi-square, degrees of freedom and p of whether (count, of) differ beyond chance, None if they cannot."""
    parts = [(x, n) for x, n in parts if n]
    x, n = sum(x for x, _ in parts), sum(n for _, n in parts)
    if not 0 < x < n:
        return None
    p, freedom = x / n, len(parts) - 1
    found = sum((x - n * p) ** 2 / (n * p * (1 - p)) for x, n in parts)
    return found, freedom, chi_square_p(found, freedom)


def chi_square_p(value: float, freedom: int) -> float:
    """Return the chance of a chi-square as large or larger; for whole degrees of freedom it is a finite sum."""
    if freedom <= 0 or value <= 0:
        return 1.0
    half, odd = value / 2, freedom % 2
    total = erfc(sqrt(half)) if odd else 0.0
    terms = ((k + odd / 2) for k in range(freedom // 2))
    return min(1.0, total + sum(exp(k * log(half) - half - lgamma(k + 1)) for k in terms))


def stratified_error(strata: Sequence[tuple[int, int, int]]) -> float | None:
    """Return the standard error of a share from strata of (count, sample, population).

    A stratum with a single case tells nothing of its spread.
    """
    whole = sum(population for _, _, population in strata)
    if not any(n > 1 for _, n, _ in strata) or any(n > population for _, n, population in strata):
        return None
    return sqrt(
        sum((size / whole) ** 2 * (1 - n / size) * (x / n) * (1 - x / n) / (n - 1) for x, n, size in strata if n > 1)
    )


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> Interval | None:
    """Return Newcombe's 95% interval (method 10) of the first share (count, of) less the other."""
    first, second = wilson(*one), wilson(*other)
    if first is None or second is None:
        return None
    p, q = one[0] / one[1], other[0] / other[1]
    return p - q - sqrt((p - first[0]) ** 2 + (second[1] - q) ** 2), p - q + sqrt(
        (first[1] - p) ** 2 + (q - second[0]) ** 2
    )


def at_least(count: int, of: int, target: int, limits: Sequence[int] | None, population: int) -> str:
    """Return, in whole numbers, whether at least `target` per cent is reached, and clear of chance (section 2)."""
    if limits and 100 * limits[0] >= target * population:
        return "clearly_reached"
    if limits and 100 * limits[1] < target * population:
        return "clearly_missed"
    return "reached_not_clear" if 100 * count >= target * of else "missed_not_clear"


def at_most(count: int, of: int, target: int, limits: Sequence[int] | None, population: int) -> str:
    """Return, in whole numbers, whether at most `target` per cent is kept to, and clear of chance (section 2)."""
    if limits and 100 * limits[1] <= target * population:
        return "clearly_reached"
    if limits and 100 * limits[0] > target * population:
        return "clearly_missed"
    return "reached_not_clear" if 100 * count <= target * of else "missed_not_clear"


def holm(chances: Sequence[float]) -> list[float]:
    """Return p-values adjusted for how many there are (Holm 1979), in the order given."""
    adjusted, worst = [0.0] * len(chances), 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda i: chances[i])):
        worst = max(worst, min(1.0, (len(chances) - rank) * chances[place]))
        adjusted[place] = worst
    return adjusted


def sign_test(one: int, other: int) -> float | None:
    """Return the exact two-sided p of disagreements in one direction and in the other, or None where there are none."""
    n, least = one + other, min(one, other)
    if not n:
        return None
    if n > WHOLE_NUMBERS_UP_TO:
        return min(1.0, 2 * sum(chance for i, chance in binomial(n, 0.5).items() if i <= least))
    term = every = 1
    for i in range(least):
        term = term * (n - i) // (i + 1)
        every += term
    return min(1.0, 2 * every / (1 << n))


def bowker(table: Sequence[Sequence[int]]) -> tuple[float, int, float] | None:
    """Return chi-square, degrees of freedom and p of Bowker's test of symmetry, or None where nobody disagrees."""
    pairs = [(table[i][j], table[j][i]) for i in range(len(table)) for j in range(i)]
    unlike = [(a, b) for a, b in pairs if a + b]
    if not unlike:
        return None
    found = sum((a - b) ** 2 / (a + b) for a, b in unlike)
    return found, len(unlike), chi_square_p(found, len(unlike))
