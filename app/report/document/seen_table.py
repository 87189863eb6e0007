"""Whether the children were seen, from a report's figures. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.documents import Column, Kind, Row, Table
from app.report.document.tables import cell
from app.report.figures.counted_cases import Basis
from app.report.findings.known import Figures


def _seen(of: Mapping[str, Any]) -> Iterator[object]:
    yield from (of["cases"], of["eit"], of["private_public"])
    for answer in ("seen", "not_seen"):
        yield from (of[answer]["count"], of[answer]["percent"])
    yield from (of["not_seen_no_reason"]["count"], of["unclear"]["count"])


def children_seen(basis: Basis, figures: Figures) -> Table:
    """Return whether the children were seen, by area."""
    unasked = [w for w in basis.law_types if w not in basis.seen_asked]
    left_out = basis.kinds.law_types.short(unasked[0]) if len(unasked) == 1 else "Not asked"
    heads = (
        "Cases",
        left_out,
        "Cases asked",
        "Seen",
        "% seen",
        "Not seen",
        "% not seen",
        "Not seen, no reason",
        "Unclear",
    )
    columns = [Column(head, Kind.PERCENT if head[0] == "%" else Kind.COUNT) for head in heads]
    lines = [
        *((area, figures["children_seen"][area]) for area in figures["service_area_order"]),
        ("All areas", figures["children_seen_overall"]),
    ]
    rows = [Row([name, *map(cell, _seen(t))], total=name == "All areas") for name, t in lines]
    title = "Children seen by service area (base: cases of which it is asked)"
    return Table("children-seen-by-area", title, [Column("Service area", Kind.WORDS), *columns], rows)
