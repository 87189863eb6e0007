"""The figures against the right answers of the reference audit, and against themselves on random audits."""

import csv
import json
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.report.enums import Stage
from app.report.figures.all_figures import figures, without_auditors
from app.report.figures.checks import check
from app.report.figures.counted_cases import Comparator, GradedCase, PopulationFacts, Targets, ThemeCounts
from app.report.figures.statistics import percent
from tests.report.basis import Basis

DATA = Path(__file__).parents[3] / "app" / "data" / "november-2014"
RIGHT: dict[str, Any] = json.loads((DATA / "figures.json").read_text())
GIVEN: dict[str, Any] = json.loads((DATA / "targets_and_comparators.json").read_text())
SCALE = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))
KEYS = (
    "overall",
    "overall_first_grade",
    "law_type",
    "service_area",
    "area_by_law_type",
    "children_seen",
    "children_seen_overall",
    "employment",
    "challenge",
    "themes",
    "sentences",
    "schema",
    "cases",
    "service_area_order",
)
# Keys of ours, besides those of the reference.
OWN = {"as_at", "cases_without_auditor", "sample", "funnel_limits", "homogeneity", "severity", "direction", "bridge"}


def code(label: str) -> str:
    return label.lower().replace(" ", "_")


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def november() -> list[GradedCase]:
    return [
        GradedCase(
            service_area=r["service_area"],
            law_type=r["law_type"].lower(),
            employment=r["employment"],
            first_grade=code(r["first_grade"]),
            final_grade=code(r["final_grade"]),
            children_seen=r["children_seen"],
            not_seen_reason={"yes": True, "no": False}.get(r["not_seen_reason_recorded"]),
            returned=r["returned_to_area"] == "yes",
            challenged=r["challenged"] == "yes",
            challenge_outcome={"": "", "agreed_not_met": "unchanged"}.get(r["challenge_outcome"], "regraded"),
            challenge_grade=r["challenge_outcome"].removeprefix("regraded_to_")
            if r["challenge_outcome"].startswith("re")
            else "",
            adjudicated=r["adjudicated"] == "yes",
            adjudication_outcome=r["adjudication_outcome"],
            referral=r["referral_needed"] == "yes",
            auditor=r["auditor_id"],
            performance_band=r["performance_band"],
            benchmark_lead=code(r["benchmark_lead_grade"]),
            benchmark_independent=code(r["benchmark_independent_grade"]),
        )
        for r in rows_of("audited_cases.csv")
    ]


def themes() -> ThemeCounts:
    rows = rows_of("audited_cases.csv")
    return ThemeCounts(
        *(Counter(t for r in rows for t in r[column].split(";") if t) for column in ("strengths", "learning_points"))
    )


def frame() -> PopulationFacts:
    rows = rows_of("frame.csv")
    people = {r["practitioner_id"]: r | {"law_type": r["stratum_law_type"].lower()} for r in rows}.values()
    by = {
        name: Counter(p[name] for p in people)
        for name in ("service_area", "law_type", "performance_band", "employment")
    }
    return PopulationFacts(len(people), len(rows), by)


BASIS = Basis(
    SCALE,
    tuple(RIGHT["service_area_order"]),
    ("public", "wafh", "wtfh"),
    Targets(60, 14),
    tuple(Comparator.from_json(c) for c in GIVEN["comparators"]),
    population=frame(),
)


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(figures(BASIS, november(), themes())))
    return found


def test_every_figure_of_the_reference_audit_is_equal(result: dict[str, Any]) -> None:
    assert {k: v for k, v in result.items() if k not in OWN} == RIGHT


def test_cases_that_are_alike_can_be_counted_together(result: dict[str, Any]) -> None:
    together = [replace(case, count=n) for case, n in Counter(november()).items()]
    assert len(together) < RIGHT["cases"]
    assert json.loads(json.dumps(figures(BASIS, together, themes()))) == result


def test_without_a_frame_there_are_twice_as_many_practitioners_as_cases() -> None:
    found = figures(replace(BASIS, population=None), november())
    assert found["sampling"]["overall"] == {"audited": 577, "filings": None, "percent": 50, "practitioners": 1154}
    assert found["sampling"]["law_type"] == RIGHT["sampling"]["law_type"]
    assert found["intervals"] == RIGHT["intervals"] | {"population_source": "sample"}


def test_a_frame_smaller_than_its_sample_gives_no_interval_of_its_population() -> None:
    small = PopulationFacts(3, 9, {"service_area": {"A1": 2}})
    found = figures(replace(BASIS, population=small), november())
    whole = found["intervals"]["overall"]["good"]
    assert (whole["hypergeometric_exact"], whole["wilson_fpc"], whole["wilson"]) == (None, None, [0.6137, 0.6911])
    assert found["target_verdicts"]["good"]["overall"] == "reached_not_clear"
    assert found["funnel"]["good"]["stratified_se"] is None


BY_STAGE = {
    Stage.FIRST: (145, 55, 0),
    Stage.BENCHMARKED: (145, 55, 0),
    Stage.CHALLENGED: (148, 52, 14),
    Stage.FINAL: (148, 52, 14),
}


@pytest.mark.parametrize("stage", Stage)
def test_the_same_figures_are_had_at_each_stage_of_the_grades(stage: Stage) -> None:
    found = figures(BASIS, november(), as_at=stage)
    met, not_met, challenged = BY_STAGE[stage]
    assert found["as_at"] == stage
    assert check(found) == ()
    assert (
        found["overall"]["met"]["count"],
        found["overall"]["not_met"]["count"],
        found["challenge"]["challenged"],
    ) == (met, not_met, challenged)
    assert found["intervals"]["overall"]["not_met"]["x"] == not_met
    assert found["overall_first_grade"] == RIGHT["overall_first_grade"]
    stages = found["bridge"]["stages"]
    assert {name: stages[name]["not_met"] for name in stages} == {
        "first": 55,
        "benchmarked": 55,
        "challenged": 52,
        "final": 52,
    }
    assert [m["moved"] for m in found["bridge"]["moves"]] == [0, 3, 0]
    assert found["bridge"]["moves"][1]["table"]["not_met"] == {"good": 0, "met": 3, "not_met": 52}


def test_benchmarking_and_adjudication_are_stages_of_their_own() -> None:
    case = replace(
        november()[0],
        first_grade="good",
        benchmarked_grade="not_met",
        challenged=True,
        challenge_outcome="regraded",
        challenge_grade="met",
        adjudicated=True,
        adjudication_outcome="regraded",
        adjudication_grade="good",
        final_grade="good",
    )
    assert [case.grade_at(stage) for stage in Stage] == ["good", "not_met", "met", "good"]
    assert case.as_at(Stage.BENCHMARKED).challenged is False


PLANTED: list[tuple[tuple[str, ...], str]] = [
    (("law_type", "PUBLIC", "good", "count"), "Law_type: the good of all rows come to 378, but overall says 377."),
    (("cases",), "Cases come to 578, but overall says 577."),
    (("overall_first_grade", "met", "count"), "Overall_first_grade: the grades come to 578, but its total says 577."),
    (
        ("area_by_law_type", "A5", "WAFH", "good", "count"),
        "A5 by law type: the good of all rows come to 19, but A5 says 18.",
    ),
    (("children_seen", "A9", "seen", "count"), "Children seen in A9: its parts come to 48, but cases asked says 47."),
    (
        ("children_seen", "A9", "eit"),
        "Children seen in A9: cases asked and not asked come to 57, but its cases says 56.",
    ),
    (("challenge", "final_not_met"), "Moderation: final not_met come to 53, but overall says 52."),
    (
        ("sentences", "areas_below_good_target", "count"),
        "Areas at, above and below the target for Good come to 19, but areas says 18.",
    ),
    (
        ("sentences", "areas_not_met_over_target", "count"),
        "Verdicts: areas that reach the target for not_met come to 15, but the sentence on it says 14.",
    ),
    (("sentences", "areas"), "Funnel of good: its areas come to 18, but areas says 19."),
    (("sampling", "overall", "audited"), "Sampling: cases audited come to 578, but cases says 577."),
    (
        ("sampling", "performance_band", "B1", "practitioners"),
        "Sampling by performance_band: practitioners of all rows come to 1155, but the whole says 1154.",
    ),
    (
        ("intervals", "overall", "good", "x"),
        "Interval of good, overall: its cases with the grade come to 378, but the table says 377.",
    ),
    (
        ("intervals", "law_type", "not_met", "WAFH", "n"),
        "Interval of not_met, WAFH: its cases come to 215, but the table says 214.",
    ),
    (
        ("intervals", "service_area", "good", "A1", "population"),
        "Interval of good, A1: its practitioners come to 51, but sampling says 50.",
    ),
    (
        ("intervals", "overall", "good", "wilson", "0"),
        "Interval of good, overall: wilson goes from 1.6137 to 0.6911, but the share is 0.6534.",
    ),
    (("auditors", "IM01", "met", "count"), "IM01: the grades come to 59, but its total says 58."),
    (
        ("auditors", "IM01", "total"),
        "Auditors: the totals of all rows, and cases without one, come to 578, but cases says 577.",
    ),
    (
        ("auditors", "IM02", "good", "expected"),
        "Auditors: the good expected of all rows come to 378.0000, but overall_first_grade says 377.",
    ),
    (("auditors", "IM03", "benchmarked"), "Auditors: benchmarks of all rows come to 74, but benchmark says 73."),
    (
        ("benchmark", "lead_vs_first", "matrix_rows_auditor_columns_benchmark", "Met", "Good"),
        "Benchmark, lead_vs_first: the cells of its table come to 48, but its cases says 47.",
    ),
    (
        ("benchmark", "lead_vs_final", "auditor_higher"),
        "Benchmark, lead_vs_final: agreeing, higher and lower come to 48, but its cases says 47.",
    ),
    (
        ("benchmark", "benchmarked_by_both"),
        "Benchmark: cases by lead or independent come to 72, but benchmarked by either says 73.",
    ),
    (("bridge", "stages", "first", "not_met"), "Bridge: first not_met come to 56, but overall_first_grade says 55."),
    (("bridge", "stages", "final", "good"), "Bridge: final good come to 378, but overall says 377."),
    (
        ("bridge", "moves", "1", "table", "not_met", "good"),
        "Bridge: moves from benchmarked come to 4, but moved says 3.",
    ),
]


@pytest.mark.parametrize(("place", "sentence"), PLANTED, ids=lambda v: ".".join(v) if isinstance(v, tuple) else "")
def test_the_reference_figures_agree_with_each_other_and_a_planted_fault_is_named(
    result: dict[str, Any], place: tuple[str, ...], sentence: str
) -> None:
    assert check(result) == ()
    wrong = deepcopy(result)
    spot: Any = wrong
    for step in place[:-1]:
        spot = spot[int(step)] if isinstance(spot, list) else spot[step]
    last: Any = int(place[-1]) if isinstance(spot, list) else place[-1]
    spot[last] += 1
    assert sentence in check(wrong)


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


def test_outcomes_that_do_not_add_up_are_named() -> None:
    case = replace(november()[0], challenged=True, challenge_outcome="", adjudicated=True, adjudication_outcome="")
    assert check(figures(replace(BASIS, population=None), [case]))[:2] == (
        "Challenges: their outcomes come to 0, but cases challenged says 1.",
        "Adjudications: their outcomes come to 0, but cases adjudicated says 1.",
    )


GRADE = st.sampled_from([c for c, _ in SCALE])


@st.composite
def audits(draw: st.DrawFn) -> tuple[Basis, list[GradedCase]]:
    areas = draw(st.lists(st.sampled_from(["North", "South", "E9", "E10"]), min_size=1, unique=True))
    laws = draw(st.lists(st.sampled_from(["public", "wafh", "wtfh"]), min_size=1, unique=True))
    cases = []
    for _ in range(draw(st.integers(0, 40))):
        law = draw(st.sampled_from(laws))
        seen = "not_applicable" if law == "wtfh" else draw(st.sampled_from(["seen", "not_seen", "unclear"]))
        reason = draw(st.booleans()) if seen == "not_seen" else None
        cases.append(
            GradedCase(
                service_area=draw(st.sampled_from(areas)),
                law_type=law,
                employment=draw(st.sampled_from(["employed", "agency"])),
                first_grade=draw(GRADE),
                final_grade=draw(GRADE),
                children_seen=seen,
                not_seen_reason=reason,
                auditor=draw(st.sampled_from(["", "X", "Y"])),
                benchmark_lead=draw(st.sampled_from(["", "", "good", "not_met"])),
                returned=False,
                challenged=False,
                challenge_outcome="",
                challenge_grade="",
                adjudicated=False,
                adjudication_outcome="",
                referral=False,
            )
        )
    return Basis(SCALE, tuple(areas), tuple(laws), Targets(draw(st.integers(0, 100)), draw(st.integers(0, 100)))), cases


@settings(max_examples=30, deadline=None)
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


SCALES = [tuple((f"g{n}-{i}", f"Grade {i}") for i in range(n)) for n in range(2, 6)]


@pytest.mark.parametrize("scale", SCALES, ids=len)
@pytest.mark.parametrize("size", [0, 1, 30])
@pytest.mark.parametrize("kind", ["lowest", "mixed"])
def test_any_scale_and_any_number_of_cases_has_figures_that_agree(
    scale: tuple[tuple[str, str], ...], size: int, kind: str
) -> None:
    codes = [c for c, _ in scale]
    given = [codes[-1] if kind == "lowest" else codes[i % len(codes)] for i in range(size)]
    plain = {
        "challenged": False,
        "challenge_outcome": "",
        "challenge_grade": "",
        "adjudicated": False,
        "adjudication_outcome": "",
        "auditor": "",
    }
    one = replace(november()[0], service_area="Élan & Söhne", law_type="public", benchmark_independent="", **plain)  # type: ignore[arg-type]
    cases = [replace(one, first_grade=g, final_grade=g, benchmark_lead=g) for g in given]
    found = figures(Basis(scale, ("Élan & Söhne", "Nobody's"), ("public", "wafh"), Targets(60, 14)), cases)
    assert check(found) == ()
    assert (found["auditors"], found["cases_without_auditor"]) == ({}, size)
    lead = found["benchmark"]["lead_vs_first"]
    assert lead["n"] == lead["agree"]["count"] == size
    says_something = len(set(given)) > 1
    assert [lead[name] is not None for name in ("kappa", "kappa_linear", "ac1", "ac2_quadratic", "alpha_ordinal")] == [
        says_something
    ] * 5
    assert found["benchmark"]["independent_vs_first"]["agree_wilson"] is None
    assert found["intervals"]["service_area"][codes[0]]["Nobody's"]["wilson"] is None
    assert found["target_verdicts"][codes[0]]["service_area"]["Nobody's"] is None
    assert found["funnel"][codes[-1]]["centre"] == (None if not size else round(given.count(codes[-1]) / size, 4))


def test_how_auditors_graded_can_be_left_out(result: dict[str, Any]) -> None:
    shown = without_auditors(result | {"moderation": {"overturned": {"area": {}, "auditor": {"IM01": {}}}}})
    assert "IM01" not in json.dumps(shown)
    assert shown["benchmark"] == result["benchmark"]
