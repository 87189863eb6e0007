"""How a sample covers its population: planned, drawn, replaced and short in every margin. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.people.rules import area_key
from app.sampling.draw import GUARANTEED, Margin
from app.sampling.population import Stratum
from app.sampling.receipt import SMALLEST_PUBLIC, sizes_of

Sizes = Mapping[tuple[str, tuple[str, ...]], int]


@dataclass(frozen=True, slots=True)
class Gone:
    """A drawn case that could not be audited: its place in the draw, and whether nobody was left to stand in."""

    area: str
    law_type: str
    band: str
    employment: str
    short: bool

    def margins(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the margins that it belongs to."""
        area, law, band, employment = self.area, self.law_type, self.band, self.employment
        return (
            ("total", ()),
            ("area", (area,)),
            ("law", (law,)),
            ("band", (band,)),
            ("employment", (employment,)),
            ("area x law", (area, law)),
            ("area x band", (area, band)),
            ("area x law x band", (area, law, band)),
            ("law x band", (law, band)),
            ("area x employment", (area, employment)),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One margin: practitioners, cases planned and drawn, how many of those were replaced, and how many are missing."""

    key: tuple[str, ...]
    population: int
    planned: Fraction
    drawn: int | None
    replaced: int
    short: int
    guaranteed: bool

    @property
    def distance(self) -> Fraction:
        """Return how many cases more (or, below nought, fewer) than planned were drawn."""
        return (self.drawn or 0) - self.planned

    @property
    def small(self) -> bool:
        """Say whether so few practitioners are meant that the line could name one's performance band."""
        return self.population < SMALLEST_PUBLIC


def coverage(margins: Sequence[Margin], sizes: Sizes, gone: Sequence[Gone] = ()) -> dict[str, list[Line]]:
    """Return the lines of each family of margins, those of areas in the areas' usual order."""
    replaced = Counter(m for g in gone if not g.short for m in g.margins())
    short = Counter(m for g in gone if g.short for m in g.margins())
    found: dict[str, list[Line]] = {}
    for m in sorted(margins, key=lambda m: (area_key(m.key[0]), m.key) if m.family.startswith("area") else ((), m.key)):
        at = (m.family, m.key)
        found.setdefault(m.family, []).append(
            Line(m.key, sizes[at], m.expected, m.drawn, replaced[at], short[at], m.family in GUARANTEED)
        )
    return found


def margins_of_receipt(receipt: Mapping[str, Any]) -> list[Margin]:
    """Return the margins that a receipt has."""
    return [Margin(m["family"], tuple(m["key"]), Fraction(m["expected"]), m["drawn"]) for m in receipt["margins"]]


def sizes_of_receipt(receipt: Mapping[str, Any]) -> Sizes:
    """Return how many practitioners each margin of a receipt is about."""
    return sizes_of(
        (Stratum(g["area"], g["band"], g["employment"], tuple(g["law_types"])), g["N"]) for g in receipt["groups"]
    )
