"""The practitioner sampler casework-sample/1 (sampling.md): frame, seed and configuration in; sample and receipt out. Pure."""

import hashlib
import json
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any

from app.sampling.rounding import Arc, BalanceRow, round_network

METHOD = "casework-sample/1"
COLUMNS = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on")
BALANCE = ("band", "employment", "area-employment", "law-band")
WEIGHTS = {"band": 1000, "employment": 100, "area-employment": 10, "law-band": 1}


@dataclass(frozen=True, slots=True)
class Filing:
    """One row of a frame, its values cleaned; `filed_on` is ISO text. `document_kind` is not part of the canonical frame."""

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
        return (self.case_ref, self.practitioner_id, self.service_area, self.law_type, self.performance_band, self.employment, self.filed_on)


@dataclass(frozen=True)
class Configuration:
    """What an audit's framework says about the draw (sampling.md section 3.1)."""

    areas: tuple[str, ...]
    law_types: tuple[str, ...]
    bands: tuple[str, ...]
    window: tuple[str, str]
    employment: tuple[str, ...] = ("agency", "employed")
    fraction: Fraction = Fraction(1, 2)
    area_fractions: Mapping[str, Fraction] = field(default_factory=dict)
    law_rule: str = "share"
    balance: tuple[str, ...] = BALANCE
    ignore_law_types: tuple[str, ...] = ()
    missing_band: str = "reject"
    outside_window: str = "reject"

    def as_dict(self) -> dict[str, Any]:
        """Return the configuration as JSON values; fractions as texts in lowest terms."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        lists = {name: list(value) for name, value in plain.items() if isinstance(value, tuple)}
        shares = {area: str(share) for area, share in self.area_fractions.items()}
        return {**plain, **lists, "fraction": str(self.fraction), "area_fractions": shares, "method": METHOD}

    @property
    def sha256(self) -> str:
        """Return the configuration's hash (sampling.md section 3.4)."""
        return hashlib.sha256(canonical_json(self.as_dict())).hexdigest()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn practitioner: the filing that is audited, the ticket, and how many of the group were drawn."""

    filing: Filing
    ticket: str
    group_n: int
    group_N: int  # noqa: N815 - the specification's name


@dataclass(frozen=True, slots=True)
class Group:
    """Practitioners alike in area, band, employment and law types; `n` is how many were drawn under each law type."""

    area: str
    band: str
    employment: str
    law_types: tuple[str, ...]
    members: tuple[str, ...]
    n: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Margin:
    """A margin's expected number, which depends on the frame alone, and the number drawn."""

    family: str
    key: tuple[str, ...]
    expected: Fraction
    drawn: int


@dataclass(frozen=True, slots=True)
class Draw:
    """The result of a draw; `drawn` is sorted by practitioner."""

    drawn: tuple[Drawn, ...]
    groups: tuple[Group, ...]
    margins: tuple[Margin, ...]
    stages: tuple[tuple[int, int, int, int], ...]
    expected: Fraction
    selection_sha256: str


def clean(value: str) -> str:
    """Return a value as the canonical frame has it: NFC, without space, tab or no-break space at either end (section 3.2)."""
    return unicodedata.normalize("NFC", value).strip(" \t\u00a0")


def canonical_json(value: object) -> bytes:
    """Return JSON with sorted keys and no spaces (section 3.4)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def frame_sha256(filings: Sequence[Filing]) -> str:
    """Return the hash of the canonical frame (section 3.3)."""
    digest = hashlib.sha256(f"{METHOD} frame\n".encode() + "\t".join(COLUMNS).encode() + b"\n")
    for line in sorted("\t".join(f.canonical).encode() for f in filings):
        digest.update(line + b"\n")
    return digest.hexdigest()


def ticket(seed: str, kind: str, label: str) -> bytes:
    """Return the 32 bytes of a ticket (section 5)."""
    return hashlib.sha256(f"{METHOD}\n{seed}\n{kind}\n{label}".encode()).digest()


def _bytewise(values: Sequence[str] | set[str]) -> list[str]:
    return sorted(values, key=str.encode)


def _groups(filings: Sequence[Filing], configuration: Configuration) -> dict[tuple[str, str, str, tuple[str, ...]], list[str]]:
    """Return the members of each group by (area, band, employment, law types) (section 6.1)."""
    laws: dict[str, set[str]] = defaultdict(set)
    latest: dict[str, str] = {}
    person: dict[str, Filing] = {}
    for f in filings:
        key = f.practitioner_id
        person.setdefault(key, f)
        if configuration.law_rule == "latest":
            if f.filed_on > latest.get(key, ""):
                latest[key] = f.filed_on
                laws[key] = set()
            elif f.filed_on < latest[key]:
                continue
        laws[key].add(f.law_type)
    with_employment = {"employment", "area-employment"} & set(configuration.balance)
    groups: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = defaultdict(list)
    for key, f in person.items():
        employment = f.employment if with_employment else ""
        groups[f.service_area, f.performance_band, employment, tuple(_bytewise(laws[key]))].append(key)
    return groups


class _Network:
    """The arcs of section 6.3 with their values, and the balance rows of section 7.1."""

    def __init__(self, groups: Mapping[tuple[str, str, str, tuple[str, ...]], Sequence[str]], configuration: Configuration) -> None:
        self.arcs: list[Arc] = []
        self.rows: dict[tuple[str, ...], BalanceRow] = {}
        self.items: dict[tuple[Any, str], int] = {}
        self.balance = set(configuration.balance)
        sums: dict[tuple[str, ...], Fraction] = defaultdict(Fraction)
        for group, members in groups.items():
            share = configuration.area_fractions.get(group[0], configuration.fraction)
            self._group(group, share * len(members), sums)
        for key, value in sums.items():
            self._margin(key, value)

    def _arc(self, level: int, label: Sequence[str], start: tuple[Any, ...], end: tuple[Any, ...], value: Fraction) -> int:
        self.arcs.append(Arc(level, "\t".join(label), start, end, value))
        return len(self.arcs) - 1

    def _row(self, name: str, key: Sequence[str], arc: int) -> None:
        if name in self.balance:
            self.rows.setdefault((name, *key), BalanceRow(WEIGHTS[name], [])).arcs.append(arc)

    def _group(self, group: tuple[str, str, str, tuple[str, ...]], x: Fraction, sums: dict[tuple[str, ...], Fraction]) -> None:
        area, band, employment, laws = group
        arc = self._arc(1, ["type", area, band, employment, *laws], ("group", group), ("ab", area, band), x)
        self._row("employment", [employment], arc)
        self._row("area-employment", [area, employment], arc)
        wholes: tuple[tuple[str, ...], ...] = (("area-band", area, band), ("area", area), ("total",))
        for key in wholes:
            sums[key] += x
        for law in laws:
            part = x / len(laws)
            label = ["item", law, area, band, employment, *laws]
            self.items[group, law] = self._arc(0, label, ("cell", area, law, band), ("group", group), part)
            parts: tuple[tuple[str, ...], ...] = (("cell", area, law, band), ("area-law", area, law), ("law", law))
            for key in parts:
                sums[key] += part

    def _margin(self, key: tuple[str, ...], x: Fraction) -> None:
        match key:
            case ("cell", area, law, band):
                self._row("law-band", [law, band], self._arc(1, key, ("al", area, law), key, x))
            case ("area-band", area, band):
                self._row("band", [band], self._arc(2, key, ("ab", area, band), ("a", area), x))
            case ("area-law", area, law):
                self._arc(2, key, ("l", law), ("al", area, law), x)
            case ("area", area):
                self._arc(3, key, ("a", area), ("sink",), x)
            case ("law", law):
                self._arc(3, key, ("source",), ("l", law), x)
            case _:
                self._arc(4, key, ("sink",), ("source",), x)


def draw(filings: Sequence[Filing], *, seed: str, configuration: Configuration) -> Draw:
    """Draw the sample: practitioners, each under one law type; the case is their most recent filing of it (section 7.3).

    The same rows in any order, the same seed and configuration give the same sample on every platform.
    """
    members = _groups(filings, configuration)
    network = _Network(members, configuration)

    def drawing(kind: str, label: str) -> bytes:
        return ticket(seed, kind, label)

    rounded, stages = round_network(network.arcs, list(network.rows.values()), drawing)
    groups = tuple(
        Group(*key, tuple(_in_ticket_order(ids, drawing)), {law: rounded[network.items[key, law]] for law in key[3]}) for key, ids in sorted(members.items())
    )
    drawn = tuple(sorted(_cases(filings, groups, drawing), key=lambda d: d.filing.practitioner_id.encode()))
    margins = tuple(
        Margin(arc.label.split("\t")[0], tuple(arc.label.split("\t")[1:]), arc.value, drawn_here)
        for arc, drawn_here in sorted(zip(network.arcs, rounded, strict=True), key=lambda pair: (-pair[0].level, pair[0].label.encode()))
        if arc.level > 1 or arc.label.startswith("cell\t")
    )
    expected = sum((arc.value for arc in network.arcs if arc.level == 4), Fraction())  # noqa: PLR2004 - the total's arc
    return Draw(drawn, groups, margins, stages, expected, selection_sha256([d.filing for d in drawn]))


def selection_sha256(chosen: Sequence[Filing]) -> str:
    """Return the hash of a selection (section 7.5)."""
    lines = sorted(f"{f.practitioner_id}\t{f.law_type}\t{f.case_ref}\n".encode() for f in chosen)
    return hashlib.sha256(f"{METHOD} selection\n".encode() + b"".join(lines)).hexdigest()


def _in_ticket_order(ids: Sequence[str], drawing: Callable[[str, str], bytes]) -> list[str]:
    return sorted(ids, key=lambda i: (drawing("practitioner", i), i.encode()))


def _cases(filings: Sequence[Filing], groups: Sequence[Group], drawing: Callable[[str, str], bytes]) -> Iterator[Drawn]:
    chosen: dict[tuple[str, str], Group] = {}
    for group in groups:
        position = 0
        for law in group.law_types:
            for person in group.members[position : position + group.n[law]]:
                chosen[person, law] = group
            position += group.n[law]
    best: dict[tuple[str, str], Filing] = {}
    for f in filings:
        key = (f.practitioner_id, f.law_type)
        if key in chosen and (key not in best or _later(f, best[key], drawing)):
            best[key] = f
    for key, f in best.items():
        group = chosen[key]
        yield Drawn(f, drawing("practitioner", key[0]).hex(), sum(group.n.values()), len(group.members))


def _later(one: Filing, other: Filing, drawing: Callable[[str, str], bytes]) -> bool:
    if one.filed_on != other.filed_on:
        return one.filed_on > other.filed_on
    return drawing("case", one.case_ref) < drawing("case", other.case_ref)


def receipt(result: Draw, filings: Sequence[Filing], *, seed: str, configuration: Configuration, locked_at: str, tool_version: str = "0.1.0") -> dict[str, Any]:
    """Return the receipt by which anyone can check a draw (section 9); numbers are integers or fraction texts."""
    body: dict[str, Any] = {
        "method": METHOD,
        "tool": {"name": "casework-audit", "version": tool_version},
        "frame": {
            "sha256": frame_sha256(filings), "rows": len(filings), "practitioners": len({f.practitioner_id for f in filings}),
            "set_aside": {}, "locked_at": locked_at,
        },
        "config": configuration.as_dict(), "config_sha256": configuration.sha256,
        "seed": {"text": seed, "made_how": "", "made_at": "", "witnesses": [], "rehearsal": False},
        "expected": str(result.expected), "drawn": len(result.drawn), "selection_sha256": result.selection_sha256,
        "stages": [list(s) for s in result.stages],
        "groups": [
            {"area": g.area, "band": g.band, "employment": g.employment, "law_types": list(g.law_types), "N": len(g.members), "n": dict(g.n)}
            for g in result.groups
        ],
        "margins": [{"family": m.family, "key": list(m.key), "expected": str(m.expected), "drawn": m.drawn} for m in result.margins],
        "warnings": [], "supplements": [], "replacements_sha256": None,
    }  # fmt: skip
    return {**body, "receipt_sha256": hashlib.sha256(canonical_json(body)).hexdigest()}
