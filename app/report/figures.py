"""Every figure of an audit, from its cases; the same for pages, exports and the frozen report (statistics.md). Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, isfinite
from typing import Any, Self

SCHEMA = "figures/1"
SEEN_STATES = ("seen", "not_seen", "unclear")


@dataclass(frozen=True, slots=True)
class GradedCase:
    """One audited case; grades are codes of the scale, the law type is a lower-case code.

    `not_seen_reason` is None where nobody says whether a reason is recorded. A case that was challenged twice
    has the outcome of the newest challenge: that is the one whose grade stands.
    """

    case_ref: str
    service_area: str
    law_type: str
    employment: str
    first_grade: str
    final_grade: str
    children_seen: str
    not_seen_reason: bool | None
    returned: bool
    challenged: bool
    challenge_outcome: str
    challenge_grade: str
    adjudicated: bool
    adjudication_outcome: str
    referral: bool
    strengths: tuple[str, ...]
    learning_points: tuple[str, ...]
    auditor: str = ""
    benchmark_lead: str = ""
    benchmark_independent: str = ""
    adjudication_grade: str = ""


@dataclass(frozen=True, slots=True)
class Targets:
    """At least so many per cent at the best level, at most so many at the lowest."""

    good_percent: int
    not_met_percent: int


@dataclass(frozen=True, slots=True)
class Comparator:
    """A percentage of an earlier audit or inspection."""

    id: str
    measure: str
    scope: str
    scope_value: str | Sequence[str] | None
    value: float | None
    when: str
    kind: str

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> Self:
        """Read a comparator in the shape of targets_and_comparators.json; what is missing or odd in it stays empty, and gives no sentence."""
        words = {name: str(item.get(name) or "") for name in ("id", "measure", "scope", "when", "kind")}
        value = item.get("value")
        known = isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        return cls(**words, scope_value=item.get("scope_value"), value=value if known else None)


@dataclass(frozen=True, slots=True)
class Basis:
    """What an audit's framework says: the scale as (code, label) best first, areas and law types in order, targets, comparators.

    `seen_asked` are the law types of whose cases the threshold document asks whether the children were seen.
    """

    scale: tuple[tuple[str, str], ...]
    area_order: tuple[str, ...]
    law_types: tuple[str, ...]
    targets: Targets | None = None
    comparators: tuple[Comparator, ...] = ()
    seen_asked: tuple[str, ...] = ("public", "wafh")

    @property
    def best(self) -> str:
        """Return the best level's code."""
        return self.scale[0][0]

    @property
    def lowest(self) -> str:
        """Return the lowest level's code."""
        return self.scale[-1][0]


def percent(count: int, of: int) -> int | None:
    """Return a whole percentage, halves up, or None of nothing (statistics.md section 1)."""
    return (200 * count + of) // (2 * of) if of else None


def whole(percentage: float) -> int:
    """Return somebody else's percentage as a whole number, halves up."""
    return floor(Fraction(str(percentage)) + Fraction(1, 2))


def _share(count: int, of: int) -> dict[str, int | None]:
    return {"count": count, "percent": percent(count, of)}


def _grades(basis: Basis, grades: Sequence[str]) -> dict[str, Any]:
    counts = Counter(grades)
    return {**{code: _share(counts[code], len(grades)) for code, _ in basis.scale}, "total": len(grades)}


def _by(basis: Basis, cases: Sequence[GradedCase], keys: Sequence[str], key: Callable[[GradedCase], str], *, share: bool = False) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[str]] = {k: [] for k in keys}
    for case in cases:
        groups.setdefault(key(case), []).append(case.final_grade)
    tables = {k: _grades(basis, grades) for k, grades in groups.items()}
    return {k: {**t, "share_percent": percent(t["total"], len(cases))} if share else t for k, t in tables.items()}


def figures(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return all figures of an audit in the shape of figures.json.

    Law type keys are upper-case codes. Every law type and area of the audit has a row, also with no cases; a percentage of
    nothing is None. Kinds of employment appear where there are cases.
    """
    areas = _by(basis, cases, basis.area_order, lambda c: c.service_area)
    laws = [w.upper() for w in basis.law_types]
    by_law = _by(basis, cases, laws, lambda c: c.law_type.upper(), share=True)
    area_law = {
        area: {law: _grades(basis, [c.final_grade for c in cases if c.service_area == area and c.law_type.upper() == law]) for law in laws} for area in areas
    }
    overall = _grades(basis, [c.final_grade for c in cases])
    seen_overall = _children_seen(basis, cases)
    return {
        "schema": SCHEMA, "cases": len(cases), "overall": overall,
        "overall_first_grade": _grades(basis, [c.first_grade for c in cases]),
        "law_type": by_law, "service_area": areas, "service_area_order": list(areas), "area_by_law_type": area_law,
        "children_seen": {a: _children_seen(basis, [c for c in cases if c.service_area == a]) for a in areas},
        "children_seen_overall": seen_overall,
        "employment": _by(basis, cases, [], lambda c: c.employment, share=True),
        "challenge": _challenge(basis, cases), "themes": _themes(cases),
        "sentences": _sentences(basis, overall, areas, by_law, area_law, seen_overall),
    }  # fmt: skip


def _children_seen(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return the answers of the cases that are asked; `eit` counts those that are not. A reason that is not known has a key of its own."""
    asked = [c for c in cases if c.law_type in basis.seen_asked]
    of = len(asked)
    counts = Counter(c.children_seen for c in asked)
    reasons = Counter(c.not_seen_reason for c in asked if c.children_seen == "not_seen")
    return {
        "cases": len(cases), "eit": len(cases) - of, "private_public": of,
        **{state: _share(counts[state], of) for state in SEEN_STATES},
        "not_seen_no_reason": _share(reasons[False], of), "not_seen_with_reason": _share(reasons[True], of),
        **({"not_seen_reason_unknown": _share(reasons[None], of)} if reasons[None] else {}),
    }  # fmt: skip


def _challenge(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return the moderation counts, of cases; a re-grade to a level other than the second lowest gets a key of its own."""
    challenged = [c for c in cases if c.challenged]
    regraded = Counter(c.challenge_grade for c in challenged if c.challenge_outcome == "regraded")
    usual = basis.scale[-2][0]
    targets = dict.fromkeys([usual, *(code for code, _ in basis.scale if regraded[code])])
    adjudicated = [c for c in cases if c.adjudicated]
    changed = Counter(c.adjudication_grade for c in adjudicated if c.adjudication_outcome == "regraded")
    agreed = sum(c.challenge_outcome == "unchanged" for c in challenged)
    return {
        "returned_to_area": sum(c.returned for c in cases), "challenged": len(challenged),
        f"agreed_{basis.lowest}": _share(agreed, len(challenged)),
        **{f"regraded_to_{code}": _share(regraded[code], len(challenged)) for code in targets},
        f"first_{basis.lowest}": sum(c.first_grade == basis.lowest for c in cases),
        f"final_{basis.lowest}": sum(c.final_grade == basis.lowest for c in cases),
        "adjudicated": len(adjudicated), "adjudicated_unchanged": sum(c.adjudication_outcome == "unchanged" for c in adjudicated),
        **{f"adjudicated_regraded_to_{code}": changed[code] for code, _ in basis.scale if changed[code]},
        "referral_needed": sum(c.referral for c in cases),
    }  # fmt: skip


def _themes(cases: Sequence[GradedCase]) -> dict[str, dict[str, int]]:
    strengths = Counter(code for c in cases for code in set(c.strengths))
    learning = Counter(code for c in cases for code in set(c.learning_points))
    return {"strengths": dict(sorted(strengths.items())), "learning_points": dict(sorted(learning.items()))}


def _sentences(
    basis: Basis, overall: Mapping[str, Any], areas: Mapping[str, Any], by_law: Mapping[str, Any], area_law: Mapping[str, Any],
    seen: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    best = basis.best
    filled = [a for a in areas if areas[a]["total"]]
    # By the exact share, then by area; two areas with one printed percentage may still differ.
    ranked = sorted(filled, key=lambda a: (-areas[a][best]["count"] / areas[a]["total"], filled.index(a)))
    by_percent = [[a, areas[a][best]["percent"]] for a in ranked]
    return {
        "areas": len(filled), "areas_by_good_percent": by_percent, "highest_good": by_percent[:4],
        "areas_with_no_not_met": [a for a in filled if areas[a][basis.lowest]["count"] == 0],
        **(_against_targets(basis, basis.targets, overall, areas, filled) if basis.targets else {}),
        "change_points": _changes(basis, overall, by_law, area_law),
        "children_seen_denominator": seen["private_public"],
        "not_seen_no_reason": seen["not_seen_no_reason"], "not_seen_with_reason": seen["not_seen_with_reason"], "unclear": seen["unclear"],
    }  # fmt: skip


def _named(areas: Sequence[str]) -> dict[str, Any]:
    return {"areas": list(areas), "count": len(areas)}


def _against_targets(basis: Basis, targets: Targets, overall: Mapping[str, Any], areas: Mapping[str, Any], filled: Sequence[str]) -> dict[str, Any]:
    """Sort areas into bands by their exact shares, never by rounded ones (statistics.md section 2)."""
    good, lowest, t = targets.good_percent, basis.lowest, targets.not_met_percent

    def points(a: str, code: str) -> tuple[int, int]:
        return 100 * areas[a][code]["count"], areas[a]["total"]

    def within(a: str, low: int, high: int) -> bool:
        x, n = points(a, lowest)
        return low * n < x < high * n

    below = [a for a in filled if points(a, basis.best)[0] < good * points(a, basis.best)[1]]
    shares = [areas[a][basis.best]["percent"] for a in below]
    ten = min(10, t)
    total = overall["total"]
    return {
        "areas_at_or_above_good_target": _named([a for a in filled if a not in below]),
        "areas_below_good_target": {**_named(below), "highest_percent": max(shares, default=None), "lowest_percent": min(shares, default=None)},
        "areas_not_met_0_to_10_percent": _named([a for a in filled if points(a, lowest)[0] <= ten * points(a, lowest)[1] and not _at(points(a, lowest), t)]),
        "areas_not_met_over_10_below_target": _named([a for a in filled if within(a, ten, t)]),
        "areas_not_met_at_target": _named([a for a in filled if _at(points(a, lowest), t)]),
        "areas_not_met_over_target": _named([a for a in filled if points(a, lowest)[0] > t * points(a, lowest)[1]]),
        "good_points_from_target": None if not total else overall[basis.best]["percent"] - good,
        "good_target_met": None if not total else 100 * overall[basis.best]["count"] >= good * total,
        "not_met_target_met": None if not total else 100 * overall[lowest]["count"] <= t * total,
    }  # fmt: skip


def _at(points: tuple[int, int], target: int) -> bool:
    return points[0] == target * points[1]


def _changes(basis: Basis, overall: Mapping[str, Any], by_law: Mapping[str, Any], area_law: Mapping[str, Any]) -> dict[str, Any]:
    """Compare with every earlier percentage that is known and that this audit has too (statistics.md section 2)."""
    found = {}
    for c in basis.comparators:
        table = _scope(c, overall, by_law, area_law)
        if not c.id or c.value is None or table is None or c.measure not in dict(basis.scale):
            continue
        now, then = table[c.measure]["percent"], whole(c.value)
        if now is not None:
            found[c.id] = {"then_percent": then, "now_percent": now, "change_points": now - then}
    return found


def _scope(c: Comparator, overall: Mapping[str, Any], by_law: Mapping[str, Any], area_law: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return this audit's table that a comparator speaks of, or None where there is none."""
    match c.scope, c.scope_value:
        case "overall", _:
            return overall
        case "law_type", str(law):
            return by_law.get(law.upper())
        case "service_area", str(area):
            parts: list[Mapping[str, Any]] = list(area_law.get(area, {}).values())
            return _summed(parts) if parts else None
        case "area_law_type", [str(area), str(law)]:
            found: Mapping[str, Any] | None = area_law.get(area, {}).get(law.upper())
            return found
        case _:
            return None


def _summed(parts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    total = sum(p["total"] for p in parts)
    codes = [code for code, value in parts[0].items() if isinstance(value, dict)]
    return {code: _share(sum(p[code]["count"] for p in parts), total) for code in codes} | {"total": total}


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
