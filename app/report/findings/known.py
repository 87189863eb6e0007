"""Figures that may say nothing, as a type that every reader has to open: what is known, or the mark in its place. Pure.

Figures are kept as JSON, in which a figure that is undefined is null, and one that an edition hides is a mark. Whoever
reads one of them reads it here, and gets a `Figure`: mypy lets nobody use its number without asking for it first.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Figures = Mapping[str, Any]
Pair = tuple[float, float]


class Mark(StrEnum):
    """What stands in place of a number, as in UK official statistics (statistics.md section 6)."""

    HIDDEN = "[c]"
    TOO_FEW = "[u]"
    NOT_AVAILABLE = "[x]"
    SAYS_NOTHING = "[z]"


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A figure that says something."""

    value: T


Figure = Known[T] | Mark


def told(figure: Figure[T], say: Callable[[T], str] = str) -> str:
    """Return a figure in words, or its mark."""
    return say(figure.value) if isinstance(figure, Known) else str(figure)


def value_of(figure: Figure[T]) -> T | None:
    """Return what is known, or None."""
    return figure.value if isinstance(figure, Known) else None


def _mark(found: object) -> Mark:
    """Return the mark of what is no figure: of null that it says nothing."""
    if found is None:
        return Mark.SAYS_NOTHING
    return Mark(found) if isinstance(found, str) and found in set(Mark) else Mark.NOT_AVAILABLE


def whole(found: object) -> Figure[int]:
    """Return a count or a whole percentage."""
    return Known(found) if isinstance(found, int) and not isinstance(found, bool) else _mark(found)


def real(found: object) -> Figure[float]:
    """Return a coefficient, a chance or a share of 1."""
    return Known(float(found)) if isinstance(found, int | float) and not isinstance(found, bool) else _mark(found)


def pair(found: object) -> Figure[Pair]:
    """Return the lower and the upper limit of an interval."""
    if isinstance(found, list | tuple):
        limits = [limit for limit in map(real, found) if isinstance(limit, Known)]
        if len(limits) == len(found) == len(("low", "high")):
            return Known((limits[0].value, limits[1].value))
        return Mark.NOT_AVAILABLE
    return _mark(found)


def inside(of: object, *path: str) -> object:
    """Return what stands at a path of figures: the mark on the way to it, or that there is no such thing."""
    for key in path:
        if not isinstance(of, Mapping):
            return of
        of = of.get(key, Mark.NOT_AVAILABLE)
    return of


def count(share: object) -> Figure[int]:
    """Return the count of a share, or of what is a count itself."""
    return whole(inside(share, "count"))


def percentage(share: object) -> Figure[int]:
    """Return the whole percentage of a share."""
    return whole(share["percent"]) if isinstance(share, Mapping) and "percent" in share else _mark(share)


@dataclass(frozen=True, slots=True)
class Sure:
    """Between which shares of 1 the whole population lies; where it was counted, its size and how many that is.

    Where `everybody` was audited there is nothing to be unsure of.
    """

    low: float
    high: float
    population: int | None
    counts: tuple[int, int] | None
    everybody: bool


def sure(figures: Figures, scope: str, code: str, key: str = "") -> Figure[Sure]:
    """Return the 95% interval of a share, exact where the population is known."""
    return _sure(figures, inside(figures.get("intervals"), scope, code, *([key] if key else [])))


def has_intervals(figures: Figures, standard: str) -> bool:
    """Say whether a standard has intervals; what was frozen before, and of unequal chances, has none."""
    return isinstance(inside(figures.get("standards"), standard, "intervals"), Mapping)


def sure_of_standard(figures: Figures, standard: str, code: str, law: str = "") -> Figure[Sure]:
    """Return the 95% interval of a level of a standard, of the whole or of a law type."""
    path = ("law_type", law, code) if law else ("overall", code)
    return _sure(figures, inside(figures.get("standards"), standard, "intervals", *path))


def _sure(figures: Figures, found: object) -> Figure[Sure]:
    if not isinstance(found, Mapping):
        return Mark.NOT_AVAILABLE if found is None else _mark(found)
    # Of unequal chances or several cases of a practitioner there is no exact interval, but one of the design.
    design = found.get("wilson_fpc") if "estimate" in found else None
    limits = pair(found.get("hypergeometric_exact") or design or found.get("wilson"))
    if not isinstance(limits, Known):
        return limits
    # Without a list of filings the population is taken to be twice the sample: nobody counted it.
    counted = inside(figures.get("intervals"), "population_source") == "frame"
    population = value_of(whole(found.get("population"))) if counted else None
    many = value_of(pair(found.get("hypergeometric_exact_count"))) if counted else None
    counts = (int(many[0]), int(many[1])) if many else None
    return Known(Sure(*limits.value, population, counts, _everybody(found, population)))


def _everybody(found: Mapping[str, Any], population: int | None) -> bool:
    return population is not None and population == found.get("practitioners", found.get("n"))


def staff_difference(figures: Figures, code: str) -> Figure[Pair]:
    """Return the interval of the share of agency staff less that of employed staff."""
    return pair(inside(figures.get("intervals"), "agency_minus_employed_newcombe", code))


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far second grades agree with others: counts always, the rest where it says something."""

    cases: int
    agreeing: Figure[int]
    percent: Figure[int]
    limits: Figure[Pair]
    guessing: Figure[float]
    higher: Figure[int]
    lower: Figure[int]
    far: Figure[int]
    ac2: Figure[float]
    kappa: Figure[float]


def agreed(figures: Figures, key: str) -> Agreed | None:
    """Return the agreement of a kind of benchmark, or None where nobody gave any."""
    of = inside(figures.get("benchmark"), key)
    cases = value_of(whole(of.get("n"))) if isinstance(of, Mapping) else None
    if not isinstance(of, Mapping) or not cases:
        return None
    higher, lower, far = (whole(inside(of, name)) for name in ("auditor_higher", "auditor_lower", "two_grades_apart"))
    # A coefficient that means nothing is null, and no mapping with a value.
    ac2, kappa = (real(inside(of, name, "value")) for name in ("ac2_linear", "kappa_linear"))
    limits, guessing = pair(inside(of, "agree_wilson")), real(inside(of, "agree_by_guessing"))
    share = of["agree"]
    return Agreed(cases, count(share), percentage(share), limits, guessing, higher, lower, far, ac2, kappa)


def square(figures: Figures, key: str) -> Mapping[str, Mapping[str, int]] | None:
    """Return the counts of first against second grades, or None where they are not given."""
    found = inside(figures.get("benchmark"), key, "matrix_rows_auditor_columns_benchmark")
    return found if isinstance(found, Mapping) else None


def rate_limits(rate: Figures) -> Figure[Pair]:
    """Return the interval of how many decided challenges changed the grade, in whole per cent."""
    return pair(rate.get("interval"))
