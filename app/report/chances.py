"""What chance could do: limits of a funnel, and the difference of two shares (statistics.md sections 2 and 3). Pure."""

from math import comb, exp, lgamma, log, sqrt

from app.report.moderation_figures import wilson

# Above so many cases the binomial is as good as normal.
MANY = 2_000
_NORMAL = {0.025: -1.959964, 0.975: 1.959964, 0.001: -3.090232, 0.999: 3.090232}


def funnel_limit(centre: float, n: int, q: float) -> float:
    """Return the share below which a part `q` of areas of `n` cases lies by chance, interpolated between whole cases, within 0 and 1."""
    if not 0 < centre < 1:
        return centre
    if n > MANY:
        return min(1.0, max(0.0, centre + _NORMAL[q] * sqrt(centre * (1 - centre) / n)))
    before, up_to, r = 0.0, _mass(centre, n, 0), 0
    while up_to < q and r < n:
        r += 1
        before, up_to = up_to, up_to + _mass(centre, n, r)
    part = (up_to - q) / (up_to - before) if up_to > before else 0.0
    return min(1.0, max(0.0, (r - part) / n))


def _mass(p: float, n: int, x: int) -> float:
    if n < 50:  # noqa: PLR2004 - exact where it is cheap
        return comb(n, x) * p**x * (1 - p) ** (n - x)
    return exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + x * log(p) + (n - x) * log(1 - p))


def newcombe(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float] | None:
    """Return the 95% interval of the difference of two shares, each (count, of), without correction for a finite population."""
    first, second = wilson(*one), wilson(*other)
    if first is None or second is None:
        return None
    p, q = one[0] / one[1], other[0] / other[1]
    return p - q - sqrt((p - first[0]) ** 2 + (second[1] - q) ** 2), p - q + sqrt((first[1] - p) ** 2 + (q - second[0]) ** 2)
