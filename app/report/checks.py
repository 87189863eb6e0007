"""Finds figures that disagree, before anything is published (statistics.md, rule 3). Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.report.basis import SEEN_STATES


def check(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence for each two figures that disagree (statistics.md, rule 3); none means that they agree."""
    return tuple(_disagreements(result))


def _disagreements(result: Mapping[str, Any]) -> Iterator[str]:
    overall, total = result["overall"], result["overall"]["total"]
    codes = [code for code, value in overall.items() if isinstance(value, dict)]
    for name in ("law_type", "service_area", "employment"):
        for code in codes:
            yield from _equal(f"{name}: the {code} of all rows", sum(r[code]["count"] for r in result[name].values()), "overall", overall[code]["count"])
        yield from _equal(f"{name}: the totals of all rows", sum(r["total"] for r in result[name].values()), "overall", total)
    for name in ("overall", "overall_first_grade"):
        yield from _equal(f"{name}: the grades", sum(result[name][code]["count"] for code in codes), "its total", result[name]["total"])
    for area, laws in result["area_by_law_type"].items():
        yield from _equal(f"{area}: its law types", sum(t["total"] for t in laws.values()), "the area", result["service_area"][area]["total"])
    seen = result["children_seen_overall"]
    yield from _equal("children seen: its parts", sum(seen[s]["count"] for s in SEEN_STATES), "cases asked", seen["private_public"])
    reasons = sum(seen[f"not_seen_{known}"]["count"] for known in ("no_reason", "with_reason", "reason_unknown") if f"not_seen_{known}" in seen)
    yield from _equal("children not seen, with and without a reason", reasons, "children not seen", seen["not_seen"]["count"])
    yield from _moderation_disagreements(result["challenge"])
    yield from _equal("cases", result["cases"], "overall", total)
    words = result["sentences"]
    if "areas_not_met_over_target" in words:
        bands = ("areas_not_met_0_to_10_percent", "areas_not_met_over_10_below_target", "areas_not_met_at_target", "areas_not_met_over_target")
        yield from _equal("areas in the bands of Not Met", sum(words[b]["count"] for b in bands), "areas", words["areas"])


def _moderation_disagreements(c: Mapping[str, Any]) -> Iterator[str]:
    outcomes = sum(value["count"] for key, value in c.items() if key.startswith(("agreed_", "regraded_to_")))
    yield from _equal("challenges: their outcomes", outcomes, "cases challenged", c["challenged"])
    adjudicated = c["adjudicated_unchanged"] + sum(value for key, value in c.items() if key.startswith("adjudicated_regraded_to_"))
    yield from _equal("adjudications: their outcomes", adjudicated, "cases adjudicated", c["adjudicated"])


def _equal(what: str, one: int, other_what: str, other: int) -> Iterator[str]:
    if one != other:
        yield f"{what[0].upper()}{what[1:]} come to {one}, but {other_what} says {other}."
