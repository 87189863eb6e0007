"""One rule says what differs: it claims nothing where nothing does, and finds what is there."""

from typing import Any

from app.report.findings.differences import between_groups, judged, of_areas
from app.report.narrative import cautions
from app.report.pictures import charts
from tests.report.basis import Basis
from tools.long.differences import CLAIMS, SCALE, allowed, claims, simulated

BASIS = Basis(SCALE, ("A1", "A2", "A10"), ("public", "wafh", "wtfh"))
AUDITS = 150


def table(good: Any, met: Any, not_met: Any, total: int = 0) -> dict[str, Any]:
    """Return a row of a table of grades, a hidden count as its mark."""
    counts = {"good": good, "met": met, "not_met": not_met}
    return {**{code: {"count": n, "percent": n} for code, n in counts.items()}, "total": total or good + met + not_met}


def figures(**areas: dict[str, Any]) -> dict[str, Any]:
    overall = {code: sum(t[code]["count"] for t in areas.values() if t[code]["count"] != "[c]") for code, _ in SCALE}
    return {"service_area": areas, "service_area_order": list(areas), "overall": table(**overall)}


def test_of_audits_in_which_nothing_differs_at_most_one_in_twenty_claims_a_difference() -> None:
    found = simulated(AUDITS)
    assert all(found[what] <= allowed(AUDITS) for what in CLAIMS), found


def test_a_real_difference_is_claimed_in_sentence_and_titles_alike() -> None:
    found = figures(A1=table(50, 10, 2), A2=table(10, 30, 20), A10=table(48, 10, 3))
    named = of_areas(BASIS, found).named
    assert "A2" in named
    told = " ".join(cautions.chance(found, BASIS))
    assert all(area in told for area in named)
    assert "areas" in set(claims(BASIS, {**found, "law_type": {}, "employment": {}}))
    title = charts.areas(BASIS, found)
    assert title is not None
    assert all(area in title.title for area in named)


def test_law_types_and_staff_are_compared_pair_by_pair_and_the_lowest_level_comes_first() -> None:
    tables = {"Public law": table(60, 30, 10), "WAFH": table(30, 30, 40), "WTFH": table(58, 32, 10)}
    first = between_groups(BASIS, tables)[0]
    assert (first.code, first.more) == ("not_met", "WAFH")
    assert {d.code for d in between_groups(BASIS, tables)} == {"not_met", "good"}
    assert not between_groups(BASIS, {name: table(60, 30, 10) for name in tables})


def test_what_seems_clear_of_one_pair_is_not_clear_of_six_comparisons() -> None:
    """November 2014: 17 of 265 and 28 of 214 differ with p = 0.014, which among six comparisons is 0.085."""
    pair = {"public": table(181, 67, 17), "wafh": table(130, 56, 28)}
    assert between_groups(BASIS, pair)
    assert not between_groups(BASIS, {**pair, "wtfh": table(66, 25, 7)})


def test_few_cases_are_not_judged_and_what_is_hidden_differs_from_nothing() -> None:
    few = figures(A1=table(90, 10, 0), A2=table(0, 0, 9))
    assert judged(few["service_area"]) == ["A1"]
    assert not of_areas(BASIS, few).named
    hidden = figures(A1=table(60, 10, 0), A2=table("[c]", "[c]", "[c]", 40), A10=table(30, 30, 10))
    found = of_areas(BASIS, hidden)
    assert found.shown == []
    assert "A2" not in found.named


def test_an_area_outside_the_limits_that_may_be_chance_among_so_many_is_said_to_be_that() -> None:
    """33 of 100 beside half of 4,100 has p = 0.0009, which among 82 comparisons is 0.07."""
    alike = {f"A{n}": table(50, 40, 10) for n in range(40)}
    odd = figures(**alike, X=table(33, 55, 12))
    found = of_areas(BASIS, odd)
    picture = charts.funnel(BASIS, odd)
    assert found.named == []
    assert picture is not None
    assert picture.title == "X lies outside the limits for Good, but that may be chance among so many areas"
