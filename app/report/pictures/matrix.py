"""The picture of how often two people gave a case the same grade. Pure."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from app.documents import Picture
from app.labels import bears_verdict, out_of, plural
from app.pictures import COLOURS, INK
from app.report.figures.all_figures import Basis
from app.report.findings.known import Known, agreed, square, told
from app.report.pictures.parts import NARROW, WIDE, Size, Spec

# Lighter than the bars, so that dark words can be read on every cell.
SAME, NEAR, FAR = "#9fb6d1", "#f1f3f5", "#f7c9b0"
PERCENT = "{}%".format


def agreement(basis: Basis, figures: Mapping[str, Any], key: str = "lead_vs_first") -> Picture | None:
    """Return the auditors' grades against a benchmark's, as a square of counts."""
    found, table = agreed(figures, key), square(figures, key)
    if found is None or not isinstance(found.agreeing, Known) or table is None:
        return None
    counts = _counts(basis, table)
    labels = [label for _, label in basis.scale]
    same, of = found.agreeing.value, found.cases
    judged = bears_verdict(of) and 0 < same < of
    share = f"{out_of(same, of, 'case')}{f' ({told(found.percent, PERCENT)})' if judged else ''}"
    words = _in_words(labels, counts, plural(of - same, "case"))
    wide, narrow = (_square(labels, counts, size) for size in (WIDE, NARROW))
    title = f"Auditor and benchmark gave the same grade in {share}"
    return Picture("agreement", title, words, wide, narrow, "agreement")


def _in_words(labels: list[str], counts: list[list[int]], differing: str) -> str:
    apart = [
        f"auditor {a}, benchmark {b}: {counts[i][j]:,}"
        for (i, a), (j, b) in product(enumerate(labels), repeat=2)
        if i != j and counts[i][j]
    ]
    same = ", ".join(f"both {label}: {counts[i][i]:,}" for i, label in enumerate(labels))
    rest = f"They differed in {differing}: {'; '.join(apart)}." if apart else "They never differed."
    whole = "A square of counts, the auditor’s grade down and the benchmark’s across."
    return f"{whole} {same[0].upper()}{same[1:]}. {rest}"


def _counts(basis: Basis, matrix: Mapping[str, Any]) -> list[list[int]]:
    """Return the counts in the order of the scale; rows and columns are named by label or by code."""

    def at(of: Mapping[str, Any], level: tuple[str, str]) -> Any:  # noqa: ANN401 - a row, or a count
        return of[level[1]] if level[1] in of else of.get(level[0], 0)

    return [[int(at(at(matrix, row) or {}, column)) for column in basis.scale] for row in basis.scale]


def _square(labels: list[str], counts: list[list[int]], size: Size) -> Spec:
    side = {"type": "nominal", "sort": labels, "scale": {"paddingInner": 0.04, "paddingOuter": 0}}
    step = min(100, (size.bars - 60) // len(labels)) if size is WIDE else min(74, (size.bars - 70) // len(labels))
    across = {"orient": "top", "labelAngle": 0, "labelLimit": step, "title": "Benchmark’s grade"}
    down = {"title": "Auditor’s grade", "labelLimit": 90}
    axes = {"x": {"field": "benchmark", **side, "axis": across}, "y": {"field": "auditor", **side, "axis": down}}
    return {
        "data": {"values": _cells(labels, counts)},
        "width": {"step": step},
        "height": {"step": 56},
        "encoding": axes,
        "layer": LAYERS,
    }


# The squares in their colours, a frame round each where both agree, and the numbers.
LAYERS: list[Spec] = [
    {"mark": {"type": "rect"}, "encoding": {"color": {"field": "fill", "type": "nominal", "scale": None}}},
    {
        "transform": [{"filter": "datum.auditor === datum.benchmark"}],
        "mark": {"type": "rect", "filled": False, "stroke": COLOURS[0], "strokeWidth": 3},
    },
    {
        "mark": {"type": "text", "fontSize": 18, "fontWeight": "bold", "color": INK},
        "encoding": {"text": {"field": "cases"}},
    },
]


def _cells(labels: list[str], counts: list[list[int]]) -> list[dict[str, str]]:
    found = []
    for (i, auditor), (j, benchmark) in product(enumerate(labels), repeat=2):
        fill = (SAME, NEAR, FAR)[min(2, abs(i - j))] if counts[i][j] else NEAR
        found.append({"auditor": auditor, "benchmark": benchmark, "cases": f"{counts[i][j]:,}", "fill": fill})
    return found
