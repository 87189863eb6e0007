"""Regions: the grades of the areas that belong to each, and whether they differ at all; in their own order. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.report.figures import statistics
from app.report.figures.counted_cases import Basis, GradedCase, counted, grades, tested


def counts_of(basis: Basis, of_area: Mapping[str, Sequence[GradedCase]]) -> dict[str, Any]:
    """Return `region`: the grades of each region; nothing where no area belongs to one."""
    found = {
        of.code: grades(basis, counted([case for area in of.areas for case in of_area.get(area, ())]))
        for of in basis.regions
    }
    return {"region": found} if found else {}


def about(basis: Basis, counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return `regions`: their order, names and areas, and how likely regions that do not differ look so different."""
    if not basis.regions:
        return {}
    return {
        "regions": {
            "order": [of.code for of in basis.regions],
            "names": {of.code: of.name for of in basis.regions},
            "areas": {of.code: list(of.areas) for of in basis.regions},
            "homogeneity": {
                code: _chance(counts["region"], code) for code in dict.fromkeys((basis.best, basis.lowest))
            },
        }
    }


def _chance(rows: Mapping[str, Mapping[str, Any]], code: str) -> float | None:
    differ = statistics.homogeneity([tested(row, code) for row in rows.values() if row["total"]])
    return round(differ[2], 4) if differ else None
