"""The figures against the right answers of the reference audit, and against themselves on random audits."""

import csv
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.report.basis import Basis, Comparator, GradedCase, Targets
from app.report.checks import check
from app.report.figures import figures
from app.report.statistics import percent

DATA = Path(__file__).parents[2] / "app" / "data" / "november-2014"
RIGHT: dict[str, Any] = json.loads((DATA / "figures.json").read_text())
GIVEN: dict[str, Any] = json.loads((DATA / "targets_and_comparators.json").read_text())
SCALE = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))
KEYS = (
    "overall", "overall_first_grade", "law_type", "service_area", "area_by_law_type", "children_seen", "children_seen_overall",
    "employment", "challenge", "themes", "sentences", "schema", "cases", "service_area_order",
)  # fmt: skip


def code(label: str) -> str:
    return label.lower().replace(" ", "_")


def november() -> list[GradedCase]:
    with (DATA / "audited_cases.csv").open(encoding="utf-8") as file:
        return [
            GradedCase(
                r["case_id"], r["service_area"], r["law_type"].lower(), r["employment"], code(r["first_grade"]), code(r["final_grade"]),
                r["children_seen"], {"yes": True, "no": False}.get(r["not_seen_reason_recorded"]),
                r["returned_to_area"] == "yes", r["challenged"] == "yes",
                {"": "", "agreed_not_met": "unchanged"}.get(r["challenge_outcome"], "regraded"),
                r["challenge_outcome"].removeprefix("regraded_to_") if r["challenge_outcome"].startswith("re") else "",
                r["adjudicated"] == "yes", r["adjudication_outcome"], r["referral_needed"] == "yes",
                tuple(filter(None, r["strengths"].split(";"))), tuple(filter(None, r["learning_points"].split(";"))),
            )
            for r in csv.DictReader(file)
        ]  # fmt: skip


BASIS = Basis(
    SCALE, tuple(RIGHT["service_area_order"]), ("public", "wafh", "wtfh"),
    Targets(60, 14), tuple(Comparator.from_json(c) for c in GIVEN["comparators"]),
)  # fmt: skip


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_reference_audit_is_equal(key: str) -> None:
    assert figures(BASIS, november())[key] == RIGHT[key]


def test_the_reference_figures_agree_with_each_other_and_a_planted_fault_is_named() -> None:
    result = figures(BASIS, november())
    assert check(result) == ()
    result["law_type"]["PUBLIC"]["good"]["count"] -= 1
    assert check(result) == ("Law_type: the good of all rows come to 376, but overall says 377.",)


def test_percentages_are_whole_and_halves_go_up() -> None:
    assert [percent(1, 8), percent(27, 120), percent(1, 200), percent(0, 3), percent(0, 0)] == [13, 23, 1, 0, None]


def test_an_audit_without_targets_comparators_or_cases_says_nothing_that_it_cannot_know() -> None:
    result = figures(Basis(SCALE, ("N1",), ("public",)), [])
    assert result["overall"] == {c: {"count": 0, "percent": None} for c, _ in SCALE} | {"total": 0}
    assert result["sentences"]["change_points"] == {}
    assert "good_target_met" not in result["sentences"]
    assert check(result) == ()


def test_a_target_is_decided_on_exact_shares() -> None:
    # 1 of 7 is 14.3%: it prints as 14%, yet it is over 14%.
    cases = [replace(november()[0], service_area="N1", final_grade="good") for _ in range(6)] + [
        replace(november()[0], service_area="N1", final_grade="not_met")
    ]
    words = figures(Basis(SCALE, ("N1",), ("wafh",), Targets(60, 14)), cases)["sentences"]
    assert (words["not_met_target_met"], words["areas_not_met_over_target"]["areas"]) == (False, ["N1"])


def test_a_theme_counts_once_for_a_case() -> None:
    case = replace(november()[0], strengths=("S-GEN-1", "S-GEN-1"), learning_points=("L-REC-1", "L-REC-1"))
    assert figures(BASIS, [case])["themes"] == {"strengths": {"S-GEN-1": 1}, "learning_points": {"L-REC-1": 1}}


def test_outcomes_that_do_not_add_up_are_named() -> None:
    case = replace(november()[0], challenged=True, challenge_outcome="", adjudicated=True, adjudication_outcome="")
    assert check(figures(BASIS, [case])) == (
        "Challenges: their outcomes come to 0, but cases challenged says 1.",
        "Adjudications: their outcomes come to 0, but cases adjudicated says 1.",
    )


GRADE = st.sampled_from([c for c, _ in SCALE])


@st.composite
def audits(draw: st.DrawFn) -> tuple[Basis, list[GradedCase]]:
    areas = draw(st.lists(st.sampled_from(["North", "South", "E9", "E10"]), min_size=1, unique=True))
    laws = draw(st.lists(st.sampled_from(["public", "wafh", "wtfh"]), min_size=1, unique=True))
    cases = []
    for i in range(draw(st.integers(0, 40))):
        law = draw(st.sampled_from(laws))
        seen = "not_applicable" if law == "wtfh" else draw(st.sampled_from(["seen", "not_seen", "unclear"]))
        reason = draw(st.booleans()) if seen == "not_seen" else None
        cases.append(
            GradedCase(
                f"C{i}", draw(st.sampled_from(areas)), law, draw(st.sampled_from(["employed", "agency"])), draw(GRADE), draw(GRADE), seen, reason,
                False, False, "", "", False, "", False, (), (),
            )
        )  # fmt: skip
    return Basis(SCALE, tuple(areas), tuple(laws), Targets(draw(st.integers(0, 100)), draw(st.integers(0, 100)))), cases


@settings(max_examples=60, deadline=None)
@given(audits())
def test_random_audits_agree_with_an_independent_count(audit: tuple[Basis, list[GradedCase]]) -> None:
    basis, cases = audit
    result = figures(basis, cases)
    assert check(result) == ()
    counted = Counter((c.service_area, c.final_grade) for c in cases)
    for area in basis.area_order:
        for grade, _ in SCALE:
            assert result["service_area"][area][grade]["count"] == counted[area, grade]
    asked = [c for c in cases if c.law_type != "wtfh"]
    assert result["children_seen_overall"]["private_public"] == len(asked)
    assert result["children_seen_overall"]["seen"]["count"] == sum(c.children_seen == "seen" for c in asked)
