"""Shares cases out by availability, load, law type and area, and at random within that. Pure."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from app.audit.bars.rules import Bars
from app.errors import Conflict
from app.labels import listed, plural
from app.people.rules import area_key

METHOD = "casework-allocation/2"
CHANCE = "at random within strata"
# No sum of costs of one aim reaches a step, so an aim never gives way to the next: load, then law type, then area, then
# chance.
STEPS = (1, 1 << 80, 1 << 160, 1 << 240)
# So near to a fair share every case counts for itself; further away, where only bars lead, they are taken in growing
# groups.
NEAR = 3
Node = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ToAllocate:
    """A case as far as its allocation goes."""

    id: int
    area: str
    law_type: str
    practitioner_id: str = ""


@dataclass(frozen=True, slots=True)
class Stratum:
    """Cases that are alike to the model: law type, area, and who can be given them."""

    law_type: str
    area: str
    able: tuple[int, ...]


def allocate(
    cases: Sequence[ToAllocate],
    weights: Mapping[int, int],
    *,
    bars: Bars,
    seed: str,
    held: Mapping[tuple[int, str], int] | None = None,
) -> dict[int, int]:
    """Return the auditor of each case, by the case's id.

    `weights` says how much each auditor can do, `held` how many cases of a law type each keeps. A flow of least cost
    settles how many of each stratum go to whom; tickets from the seed settle which. So nobody chooses who grades what,
    which the severity statistics rely on (statistics.md section 5). Raises Conflict where a case has nobody left.
    """
    strata: dict[Stratum, list[ToAllocate]] = defaultdict(list)
    for case in sorted(cases, key=lambda c: c.id):
        able = tuple(sorted(a for a, weight in weights.items() if weight > 0 and not bars.hold(a, case)))
        strata[Stratum(case.law_type, case.area, able)].append(case)
    refusal = nobody_left(strata)
    if refusal:
        raise Conflict(refusal)
    result: dict[int, int] = {}
    if not cases:
        return {}
    kept = {key: count for key, count in (held or {}).items() if weights.get(key[0], 0) > 0}
    for stratum, counts in _counts({s: len(c) for s, c in strata.items()}, weights, kept, seed).items():
        places = [auditor for auditor, count in counts.items() for _ in range(count)]
        by_ticket = sorted(strata[stratum], key=lambda c: ticket(seed, "case", c.id))
        result |= {case.id: auditor for case, auditor in zip(by_ticket, places, strict=True)}
    return result


def allocate_together(
    cases: Sequence[ToAllocate],
    weights: Mapping[int, int],
    *,
    bars: Bars,
    seed: str,
    held: Mapping[tuple[int, str], int] | None = None,
    graders: Mapping[str, int] | None = None,
) -> dict[int, int]:
    """Return the auditor of each case, all cases of one practitioner with one auditor.

    `graders` says who has a case of a practitioner already: they get the others, where they can be given them. Where
    practitioners have several cases, those with the most are shared out first.
    """
    kept, result = Counter(held or {}), dict[int, int]()
    bundles: dict[str, list[ToAllocate]] = defaultdict(list)
    for case in sorted(cases, key=lambda c: c.id):
        theirs = (graders or {}).get(case.practitioner_id) if case.practitioner_id else None
        if theirs is not None and weights.get(theirs, 0) > 0 and not bars.hold(theirs, case):
            result[case.id] = theirs
            kept[theirs, case.law_type] += 1
        else:
            bundles[case.practitioner_id or f"\t{case.id}"].append(case)
    for size in sorted({len(bundle) for bundle in bundles.values()}, reverse=True):
        alike = [bundle for bundle in bundles.values() if len(bundle) == size]
        before = {key: round(count / size) for key, count in kept.items()}
        of_first = {bundle[0].id: bundle for bundle in alike}
        firsts = [bundle[0] for bundle in alike]
        for first, auditor in allocate(firsts, weights, bars=bars, seed=seed, held=before).items():
            bundle = of_first[first]
            result |= {case.id: auditor for case in bundle}
            kept[auditor, bundle[0].law_type] += size
    return result


def nobody_left(strata: Mapping[Stratum, Sequence[ToAllocate]]) -> str | None:
    """Return the sentence for cases that nobody could be given (which area, what would make it possible), or None."""
    stuck = Counter[str]()
    for stratum, cases in strata.items():
        stuck[stratum.area] += 0 if stratum.able else len(cases)
    areas = [f"{plural(stuck[area], 'case')} of {area}" for area in sorted(stuck, key=area_key) if stuck[area]]
    if not areas:
        return None
    return (
        f"Nobody is left to grade {listed(areas)}: every improvement manager who is chosen and has time has an "
        "interest there. "
        "Choose another improvement manager, give one more time, or end an interest that no longer holds."
    )


def _counts(
    sizes: Mapping[Stratum, int], weights: Mapping[int, int], held: Mapping[tuple[int, str], int], seed: str
) -> dict[Stratum, dict[int, int]]:
    """Return how many cases of each stratum go to each auditor, by the flow through law types that costs least."""
    import networkx as nx  # noqa: PLC0415 - a third of a second that only an allocation pays

    graph, at_work = nx.MultiDiGraph(), [a for a in sorted(weights) if weights[a] > 0]
    everyone, total = sum(weights[a] for a in at_work), sum(sizes.values())
    of_law, kept = Counter[str](), Counter[int]()
    for stratum, size in sizes.items():
        of_law[stratum.law_type] += size
    for (auditor, law), count in held.items():
        of_law[law] += count
        kept[auditor] += count
    whole = total + kept.total()
    graph.add_node(("end",), demand=total)
    for auditor in at_work:
        _add(graph, ("person", auditor), ("end",), _Aim(3, weights[auditor] * whole, everyone, kept[auditor]), total)
        for law in sorted(of_law):
            aim = _Aim(2, weights[auditor] * of_law[law], everyone, held.get((auditor, law), 0))
            _add(graph, ("law", auditor, law), ("person", auditor), aim, total)
    for stratum, size in sizes.items():
        graph.add_node(("stratum", stratum), demand=-size)
        able = sum(weights[a] for a in stratum.able)
        for auditor in stratum.able:
            aim = _Aim(1, weights[auditor] * size, able, 0, _chance(seed, stratum, auditor))
            _add(graph, ("stratum", stratum), ("law", auditor, stratum.law_type), aim, size)
    _, flow = nx.network_simplex(graph)
    return {s: {a: sum(flow["stratum", s]["law", a, s.law_type].values()) for a in s.able} for s in sizes}


@dataclass(frozen=True, slots=True)
class _Aim:
    """A fair share, `share`/`of`, of which `held` is there already.

    How far from it a flow ends is what it costs, squared.
    """

    level: int
    share: int
    of: int
    held: int
    chance: int = 0

    def cost(self, low: int, high: int) -> int:
        """Return the cost of each case from the `low`th to the `high`th, exactly."""
        return ((low + high) * self.of - 2 * self.share) * STEPS[self.level] + self.chance


def _add(graph: Any, start: Node, end: Node, aim: _Aim, most: int) -> None:  # noqa: ANN401 - networkx has no types
    """Add parallel arcs, each dearer than the one before: a cost that grows with the square of the distance."""
    for low, high in pairwise(_stops(aim, most)):
        graph.add_edge(start, end, capacity=high - low, weight=aim.cost(low, high))


def _stops(aim: _Aim, most: int) -> list[int]:
    first, last, fair = aim.held, aim.held + most, aim.share // aim.of
    near: set[int] = set(range(max(first, fair - NEAR), min(last, fair + 1 + NEAR) + 1))
    far = {fair + sign * NEAR * 2**n for n in range(1, last.bit_length() + 1) for sign in (-1, 1)}
    return sorted({first, last} | near | {stop for stop in far if first < stop < last})


def _chance(seed: str, stratum: Stratum, auditor: int) -> int:
    return int.from_bytes(ticket(seed, f"{stratum.law_type}\n{stratum.area}\n{stratum.able}", auditor)[:4])


def ticket(seed: str, kind: str, label: int) -> bytes:
    """Return the ticket that settles by chance, the same on every machine."""
    return hashlib.sha256(f"{METHOD}\n{seed}\n{kind}\n{label}".encode()).digest()


def by_law(cases: Sequence[ToAllocate], shares: Mapping[int, int]) -> dict[int, Counter[str]]:
    """Return how many cases of each law type everybody gets."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for case in cases:
        found[shares[case.id]][case.law_type] += 1
    return found
