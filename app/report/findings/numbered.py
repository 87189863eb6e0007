"""Which tables of a report are figures with a number, by their codes, and how a text refers to one. Pure."""

import re
from collections.abc import Mapping
from typing import Any

NUMBERED = (
    "grades",
    "grades-by-law-type",
    "grades-by-area",
    "grades-by-region",
    "children-seen-by-area",
    "grades-by-employment",
    "rules",
    "critical-standards",
)
# Those of a practice area and of a fact end with its code.
STANDARDS, FACT = "standards-", "fact-"
# What tables were called in reports that were published before numbers were given so.
FORMER = {
    "figure-1": "grades",
    "figure-2": "grades-by-law-type",
    "figure-3": "grades-by-area",
    "figure-4": "children-seen-by-area",
    "figure-5": "grades-by-employment",
}
REFERENCE = re.compile(r"\{\s*figure\.([A-Za-z0-9_-]+)\s*\}")


def is_numbered(code: str) -> bool:
    """Say whether a table has a number."""
    return code in NUMBERED or code.startswith((STANDARDS, FACT))


def references(figures: Mapping[str, Any]) -> list[str]:
    """Return what a text can refer to: each figure that a report of these figures could have."""
    areas = [f"{STANDARDS}{code}" for code in figures.get("practice_areas", {})]
    facts = [f"{FACT}{code}" for code in figures.get("facts", {})]
    return [f"figure.{code}" for code in (*NUMBERED, *areas, *facts)]
