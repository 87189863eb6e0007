"""Filings, the canonical frame and its hash, practitioners and latest work (sampling.md 3 and 6.1). Pure."""

import gc
import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from sys import intern
from typing import NamedTuple

METHOD = "casework-sample/1"
COLUMNS = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on")


class Filing(NamedTuple):
    """One row of a frame, its values cleaned; `filed_on` is ISO text.

    `document_kind` is not part of the canonical frame.
    """

    case_ref: str
    practitioner_id: str
    service_area: str
    law_type: str
    performance_band: str
    employment: str
    filed_on: str
    document_kind: str = ""

    @property
    def canonical(self) -> tuple[str, ...]:
        """Return the seven values of the canonical frame."""
        return self[:7]


class Stratum(NamedTuple):
    """What makes practitioners alike for the draw: the specification's group (section 6.1)."""

    area: str
    band: str
    employment: str
    law_types: tuple[str, ...]


@dataclass(slots=True)
class Practitioner:
    """A practitioner of a frame.

    `latest` has the filings of the latest day by law type, several only where a day has several. In a population made
    for several cases of each, it has as many days, latest first, as they need.
    """

    service_area: str
    performance_band: str
    employment: str
    latest: dict[str, list[Filing]]

    def law_types(self, law_rule: str) -> tuple[str, ...]:
        """Return the law types under which the practitioner can be drawn, bytewise sorted (section 6.1)."""
        if len(self.latest) == 1:
            return tuple(self.latest)
        if law_rule == "latest":
            last = max(filings[0].filed_on for filings in self.latest.values())
            return bytewise(law for law, filings in self.latest.items() if filings[0].filed_on == last)
        return bytewise(self.latest)


Population = Mapping[str, Practitioner]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold the search for cycles off while millions of objects, none of them in a cycle, are made; then all are old."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was:
            gc.enable()


def clean(value: str) -> str:
    """Return a value as the canonical frame has it: NFC, no white space at either end (section 3.2)."""
    return unicodedata.normalize("NFC", value).strip(" \t\u00a0")


def bytewise(values: Iterable[str]) -> tuple[str, ...]:
    """Return values sorted by UTF-8 bytes, which is how Python compares texts (section 3.2)."""
    return tuple(sorted(values))


def population_of(filings: Iterable[Filing], cases: int = 1) -> dict[str, Practitioner]:
    """Return the practitioners of a frame by identifier; filings come in any order, and only the latest are kept.

    As many days of each law type are kept as it takes to choose so many `cases` of a practitioner.
    """
    people: dict[str, Practitioner] = {}
    with undisturbed():
        for filing in filings:
            _, key, area, law, band, employment, filed_on, _ = filing
            person = people.get(key)
            if person is None:
                people[key] = Practitioner(intern(area), intern(band), intern(employment), {intern(law): [filing]})
                continue
            kept = person.latest.get(law)
            if kept is None or (cases == 1 and filed_on > kept[0].filed_on):
                person.latest[intern(law)] = [filing]
            elif cases > 1 or filed_on == kept[0].filed_on:
                kept.append(filing)
        if cases > 1:
            for person in people.values():
                person.latest = {law: latest_days(kept, cases) for law, kept in person.latest.items()}
    return people


def latest_days(filings: Sequence[Filing], cases: int) -> list[Filing]:
    """Return the filings, latest first, of as many days as have so many different cases; each case by its last day."""
    last: dict[str, Filing] = {}
    for filing in sorted(filings, key=attrgetter("filed_on"), reverse=True):
        last.setdefault(filing.case_ref, filing)
    ordered = list(last.values())
    if len(ordered) <= cases:
        return ordered
    until = ordered[cases - 1].filed_on
    return [filing for filing in ordered if filing.filed_on >= until]


# A practitioner with an area, law type, band and kind of employment, as rows of a frame have them.
Who = tuple[str, ...]


@dataclass
class People:
    """The practitioners of a frame, and those who were met with two areas, bands or kinds of employment."""

    known: dict[str, Practitioner] = field(default_factory=dict)
    torn: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def meet(self, who: Who, latest: list[Filing]) -> None:
        """Take note of somebody's latest filings of a law type."""
        key, area, law, band, employment = who
        person = self.known.get(key)
        if person is None:
            self.known[key] = Practitioner(area, band, employment, {law: latest})
            return
        for name, now in (("service_area", area), ("performance_band", band), ("employment", employment)):
            before = getattr(person, name)
            if not before:
                setattr(person, name, now)
            elif now and now != before:
                self.torn[name].add(key)
        if law not in person.latest or person.latest[law][0].filed_on < latest[0].filed_on:
            person.latest[law] = latest


class LatestDays:
    """The latest day on which anybody filed, for a frame that is read to be kept: only that day matters there."""

    def __init__(self) -> None:
        self._days: dict[Who, str] = {}

    @property
    def days(self) -> Mapping[Who, str]:
        """Return the latest day of everybody with each area, law type, band and kind of employment."""
        return self._days

    def forget(self) -> None:
        """Forget everybody: what was wanted is known."""
        self._days = {}

    def meet(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Take note of rows: their values are those of a filing, and more."""
        days = self._days
        for row in rows:
            who, day = row[1:6], row[6]
            last = days.get(who)
            if last is None or last < day:
                days[who] = day

    def people(self) -> People:
        """Return everybody; a filing that has only its day stands for all of that day."""
        people, standing = People(), {day: [Filing("", "", "", "", "", "", day)] for day in set(self._days.values())}
        for who, day in self._days.items():
            if who[0]:
                people.meet(who, standing[day])
        return people


class LatestFilings:
    """The filings of the latest day of anybody, for a frame that is drawn from at once; for several cases, of more."""

    def __init__(self, cases: int = 1) -> None:
        self.cases = cases
        self.days: set[str] = set()
        self._last: dict[Who, str] = {}
        self._rows: dict[Who, list[tuple[str, ...]]] = {}

    def meet(self, rows: Sequence[tuple[str, ...]]) -> None:
        """Take note of rows: their values are those of a filing, and more."""
        self.days.update([row[6] for row in rows])
        latest = self._last
        for row in rows:
            who, day = row[1:6], row[6]
            last = latest.get(who)
            if last is None or (last < day and self.cases == 1):
                latest[who], self._rows[who] = day, [row]
            elif last == day or self.cases > 1:
                self._rows[who].append(row)

    def people(self) -> People:
        """Return everybody with the filings of their latest day."""
        people = People()
        for who, rows in self._rows.items():
            if who[0]:
                filings = [Filing(*row[:8]) for row in rows]
                people.meet(who, latest_days(filings, self.cases) if self.cases > 1 else filings)
        return people


def strata_of(population: Population, *, law_rule: str, with_employment: bool = True) -> dict[Stratum, list[str]]:
    """Return the practitioners of each stratum; where employment is not balanced it is the empty text."""
    alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, person in population.items():
        # The law types are put in order once for each kind of practitioner, not once for each.
        laws = person.latest if law_rule == "share" else person.law_types(law_rule)
        kind = (person.service_area, person.performance_band, person.employment if with_employment else "", *laws)
        alike[kind].append(key)
    strata: dict[Stratum, list[str]] = {}
    for (area, band, employment, *found), members in alike.items():
        strata.setdefault(Stratum(area, band, employment, bytewise(found)), []).extend(members)
    return strata


class FrameHash:
    """Hashes a canonical frame as its lines come; they must come in order (section 3.3)."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(f"{METHOD} frame\n{chr(9).join(COLUMNS)}\n".encode())

    def add(self, lines: Sequence[str]) -> None:
        """Add lines: the seven values of each filing, joined by tabs."""
        if lines:
            self._digest.update(("\n".join(lines) + "\n").encode())

    @property
    def hex(self) -> str:
        """Return the hash so far."""
        return self._digest.hexdigest()


def frame_sha256(filings: Iterable[Filing]) -> str:
    """Return the hash of the canonical frame of some filings in any order."""
    digest = FrameHash()
    digest.add(sorted("\t".join(filing[:7]) for filing in filings))
    return digest.hex


def counts_of(population: Population) -> dict[str, Counter[str]]:
    """Return practitioners by area, law type (of the latest filing, the first by name), band and employment."""
    of = population.values()
    return {
        "service_area": Counter(p.service_area for p in of),
        "law_type": Counter(p.law_types("latest")[0] for p in of),
        "performance_band": Counter(p.performance_band for p in of),
        "employment": Counter(p.employment for p in of),
    }
