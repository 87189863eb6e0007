"""Agreement of first and second grades: exact, table, direction, kappa, AC, alpha (statistics.md 4). Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from math import atan, cos, pi, sin, sqrt
from random import Random
from typing import NamedTuple

from app.report.figures.statistics import Interval, Z, wilson

Weight = Callable[[int, int, int], float]
# So many degrees of freedom that Student's t is a short series.
SERIES_FROM = 500


class Estimate(NamedTuple):
    """A coefficient with its standard error and its 95% interval."""

    value: float
    error: float
    low: float
    high: float


def _estimate(value: float, variance: float, point: float) -> Estimate:
    """Return a coefficient with an interval as wide as `point` standard errors."""
    error = sqrt(max(0.0, variance))
    return Estimate(value, error, max(-1.0, value - point * error), min(1.0, value + point * error))


def identity(i: int, j: int, _k: int) -> float:
    """Count only the same grade as agreement."""
    return float(i == j)


def linear(i: int, j: int, k: int) -> float:
    """Count neighbouring grades as half of an agreement, on a scale of three."""
    return 1 - abs(i - j) / (k - 1)


def quadratic(i: int, j: int, k: int) -> float:
    """Count neighbouring grades as three quarters of an agreement, on a scale of three."""
    return 1 - (i - j) ** 2 / (k - 1) ** 2


@lru_cache(maxsize=256)
def student(freedom: int) -> float:
    """Return the 97.5% point of Student's t, by halving: its distribution is a finite sum for whole degrees of freedom.

    Of many it is the beginning of a series in 1/freedom (Cornish and Fisher), right to the seventh decimal.
    """
    if freedom > SERIES_FROM:
        first, second = Z**3 + Z, 5 * Z**5 + 16 * Z**3 + 3 * Z
        return Z + first / (4 * freedom) + second / (96 * freedom**2)
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < 0.95 else (low, middle)  # noqa: PLR2004 - two-sided
    return low


def _within(t: float, freedom: int) -> float:
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term, total = (cos(angle) if odd else 1.0), 0.0
    for n in range(1 + odd, freedom, 2):
        total += term
        term *= cos(angle) ** 2 * n / (n + 1)
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


@dataclass(frozen=True)
class Agreement:
    """First grades (rows) against second grades (columns), in the order of the scale, the best first."""

    table: Sequence[Sequence[int]]

    @cached_property
    def count(self) -> int:
        """Return how many cases were graded twice."""
        return sum(map(sum, self.table))

    @cached_property
    def agreeing(self) -> int:
        """Return in how many of them the grade is the same."""
        return sum(self.table[i][i] for i in range(len(self.table)))

    @property
    def interval(self) -> Interval | None:
        """Return the interval of the exact agreement."""
        return wilson(self.agreeing, self.count)

    @property
    def guessing(self) -> float | None:
        """Return on what share two people would agree who guess with these shares."""
        return sum(r * c for r, c in zip(self._rows, self._columns, strict=True)) if self.count else None

    @property
    def first_better(self) -> int:
        """Return in how many cases the first grade is the better one."""
        return sum(n for i, row in enumerate(self.table) for j, n in enumerate(row) if i < j)

    @property
    def second_better(self) -> int:
        """Return in how many cases the second grade is the better one."""
        return self.count - self.agreeing - self.first_better

    @property
    def far_apart(self) -> int:
        """Return how many are two grades apart or more."""
        return sum(n for i, row in enumerate(self.table) for j, n in enumerate(row) if abs(i - j) > 1)

    @property
    def defined(self) -> bool:
        """Say whether coefficients mean anything, as they do not of one case or where all gave one single grade."""
        return self.count > 1 and sum(r + c > 0 for r, c in zip(self._rows, self._columns, strict=True)) > 1

    @cached_property
    def _shares(self) -> list[list[float]]:
        return [[n / self.count for n in row] for row in self.table]

    @cached_property
    def _rows(self) -> list[float]:
        return [sum(row) / (self.count or 1) for row in self.table]

    @cached_property
    def _columns(self) -> list[float]:
        return [sum(column) / (self.count or 1) for column in zip(*self.table, strict=True)]

    def kappa(self, weight: Weight = identity) -> Estimate | None:
        """Return Cohen's kappa, weighted or not, with the interval of Fleiss, Cohen and Everitt (1969)."""
        if not self.defined:
            return None
        k, p, rows, columns = len(self.table), self._shares, self._rows, self._columns
        w = [[weight(i, j, k) for j in range(k)] for i in range(k)]
        cells = list(product(range(k), repeat=2))
        by_chance = sum(rows[i] * columns[j] * w[i][j] for i, j in cells)
        value = (sum(p[i][j] * w[i][j] for i, j in cells) - by_chance) / (1 - by_chance)
        of_row = [sum(w[i][j] * columns[j] for j in range(k)) for i in range(k)]
        of_column = [sum(w[i][j] * rows[i] for i in range(k)) for j in range(k)]
        spread = sum(p[i][j] * (w[i][j] - (of_row[i] + of_column[j]) * (1 - value)) ** 2 for i, j in cells)
        variance = (spread - (value - by_chance * (1 - value)) ** 2) / (self.count * (1 - by_chance) ** 2)
        return _estimate(value, variance, Z)

    def gwet(self, weight: Weight = identity) -> Estimate | None:
        """Return Gwet's AC1, or AC2 with weights, with its interval."""
        if not self.defined:
            return None
        k, p = len(self.table), self._shares
        mean = [(r + c) / 2 for r, c in zip(self._rows, self._columns, strict=True)]
        w = [[weight(i, j, k) for j in range(k)] for i in range(k)]
        cells, scale = list(product(range(k), repeat=2)), sum(map(sum, w)) / (k * (k - 1))
        by_chance = scale * sum(m * (1 - m) for m in mean)
        agreed = sum(p[i][j] * w[i][j] for i, j in cells)
        value = (agreed - by_chance) / (1 - by_chance)
        lack = 2 * (1 - value) * scale
        spread = sum(p[i][j] * (w[i][j] - lack * (1 - (mean[i] + mean[j]) / 2)) ** 2 for i, j in cells)
        variance = (spread - (agreed - 2 * (1 - value) * by_chance) ** 2) / (self.count * (1 - by_chance) ** 2)
        return _estimate(value, variance, student(self.count - 1))

    def alpha(self) -> float | None:
        """Return Krippendorff's alpha for ordered grades."""
        if not self.defined:
            return None
        k = len(self.table)
        seen = [[self.table[i][j] + self.table[j][i] for j in range(k)] for i in range(k)]
        given = [sum(row) for row in seen]

        def apart(a: int, b: int) -> float:
            low, high = min(a, b), max(a, b)
            return float((sum(given[low : high + 1]) - (given[low] + given[high]) / 2) ** 2)

        cells = list(product(range(k), repeat=2))
        expected = sum(given[a] * given[b] * apart(a, b) for a, b in cells)
        return 1 - (sum(given) - 1) * sum(seen[a][b] * apart(a, b) for a, b in cells) / expected


# How often cases are drawn again for the interval of alpha, from a fixed seed; fewer times where there are very many
# cases.
RESAMPLES, SEED, MOST_DRAWN = 2_000, 2014, 2_000_000


@lru_cache(maxsize=64)
def alpha_interval(table: tuple[tuple[int, ...], ...]) -> Interval | None:
    """Return the 95% interval of alpha by drawing the cases again, as it has no formula, None if it means nothing."""
    of = Agreement(table)
    if of.alpha() is None:
        return None
    found = sorted(_alphas(table, of.count))
    return found[round(0.025 * (len(found) - 1))], found[round(0.975 * (len(found) - 1))]


def _alphas(table: tuple[tuple[int, ...], ...], count: int) -> Iterator[float]:
    k, chance = len(table), Random(SEED)  # noqa: S311 - reproducible on purpose
    cells, weights = range(k * k), [n for row in table for n in row]
    for _ in range(max(200, min(RESAMPLES, MOST_DRAWN // count))):
        drawn = Counter(chance.choices(cells, weights, k=count))
        alpha = Agreement([[drawn[k * i + j] for j in range(k)] for i in range(k)]).alpha()
        # Where everybody gave one single grade in what was drawn, all of it agrees.
        yield 1.0 if alpha is None else alpha


def agreement_of(pairs: Sequence[tuple[str, str]], scale: Sequence[str]) -> Agreement:
    """Return the agreement of pairs of a first and a second grade.

    Every grade of the scale has its place, used or not.
    """
    return Agreement([[sum(pair == (a, b) for pair in pairs) for b in scale] for a in scale])


def back_to_all(pairs: Sequence[tuple[str, str, float]]) -> float | None:
    """Return the share that agrees among all graded cases, as far as benchmarks tell.

    Each counts for as many as its chance of being chosen says. `pairs` has the first grade, the second, and that
    chance.
    """
    whole = sum(1 / chance for _, _, chance in pairs)
    return sum(1 / chance for first, second, chance in pairs if first == second) / whole if pairs else None
