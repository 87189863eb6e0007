"""What the shape of a sample means on a list, in whole numbers by area, before anybody draws. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from app.labels import listed, plural
from app.people.rules import area_key
from app.sampling.draw import Margin
from app.sampling.shapes.wanted import Amount, Shape


@dataclass(frozen=True, slots=True)
class MeaningLine:
    """An area: its practitioners in the list, how many will be drawn, and of how many cases at most."""

    area: str
    practitioners: int
    drawn: str
    cases: str


def in_whole_numbers(expected: Fraction) -> str:
    """Return how many will be drawn: 12, or 12 or 13 where chance decides."""
    low, high = floor(expected), ceil(expected)
    return f"{low:,}" if low == high else f"{low:,} or {high:,}"


def meaning(plan: Sequence[Margin], practitioners: Mapping[str, int], shape: Shape) -> list[MeaningLine]:
    """Return what will be drawn in all and by area; empty where nobody is in the list."""
    expected = {m.key: m.expected for m in plan if m.family in {"total", "area"}}
    if () not in expected:
        return []
    rows = [("All", sum(practitioners.values()), expected[()])]
    rows += [(a, practitioners[a], expected[a,]) for a in sorted(practitioners, key=area_key) if (a,) in expected]
    return [MeaningLine(area, size, in_whole_numbers(n), f"{ceil(n) * shape.cases:,}") for area, size, n in rows]


def _amount(amount: Amount) -> str:
    if isinstance(amount, int):
        return plural(amount, "practitioner")
    return "everybody" if amount == 1 else f"{_share(amount)} of the practitioners"


_WORDS = {Fraction(1, 2): "half", Fraction(1, 3): "a third", Fraction(2, 3): "two thirds", Fraction(1, 4): "a quarter"}


def _share(value: Fraction) -> str:
    if value in _WORDS:
        return _WORDS[value]
    hundredths = value * 100
    return f"{hundredths}%" if hundredths.denominator == 1 else f"{value.numerator:,} in {value.denominator:,}"


def how_many(shape: Shape) -> str:
    """Return how many practitioners are wanted, in words that follow “the sample is”."""
    if shape.total is not None:
        return f"{plural(shape.total, 'practitioner')} in all, in proportion to the practitioners of each service area"
    if shape.each is not None:
        return f"{_amount(shape.each)} of each service area"
    return f"{'all' if shape.fraction == 1 else _share(shape.fraction)} of the practitioners of each service area"


def cases_in_words(shape: Shape) -> str:
    """Return how many cases of each practitioner are audited, and which."""
    if shape.cases == 1:
        return "one case each, the most recent filing"
    return f"up to {shape.cases} cases each, the most recent filings of one law type"


def more_in_words(shape: Shape) -> list[str]:
    """Return, a sentence each, what else there is to a shape."""
    found = [f"Of {area}: {_amount(n)}" for area, n in shape.areas.items()]
    found += [
        f"{kind.capitalize()} staff: {'all' if share == 1 else _share(share)} of them"
        for kind, share in shape.employment.items()
    ]
    if shape.only:
        found.append(f"Only {listed(shape.only)}: {shape.reason}")
    if shape.months:
        found.append(f"Without practitioners audited in the {plural(shape.months, 'month')} before the filing window")
    return found
