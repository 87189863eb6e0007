"""The practitioner sampler casework-sample/1 (sampling.md): from population and seed to a sample. Pure."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cache, cached_property, partial
from itertools import islice
from math import lcm
from operator import attrgetter
from typing import Any, NamedTuple

from app.people.kinds import SHIPPED
from app.sampling.population import METHOD, Filing, Population, Practitioner, Stratum, bytewise, strata_of, undisturbed
from app.sampling.rounding import Arc, BalanceRow, round_network

BALANCE = ("band", "employment", "area-employment", "law-band")
WEIGHTS = {"band": 1000, "employment": 100, "area-employment": 10, "law-band": 1}
# The margins that deviate by less than one in every draw (theorem 2), and those that are only balanced (theorem 3).
GUARANTEED = ("total", "area", "law", "area x law", "area x band", "area x law x band")
BALANCED = ("band", "employment", "area x employment", "law x band")


class UnknownPart(ValueError):  # noqa: N818 - an answer, not a fault
    """A receipt says something that this program does not know, which might change the draw."""


# Of a configuration: what has a fraction for each of something, and what is left out where it is not used.
_SHARES = ("area_fractions", "employment_fractions")
_UNUSED: Mapping[str, Any] = {"employment_fractions": {}, "cases_per_practitioner": 1}


@dataclass(frozen=True)
class Configuration:
    """What an audit's framework says about the draw (sampling.md section 3.1)."""

    areas: tuple[str, ...]
    law_types: tuple[str, ...]
    bands: tuple[str, ...]
    window: tuple[str, str]
    employment: tuple[str, ...] = bytewise(SHIPPED.employment.codes)
    fraction: Fraction = Fraction(1, 2)
    area_fractions: Mapping[str, Fraction] = field(default_factory=dict)
    law_rule: str = "share"
    balance: tuple[str, ...] = BALANCE
    ignore_law_types: tuple[str, ...] = ()
    missing_band: str = "reject"
    outside_window: str = "reject"
    # Said only where they are used, so that what older receipts say keeps its hash.
    employment_fractions: Mapping[str, Fraction] = field(default_factory=dict)
    cases_per_practitioner: int = 1

    def as_dict(self) -> dict[str, Any]:
        """Return the configuration as JSON values; fractions as texts in lowest terms."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        lists = {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
        shares = {name: {key: str(share) for key, share in getattr(self, name).items()} for name in _SHARES}
        whole = {**plain, **lists, **shares, "fraction": str(self.fraction), "method": METHOD}
        return {name: value for name, value in whole.items() if name not in _UNUSED or value != _UNUSED[name]}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> "Configuration":
        """Read a configuration as a receipt has it; raises KeyError, TypeError or ValueError where it is none."""
        known = {f.name for f in fields(cls)}
        unknown = sorted(given.keys() - known - {"method"})
        if unknown:
            raise UnknownPart(f"config.{unknown[0]}: this program does not know it, so it cannot check the draw.")
        plain = {name: given[name] if name not in _UNUSED else given.get(name, _UNUSED[name]) for name in known}
        tuples = {name: tuple(str(v) for v in value) for name, value in plain.items() if isinstance(value, list)}
        shares = {name: {str(key): Fraction(share) for key, share in plain[name].items()} for name in _SHARES}
        cases = plain["cases_per_practitioner"]
        if type(cases) is not int or cases < 1:
            raise ValueError(f"config.cases_per_practitioner: {cases}")
        return cls(**{**plain, **tuples, **shares, "fraction": Fraction(plain["fraction"])})

    @property
    def sha256(self) -> str:
        """Return the configuration's hash (sampling.md section 3.4)."""
        return hashlib.sha256(canonical_json(self.as_dict())).hexdigest()

    @property
    def with_employment(self) -> bool:
        """Say whether employment is balanced or has fractions, and so is part of what makes practitioners alike."""
        return bool({"employment", "area-employment"} & set(self.balance)) or bool(self.employment_fractions)

    def share(self, area: str, employment: str) -> Fraction:
        """Return the share of an area's practitioners, of a kind of employment, that is drawn."""
        own = self.employment_fractions.get(employment)
        return self.area_fractions.get(area, self.fraction) if own is None else own

    def strata(self, population: Population) -> dict[Stratum, list[str]]:
        """Return the practitioners of each stratum."""
        return strata_of(population, law_rule=self.law_rule, with_employment=self.with_employment)


def balance_of(bands: Collection[str], employment: Collection[str]) -> tuple[str, ...]:
    """Return what is balanced, without what a list does not have."""
    absent = [name for name, there in (("band", bands), ("employment", employment)) if not there]
    return tuple(of for of in BALANCE if not any(name in of for name in absent))


def configuration_of(
    areas: Iterable[str],
    law_types: Iterable[str],
    bands: Iterable[str],
    employment: Iterable[str],
    window: tuple[str, str],
    **more: Any,  # noqa: ANN401
) -> Configuration:
    """Return a configuration with its lists in the order of the canonical form."""
    return Configuration(
        bytewise(set(areas)), bytewise(set(law_types)), bytewise(set(bands)), window, bytewise(set(employment)), **more
    )


class Drawn(NamedTuple):
    """A case of a drawn practitioner: its filing, their ticket, how many of the stratum were drawn, and of how many.

    `place` numbers the cases of one practitioner from 1, the latest first.
    """

    filing: Filing
    ticket: bytes
    group_n: int
    group_N: int  # noqa: N815 - the specification's name
    place: int = 1


class Group(NamedTuple):
    """A stratum in a draw: its members in the order of their tickets, and how many were drawn under each law type."""

    stratum: Stratum
    members: Sequence[str]
    tickets: Sequence[bytes]
    n: Mapping[str, int]

    @property
    def drawn(self) -> int:
        """Return how many were drawn."""
        return sum(self.n.values())


class Margin(NamedTuple):
    """A margin: the number expected, which depends on the frame alone, and the number drawn (None before the draw)."""

    family: str
    key: tuple[str, ...]
    expected: Fraction
    drawn: int | None = None

    @property
    def distance(self) -> Fraction:
        """Return how far the number drawn is from the number expected."""
        return abs((self.drawn or 0) - self.expected)


@dataclass(frozen=True)
class Draw:
    """The result of a draw; `drawn` has its cases, sorted by practitioner."""

    drawn: Sequence[Drawn]
    groups: Sequence[Group]
    margins: Sequence[Margin]
    stages: tuple[tuple[int, int, int, int], ...]

    @property
    def expected(self) -> Fraction:
        """Return the number of practitioners expected."""
        return self.margins[0].expected if self.margins else Fraction()

    @property
    def practitioners(self) -> int:
        """Return how many practitioners were drawn."""
        return sum(group.drawn for group in self.groups)

    @cached_property
    def selection_sha256(self) -> str:
        """Return the hash of the selection (section 7.5)."""
        return selection_sha256(d.filing for d in self.drawn)


def canonical_json(value: object) -> bytes:
    """Return JSON with sorted keys and no spaces (section 3.4)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def ticket(seed: str, kind: str, label: str) -> bytes:
    """Return the 32 bytes of a ticket (section 5)."""
    return tickets(seed, kind, [label])[0]


def tickets(seed: str, kind: str, labels: Iterable[str]) -> list[bytes]:
    """Return the tickets of some labels of a kind."""
    start, sha256 = f"{METHOD}\n{seed}\n{kind}\n".encode(), hashlib.sha256
    return [sha256(start + label.encode()).digest() for label in labels]


def selection_sha256(chosen: Iterable[Filing]) -> str:
    """Return the hash of a selection (section 7.5)."""
    lines = sorted(f"{f.practitioner_id}\t{f.law_type}\t{f.case_ref}\n" for f in chosen)
    return hashlib.sha256(f"{METHOD} selection\n{''.join(lines)}".encode()).hexdigest()


class _Network:
    """The arcs of section 6.3 with their values in whole numbers of 1/unit, and the arcs of each margin."""

    def __init__(self, sizes: Mapping[Stratum, int], configuration: Configuration) -> None:
        self.arcs: list[Arc] = []
        self.items: dict[tuple[Stratum, str], int] = {}
        self.margins: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
        self._weights = {name.replace("-", " x "): WEIGHTS[name] for name in configuration.balance}
        kinds = {(s.area, s.employment) for s in sizes}
        shares = {kind: configuration.share(*kind) for kind in kinds}
        self.unit = lcm(*(s.denominator for s in shares.values()), 1) * lcm(*{len(s.law_types) for s in sizes}, 1)
        sums: dict[tuple[str, ...], int] = defaultdict(int)
        for stratum, size in sizes.items():
            share = shares[stratum.area, stratum.employment]
            self._stratum(stratum, size * share.numerator * (self.unit // share.denominator), sums)
        for key, value in sums.items():
            self._sum(key, value)

    def _arc(self, level: int, label: str, start: object, end: object, value: int) -> int:
        self.arcs.append(Arc(level, label, start, end, value))
        return len(self.arcs) - 1

    def _stratum(self, stratum: Stratum, x: int, sums: dict[tuple[str, ...], int]) -> None:
        area, band, employment, laws = stratum
        label = "\t".join((area, band, employment, *laws))
        arc = self._arc(1, f"type\t{label}", stratum, ("ab", area, band), x)
        if employment:
            self.margins["employment", (employment,)].append(arc)
            self.margins["area x employment", (area, employment)].append(arc)
        sums["area-band", area, band] += x
        sums["area", area] += x
        sums["total",] += x
        part = x // len(laws)
        for law in laws:
            cell = ("cell", area, law, band)
            self.items[stratum, law] = self._arc(0, f"item\t{law}\t{label}", cell, stratum, part)
            sums[cell] += part
            sums["area-law", area, law] += part
            sums["law", law] += part

    def _sum(self, key: tuple[str, ...], x: int) -> None:
        label = "\t".join(key)
        match key:
            case ("cell", area, law, band):
                arc = self._arc(1, label, ("al", area, law), key, x)
                if band:
                    self.margins["law x band", (law, band)].append(arc)
                    self.margins["area x law x band", (area, law, band)].append(arc)
            case ("area-band", area, band):
                arc = self._arc(2, label, ("ab", area, band), ("a", area), x)
                if band:
                    self.margins["band", (band,)].append(arc)
                    self.margins["area x band", (area, band)].append(arc)
            case ("area-law", area, law):
                self.margins["area x law", (area, law)].append(self._arc(2, label, ("l", law), ("al", area, law), x))
            case ("area", area):
                self.margins["area", (area,)].append(self._arc(3, label, ("a", area), "sink", x))
            case ("law", law):
                self.margins["law", (law,)].append(self._arc(3, label, "source", ("l", law), x))
            case _:
                self.margins["total", ()].append(self._arc(4, label, "sink", "source", x))

    @property
    def rows(self) -> list[BalanceRow]:
        """Return the margins that are to be balanced (section 7.1)."""
        weights = self._weights
        return [BalanceRow(weights[family], arcs) for (family, _), arcs in self.margins.items() if family in weights]

    def margins_of(self, rounded: Sequence[int] | None) -> tuple[Margin, ...]:
        """Return every margin, guaranteed ones first, in the order of families and then of keys."""
        order = {family: i for i, family in enumerate((*GUARANTEED, *BALANCED))}
        values = [arc.value for arc in self.arcs]
        # Many margins expect the same number.
        expected = cache(lambda value: Fraction(value, self.unit))
        return tuple(
            Margin(
                family,
                key,
                expected(sum([values[i] for i in arcs])),
                None if rounded is None else sum([rounded[i] for i in arcs]),
            )
            for (family, key), arcs in sorted(self.margins.items(), key=lambda m: (order[m[0][0]], m[0][1]))
        )


def planned(sizes: Mapping[Stratum, int], configuration: Configuration) -> tuple[Margin, ...]:
    """Return what a draw is expected to bring in every margin, before any seed exists (section 6.1)."""
    return _Network(sizes, configuration).margins_of(None)


def draw(population: Population, *, seed: str, configuration: Configuration) -> Draw:
    """Draw the sample: practitioners, each under one law type.

    The case is their most recent filing of it (section 7.3); the population is one for as many cases of each as the
    configuration has. The same frame in any order of rows, the same seed and configuration give the same sample on
    every platform.
    """
    with undisturbed():
        return _draw(population, seed, configuration)


def _draw(population: Population, seed: str, configuration: Configuration) -> Draw:
    strata = configuration.strata(population)
    network = _Network({stratum: len(members) for stratum, members in strata.items()}, configuration)
    rounded, stages = round_network(network.arcs, network.unit, network.rows, partial(tickets, seed))
    groups: list[Group] = []
    drawn: list[Drawn] = []
    for stratum in sorted(strata):
        n = {law: rounded[network.items[stratum, law]] for law in stratum.law_types}
        group = Group(stratum, *in_ticket_order(strata[stratum], seed), n)
        groups.append(group)
        drawn += _of_group(group, population, seed, configuration.cases_per_practitioner)
    drawn.sort(key=attrgetter("filing.practitioner_id"))
    return Draw(drawn, groups, network.margins_of(rounded), stages)


def in_ticket_order(members: Sequence[str], seed: str) -> tuple[Sequence[str], Sequence[bytes]]:
    """Return practitioners, and their tickets, in the order of the draw (step C)."""
    lots, ordered = zip(*sorted(zip(tickets(seed, "practitioner", members), members, strict=True)), strict=True)
    return ordered, lots


def _of_group(group: Group, population: Population, seed: str, most: int) -> list[Drawn]:
    """Return the cases of a group's drawn practitioners, the first under the first law type, and so on (steps C, D)."""
    n, size = group.drawn, len(group.members)
    members = iter(zip(group.members, group.tickets, strict=True))
    return [
        Drawn(filing, lot, n, size, place)
        for law in group.stratum.law_types
        for member, lot in islice(members, group.n[law])
        for place, filing in enumerate(cases_of(population[member], law, seed, most), 1)
    ]


def cases_of(person: Practitioner, law_type: str, seed: str, most: int) -> Sequence[Filing]:
    """Return the cases to audit: the law type's latest, so many at most; of one day those of the smallest tickets."""
    if most == 1:
        return [case_of(person, law_type, seed)]
    by_ticket = sorted(person.latest[law_type], key=lambda f: ticket(seed, "case", f.case_ref))
    return sorted(by_ticket, key=attrgetter("filed_on"), reverse=True)[:most]


def case_of(person: Practitioner, law_type: str, seed: str) -> Filing:
    """Return the case to audit: the law type's most recent, of several that of the smallest ticket (step D)."""
    filings = person.latest[law_type]
    return filings[0] if len(filings) == 1 else min(filings, key=lambda f: ticket(seed, "case", f.case_ref))
