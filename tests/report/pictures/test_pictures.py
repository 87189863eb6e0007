"""Pictures of the figures: what their titles dare to say, their words, and that they are drawn."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.documents import Picture
from app.pictures import png_of, svg_of
from app.report.figures.all_figures import Basis, Targets, figures
from app.report.narrative.changes import change_table
from app.report.pictures import charts
from tests.report.figures.test_figures import BASIS, RIGHT, SCALE, november

TWO = (("yes", "Meets the standard"), ("no", "Does not meet it"))
FIVE = tuple((f"level_{n}", f"Level {n}") for n in range(1, 6))


def all_of(basis: Basis, of: Mapping[str, Any]) -> Iterator[Picture | None]:
    for make in (
        charts.law_types,
        charts.areas,
        charts.funnel,
        charts.targets,
        charts.change,
        charts.children_seen,
        charts.agreement,
        charts.bridge,
    ):
        yield make(basis, of)
    yield charts.funnel(basis, of, basis.lowest)


ALONE: dict[str, Any] = {"benchmark_lead": "", "benchmark_independent": ""}


def made_up(
    scale: tuple[tuple[str, str], ...], areas: list[str], cases: int, grade: int | None = None
) -> tuple[Basis, dict[str, Any]]:
    """Return an audit in which grades and areas go round, or every grade is one."""
    source, basis = november(), Basis(scale, tuple(areas), ("public", "wafh", "wtfh"), Targets(60, 14))
    grades = [scale[i * 7 % len(scale) if grade is None else grade][0] for i in range(cases)]
    rows = [
        replace(source[i], service_area=areas[i % len(areas)], first_grade=g, final_grade=g, **ALONE)
        for i, g in enumerate(grades)
    ]
    return basis, figures(basis, rows)


def titles(basis: Basis, of: Mapping[str, Any]) -> dict[str, str]:
    return {p.code: p.title for p in all_of(basis, of) if p}


def test_titles_of_the_reference_audit_state_what_was_found() -> None:
    assert titles(BASIS, RIGHT) == {
        "law-types": "No law type’s grades are clearly different from another’s",
        "areas": "No service area’s grades differ from the rest by more than chance could explain",
        "funnel-good": "No service area has a share of Good beyond what chance could explain",
        "funnel-lowest": "No service area has a share of Not Met beyond what chance could explain",
        "targets": "Good: target reached. Not Met: within the limit",
        "change": "Good, all cases: 65% now, 49% in September 2013",
        "children-seen": "Children were seen in 86% of 479 cases",
        "agreement": "Auditor and benchmark gave the same grade in 43 of 47 cases (91%)",
        "bridge": "55 cases were first graded Not Met, and 52 finally",
    }


def test_the_picture_of_change_has_the_rows_of_its_table_and_no_others() -> None:
    picture, table = charts.change(BASIS, RIGHT), change_table(BASIS, RIGHT, "October 2014")
    assert picture is not None
    assert table is not None
    assert picture.alternative.count(" now.") == len(table.rows)
    assert all(
        f"{row.cells[0]}: {row.cells[3]}% in {row.cells[1]}, {row.cells[5]}% now." in picture.alternative
        for row in table.rows
    )


def test_a_title_names_an_area_only_beyond_the_outer_limit() -> None:
    planted = json.loads(json.dumps(RIGHT))
    planted["service_area"]["A4"]["good"]["count"] = 4
    assert titles(BASIS, planted)["funnel-good"] == "The share of Good in A4 is beyond what chance could explain"
    assert titles(BASIS, planted)["areas"] == "A4 differs from the rest by more than chance would explain"
    planted["service_area"]["A4"]["good"]["count"] = 10
    found = charts.funnel(BASIS, planted)
    assert found is not None
    assert found.title == titles(BASIS, RIGHT)["funnel-good"]
    assert "1 between the 95% and 99.8% limits: A4. 0 beyond" in found.alternative
    assert "by chance alone" in found.alternative


WORLDS = [
    made_up(SCALE, ["A1"], 40),
    made_up(SCALE, [f"Area {n}" for n in range(60)], 300),
    made_up(TWO, ["A1", "A2"], 30),
    made_up(FIVE, ["A1", "A2"], 60),
    made_up(SCALE, ["A1"], 1),
    made_up(SCALE, ["The far north west of the country, its islands and its coast", "A2"], 40),
    made_up(SCALE, ["A1", "A2"], 30, 2),
    made_up(SCALE, ["A1", "A2"], 0),
]
# Of these the narrow form is drawn too: five levels, one case, long names.
DRAWN = WORLDS[3:6]


@pytest.mark.parametrize("world", [(BASIS, RIGHT), *WORLDS], ids=lambda w: str(w[1]["cases"]) + " cases")
def test_every_picture_is_drawn_with_its_words_and_no_script(world: tuple[Basis, dict[str, Any]]) -> None:
    for picture in all_of(*world):
        if picture is None:
            continue
        for spec in (
            (picture.wide, picture.narrow) if world[1] is RIGHT else (picture.narrow,) if world in DRAWN else ()
        ):
            svg = svg_of(spec)
            assert "<text" in svg
            assert "<script" not in svg
        assert not picture.title[0].islower()
        assert picture.alternative.endswith(".")
        assert "None" not in picture.title + picture.alternative


def test_without_cases_or_with_nothing_to_compare_there_is_no_picture() -> None:
    assert not any(all_of(*WORLDS[-1]))
    assert charts.funnel(*WORLDS[0]) is None  # one area
    assert charts.funnel(*WORLDS[6]) is None  # one grade
    assert charts.targets(replace(BASIS, targets=None), RIGHT) is None
    assert charts.agreement(BASIS, {**RIGHT, "benchmark": None}) is None


def test_hidden_cells_are_one_grey_part_and_a_sentence() -> None:
    area = {
        **RIGHT["service_area"]["A4"],
        "met": {"count": "[c]", "percent": "[c]"},
        "not_met": {"count": "[c]", "percent": "[c]"},
    }
    found = charts.areas(BASIS, {**RIGHT, "service_area": {"A4": area}, "service_area_order": ["A4"]})
    assert found is not None
    assert "A4, 24 cases: Good 54% and the rest is hidden because the numbers are small." in found.alternative
    assert [v["text"] for v in found.wide["data"]["values"] if v["row"] == "A4 (24)"] == ["54%", "[c]"]


def test_the_bridge_shows_every_stage_that_is_known() -> None:
    counts = {"good": 377, "met": 145, "not_met": 55}
    found = charts.bridge(
        BASIS,
        {
            **RIGHT,
            "bridge": {"stages": {"first": counts, "benchmarked": counts, "challenged": counts, "final": counts}},
        },
    )
    assert found is not None
    assert "After benchmarking, 577 cases: Good 377, Met 145 and Not Met 55. After challenges" in found.alternative


def test_a_bar_of_few_cases_has_counts_where_its_table_has_no_percentage() -> None:
    area = {
        "total": 8,
        **{code: {"count": n, "percent": "[u]"} for code, n in (("good", 8), ("met", 0), ("not_met", 0))},
    }
    found = charts.areas(BASIS, {**RIGHT, "service_area": {"A4": area}, "service_area_order": ["A4"]})
    assert found is not None
    assert "A4, 8 cases: Good 8, Met 0 and Not Met 0." in found.alternative
    assert next(v["text"] for v in found.wide["data"]["values"] if v["row"] == "A4 (8)") == "8"


def test_pictures_are_the_same_each_time_and_real_files() -> None:
    found = charts.areas(BASIS, RIGHT)
    assert found is not None
    first = svg_of(found.wide)
    svg_of.__globals__["_svg"].cache_clear()
    assert svg_of(found.wide) == first
    assert png_of(found.narrow, 1).startswith(b"\x89PNG")
