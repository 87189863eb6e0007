"""An invented list of filings for the areas and the kinds of work of a service. Pure: the same for the same wishes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.sampling.columns import ORDER
from app.tables.writing import csv_text

Chance = Callable[[], float]
# Of so many practitioners more than are audited each area has, so that chance has something to decide.
SPARE = 2
# One in so many has work of several law types, or is of another employment than most.
SEVERAL, OTHER_STAFF = 3, 12
MOST_FILINGS = 4


@dataclass(frozen=True, slots=True)
class Invention:
    """What an invented list is about: areas and kinds of work by their codes; there may be no bands."""

    areas: Sequence[str]
    law_types: Sequence[str]
    bands: Sequence[str]
    employment: Sequence[str]
    document_kinds: Sequence[str]
    window: tuple[date, date]
    # So many practitioners of each area are to be audited.
    each: int
    seed: str


def invented_list(of: Invention) -> str:
    """Return a list of filings as a file; its references say that they are invented, and are nobody's."""
    # Only `random()` is drawn from, whose stream stays the same in every version of Python.
    chance = Random(f"rehearsal|{of.seed}").random  # noqa: S311 - nothing is drawn by it
    return csv_text(ORDER, _numbered(of, chance), exact=True)


def _numbered(of: Invention, chance: Chance) -> Iterator[tuple[str, ...]]:
    for number, (practitioner, *rest) in enumerate(_filings(of, chance), 1):
        yield f"TRY-{number:05d}", f"TRY-P{practitioner}", *rest


def _filings(of: Invention, chance: Chance) -> Iterator[tuple[str, ...]]:
    days, number = _working_days(of.window), 0
    for area in of.areas:
        for _ in range(2 * of.each + SPARE + _pick(chance, SPARE)):
            number += 1
            who = (_one(chance, of.bands), of.employment[0] if _pick(chance, OTHER_STAFF) else of.employment[-1])
            for law in _work(of, chance, number):
                day = _one(chance, days)
                yield f"{number:04d}", area, law, *who, day, _one(chance, of.document_kinds)


def _work(of: Invention, chance: Chance, number: int) -> list[str]:
    """Return the law type of each filing of a practitioner; by turns, so that there is work of every type."""
    first = of.law_types[number % len(of.law_types)]
    filings = [first for _ in range(1 + _pick(chance, MOST_FILINGS))]
    return filings if _pick(chance, SEVERAL) else [*filings, _one(chance, of.law_types)]


def _working_days(window: tuple[date, date]) -> list[str]:
    first, last = window
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day.isoformat() for day in every if day.weekday() < 5]  # noqa: PLR2004 - Saturday is 5


def _one(chance: Chance, of: Sequence[str]) -> str:
    return of[_pick(chance, len(of))] if of else ""


def _pick(chance: Chance, most: int) -> int:
    return int(chance() * most)
