"""How grades got from the first to the last: the counts at each stage and the moves between them. Pure."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from app.report.enums import Stage
from app.report.figures.counted_cases import Basis, GradedCase, counted


def bridge(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return each grade's count at each stage, and between stages a table from a row's grade to a column's."""
    stages = {stage.value: _at(cases, stage) for stage in Stage}
    return {
        "stages": {stage: {code: counts[code] for code in basis.codes} for stage, counts in stages.items()},
        "moves": [_moves(basis, cases, one, other) for one, other in pairwise(Stage)],
    }


def _at(cases: Sequence[GradedCase], stage: Stage) -> Counter[str]:
    return counted(cases, lambda c: c.grade_at(stage))


def _moves(basis: Basis, cases: Sequence[GradedCase], one: Stage, other: Stage) -> dict[str, Any]:
    moved: Counter[tuple[str, str]] = Counter()
    for case in cases:
        moved[case.grade_at(one), case.grade_at(other)] += case.count
    return {
        "from": one.value,
        "to": other.value,
        "moved": sum(n for (a, b), n in moved.items() if a != b),
        "table": {a: {b: moved[a, b] for b in basis.codes} for a in basis.codes},
    }
