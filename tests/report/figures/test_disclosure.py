"""The public edition: what it hides, what it leaves, and that nobody can work it out again."""

import copy
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.report.figures.all_figures import GradedCase, Targets, figures
from app.report.figures.disclosure import public_edition
from app.report.figures.hiding import could_differ, hidden_cells
from tests.report.attack import worked_out
from tests.report.basis import Basis
from tests.report.figures.test_figures import BASIS, RIGHT, SCALE, november

EDITION = public_edition(RIGHT, BASIS)
# How many small audits are attacked; a long night can do several hundred.
ATTACKS = int(os.environ.get("CASEWORK_AUDIT_ATTACKS", "25"))


def counts(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield every whole number of a part of the figures, with where it stands."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from counts(part, (*path, key))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield path, value


def test_no_count_from_one_to_four_of_a_group_is_in_the_public_edition() -> None:
    for part in ("service_area", "law_type", "employment", "children_seen", "challenge", "overall_first_grade"):
        assert [
            (path, n) for path, n in counts(EDITION[part]) if path[-1] not in {"percent", "share_percent"} and 0 < n < 5
        ] == []


def test_what_is_hidden_goes_with_its_percentage_and_with_whatever_was_worked_out_from_it() -> None:
    a1 = EDITION["service_area"]["A1"]
    assert a1 == {
        "good": {"count": 16, "percent": 64},
        "met": {"count": "[c]", "percent": "[c]"},
        "not_met": {"count": "[c]", "percent": "[c]"},
        "total": 25,
    }
    for part in (EDITION["intervals"]["service_area"], {c: EDITION["funnel"][c]["areas"] for c in ("good", "not_met")}):
        assert part["not_met"]["A1"] == "[c]"
        assert part["good"]["A1"] == RIGHT["intervals"]["service_area"]["good"]["A1"] or "flag" in part["good"]["A1"]
    assert EDITION["target_verdicts"]["not_met"]["service_area"]["A1"] == "[c]"
    assert "chi_square" not in EDITION["funnel"]["not_met"]
    assert "areas_not_met_over_target" not in EDITION["sentences"]


def test_what_cannot_be_protected_is_left_out_and_the_whole_stays() -> None:
    assert not {"auditors", "area_by_law_type", "moderation"} & set(EDITION)
    assert "kappa" not in json.dumps(EDITION["benchmark"])
    assert [EDITION[key] for key in ("overall", "law_type", "employment", "cases")] == [
        RIGHT[key] for key in ("overall", "law_type", "employment", "cases")
    ]
    assert EDITION["challenge"]["challenged"] == 14
    assert EDITION["challenge"]["regraded_to_met"] == {"count": "[c]", "percent": "[c]"}
    # 55 first and 52 in the end would say that three were re-graded.
    assert EDITION["challenge"]["first_not_met"] == EDITION["overall_first_grade"]["not_met"]["count"] == "[c]"
    assert EDITION["sentences"]["change_points"].keys() == RIGHT["sentences"]["change_points"].keys() - {
        "sep2013.good.a5.wafh"
    }


def test_the_figures_are_left_as_they_were_and_no_new_key_comes_through() -> None:
    before = copy.deepcopy(RIGHT)
    assert public_edition({**RIGHT, "new": {"A1": 1}}, BASIS) == EDITION
    assert before == RIGHT


def test_the_reference_edition_withstands_the_attack() -> None:
    assert worked_out(EDITION, BASIS) == {}


def test_the_bridge_is_kept_only_where_no_step_of_it_is_small_and_never_who_moved() -> None:
    def bridge(**final: int) -> dict[str, Any]:
        first = {"good": 300, "met": 200, "not_met": 77}
        of = {
            **RIGHT,
            "overall_first_grade": {**{c: {"count": n, "percent": 1} for c, n in first.items()}, "total": 577},
        }
        last = {**{c: {"count": n, "percent": 1} for c, n in final.items()}, "total": 577}
        quiet = {
            **RIGHT["challenge"],
            **dict.fromkeys(("adjudicated", "adjudicated_unchanged"), 0),
            "challenged": 20,
            "final_not_met": final["not_met"],
        }
        quiet |= {
            "agreed_not_met": {"count": 10, "percent": 50},
            "regraded_to_met": {"count": 10, "percent": 50},
            "first_not_met": 77,
        }
        stages = {"first": first, "benchmarked": first, "challenged": final, "final": final}
        return public_edition(
            {**of, "overall": last, "challenge": quiet, "bridge": {"stages": stages, "moves": [{"moved": 10}]}}, BASIS
        )

    assert list(bridge(good=300, met=210, not_met=67)["bridge"]) == ["stages"]
    assert "bridge" not in bridge(good=300, met=203, not_met=74)


CASES = november()


def audit(rows: list[tuple[int, int, int, int, int]]) -> tuple[Basis, dict[str, Any]]:
    """Return an audit of cases given as area, law type, grade, employment and whether the children were seen."""
    laws, kinds, seen = ("public", "wafh", "wtfh"), ("employed", "agency"), ("seen", "not_seen", "unclear")
    basis = Basis(SCALE, ("A1", "A2", "A3"), laws, Targets(60, 14))

    def case(area: int, law: int, grade: int, kind: int, state: int) -> GradedCase:
        code = SCALE[grade][0]
        return replace(
            CASES[0],
            service_area=f"A{area + 1}",
            law_type=laws[law],
            first_grade=code,
            final_grade=code,
            employment=kinds[kind],
            children_seen="not_applicable" if law == 2 else seen[state],
            not_seen_reason=None,
            returned=False,
            challenged=False,
        )

    return basis, figures(basis, [case(*row) for row in rows])


def whole(most: int) -> st.SearchStrategy[int]:
    """Return whole numbers, most of them nought, as grades are."""
    return st.one_of(st.just(0), st.integers(0, most))


@settings(max_examples=ATTACKS, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(whole(2), whole(2), whole(2), whole(1), whole(2)), max_size=45))
def test_no_hidden_cell_of_any_small_audit_can_be_worked_out(rows: list[tuple[int, int, int, int, int]]) -> None:
    basis, result = audit(rows)
    # How many of an area's cases are not asked is a number of cases audited, not of results; in a tiny audit it may be
    # clear.
    assert {
        where: n for where, n in worked_out(public_edition(result, basis), basis).items() if where[-1] != "eit"
    } == {}


@pytest.mark.parametrize(
    ("path", "leak"),
    [
        (("service_area", "A1", "met", "count"), 7),
        (("service_area", "A1", "not_met", "percent"), 8),
        (("children_seen", "A8", "not_seen", "count"), 4),
    ],
)
def test_the_attack_finds_a_planted_leak(path: tuple[str, ...], leak: int) -> None:
    planted = copy.deepcopy(EDITION)
    at = planted
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = leak
    assert any(where[1] == path[1] for where in worked_out(planted, BASIS))


def test_hiding_finds_a_way_round_or_says_that_there_is_none() -> None:
    rows = {"A": {"x": 2, "y": 20}, "B": {"x": 30, "y": 40}, "C": {"x": 50, "y": 60}}
    assert hidden_cells(rows, 5) == frozenset({("A", "x"), ("A", "y"), ("B", "x"), ("B", "y")})
    assert not could_differ(rows, {("A", "x"), ("A", "y")}, ("A", "x"))
    assert hidden_cells({"A": {"x": 2, "y": 20}}, 5) is None
    assert hidden_cells({"A": {"x": 0, "y": 20}, "B": {"x": 9, "y": 9}}, 5) == frozenset(
        {("A", "x"), ("A", "y"), ("B", "x"), ("B", "y")}
    )


def smaller(**of: Any) -> dict[str, Any]:
    """Return the right figures with something in the place of parts of them, and nothing small in what moved."""
    first = {**{c: {"count": n, "percent": 1} for c, n in QUIET.items()}, "total": 577}
    challenge = {
        **RIGHT["challenge"],
        **dict.fromkeys(("adjudicated", "adjudicated_unchanged"), 0),
        "challenged": 20,
        "agreed_not_met": {"count": 10, "percent": 50},
        "regraded_to_met": {"count": 10, "percent": 50},
        "first_not_met": 77,
        "final_not_met": 67,
    }
    last = {**{c: {"count": n, "percent": 1} for c, n in {**QUIET, "met": 210, "not_met": 67}.items()}, "total": 577}
    return {**RIGHT, "overall_first_grade": first, "overall": last, "challenge": challenge, **of}


QUIET = {"good": 300, "met": 200, "not_met": 77}


@pytest.mark.parametrize(("moved", "shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_moves_between_first_and_last_grades_are_shown_from_five(moved: int, *, shown: bool) -> None:
    last = {"good": 300, "met": 200 + moved, "not_met": 77 - moved}
    overall = {**{c: {"count": n, "percent": 1} for c, n in last.items()}, "total": 577}
    challenge = {**smaller()["challenge"], "final_not_met": 77 - moved}
    edition = public_edition(smaller(overall=overall, challenge=challenge), BASIS)
    assert (edition["overall_first_grade"]["not_met"]["count"] == 77) is shown
    assert (edition["challenge"]["first_not_met"] == 77) is shown
    assert (edition["challenge"]["regraded_to_met"]["count"] == 10) is shown


@pytest.mark.parametrize(("step", "kept"), [(0, True), (1, False), (4, False), (5, True)])
def test_a_stage_of_the_bridge_is_compared_with_every_other(step: int, *, kept: bool) -> None:
    final = {**QUIET, "met": 210, "not_met": 67}
    between = {**QUIET, "good": 300 + step, "met": 200 - step}
    stages = {"first": QUIET, "benchmarked": between, "challenged": final, "final": final}
    assert ("bridge" in public_edition(smaller(bridge={"stages": stages, "moves": []}), BASIS)) is kept


def agency(not_met: int, total: int = 40) -> dict[str, Any]:
    """Return the right figures in which agency staff have so many cases at the lowest grade."""
    rows = {"agency": {"good": 20, "met": total - 20 - not_met, "not_met": not_met}}
    rows["employed"] = {code: n - rows["agency"][code] for code, n in {"good": 300, "met": 210, "not_met": 67}.items()}
    employment = {
        kind: {**{c: {"count": n, "percent": 1} for c, n in row.items()}, "total": sum(row.values())}
        for kind, row in rows.items()
    }
    return smaller(employment=employment)


@pytest.mark.parametrize(("count", "hidden"), [(1, True), (4, True), (5, False), (10, False)])
def test_the_interval_of_a_hidden_difference_between_agency_and_employed_is_hidden(count: int, *, hidden: bool) -> None:
    edition = public_edition(agency(count), BASIS)
    assert (edition["employment"]["agency"]["not_met"]["count"] == "[c]") is hidden
    found = edition["intervals"]["agency_minus_employed_newcombe"]
    assert (found["not_met"] == "[c]") is hidden
    assert (found["good"] == "[c]") == (edition["employment"]["agency"]["good"]["count"] == "[c]")


@pytest.mark.parametrize(("base", "said"), [(9, "[u]"), (10, 50)])
def test_a_percentage_has_a_base_of_ten(base: int, said: object) -> None:
    of = {**RIGHT["law_type"]}
    law = next(iter(of))
    of[law] = {**{c: {"count": 0, "percent": 0} for c, _ in SCALE}, "total": base, "share_percent": 1}
    of[law][SCALE[0][0]] = {"count": 0, "percent": 50}
    edition = public_edition(smaller(law_type=of), BASIS)["law_type"][law]
    assert edition[SCALE[0][0]]["percent"] == said
