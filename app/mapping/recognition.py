"""Which column of a file is which field: by its heading, and by what stands in it (adoption.md section 1). Pure.

0.65 × likeness of the heading + 0.35 × likeness of the contents; the highest pairs first, each column once.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from app.mapping.kinds import DAY, IDENTIFIER, Field, Kind, plain
from app.mapping.profile import headings_of
from app.mapping.ways import Way, without_time
from app.tables.reading import Expected

OF_NAME, OF_CONTENTS, LEAST = 0.65, 0.35, 0.35
# A share of different values as high is an identifier's.
MOSTLY_DIFFERENT = 0.3
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_WAYS = (Way(short_years=True), Way("month-first", short_years=True), Way(numbers="yyyymmdd"))


@cache
def likeness(heading: str, words: tuple[str, ...]) -> float:
    """Return how like a heading is to the nearest of the names that columns of a field have, from 0 to 1."""
    letters = plain(heading)
    if not letters:
        return 0.0
    return max(difflib.SequenceMatcher(None, letters, plain(word)).ratio() for word in words)


def of_name(heading: str, one: Field) -> float:
    """Return how like a heading is to what columns of a field are called."""
    return likeness(heading, (one.name, one.called, *one.headings))


def of_contents(values: Sequence[str], one: Field) -> float:
    """Return how like some cleaned values are to what stands in a field, from 0 to 1."""
    there = [value for value in values if value]
    if not there:
        return 0.0
    if one.reads == DAY:
        return sum(1 for v in there if is_day(v)) / len(there)
    if one.reads == IDENTIFIER:
        return _identifiers(there, one)
    if one.codes or one.words:
        return sum(1 for v in there if one.code_of(v) is not None) / len(there)
    return 0.0


def _identifiers(there: Sequence[str], one: Field) -> float:
    """Return how like values are to identifiers: each different for what stands once, or many for who comes again."""
    if any(_ADDRESS.match(v) for v in there) or sum(1 for v in there if is_day(v)) > len(there) / 2:
        return 0.0
    share = len(set(there)) / len(there)
    if any(char.isdigit() for v in there[:20] for char in v):
        return share if one.noun == "case" else min(1.0, share / MOSTLY_DIFFERENT) if share < 1 else 0.8
    return share / 2


@lru_cache(maxsize=20_000)
def is_day(text: str) -> bool:
    """Say whether a text is a day in any way of writing it."""
    day, _, _ = without_time(text)
    return any(way.read(day) is not None for way in _WAYS)


def recognised(headings: Sequence[str], values: Mapping[str, Sequence[str]], kind: Kind) -> dict[str, str]:
    """Return the column of each field that is recognised, from the headings and the first values of each."""
    scores = [
        (OF_NAME * of_name(heading, one) + OF_CONTENTS * of_contents(values.get(heading, ()), one), -at, one, heading)
        for at, heading in enumerate(headings)
        if heading
        for one in kind.fields
    ]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for score, _, one, heading in sorted(scores, key=lambda s: (-s[0], -s[1])):
        if score > LEAST and one.name not in found and heading not in taken:
            found[one.name] = heading
            taken.add(heading)
    return found


@dataclass(frozen=True, slots=True)
class AnyExport(Expected):
    """Finds the headings of an export that nobody described: the line in which the most are known."""

    kind: Kind | None = None
    notes: bool = True

    def names(self, line: Sequence[str]) -> list[str]:
        """Return the heading of each cell, empty where there is none."""
        return headings_of(line)

    def known_in(self, lines: Sequence[Sequence[str]]) -> int:
        """Return how many fields are known by a heading in one of the first lines, at most."""
        return max((self._known(line) for line in lines[:20]), default=0)

    def _known(self, line: Iterable[str]) -> int:
        assert self.kind is not None  # noqa: S101 - always given
        cells = set(map(plain, line))
        return sum(1 for one in self.kind.fields if not cells.isdisjoint(_words(one)))


def _words(one: Field) -> set[str]:
    """Return what columns of a field are called, by letters and figures alone."""
    return {plain(word) for word in (one.name, one.called, *one.headings)}


@dataclass(frozen=True, slots=True)
class AsMapped(Expected):
    """Finds the headings that a mapping names, and gives each its field."""

    columns: Mapping[str, str] = field(default_factory=dict)
    notes: bool = True

    def names(self, line: Sequence[str]) -> list[str]:
        """Return the field of each cell, empty where it has none."""
        return [self.columns.get(heading.casefold(), "") for heading in headings_of(line)]

    def known_in(self, lines: Sequence[Sequence[str]]) -> int:
        """Return how many of the mapping's headings are in one of the first lines, at most."""
        return max((sum(1 for name in self.names(line) if name) for line in lines[:20]), default=0)


def as_mapped(columns: Mapping[str, str], days: Iterable[str]) -> AsMapped:
    """Return what finds a mapping's headings; a total is a line that lacks a day."""
    by_heading = {heading.casefold(): name for name, heading in columns.items()}
    return AsMapped((), tuple(columns), lacks=tuple(days), columns=by_heading)
