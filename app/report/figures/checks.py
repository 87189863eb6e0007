"""Finds figures that disagree, before anything is published (statistics.md, rule 3). Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.report.figures.answers.agreeing import faults as answers_faults
from app.report.figures.counted_cases import SEEN_STATES

Figures = Mapping[str, Any]
Table = Mapping[str, Any]
# A rounding to four decimals moves an expected count by no more than this for each auditor.
ROUNDING = 0.0001
BANDS = (
    "areas_not_met_0_to_10_percent",
    "areas_not_met_over_10_below_target",
    "areas_not_met_at_target",
    "areas_not_met_over_target",
)
MARGINS = ("service_area", "law_type", "performance_band", "employment")


def check(result: Figures) -> tuple[str, ...]:
    """Return a sentence for each two figures that disagree (statistics.md, rule 3); none means that they agree."""
    parts = (_tables, _children_seen, _moderation, _areas, _sampling, _intervals, _auditors, _benchmark, _bridge)
    return tuple(sentence for part in (*parts, answers_faults) for sentence in part(result))


def _equal(what: str, one: float, other_what: str, other: float) -> Iterator[str]:
    if one != other:
        yield f"{what[0].upper()}{what[1:]} come to {one}, but {other_what} says {other}."


def _codes(result: Figures) -> list[str]:
    return [code for code, value in result["overall"].items() if isinstance(value, dict)]


def _rows(name: str, rows: Iterable[Table], whole_name: str, whole: Table, codes: Iterable[str]) -> Iterator[str]:
    """Yield where the rows of a table do not add up to the whole, or the whole's grades not to its total."""
    kept = list(rows)
    for code in codes:
        yield from _equal(
            f"{name}: the {code} of all rows", sum(r[code]["count"] for r in kept), whole_name, whole[code]["count"]
        )
    yield from _equal(f"{name}: the totals of all rows", sum(r["total"] for r in kept), whole_name, whole["total"])
    yield from _equal(
        f"{whole_name}: the grades", sum(whole[code]["count"] for code in codes), "its total", whole["total"]
    )


def _tables(result: Figures) -> Iterator[str]:
    codes, overall = _codes(result), result["overall"]
    for name in ("law_type", "service_area", "employment"):
        yield from _rows(name, result[name].values(), "overall", overall, codes)
    if "region" in result:
        yield from _regions(result, codes)
    first = result["overall_first_grade"]
    yield from _equal(
        "overall_first_grade: the grades", sum(first[code]["count"] for code in codes), "its total", first["total"]
    )
    for area, laws in result["area_by_law_type"].items():
        yield from _rows(f"{area} by law type", laws.values(), area, result["service_area"][area], codes)
    yield from _equal("cases", result["cases"], "overall", overall["total"])


def _regions(result: Figures, codes: Sequence[str]) -> Iterator[str]:
    """Yield where regions do not add up to the whole, or the areas of a region not to it."""
    yield from _rows("region", result["region"].values(), "overall", result["overall"], codes)
    for code, areas in result["regions"]["areas"].items():
        theirs = [result["service_area"][area] for area in areas]
        yield from _rows(f"areas of region {code}", theirs, f"region {code}", result["region"][code], codes)


def _seen(name: str, seen: Figures) -> Iterator[str]:
    asked, unseen = seen["private_public"], seen["not_seen"]["count"]
    yield from _equal(f"{name}: its parts", sum(seen[s]["count"] for s in SEEN_STATES), "cases asked", asked)
    known = [f"not_seen_{reason}" for reason in ("no_reason", "with_reason", "reason_unknown")]
    reasons = sum(seen[key]["count"] for key in known if key in seen)
    yield from _equal(f"{name}: not seen, with and without a reason,", reasons, "children not seen", unseen)
    yield from _equal(f"{name}: cases asked and not asked", asked + seen["eit"], "its cases", seen["cases"])


def _children_seen(result: Figures) -> Iterator[str]:
    overall = result["children_seen_overall"]
    yield from _seen("children seen", overall)
    for area, seen in result["children_seen"].items():
        yield from _seen(f"children seen in {area}", seen)
    for state in SEEN_STATES:
        counts = sum(t[state]["count"] for t in result["children_seen"].values())
        yield from _equal(f"children seen: the {state} of all areas", counts, "the whole", overall[state]["count"])
    yield from _equal("children seen: its cases", overall["cases"], "overall", result["overall"]["total"])


def _moderation(result: Figures) -> Iterator[str]:
    c, lowest = result["challenge"], _codes(result)[-1]
    outcomes = sum(value["count"] for key, value in c.items() if key.startswith(("agreed_", "regraded_to_")))
    yield from _equal("challenges: their outcomes", outcomes, "cases challenged", c["challenged"])
    adjudicated = c["adjudicated_unchanged"] + sum(
        value for key, value in c.items() if key.startswith("adjudicated_regraded_to_")
    )
    yield from _equal("adjudications: their outcomes", adjudicated, "cases adjudicated", c["adjudicated"])
    for stage, there in (("final", "overall"), ("first", "overall_first_grade")):
        count = result[there][lowest]["count"]
        yield from _equal(f"moderation: {stage} {lowest}", c[f"{stage}_{lowest}"], there, count)


def _areas(result: Figures) -> Iterator[str]:
    """Yield where bands, verdicts and the funnel do not have each area once."""
    words, verdicts, codes = result["sentences"], result["target_verdicts"], _codes(result)
    if "areas_not_met_over_target" in words:
        good, areas = words["areas_at_or_above_good_target"]["count"], words["areas"]
        both = good + words["areas_below_good_target"]["count"]
        yield from _equal("areas in the bands of Not Met", sum(words[b]["count"] for b in BANDS), "areas", areas)
        yield from _equal("areas at, above and below the target for Good", both, "areas", areas)
        within = areas - words["areas_not_met_over_target"]["count"]
        for code, count in ((codes[0], good), (codes[-1], within)):
            reached = sum("reached" in (v or "") for v in verdicts[code]["service_area"].values())
            yield from _equal(f"verdicts: areas that reach the target for {code}", reached, "the sentence on it", count)
    for code, funnel in result["funnel"].items():
        yield from _equal(f"funnel of {code}: its areas", len(funnel["areas"]), "areas", words["areas"])
        yield from _equal(f"funnel of {code}: its limits", len(result["funnel_limits"][code]), "areas", words["areas"])


def _sampling(result: Figures) -> Iterator[str]:
    of, overall = result["sampling"], result["sampling"]["overall"]
    several = "practitioners" in result["overall"]
    one, audited = ("practitioners", result["overall"]["practitioners"]) if several else ("cases", result["cases"])
    yield from _equal(f"sampling: {one} audited", overall["audited"], one, audited)
    for name in MARGINS:
        for what in ("audited", "practitioners"):
            yield from _equal(
                f"sampling by {name}: {what} of all rows",
                sum(r[what] for r in of[name].values()),
                "the whole",
                overall[what],
            )


def _intervals(result: Figures) -> Iterator[str]:
    """Yield where an interval is of other counts than its share, or does not hold it."""
    of = result["intervals"]
    for code, whole in of["overall"].items():
        yield from _interval("overall", code, whole, result["overall"], result["sampling"]["overall"])
        for name in ("law_type", "service_area"):
            for key, row in of[name][code].items():
                yield from _interval(key, code, row, result[name][key], result["sampling"][name][key])


def _interval(name: str, code: str, row: Table, counts: Table, sampled: Table) -> Iterator[str]:
    what = f"interval of {code}, {name}"
    yield from _equal(f"{what}: its cases with the grade", row["x"], "the table", counts[code]["count"])
    yield from _equal(f"{what}: its cases", row["n"], "the table", counts["total"])
    yield from _equal(f"{what}: its practitioners", row["population"], "sampling", sampled["practitioners"])
    for kind in ("wilson", "wilson_fpc", "hypergeometric_exact"):
        limits = row[kind]
        share = row.get("estimate", row["x"] / row["n"] if row["n"] else 0)
        if limits and not limits[0] - ROUNDING <= share <= limits[1] + ROUNDING:
            yield (
                f"Interval of {code}, {name}: {kind} goes from {limits[0]:.4f} to {limits[1]:.4f}, but the share is "
                f"{share:.4f}."
            )


def _auditors(result: Figures) -> Iterator[str]:
    of, codes, unnamed = result["auditors"], _codes(result), result["cases_without_auditor"]
    for name, row in of.items():
        yield from _equal(f"{name}: the grades", sum(row[code]["count"] for code in codes), "its total", row["total"])
    every = sum(r["total"] for r in of.values()) + unnamed
    yield from _equal("auditors: the totals of all rows, and cases without one,", every, "cases", result["cases"])
    if unnamed:
        return
    for code in codes:
        yield from _of_auditors(of, code, result["overall_first_grade"][code]["count"])
    pairs = sum(result["benchmark"][f"{who}_vs_first"]["n"] for who in ("lead", "independent"))
    rows = sum(r["benchmarked"] for r in of.values())
    yield from _equal("auditors: benchmarks of all rows", rows, "benchmark", pairs)


def _of_auditors(of: Figures, code: str, counted: int) -> Iterator[str]:
    rows = sum(r[code]["count"] for r in of.values())
    yield from _equal(f"auditors: the {code} of all rows", rows, "overall_first_grade", counted)
    expected = sum(r[code].get("expected", r[code]["count"]) for r in of.values())
    if abs(expected - counted) > ROUNDING * len(of):
        all_rows = f"the {code} expected of all rows come to {expected:.4f}"
        yield f"Auditors: {all_rows}, but overall_first_grade says {counted}."


def _benchmark(result: Figures) -> Iterator[str]:
    of = result["benchmark"]
    for name in ("lead_vs_first", "lead_vs_final", "independent_vs_first", "independent_vs_final"):
        one = of[name]
        cells = sum(n for row in one["matrix_rows_auditor_columns_benchmark"].values() for n in row.values())
        yield from _equal(f"benchmark, {name}: the cells of its table", cells, "its cases", one["n"])
        apart = one["agree"]["count"] + one["auditor_higher"] + one["auditor_lower"]
        yield from _equal(f"benchmark, {name}: agreeing, higher and lower", apart, "its cases", one["n"])
    for who in ("lead", "independent"):
        first, final = of[f"{who}_vs_first"]["n"], of[f"{who}_vs_final"]["n"]
        yield from _equal(f"benchmark, {who}_vs_first: its cases", first, f"{who}_vs_final", final)
    either = of["lead_vs_first"]["n"] + of["independent_vs_first"]["n"] - of["benchmarked_by_both"]
    there = of["benchmarked_by_either"]["count"]
    yield from _equal("benchmark: cases by lead or independent", either, "benchmarked by either", there)


def _bridge(result: Figures) -> Iterator[str]:
    stages, codes = result["bridge"]["stages"], _codes(result)
    for code in codes:
        for stage, there in (("first", "overall_first_grade"), (result["as_at"], "overall")):
            yield from _equal(f"bridge: {stage} {code}", stages[stage][code], there, result[there][code]["count"])
    for move in result["bridge"]["moves"]:
        yield from _move(move, stages, codes)


def _move(move: Figures, stages: Figures, codes: Sequence[str]) -> Iterator[str]:
    before, after = move["from"], move["to"]
    for code in codes:
        rows, columns = sum(move["table"][code].values()), sum(row[code] for row in move["table"].values())
        there = f"the stage {before}"
        yield from _equal(f"bridge: {code} before the move from {before}", rows, there, stages[before][code])
        yield from _equal(
            f"bridge: {code} after the move to {after}", columns, f"the stage {after}", stages[after][code]
        )
    changed = sum(n for a, row in move["table"].items() for b, n in row.items() if a != b)
    yield from _equal(f"bridge: moves from {before}", changed, "moved", move["moved"])
