"""Which cells of counts have to be hidden where all totals are printed (statistics.md section 6). Pure.

A table is a network: what is in a column flows from the column to its rows, by way of their group where rows belong to
groups that are printed too (areas to regions). Where the columns' totals can be hidden, it comes from one source.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Cell = tuple[str, str]
Node = tuple[str, ...]
Rows = Mapping[str, Mapping[str, int]]
# What the row of the columns' totals is called where these can be hidden.
ALL_ROWS = "all rows"


def small(count: int, least: int) -> bool:
    """Say whether a count is so small that it has to be hidden; nought is nobody."""
    return 0 < count < least


def everybody_shares(cells: Mapping[str, int], columns: Sequence[str] = ()) -> bool:
    """Say whether all cases of a row are in one column: then whoever knows somebody there knows their result."""
    counts = [cells[c] for c in columns or cells]
    return sum(counts) > 0 and max(counts) == sum(counts)


@dataclass(frozen=True)
class Network:
    """A table with the groups of its rows, by name, and whether the totals of its columns can be hidden too."""

    rows: Rows
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    totals: bool = False

    @cached_property
    def counts(self) -> Rows:
        """Return every row that is printed: the table's, those of groups, and the totals."""
        made = {
            **self.rows,
            **{name: _sums([self.rows[row] for row in members]) for name, members in self.groups.items()},
        }
        return {**made, ALL_ROWS: _sums(list(self.rows.values()))} if self.totals else made

    @cached_property
    def ends(self) -> Mapping[Cell, tuple[Node, Node]]:
        """Return from where to where each cell flows."""
        group_of = {row: name for name, members in self.groups.items() for row in members}
        found: dict[Cell, tuple[Node, Node]] = {}
        for row, cells in self.counts.items():
            for column in cells:
                if row == ALL_ROWS and self.totals:
                    found[row, column] = ("source",), ("column", column)
                elif row in self.groups:
                    found[row, column] = ("column", column), ("group", row, column)
                elif row in group_of:
                    found[row, column] = ("group", group_of[row], column), ("row", row)
                else:
                    found[row, column] = ("column", column), ("row", row)
        return found

    @cached_property
    def at(self) -> Mapping[Node, Sequence[Cell]]:
        """Return the cells that flow to or from each node."""
        found: dict[Node, list[Cell]] = defaultdict(list)
        for cell, ends in self.ends.items():
            for node in ends:
                found[node].append(cell)
        return found

    def count(self, cell: Cell) -> int:
        """Return the count of a cell."""
        return self.counts[cell[0]][cell[1]]

    def could_differ(self, hidden: set[Cell] | frozenset[Cell], cell: Cell) -> bool:
        """Say whether a hidden cell could be one more or less, with other hidden cells, and what is printed as it is.

        Whatever other table has the same totals differs by rounds: one more, one less, from node to node.
        """
        start, end = self.ends[cell]
        return self._leads(hidden, cell, end, start) or (self.count(cell) > 0 and self._leads(hidden, cell, start, end))

    def _leads(self, hidden: set[Cell] | frozenset[Cell], without: Cell, start: Node, end: Node) -> bool:
        """Say whether steps through hidden cells lead from start to end: one more along a cell, one less against it."""
        reached, waiting = {start}, [start]
        while waiting:
            for step in self._steps(hidden, without, waiting.pop()):
                if step == end:
                    return True
                if step not in reached:
                    reached.add(step)
                    waiting.append(step)
        return False

    def _steps(self, hidden: set[Cell] | frozenset[Cell], without: Cell, at: Node) -> Iterator[Node]:
        for cell in self.at[at]:
            if cell in hidden and cell != without:
                start, end = self.ends[cell]
                if at == start:
                    yield end
                elif self.count(cell) > 0:
                    yield start

    def next_to(self, hidden: set[Cell], cell: Cell, shared: Sequence[str]) -> Cell | None:
        """Return the next cell to hide.

        The smallest where one hides alone (in its row, then at its nodes), then where hidden lines cross, then any.
        """
        row = cell[0]
        start, end = self.ends[cell]
        beside = [(row, column) for column in self.counts[row]]
        near = [beside, *([self.at[end]] if end[0] != "row" else []), self.at[start]]
        below = [c for some in near[1:] for c in some]
        across = [
            (r, c)
            for _, c in beside
            for r in dict.fromkeys(r for r, _ in below)
            if (row, c) in hidden or (r, cell[1]) in hidden
        ]
        alone = [cells for cells in near if sum(c in hidden for c in cells) == 1]
        for choice in (*alone, across, *near, list(self.ends)):
            shown = [c for c in choice if c not in hidden]
            if shown:
                return min(shown, key=lambda c: (*self._rank(c, shared), self.count(c), c))
        return None

    def _rank(self, cell: Cell, shared: Sequence[str]) -> tuple[bool, bool]:
        """Put what readers want most last: columns outside `shared`, and sums."""
        row, column = cell
        return bool(shared) and column not in shared, row in self.groups or (self.totals and row == ALL_ROWS)


def _sums(rows: Sequence[Mapping[str, int]]) -> dict[str, int]:
    return {column: sum(cells[column] for cells in rows) for column in (rows[0] if rows else ())}


def hidden_cells(
    rows: Rows,
    least: int,
    shared: Sequence[str] = (),
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    totals: bool = False,
) -> frozenset[Cell] | None:
    """Return the cells to hide so that each could be another number, or None where the totals leave no such way.

    Hidden are small counts and rows that everybody shares (of the columns `shared`, or all), and then the next smallest
    cells beside those that could be worked out, until none can; columns outside `shared` only where nothing else helps.
    With `groups`, rows of these names are printed and hidden as well; with `totals`, the row of all.
    """
    net = Network(rows, groups or {}, totals)
    hidden = {cell for cell in net.ends if small(net.count(cell), least)}
    hidden |= {
        (row, column)
        for row, cells in net.counts.items()
        if everybody_shares(cells, shared)
        for column in shared or cells
    }
    while (cell := next((c for c in sorted(hidden) if not net.could_differ(hidden, c)), None)) is not None:
        more = net.next_to(hidden, cell, shared)
        if more is None:
            return None
        hidden.add(more)
    return frozenset(hidden)


def could_differ(rows: Rows, hidden: set[Cell] | frozenset[Cell], cell: Cell) -> bool:
    """Say whether a hidden cell of a table without groups could be another number, its totals printed."""
    return Network(rows).could_differ(hidden, cell)


def count_of(share: Any) -> int | None:  # noqa: ANN401 - a share of the figures, or a mark where it is hidden
    """Return the count of a share, or None where it is hidden."""
    found = share.get("count") if isinstance(share, Mapping) else share
    return found if isinstance(found, int) else None
