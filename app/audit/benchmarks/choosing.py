"""Chooses which cases are graded a second time: by rule, and by chance from a seed that nobody chooses. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from app.audit.allocation.sharing import ticket
from app.audit.enums import ChosenBy

METHOD = "casework-benchmarks/1"


@dataclass(frozen=True, slots=True)
class Graded:
    """A graded case as far as the choice goes."""

    id: int
    auditor: int
    area: str
    lowest: bool
    departs: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen case: how, and the chance that it had."""

    id: int
    by: ChosenBy
    probability: Fraction


LEAST_MORE = 3


def more_of(second_grades: int, differing: int, left: int, limit: int) -> int:
    """Return how many more of an auditor's cases to propose where over `limit` per cent differ.

    It is as many again, at least three, and at most those left.
    """
    return min(max(second_grades, LEAST_MORE), left) if 100 * differing > limit * second_grades else 0


def choose(cases: Sequence[Graded], share: Fraction, seed: str) -> list[Chosen]:
    """Return every case at the lowest level, every one that departs, and by chance a share of each auditor's others.

    At least one of an auditor's others is chosen. They are ordered by area, and within it by ticket, and every so
    manyth is taken from a start by chance: so the areas are represented as they are, and each case of an auditor has
    the same chance.
    """
    chosen, others = [], defaultdict(list)
    for case in cases:
        if case.lowest or case.departs:
            chosen.append(Chosen(case.id, ChosenBy.LOWEST if case.lowest else ChosenBy.DEPARTED, Fraction(1)))
        else:
            others[case.auditor].append(case)
    for auditor, theirs in others.items() if share else ():
        chosen += _by_chance(auditor, theirs, share, seed)
    return sorted(chosen, key=lambda c: c.id)


def _by_chance(auditor: int, cases: Sequence[Graded], share: Fraction, seed: str) -> list[Chosen]:
    ordered = sorted(cases, key=lambda c: (c.area, ticket(seed, METHOD, c.id)))
    count = max(1, floor(share * len(ordered) + Fraction(1, 2)))
    start = Fraction(int.from_bytes(ticket(seed, "start", auditor)[:8]), 1 << 64)
    places = [floor((start + i) * len(ordered) / count) for i in range(count)]
    return [Chosen(ordered[place].id, ChosenBy.CHANCE, Fraction(count, len(ordered))) for place in places]
