"""Pictures of the figures: what their titles dare to say, their words, and that they are drawn."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest

from app.documents import Picture
from app.pictures import ANSWERS, HIDDEN, ink_on, levels, png_of, svg_of
from app.report.figures.all_figures import Targets, figures
from app.report.narrative.changes import change_table
from app.report.pictures import charts
from app.report.pictures.names import Place, places
from tests.report.basis import Basis
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
    then, now = ([column.heading for column in table.columns].index(f"% {when}") for when in ("then", "now"))
    assert all(
        f"{row.cells[0]}: {row.cells[then]}% in {row.cells[1]}, {row.cells[now]}% now." in picture.alternative
        for row in table.rows
    )
    assert "A3" not in picture.alternative, "areas are compared only where the earlier report names them"


def test_no_name_of_a_row_of_the_reference_audit_is_cut_off() -> None:
    for picture in filter(None, all_of(BASIS, RIGHT)):
        for spec in (picture.wide, picture.narrow):
            assert "…" not in svg_of(spec), picture.code


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


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2): all that is left of it on paper without colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("count", "least"), [(2, 2.2), (3, 2.2), (4, 1.7), (5, 1.45)])
def test_levels_are_told_apart_without_colour(count: int, least: float) -> None:
    found = levels(count)
    assert len(set(found)) == count
    assert all(contrast(a, b) >= least for a, b in combinations(found, 2))
    assert all(contrast(a, b) >= 1.5 for a, b in pairwise([*found, HIDDEN]))
    assert all(contrast(colour, ink_on(colour)) >= 4.5 for colour in [*found, *ANSWERS, HIDDEN])


def test_six_levels_and_more_have_colours_of_their_own() -> None:
    assert all(len(set(levels(count))) == count for count in (6, 7, 8))


def test_answers_are_told_apart_and_are_no_levels_besides_the_best() -> None:
    assert all(contrast(a, b) >= 2 for a, b in combinations(ANSWERS, 2))
    assert set(ANSWERS) & set(levels(3)) == {levels(3)[0]}, "not seen is not in the colour of a grade"


@pytest.mark.parametrize("picture", [p for p in all_of(BASIS, RIGHT) if p], ids=lambda p: p.code)
def test_on_a_telephone_words_are_as_large_as_on_the_page(picture: Picture) -> None:
    svg = svg_of(picture.narrow)
    width = re.search(r'width="(\d+)', svg)
    assert width is not None
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', svg)]
    assert min(sizes) * min(1, 360 / int(width[1])) >= 11


def test_a_small_last_share_stands_beside_its_bar_and_one_of_nought_does_not() -> None:
    found = charts.areas(BASIS, RIGHT)
    assert found is not None
    last = {v["row"]: (v["text"], v["beside"]) for v in found.wide["data"]["values"] if v["part"] == "Not Met"}
    assert last["A3 (29)"] == ("", "3%")
    assert last["A4 (24)"] == ("21%", "")
    assert last["A16 (23)"][1] == ""


def names_in(spec: Mapping[str, Any]) -> set[str]:
    return {v["name"] for layer in spec["layer"] for v in layer["data"]["values"] if "name" in v}


def test_areas_are_found_in_their_funnel_and_the_reader_finds_their_own() -> None:
    whole, own = charts.funnel(BASIS, RIGHT), charts.funnel(BASIS, RIGHT, "not_met", "A4")
    assert whole is not None
    assert own is not None
    assert names_in(whole.wide) == set(RIGHT["service_area_order"])
    assert names_in(own.wide) == names_in(own.narrow) == {"A4"}
    marks = [layer for layer in own.wide["layer"] if layer["mark"].get("shape") == "diamond"]
    assert [v["area"] for v in marks[0]["data"]["values"]] == ["A4"]
    assert own.title == "The share of Not Met in A4 differs from the rest by no more than chance could explain"


def test_names_cover_neither_each_other_nor_dots_and_stay_on_the_picture() -> None:
    dots = [(Place(10.0 * (n % 30), 8.0 * (n % 25), 5, 5), f"Area {n}") for n in range(120)]
    found = places(dots, 300, 200)
    there = [(at, place) for at, place in enumerate(found) if place]
    assert len(there) >= 5
    for at, place in there:
        assert place.across <= place.x <= 300 - place.across
        assert not any(place.covers(other) for n, other in there if n != at)
        assert not any(place.covers(dot) for n, (dot, _) in enumerate(dots) if n != at)
