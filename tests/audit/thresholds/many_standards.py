"""A threshold document of more than three hundred standards: the national one, its standards fourteen times."""

from typing import Any

from app.audit.thresholds.loading import data_of
from app.audit.thresholds.yaml_text import written
from tests.audit.thresholds.test_thresholds import DOCUMENTS

NAMED, TIMES = ("many-standards", "1"), 14
# What comes out as it did with all the others judged alike; the rules of the rest count shares.
STILL_HOLD = {"critical-not-met", "otherwise-met"}


def many_standards() -> str:
    """Return its text."""
    data = data_of(DOCUMENTS["national-casework-2014-10"])
    for area in data["practice_areas"]:
        area["standards"] = [_again(s, n) for n in range(1, TIMES + 1) for s in area["standards"]]
    examples = [e for e in data["examples"] if e["expect"]["rule"] in STILL_HOLD]
    return written({**data, "id": NAMED[0], "version": NAMED[1], "examples": examples})


def _again(standard: dict[str, Any], number: int) -> dict[str, Any]:
    if number == 1:
        return standard
    return {**standard, "code": f"{standard['code']}N{number}", "title": f"{standard['title']}, {number}"}
