"""Every figure of an audit, from its cases; the same for pages, exports and the frozen report (statistics.md). Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from typing import Any

from app.report.enums import Stage
from app.report.figures.answers import regions
from app.report.figures.bridge import bridge
from app.report.figures.counted_cases import (
    SEEN_STATES,
    Basis,
    Comparator,
    GradedCase,
    PopulationFacts,
    RegionOf,
    SampleFacts,
    Targets,
    ThemeCounts,
    counted,
    grades,
    grouped,
    hundredfold,
    number,
    share,
)
from app.report.figures.estimates import estimate, told
from app.report.figures.second_grades import benchmark, direction
from app.report.figures.severity import auditors, severity
from app.report.figures.statistics import in_percent, percent
from app.report.figures.uncertainty import (
    design_intervals,
    funnel,
    funnel_limits,
    homogeneous,
    intervals,
    keys_of,
    populations,
    sampling,
    target_verdicts,
)

__all__ = [
    "Basis",
    "Comparator",
    "GradedCase",
    "PopulationFacts",
    "RegionOf",
    "SampleFacts",
    "Targets",
    "ThemeCounts",
    "figures",
    "percent",
    "whole",
]
SCHEMA = "figures/1"


def whole(percentage: float) -> int:
    """Return somebody else's percentage as a whole number, halves up."""
    return floor(Fraction(str(percentage)) + Fraction(1, 2))


def figures(
    basis: Basis, cases: Sequence[GradedCase], themes: ThemeCounts | None = None, *, as_at: Stage = Stage.FINAL
) -> dict[str, Any]:
    """Return all figures of an audit in the shape of figures.json, as at a stage of the ledger of grades.

    Law type keys are upper-case codes. Every law type and area of the audit has a row, also with no cases; a percentage
    of nothing is None. Kinds of employment appear where there are cases.
    """
    then, themes = [c.as_at(as_at) for c in cases], themes or ThemeCounts()
    counts = weighed(basis, counts_of(basis, then), then)
    population = populations(basis, then)
    sure = design_intervals(basis, then, intervals(basis, counts, population), population)
    return {
        "schema": SCHEMA,
        "as_at": as_at.value,
        **counts,
        "challenge": _challenge(basis, then),
        "themes": {
            "strengths": dict(sorted(themes.strengths.items())),
            "learning_points": dict(sorted(themes.learning_points.items())),
        },
        "sentences": _sentences(basis, counts),
        "sample": _sample(basis, basis.sample, then) if basis.sample else None,
        "sampling": sampling(basis, then, population),
        "intervals": sure,
        "target_verdicts": target_verdicts(basis, sure),
        "funnel": funnel(basis, counts, population),
        "funnel_limits": funnel_limits(basis, counts),
        "homogeneity": homogeneous(basis, counts),
        "auditors": auditors(basis, then),
        "cases_without_auditor": number([c for c in then if not c.auditor]),
        "severity": severity(basis, then),
        "benchmark": benchmark(basis, then),
        "direction": direction(basis, then),
        "bridge": bridge(basis, cases),
        **regions.about(basis, counts),
    }


def without_auditors(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures for those who may not see how each auditor graded (statistics.md section 5)."""
    kept = {key: value for key, value in result.items() if key not in {"auditors", "severity"}}
    moderation = kept.get("moderation")
    if moderation:
        kept["moderation"] = {
            **moderation,
            "overturned": {k: v for k, v in moderation["overturned"].items() if k != "auditor"},
        }
    return kept


def counts_of(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return the tables of grades."""
    laws = [w.upper() for w in basis.law_types]
    of_area = grouped(cases, basis.area_order, lambda c: c.service_area)
    of_law = grouped(cases, laws, lambda c: c.law_type.upper())
    of_employment = grouped(cases, (), lambda c: c.employment)
    total = number(cases)

    def with_share(groups: Mapping[str, Sequence[GradedCase]]) -> dict[str, Any]:
        return {
            k: {**grades(basis, counted(theirs)), "share_percent": percent(number(theirs), total)}
            for k, theirs in groups.items()
        }

    return {
        "cases": total,
        "overall": grades(basis, counted(cases)),
        "overall_first_grade": grades(basis, counted(cases, lambda c: c.first_grade)),
        "law_type": with_share(of_law),
        "service_area": {a: grades(basis, counted(theirs)) for a, theirs in of_area.items()},
        "service_area_order": list(of_area),
        "area_by_law_type": {
            a: {
                w: grades(basis, counted(some))
                for w, some in grouped(theirs, list(of_law), lambda c: c.law_type.upper()).items()
            }
            for a, theirs in of_area.items()
        },
        "children_seen": {a: _children_seen(basis, theirs) for a, theirs in of_area.items()},
        "children_seen_overall": _children_seen(basis, cases),
        "employment": with_share(of_employment),
        **regions.counts_of(basis, of_area),
    }


def weighed(basis: Basis, counts: Mapping[str, Any], cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return the tables of grades with shares that are weighted where chances were unequal, and how many gave them.

    Counts stay what they are: cases.
    """
    if basis.design is None:
        return dict(counts)
    first = [replace(c, final_grade=c.first_grade) for c in cases]
    made = {
        **counts,
        "overall": told(basis, counts["overall"], cases, lambda _: True),
        "overall_first_grade": told(basis, counts["overall_first_grade"], first, lambda _: True),
    }
    if basis.design.unequal:
        made["children_seen_overall"] = _seen_weighed(basis, counts["children_seen_overall"], cases)
    for name, key in keys_of(basis, "law_type", "service_area", "employment").items():
        made[name] = {
            k: told(basis, row, cases, lambda c, key=key, k=k: key(c) == k)  # type: ignore[misc]
            for k, row in counts[name].items()
        }
    return made


def _seen_weighed(basis: Basis, row: Mapping[str, Any], cases: Sequence[GradedCase]) -> dict[str, Any]:
    made = dict(row)
    for state in SEEN_STATES:
        found = basis.design and estimate(
            basis.design,
            cases,
            lambda c, state=state: c.children_seen == state,  # type: ignore[misc]
            lambda c: c.law_type in basis.seen_asked,
            None,
        )
        if found:
            share = round(found.share, 6)
            made[state] = {**row[state], "percent": in_percent(share), "estimate": share}
    return made


def _sample(basis: Basis, facts: SampleFacts, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return how the cases were drawn and what became of them (sampling.md section 10).

    Where more than 5% of an area's drawn cases could not be audited, its shares are given for the two extremes: all of
    those counted at the best level, and all counted at the lowest.
    """
    counts = {a: (n, facts.drawn_by_area.get(a, 0)) for a, n in facts.missing.items()}
    many = {a: (n, drawn) for a, (n, drawn) in counts.items() if 20 * n > drawn}
    return {
        "practitioners": facts.practitioners,
        "filings": facts.filings,
        "fraction": facts.fraction,
        "drawn": facts.drawn,
        "replaced": dict(sorted(facts.replaced.items())),
        "lost": facts.lost,
        "added": facts.added,
        "receipt": dict(facts.receipt),
        **({"shape": dict(facts.shape)} if facts.shape else {}),
        "areas_with_many_missing": {
            a: {"drawn": drawn, "missing": n, **_extremes(basis, a, n, drawn, cases)} for a, (n, drawn) in many.items()
        },
    }


def _extremes(basis: Basis, area: str, missing: int, drawn: int, cases: Sequence[GradedCase]) -> dict[str, Any]:
    first = counted([c for c in cases if c.service_area == area and c.first_draw])
    return {
        code: [percent(first[code], drawn), percent(first[code] + missing, drawn)]
        for code in (basis.best, basis.lowest)
    }


def _children_seen(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return the answers of the cases that are asked; `eit` counts those that are not.

    A reason that is not known has a key of its own.
    """
    asked = [c for c in cases if c.law_type in basis.seen_asked]
    total, of = number(cases), number(asked)
    counts = counted(asked, lambda c: c.children_seen)
    reasons: Counter[bool | None] = Counter()
    for case in asked:
        if case.children_seen == "not_seen":
            reasons[case.not_seen_reason] += case.count
    return {
        "cases": total,
        "eit": total - of,
        "private_public": of,
        **{state: share(counts[state], of) for state in SEEN_STATES},
        "not_seen_no_reason": share(reasons[False], of),
        "not_seen_with_reason": share(reasons[True], of),
        **({"not_seen_reason_unknown": share(reasons[None], of)} if reasons[None] else {}),
    }


def _challenge(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, Any]:
    """Return the moderation counts, of cases.

    A re-grade to a level other than the second lowest gets a key of its own.
    """
    challenged, adjudicated = [c for c in cases if c.challenged], [c for c in cases if c.adjudicated]
    tried = number(challenged)
    regraded = counted([c for c in challenged if c.challenge_outcome == "regraded"], lambda c: c.challenge_grade)
    changed = counted([c for c in adjudicated if c.adjudication_outcome == "regraded"], lambda c: c.adjudication_grade)
    targets = dict.fromkeys([basis.scale[-2][0], *(code for code in basis.codes if regraded[code])])
    return {
        "returned_to_area": number([c for c in cases if c.returned]),
        "challenged": tried,
        f"agreed_{basis.lowest}": share(counted(challenged, lambda c: c.challenge_outcome)["unchanged"], tried),
        **{f"regraded_to_{code}": share(regraded[code], tried) for code in targets},
        f"first_{basis.lowest}": counted(cases, lambda c: c.first_grade)[basis.lowest],
        f"final_{basis.lowest}": counted(cases)[basis.lowest],
        "adjudicated": number(adjudicated),
        "adjudicated_unchanged": counted(adjudicated, lambda c: c.adjudication_outcome)["unchanged"],
        **{f"adjudicated_regraded_to_{code}": changed[code] for code in basis.codes if changed[code]},
        "referral_needed": number([c for c in cases if c.referral]),
    }


def _sentences(basis: Basis, counts: Mapping[str, Any]) -> dict[str, Any]:
    overall, areas, seen = counts["overall"], counts["service_area"], counts["children_seen_overall"]
    best = basis.best
    filled = [a for a in areas if areas[a]["total"]]
    # By the exact share, then by area; two areas with one printed percentage may still differ.
    ranked = sorted(filled, key=lambda a: (-areas[a][best]["count"] / areas[a]["total"], filled.index(a)))
    by_percent = [[a, areas[a][best]["percent"]] for a in ranked]
    return {
        "areas": len(filled),
        "areas_by_good_percent": by_percent,
        "highest_good": by_percent[:4],
        "areas_with_no_not_met": [a for a in filled if areas[a][basis.lowest]["count"] == 0],
        **(_against_targets(basis, basis.targets, overall, areas, filled) if basis.targets else {}),
        "change_points": _changes(basis, counts),
        "children_seen_denominator": seen["private_public"],
        "not_seen_no_reason": seen["not_seen_no_reason"],
        "not_seen_with_reason": seen["not_seen_with_reason"],
        "unclear": seen["unclear"],
    }


def _named(areas: Sequence[str]) -> dict[str, Any]:
    return {"areas": list(areas), "count": len(areas)}


def _bands(points: Mapping[str, tuple[float, int]], target: int) -> dict[str, Any]:
    """Return the areas by how their share at the lowest level, a hundred times their count, stands to the target."""
    ten = min(10, target)
    at = [a for a, of in points.items() if _at(of, target)]
    return {
        "areas_not_met_0_to_10_percent": _named([a for a, (x, n) in points.items() if x <= ten * n and a not in at]),
        "areas_not_met_over_10_below_target": _named([a for a, (x, n) in points.items() if ten * n < x < target * n]),
        "areas_not_met_at_target": _named(at),
        "areas_not_met_over_target": _named([a for a, (x, n) in points.items() if x > target * n]),
    }


def _against_targets(
    basis: Basis, targets: Targets, overall: Mapping[str, Any], areas: Mapping[str, Any], filled: Sequence[str]
) -> dict[str, Any]:
    """Sort areas into bands by their exact shares, never by rounded ones (statistics.md section 2)."""
    good, lowest, t = targets.good_percent, basis.lowest, targets.not_met_percent

    hundred = {code: hundredfold(overall, code) for code in (basis.best, lowest)}
    of_best = {a: hundredfold(areas[a], basis.best) for a in filled}
    below = [a for a in filled if of_best[a][0] < good * of_best[a][1]]
    shares = [areas[a][basis.best]["percent"] for a in below]
    ends = {"highest_percent": max(shares, default=None), "lowest_percent": min(shares, default=None)}
    total = overall["total"]
    return {
        "areas_at_or_above_good_target": _named([a for a in filled if a not in below]),
        "areas_below_good_target": {**_named(below), **ends},
        **_bands({a: hundredfold(areas[a], lowest) for a in filled}, t),
        "good_points_from_target": None if not total else overall[basis.best]["percent"] - good,
        "good_target_met": None if not total else hundred[basis.best][0] >= good * total,
        "not_met_target_met": None if not total else hundred[lowest][0] <= t * total,
    }


def _at(points: tuple[float, int], target: int) -> bool:
    return points[0] == target * points[1]


def _changes(basis: Basis, counts: Mapping[str, Any]) -> dict[str, Any]:
    """Compare with every earlier percentage that is known and that this audit has too (statistics.md section 2)."""
    found = {}
    for c in basis.comparators:
        table = _scope(c, counts)
        if not c.id or c.value is None or table is None or c.measure not in basis.codes:
            continue
        now, then = table[c.measure]["percent"], whole(c.value)
        if now is not None:
            found[c.id] = {"then_percent": then, "now_percent": now, "change_points": now - then}
    return found


def _scope(c: Comparator, counts: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return this audit's table that a comparator speaks of, or None where there is none."""
    found: Mapping[str, Any] | None = None
    match c.scope, c.scope_value:
        case "overall", _:
            found = counts["overall"]
        case "law_type", str(law):
            found = counts["law_type"].get(law.upper())
        case "service_area", str(area):
            found = counts["service_area"].get(area)
        case "area_law_type", [str(area), str(law)]:
            found = counts["area_by_law_type"].get(area, {}).get(law.upper())
    return found
