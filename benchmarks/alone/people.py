"""The same invented people for every contestant; needs no library."""

import random
from collections.abc import Iterator
from typing import NamedTuple

BANDS = ("B1", "B2", "B3", "B4")
LAW_TYPES = ("public", "wafh", "wtfh")
SEVERAL_LAW_TYPES = 0.35
AGENCY = 0.03


class Person(NamedTuple):
    """A practitioner with one or two law types; contestants that know one law type take the first."""

    key: str
    area: str
    band: str
    employment: str
    law_types: tuple[str, ...]
    filed_on: str


def areas(count: int) -> list[str]:
    """Return the codes of the service areas."""
    return [f"A{number:03d}" for number in range(count)]


def people(count: int, area_count: int) -> Iterator[Person]:
    """Yield practitioners, always the same for the same numbers."""
    chance, where = random.Random(1), areas(area_count)
    both = [(a, b) for a in LAW_TYPES for b in LAW_TYPES if a != b]
    for number in range(count):
        laws = chance.choice(both) if chance.random() < SEVERAL_LAW_TYPES else (chance.choice(LAW_TYPES),)
        employment = "agency" if chance.random() < AGENCY else "employed"
        yield Person(
            f"P{number:07d}",
            chance.choice(where),
            chance.choice(BANDS),
            employment,
            laws,
            f"2014-10-{chance.randint(1, 31):02d}",
        )
