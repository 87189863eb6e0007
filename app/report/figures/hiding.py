"""Which cells of counts have to be hidden where all totals are printed (statistics.md section 6). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Cell = tuple[str, str]
Rows = Mapping[str, Mapping[str, int]]


def small(count: int, least: int) -> bool:
    """Say whether a count is so small that it has to be hidden; nought is nobody."""
    return 0 < count < least


def everybody_shares(cells: Mapping[str, int], columns: Sequence[str] = ()) -> bool:
    """Say whether all cases of a row are in one column: then whoever knows somebody there knows their result."""
    counts = [cells[c] for c in columns or cells]
    return sum(counts) > 0 and max(counts) == sum(counts)


def hidden_cells(rows: Rows, least: int, shared: Sequence[str] = ()) -> frozenset[Cell] | None:
    """Return the cells to hide so that each could be another number, or None where the totals leave no such way.

    Hidden are small counts and rows that everybody shares (of the columns `shared`, or all), and then the next smallest
    cells beside those that could be worked out, until none can; columns outside `shared` only where nothing else helps.
    """
    hidden = {(row, column) for row, cells in rows.items() for column, count in cells.items() if small(count, least)}
    hidden |= {
        (row, column) for row, cells in rows.items() if everybody_shares(cells, shared) for column in shared or cells
    }
    while (cell := next((c for c in sorted(hidden) if not could_differ(rows, hidden, c)), None)) is not None:
        more = _next_to(rows, hidden, cell, shared)
        if more is None:
            return None
        hidden.add(more)
    return frozenset(hidden)


def could_differ(rows: Rows, hidden: set[Cell] | frozenset[Cell], cell: Cell) -> bool:
    """Say whether a hidden cell could be one more or one less, with other hidden cells, and every total as it is.

    Whatever other table has the same totals differs by rounds: one more, one less, along rows and columns in turn.
    """
    row, column = cell
    return _leads(rows, hidden, cell, ("column", column), ("row", row)) or (
        rows[row][column] > 0 and _leads(rows, hidden, cell, ("row", row), ("column", column))
    )


def _leads(rows: Rows, hidden: set[Cell] | frozenset[Cell], without: Cell, start: Cell, end: Cell) -> bool:
    """Say whether steps through hidden cells lead from start to end: one more from row to column, one less back."""
    reached, waiting = {start}, [start]
    while waiting:
        for step in _steps(rows, hidden, without, waiting.pop()):
            if step == end:
                return True
            if step not in reached:
                reached.add(step)
                waiting.append(step)
    return False


def _steps(rows: Rows, hidden: set[Cell] | frozenset[Cell], without: Cell, at: Cell) -> Iterator[Cell]:
    kind, name = at
    if kind == "row":
        yield from (("column", c) for c in rows[name] if (name, c) in hidden and (name, c) != without)
    else:
        yield from (
            ("row", r) for r, cells in rows.items() if (r, name) in hidden and (r, name) != without and cells[name] > 0
        )


def _next_to(rows: Rows, hidden: set[Cell], cell: Cell, shared: Sequence[str]) -> Cell | None:
    """Return the next cell to hide: the smallest in a row that hides alone, then where hidden lines cross, then any."""
    row, column = cell
    beside = [(row, c) for c in rows[row]]
    below = [(r, column) for r in rows]
    across = [(r, c) for _, c in beside for r, _ in below if (row, c) in hidden or (r, column) in hidden]
    alone = [cells for cells in (beside, below) if sum(c in hidden for c in cells) == 1]
    for choice in (*alone, across, beside, below, _every(rows)):
        shown = [c for c in choice if c not in hidden]
        if shown:
            return min(shown, key=lambda c: (bool(shared) and c[1] not in shared, rows[c[0]][c[1]], c))
    return None


def _every(rows: Rows) -> list[Cell]:
    return [(row, column) for row, cells in rows.items() for column in cells]


def count_of(share: Any) -> int | None:  # noqa: ANN401 - a share of the figures, or a mark where it is hidden
    """Return the count of a share, or None where it is hidden."""
    found = share.get("count") if isinstance(share, Mapping) else share
    return found if isinstance(found, int) else None
