"""Unbiased controlled rounding on a network (sampling.md section 7). Integers only. Pure."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import cycle
from math import gcd, lcm
from typing import NamedTuple

# The tickets of some labels of a kind.
Tickets = Callable[[str, Sequence[str]], list[bytes]]
Cycle = list[tuple[int, int]]
COIN_SIDES = 1 << 256
FEWEST_STAGES = 16
MOST_TRIES = 64
WORK = 20000


class Arc(NamedTuple):
    """An arc of the network: level, label, the nodes that it joins, and its value in whole units."""

    level: int
    label: str
    start: Hashable
    end: Hashable
    value: int


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A margin that is balanced though not guaranteed: a weight, and the arcs (by position) that make it up."""

    weight: int
    arcs: list[int]


class _Walker:
    """Walks the live arcs of lowest rank until they close cycles (section 7.2)."""

    def __init__(self, arcs: Sequence[Arc]) -> None:
        number: dict[Hashable, int] = {}
        self.start = [number.setdefault(arc.start, len(number)) for arc in arcs]
        self.end = [number.setdefault(arc.end, len(number)) for arc in arcs]
        # The arcs at each node, in rank order.
        self.at: list[list[int]] = [[] for _ in number]
        for rank, (start, end) in enumerate(zip(self.start, self.end, strict=True)):
            self.at[start].append(rank)
            self.at[end].append(rank)

    def walk(self, live: list[bool], on_cycle: Callable[[Cycle], None]) -> None:
        nodes: list[int] = []
        path: Cycle = []
        first, count = 0, len(live)
        # How far each node's arcs have been used up: what is dead stays dead.
        used = [0] * len(self.at)
        position: dict[int, int] = {}
        start_of, end_of = self.start, self.end
        while True:
            if not nodes:
                while first < count and not live[first]:
                    first += 1
                if first == count:
                    return
                nodes, path = [start_of[first]], []
                position = {nodes[0]: 0}
            here = nodes[-1]
            rank = self._next(here, live, used, path[-1][0] if path else -1)
            if rank < 0:
                nodes = []
                continue
            forward = start_of[rank] == here
            node = end_of[rank] if forward else start_of[rank]
            path.append((rank, 1 if forward else -1))
            cut = position.get(node)
            if cut is None:
                position[node] = len(nodes)
                nodes.append(node)
                continue
            on_cycle(path[cut:])
            for gone in nodes[cut + 1 :]:
                del position[gone]
            del nodes[cut + 1 :], path[cut:]

    def _next(self, node: int, live: list[bool], used: list[int], came: int) -> int:
        """Return the live arc of lowest rank at a node, other than the one that the path came in by, or -1."""
        ranks = self.at[node]
        at, end = used[node], len(ranks)
        while at < end and not live[ranks[at]]:
            at += 1
        used[node] = at
        while at < end:
            rank = ranks[at]
            if rank != came and live[rank]:
                return rank
            at += 1
        return -1


def round_network(
    arcs: Sequence[Arc], unit: int, rows: Sequence[BalanceRow], tickets: Tickets
) -> tuple[list[int], tuple[tuple[int, int, int, int], ...]]:
    """Round every arc down or up without bias, so that flow is kept; balance the rows as far as that allows.

    Values are whole numbers of 1/`unit`. Returns the rounded values in the order of `arcs`, and a line
    (stage, cycles, tries, cost) for each stage.
    """
    lots = tickets("arc", [arc.label for arc in arcs])
    order = [i for _, _, i in sorted(zip([arc.level for arc in arcs], lots, range(len(arcs)), strict=True))]
    ranked = [arcs[i] for i in order]
    rank_of = [0] * len(arcs)
    for rank, i in enumerate(order):
        rank_of[i] = rank
    common = _common_denominator(ranked, unit)
    twos = (common & -common).bit_length() - 1
    odd = common >> twos
    stages = twos if odd == 1 else max(FEWEST_STAGES, twos)
    scale = odd << stages
    values = [arc.value * scale // unit for arc in ranked]
    walker = _Walker(ranked)
    if odd > 1:
        values = _flip_coins(walker, values, odd, tickets)
    balance = _Balance([(row.weight, [rank_of[i] for i in row.arcs]) for row in rows], len(ranked))
    report = []
    for stage in range(stages, 0, -1):
        values, line = _halve(walker, values, stage, balance, tickets)
        report.append(line)
    return [values[rank] for rank in rank_of], tuple(report)


def _common_denominator(arcs: Sequence[Arc], unit: int) -> int:
    """Return the least common multiple of the denominators of all values in lowest terms."""
    return lcm(*{unit // gcd(unit, value) for value in {arc.value for arc in arcs}}) if arcs else 1


def _flip_coins(walker: _Walker, values: list[int], odd: int, tickets: Tickets) -> list[int]:
    """Step A: push along cycles until every value is a multiple of the odd part."""
    live = [v % odd != 0 for v in values]
    count = 0

    def push(cycle: Cycle) -> None:
        nonlocal count
        rest = [(values[a] % odd, sign) for a, sign in cycle]
        up = min(odd - r if sign > 0 else r for r, sign in rest)
        down = min(r if sign > 0 else odd - r for r, sign in rest)
        count += 1
        [coin] = tickets("coin", [str(count)])
        step = up if int.from_bytes(coin) * (up + down) < down * COIN_SIDES else -down
        for a, sign in cycle:
            values[a] += step * sign
            live[a] = values[a] % odd != 0

    walker.walk(live, push)
    return [v // odd for v in values]


class _Balance:
    """The balance rows, by arc."""

    def __init__(self, rows: Sequence[tuple[int, list[int]]], arcs: int) -> None:
        self.rows = rows
        self.of_arc: list[list[int]] = [[] for _ in range(arcs)]
        for j, (_, members) in enumerate(rows):
            for a in members:
                self.of_arc[a].append(j)

    def effects(self, cycle: Cycle) -> list[tuple[int, int]]:
        total: dict[int, int] = {}
        for a, sign in cycle:
            for j in self.of_arc[a]:
                total[j] = total.get(j, 0) + sign
        return [(j, e) for j, e in total.items() if e]


def _halve(
    walker: _Walker, values: list[int], stage: int, balance: _Balance, tickets: Tickets
) -> tuple[list[int], tuple[int, int, int, int]]:
    """Step B, one stage: settle every odd value by one unit along cycles, then halve."""
    cycles: list[Cycle] = []
    live = [v % 2 == 1 for v in values]

    def keep(cycle: Cycle) -> None:
        cycles.append(cycle)
        for a, _ in cycle:
            live[a] = False

    walker.walk(live, keep)
    parity = [sum(map(values.__getitem__, members)) % 2 for _, members in balance.rows]
    signs, tries, cost = _best_signs(
        [balance.effects(c) for c in cycles], [w for w, _ in balance.rows], parity, stage, tickets
    )
    for sign, found in zip(signs, cycles, strict=True):
        for a, direction in found:
            values[a] += sign * direction
    return [v // 2 for v in values], (stage, len(cycles), tries, cost)


def _best_signs(
    effects: list[list[tuple[int, int]]], weights: list[int], parity: list[int], stage: int, tickets: Tickets
) -> tuple[list[int], int, int]:
    """Return the signs of the cheapest try, the number of tries and the cost; symmetric in s and -s, so unbiased."""
    count = len(effects)
    most = max(2, min(MOST_TRIES >> min(stage - 1, 4), WORK // max(1, count)))
    rows = _Rows(effects, weights, parity)
    best: tuple[int, list[int]] | None = None
    tries = 0
    for attempt in range(most):
        tries += 1
        signs = _first_signs(count, stage, attempt, tickets)
        cost = rows.descend(signs)
        if best is None or cost < best[0]:
            best = (cost, signs)
        if cost == 0:
            break
    return (best[1], tries, best[0]) if best else ([], tries, 0)


def _first_signs(count: int, stage: int, attempt: int, tickets: Tickets) -> list[int]:
    blocks = tickets("signs", [f"{stage}.{attempt}.{block}" for block in range((count + 255) // 256)])
    bits = "".join(f"{int.from_bytes(block):0256b}" for block in blocks)
    return [1 if bit == "1" else -1 for bit in bits[:count]]


Effects = list[tuple[int, int]]


class _Rows:
    """The balance rows: what their sums cost, and what it costs when the turn of a cycle's sign moves them."""

    def __init__(self, effects: list[Effects], weights: list[int], parity: list[int]) -> None:
        self.kinds = list(zip(weights, parity, strict=True))
        reach = [0] * len(self.kinds)
        for effect in effects:
            for j, e in effect:
                reach[j] += abs(e)
        self.reach: dict[tuple[int, int], int] = {}
        for kind, most in zip(self.kinds, reach, strict=True):
            self.reach[kind] = max(most, self.reach.get(kind, 0))
        self.made: dict[tuple[int, int, int], list[int]] = {}
        # Of each cycle that moves a row: what it moves, and the costs of turning it down (from 1 to -1) and up.
        self.cycles = [
            (c, effect, self._turn(effect, -2), self._turn(effect, 2)) for c, effect in enumerate(effects) if effect
        ]

    def _turn(self, effect: Effects, turn: int) -> list[tuple[int, list[int]]]:
        """Return each row that a turn moves, with what the move costs by the row's sum."""
        return [(j, self._changes(self.kinds[j], turn * e)) for j, e in effect]

    def _changes(self, kind: tuple[int, int], step: int) -> list[int]:
        """Return what it costs to move a sum by a step: by the sum, a negative one counted from the end as lists do."""
        made = self.made.get((*kind, step))
        if made is None:
            reach = self.reach[kind]
            sums = (*range(reach + 1), *range(-reach, 0))
            made = [_price(*kind, total + step) - _price(*kind, total) for total in sums]
            self.made[*kind, step] = made
        return made

    def descend(self, signs: list[int]) -> int:
        """Turn single signs, in order and over again, while that lowers the cost; change `signs`, return the cost."""
        sums = [0] * len(self.kinds)
        for c, effect, _, _ in self.cycles:
            sign = signs[c]
            for j, e in effect:
                sums[j] += sign * e
        # The cycles looked at since the last turn: once they are all of them, no turn lowers the cost.
        quiet, count = 0, len(self.cycles)
        for c, effect, down, up in cycle(self.cycles):
            change = 0
            for j, changes in down if signs[c] > 0 else up:
                change += changes[sums[j]]
            if change < 0:
                signs[c] = sign = -signs[c]
                for j, e in effect:
                    sums[j] += 2 * sign * e
                quiet = 0
                continue
            quiet += 1
            if quiet == count:
                break
        return sum([_price(*kind, total) for kind, total in zip(self.kinds, sums, strict=True)])


def _price(weight: int, odd: int, total: int) -> int:
    """Return what the sum of a row costs; it has the parity of the row, so what exceeds that is never below nought."""
    return weight * (abs(total) - odd) ** 2
