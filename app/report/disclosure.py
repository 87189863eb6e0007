"""What the public edition hides, so that nobody can be recognised (statistics.md section 6). Pure."""

from collections.abc import Mapping
from typing import Any

from app.report.figures import Basis

# A case is a practitioner's, so a count this small is of people who could be recognised.
SMALLEST_SHOWN = 5
HIDDEN = "[c]"
SMALL = ("service_area", "area_by_law_type", "children_seen", "employment")


def public_edition(figures: Mapping[str, Any], _basis: Basis) -> dict[str, Any]:
    """Return the figures for everybody: of a group with any small count every count and percentage is hidden, so that none can be worked out."""
    shown = {key: value for key, value in figures.items() if key not in {"auditors", "moderation"}}
    return {**shown, **{key: {name: _hidden(table) for name, table in figures[key].items()} for key in SMALL}}


def _hidden(table: Mapping[str, Any]) -> dict[str, Any]:
    if all(isinstance(value, Mapping) and "count" not in value for value in table.values()):
        return {name: _hidden(part) for name, part in table.items()}
    shares = [value for value in table.values() if isinstance(value, Mapping)]
    small = any(isinstance(share["count"], int) and 0 < share["count"] < SMALLEST_SHOWN for share in shares)
    return {name: {"count": HIDDEN, "percent": HIDDEN} if small and isinstance(value, Mapping) else value for name, value in table.items()}
