"""The figures computed a second time, straight from the rows of a results file and in another way than ours.

Nothing here imports `app.report`. Rows are dictionaries in the words of the file's dictionary (README of
app/data/november-2014).
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from tests.earlier import independent_methods as methods

Row = Mapping[str, str]
GRADES = {"good": "Good", "met": "Met", "not_met": "Not Met"}


def percentage(part: int, base: int) -> int | None:
    if base == 0:
        return None
    return int((Decimal(100 * part) / Decimal(base)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def part(rows: Sequence[Row], keep: Callable[[Row], bool], base: int) -> dict[str, int | None]:
    count = len([r for r in rows if keep(r)])
    return {"count": count, "percent": percentage(count, base)}


def grades(rows: Sequence[Row], column: str = "final_grade") -> dict[str, Any]:
    table: dict[str, Any] = {
        code: part([r for r in rows if r[column] == label], lambda _row: True, len(rows))
        for code, label in GRADES.items()
    }
    return table | {"total": len(rows)}


def seen(rows: Sequence[Row]) -> dict[str, Any]:
    base = [r for r in rows if r["law_type"] != "WTFH"]
    away = [r for r in base if r["children_seen"] == "not_seen"]
    table: dict[str, Any] = {"cases": len(rows), "eit": len(rows) - len(base), "private_public": len(base)}
    for state in ("seen", "not_seen", "unclear"):
        table[state] = part(base, lambda r, state=state: r["children_seen"] == state, len(base))  # type: ignore[misc]
    for key, cell in (("no_reason", "no"), ("with_reason", "yes"), ("reason_unknown", "")):
        table[f"not_seen_{key}"] = part(away, lambda r, cell=cell: r["not_seen_reason_recorded"] == cell, len(base))  # type: ignore[misc]
    if not table["not_seen_reason_unknown"]["count"]:
        del table["not_seen_reason_unknown"]
    return table


def challenge(rows: Sequence[Row]) -> dict[str, Any]:
    tried = [r for r in rows if r["challenged"] == "yes"]
    last = [r for r in rows if r["adjudicated"] == "yes"]
    table: dict[str, Any] = {
        "returned_to_area": len([r for r in rows if r["returned_to_area"] == "yes"]),
        "challenged": len(tried),
        "agreed_not_met": part(tried, lambda r: r["challenge_outcome"] in ("agreed_not_met", "unchanged"), len(tried)),
        "regraded_to_met": part(tried, lambda r: r["challenge_outcome"] == "regraded_to_met", len(tried)),
        "regraded_to_good": part(tried, lambda r: r["challenge_outcome"] == "regraded_to_good", len(tried)),
        "first_not_met": len([r for r in rows if r["first_grade"] == "Not Met"]),
        "final_not_met": len([r for r in rows if r["final_grade"] == "Not Met"]),
        "adjudicated": len(last),
        "adjudicated_unchanged": len([r for r in last if r["adjudication_outcome"] == "unchanged"]),
        "referral_needed": len([r for r in rows if r["referral_needed"] == "yes"]),
    }
    if not table["regraded_to_good"]["count"]:
        del table["regraded_to_good"]
    for code in GRADES:
        changed = len([r for r in last if r["adjudication_outcome"] == f"regraded_to_{code}"])
        if changed:
            table[f"adjudicated_regraded_to_{code}"] = changed
    return table


def themes(rows: Sequence[Row], column: str) -> dict[str, int]:
    codes = {code for r in rows for code in r[column].split(";") if code}
    return {code: len([r for r in rows if code in r[column].split(";")]) for code in codes}


def bands(areas: Mapping[str, Sequence[Row]], targets: Mapping[str, int], everything: Sequence[Row]) -> dict[str, Any]:
    good, limit = Fraction(targets["good_percent"]), Fraction(targets["not_met_percent"])

    def share(rows: Sequence[Row], label: str) -> Fraction:
        return Fraction(100 * len([r for r in rows if r["final_grade"] == label]), len(rows))

    def named(keep: Callable[[Fraction], bool], label: str) -> dict[str, Any]:
        found = [a for a, rows in areas.items() if rows and keep(share(rows, label))]
        return {"areas": found, "count": len(found)}

    below = named(lambda s: s < good, "Good")
    printed = [
        percentage(len([r for r in areas[a] if r["final_grade"] == "Good"]), len(areas[a])) or 0 for a in below["areas"]
    ]
    ten = min(Fraction(10), limit)
    overall = percentage(len([r for r in everything if r["final_grade"] == "Good"]), len(everything)) or 0
    return {
        "areas_at_or_above_good_target": named(lambda s: s >= good, "Good"),
        "areas_below_good_target": below
        | {"highest_percent": max(printed, default=None), "lowest_percent": min(printed, default=None)},
        "areas_not_met_0_to_10_percent": named(lambda s: s <= ten and s != limit, "Not Met"),
        "areas_not_met_over_10_below_target": named(lambda s: ten < s < limit, "Not Met"),
        "areas_not_met_at_target": named(lambda s: s == limit, "Not Met"),
        "areas_not_met_over_target": named(lambda s: s > limit, "Not Met"),
        "good_points_from_target": overall - targets["good_percent"],
        "good_target_met": share(everything, "Good") >= good,
        "not_met_target_met": share(everything, "Not Met") <= limit,
    }


def named(row: Row, scope: str) -> str | list[str] | None:
    area, law = row["service_area"], row["law_type"]
    return {"overall": None, "law_type": law, "service_area": area, "area_law_type": [area, law]}[scope]


def changes(rows: Sequence[Row], comparators: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    found = {}
    for c in comparators:
        base = [r for r in rows if named(r, c["scope"]) == c["scope_value"]]
        if c["value"] is None or c["measure"] not in GRADES or not base:
            continue
        now = percentage(len([r for r in base if r["final_grade"] == GRADES[c["measure"]]]), len(base)) or 0
        then = int(Decimal(str(c["value"])).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        found[c["id"]] = {"then_percent": then, "now_percent": now, "change_points": now - then}
    return found


COLUMNS = {
    "service_area": "service_area",
    "law_type": "law_type",
    "performance_band": "performance_band",
    "employment": "employment",
}


def sampling(
    rows: Sequence[Row], frame: Sequence[Row] | None, filings: int | None, usual: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    def line(audited: int, practitioners: int) -> dict[str, int | None]:
        return {"audited": audited, "practitioners": practitioners, "percent": percentage(audited, practitioners)}

    people = [*rows, *rows] if frame is None else frame
    found: dict[str, Any] = {"overall": line(len(rows), len(people)) | {"filings": filings}}
    for name in COLUMNS:
        keys = {*usual.get(name, ()), *(r[name] for r in [*rows, *people])}
        found[name] = {
            k: line(len([r for r in rows if r[name] == k]), len([r for r in people if r[name] == k])) for k in keys
        }
    return found


def uncertain(
    rows: Sequence[Row],
    places: Mapping[str, Sequence[str]],
    sampled: Mapping[str, Any],
    targets: Mapping[str, int] | None,
) -> dict[str, Any]:
    """Return intervals, verdicts and funnel; `places` has the areas and the law types."""
    intervals: dict[str, Any] = {
        "overall": {},
        "service_area": {},
        "law_type": {},
        "agency_minus_employed_newcombe": {},
    }
    verdicts: dict[str, Any] = {}
    funnel: dict[str, Any] = {}
    for code in ("good", "not_met"):

        def interval(theirs: Sequence[Row], practitioners: int, code: str = code) -> dict[str, Any]:
            return methods.interval(
                len([r for r in theirs if r["final_grade"] == GRADES[code]]), len(theirs), practitioners
            )

        intervals["overall"][code] = interval(rows, sampled["overall"]["practitioners"])
        for name, keys in places.items():
            intervals[name][code] = {
                k: interval([r for r in rows if r[name] == k], sampled[name][k]["practitioners"]) for k in keys
            }
        kinds = [
            [r["final_grade"] == GRADES[code] for r in rows if r["employment"] == kind]
            for kind in ("agency", "employed")
        ]
        one, other = ((sum(k), len(k)) for k in kinds)
        intervals["agency_minus_employed_newcombe"][code] = methods.difference(one, other) if all(kinds) else None
        areas = {a: (v["x"], v["n"]) for a, v in intervals["service_area"][code].items() if v["n"]}
        funnel[code] = methods.funnel(areas, {a: sampled["service_area"][a]["practitioners"] for a in areas})
        if targets:
            target = targets[f"{code}_percent"]
            verdicts[code] = {"overall": methods.verdict(code, intervals["overall"][code], target)} | {
                name: {k: methods.verdict(code, row, target) for k, row in intervals[name][code].items()}
                for name in places
            }
    return {"intervals": intervals, "target_verdicts": verdicts, "funnel": funnel}


def auditors(rows: Sequence[Row]) -> dict[str, Any]:
    found = {}
    rank = {"Good": 2, "Met": 1, "Not Met": 0}
    for name in {r["auditor_id"] for r in rows} - {""}:
        theirs = [r for r in rows if r["auditor_id"] == name]
        line = grades(theirs, "first_grade")
        for code in ("good", "not_met"):
            strata = []
            for law in {r["law_type"] for r in theirs}:
                all_of_law = [r["first_grade"] == GRADES[code] for r in rows if r["law_type"] == law]
                strata.append((len([r for r in theirs if r["law_type"] == law]), sum(all_of_law), len(all_of_law)))
            line[code] |= {
                "expected": float(sum(Fraction(n * k, of) for n, k, of in strata)),
                "midp": methods.mid_p_of_sum(line[code]["count"], strata),
            }
        both = [rank[r["first_grade"]] - rank[r[column]] for r in theirs for column in SECOND.values() if r[column]]
        line |= {
            "benchmarked": len(both),
            "benchmark_agree": both.count(0),
            "mean_signed_difference": sum(both) / len(both) if both else None,
        }
        found[name] = line
    return found


SECOND = {"lead": "benchmark_lead_grade", "independent": "benchmark_independent_grade"}


def benchmark(rows: Sequence[Row]) -> dict[str, Any]:
    lead, independent = ([bool(r[column]) for r in rows] for column in SECOND.values())
    found: dict[str, Any] = {
        "benchmarked_by_both": sum(a and b for a, b in zip(lead, independent, strict=True)),
        "benchmarked_by_either": part(
            rows, lambda r: bool(r["benchmark_lead_grade"] or r["benchmark_independent_grade"]), len(rows)
        ),
    }
    for who, column in SECOND.items():
        for name in ("first", "final"):
            pairs = [(r[f"{name}_grade"], r[column]) for r in rows if r[column]]
            found[f"{who}_vs_{name}"] = methods.agreement(pairs, list(GRADES.values()))
            agree = found[f"{who}_vs_{name}"]["agree"]
            agree["percent"] = percentage(agree["count"], len(pairs))
    return found


def statistics_of(
    rows: Sequence[Row],
    *,
    areas: Sequence[str],
    laws: Sequence[str],
    targets: Mapping[str, int] | None,
    frame: Sequence[Row] | None,
    filings: int | None,
) -> dict[str, Any]:
    """Return the figures that say how sure the others are; `frame` has a row for each practitioner."""
    places = {"service_area": areas, "law_type": laws}
    sampled = sampling(rows, frame, filings, places)
    found = uncertain(rows, places, sampled, targets)
    found["intervals"]["population_source"] = "sample" if frame is None else "frame"
    return found | {"sampling": sampled, "auditors": auditors(rows), "benchmark": benchmark(rows)}


def figures_of(
    rows: Sequence[Row],
    *,
    areas: Sequence[str],
    laws: Sequence[str],
    targets: Mapping[str, int] | None,
    comparators: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    by_area = {a: [r for r in rows if r["service_area"] == a] for a in areas}
    by_law = {w: [r for r in rows if r["law_type"] == w] for w in laws}
    kinds = sorted({r["employment"] for r in rows})
    all_seen = seen(rows)
    good = {a: len([r for r in theirs if r["final_grade"] == "Good"]) for a, theirs in by_area.items()}
    filled = [a for a in areas if by_area[a]]
    ranked = [
        [a, percentage(good[a], len(by_area[a]))]
        for a in sorted(filled, key=lambda a: Fraction(good[a], len(by_area[a])), reverse=True)
    ]

    def shared(theirs: Sequence[Row]) -> dict[str, Any]:
        return grades(theirs) | {"share_percent": percentage(len(theirs), len(rows))}

    return {
        "schema": "figures/1",
        "cases": len(rows),
        "overall": grades(rows),
        "overall_first_grade": grades(rows, "first_grade"),
        "law_type": {w: shared(theirs) for w, theirs in by_law.items()},
        "service_area": {a: grades(theirs) for a, theirs in by_area.items()},
        "service_area_order": list(areas),
        "area_by_law_type": {
            a: {w: grades([r for r in by_area[a] if r["law_type"] == w]) for w in laws} for a in areas
        },
        "children_seen": {a: seen(theirs) for a, theirs in by_area.items()},
        "children_seen_overall": all_seen,
        "employment": {k: shared([r for r in rows if r["employment"] == k]) for k in kinds},
        "challenge": challenge(rows),
        "themes": {k: themes(rows, k) for k in ("strengths", "learning_points")},
        "sentences": {
            "areas": len(filled),
            "areas_by_good_percent": ranked,
            "highest_good": ranked[:4],
            "areas_with_no_not_met": [
                a for a in filled if not [r for r in by_area[a] if r["final_grade"] == "Not Met"]
            ],
            **(bands(by_area, targets, rows) if targets else {}),
            "change_points": changes(rows, comparators),
            "children_seen_denominator": all_seen["private_public"],
            **{key: all_seen[key] for key in ("not_seen_no_reason", "not_seen_with_reason", "unclear")},
        },
    }
