"""How records are coarsened until nobody stands out, and lots by which things are numbered. Pure."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from app.report.dataset.codebook import COARSE, OTHER_AREA

# So many practitioners' cases are alike, and an area is named with so many cases.
ALIKE, AREA_CASES = 5, 10
# What could tell whose a case is, in the order in which it is given up.
TELLING = ("band", "employment", "law_type", "area")
Record = Mapping[str, str]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Coarsened:
    """Records that are alike, in their order, and in how many of them each of `TELLING` was given up."""

    records: Sequence[Record]
    given_up: Mapping[str, int]
    # How many cases have something given up, and how many lie in areas that are not named.
    cases: int
    other: int


def by_lot(things: Iterable[Key], chance: Random) -> dict[Key, int]:
    """Give things numbers from 1, in an order of nothing but chance."""
    mixed = list(dict.fromkeys(things))
    chance.shuffle(mixed)
    return {thing: number for number, thing in enumerate(mixed, 1)}


def unnamed_areas(cases: Mapping[str, int]) -> frozenset[str]:
    """Return the areas with too few cases to be named, and more of the smallest until together they have enough."""
    by_size = sorted(cases, key=lambda area: (cases[area], area))
    found = [area for area in by_size if cases[area] < AREA_CASES]
    for area in by_size[len(found) :]:
        if not found or sum(cases[one] for one in found) >= AREA_CASES:
            break
        found.append(area)
    return frozenset(found)


def coarsened(records: Sequence[Record], people: Sequence[str]) -> Coarsened | None:
    """Return records of which each is like those of at least ALIKE people; None where there are not so many people.

    Only `TELLING` is looked at. What is alike is given up together, so that a group that is large enough never shrinks:
    only those of whom everything was given up may be few in the end, and then the smallest other group joins them.
    """
    if len(set(people)) < ALIKE:
        return None
    unnamed = unnamed_areas(Counter(record["area"] for record in records))
    made = [{**r, "area": OTHER_AREA} if r["area"] in unnamed else dict(r) for r in records]
    for column in TELLING:
        for at in _of_few(made, people):
            made[at][column] = COARSE
    while few := _of_few(made, people):
        smallest = min(_large(made, few, people), key=lambda group: (len(group), group))
        for at in smallest:
            made[at] |= dict.fromkeys(TELLING, COARSE)
    given_up = {column: sum(r[column] == COARSE for r in made) for column in TELLING}
    other = sum(r["area"] == OTHER_AREA for r in made)
    return Coarsened(made, given_up, sum(COARSE in _told(r) for r in made), other)


def _told(record: Record) -> tuple[str, ...]:
    return tuple(record[column] for column in TELLING)


def _groups(records: Sequence[Record]) -> list[list[int]]:
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, record in enumerate(records):
        found[_told(record)].append(at)
    return list(found.values())


def _of_few(records: Sequence[Record], people: Sequence[str]) -> list[int]:
    return [at for group in _groups(records) if len({people[at] for at in group}) < ALIKE for at in group]


def _large(records: Sequence[Record], few: Sequence[int], people: Sequence[str]) -> list[list[int]]:
    """Return the groups of enough people, all of them in one where that is all there is."""
    return [group for group in _groups(records) if group[0] not in set(few)] or [list(range(len(people)))]
