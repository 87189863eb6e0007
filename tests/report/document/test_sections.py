"""The sentences and tables of a report on figures made to trip them.

Each kind of contradiction that the published report of 2014 had.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.documents import Document, Kind, Picture, Prose, Section, Sentences, Table
from app.report.document import tables as grids
from app.report.document.about import BOXES, About
from app.report.document.assembled import PICTURES
from app.report.document.sections import FUNNEL, LEFT_OUT, first_page, for_graders, sections
from app.report.enums import Edition, Stage
from app.report.figures.all_figures import GradedCase, Targets, figures
from app.report.figures.disclosure import public_edition
from app.report.figures.moderation import Moderated, moderation_figures
from app.report.findings.shares import Limit, printed
from app.report.narrative import areas as areas_words
from app.report.narrative import moderation as moderation_words
from app.report.narrative import sentences as narrative
from app.report.pictures import charts
from tests.report.basis import Basis
from tests.report.figures.test_figures import BASIS, DATA, SCALE, november
from tests.report.narrative.test_narrative import NAMES, UNTOUCHED

RIGHT: dict[str, Any] = json.loads((DATA / "figures.json").read_text(encoding="utf-8"))
ABOUT = About(
    ref="NA-2014-11",
    name="November 2014",
    purpose="To see.",
    window=("1 September 2014", "31 October 2014"),
    threshold="The document, version 2014-10",
    law_names=NAMES,
    reasons={},
    themes={"T1": ("Plans are started in time", "Planning")},
    data_set="ab" * 32,
    frozen_on="13 January 2015",
    month="November 2014",
)
AREAS = Basis(SCALE, ("A1", "A2", "A3"), ("public",), targets=Targets(60, 14))


def graded(area: str, good: int, met: int = 0, not_met: int = 0) -> list[GradedCase]:
    """Return the cases of an area by their grades."""
    wanted = ["good"] * good + ["met"] * met + ["not_met"] * not_met
    one = replace(november()[0], service_area=area, law_type="public", **{**UNTOUCHED, "returned": False})  # type: ignore[arg-type]
    return [replace(one, first_grade=g, final_grade=g) for g in wanted]


def areas(*cases: list[GradedCase], basis: Basis = AREAS) -> list[str]:
    return areas_words.service_area(basis, figures(basis, [c for some in cases for c in some]))


def blocks(found: list[Section]) -> Iterator[Any]:
    for section in found:
        yield from section.blocks
        yield from blocks(list(section.parts))


def tables_of(result: dict[str, Any], about: About = ABOUT, basis: Basis = BASIS) -> dict[str, Table]:
    return {b.code: b for b in blocks(sections(basis, result, about)) if isinstance(b, Table)}


def test_an_area_exactly_at_a_target_has_reached_it_and_one_exactly_at_the_limit_is_within() -> None:
    told = areas(graded("A1", 6, 4), graded("A2", 60, 26, 14), graded("A3", 59, 41))
    assert "Below 60%: A3." in told
    assert "No service area had more than 14% Not Met." in told
    assert "Exactly 14%, which is within the limit: A2." in told


def test_a_share_that_rounds_across_a_target_is_printed_so_that_it_does_not_contradict_the_verdict() -> None:
    cases = [*graded("A1", 12, 0, 2), *graded("A2", 119, 81), *graded("A3", 5, 5)]
    result = figures(AREAS, cases)
    assert result["service_area"]["A1"]["not_met"]["percent"] == 14
    assert "1 of 3 service areas had more than 14% Not Met: A1." in areas_words.service_area(AREAS, result)
    rows = {
        row.cells[0]: row.cells
        for row in tables_of(result, basis=AREAS, about=replace(ABOUT, law_names={"public": "Public law"}))[
            "grades-by-area"
        ].rows
    }
    assert rows["A1"][-1] == 14.3
    assert rows["A2"][3] == 59.5
    assert rows["A3"][3] == 50


@pytest.mark.parametrize(
    ("count", "total", "target", "words"),
    [
        (1, 7, Limit(14, at_least=False), "14.3%"),
        (136, 1000, Limit(14, at_least=False), "14%"),
        (13_998, 100_000, Limit(14, at_least=False), "14%"),
        (14_002, 100_000, Limit(14, at_least=False), "just over 14%"),
        (3, 5, Limit(60, at_least=True), "60%"),
        (604, 1000, Limit(60, at_least=True), "60%"),
        (596, 1000, Limit(60, at_least=True), "59.6%"),
        (0, 5, Limit(60, at_least=True), "0%"),
        (599_999, 1_000_000, Limit(60, at_least=True), "just under 60%"),
        (0, 0, Limit(60, at_least=True), "[z]"),
    ],
)
def test_a_percentage_beside_a_target(count: int, total: int, target: Limit, words: str) -> None:
    """A share has one decimal only where the whole percentage would say the other thing of its target."""
    share = {"count": count, "percent": (200 * count + total) // (2 * total) if total else None}
    assert printed(share, total, target) == words


def test_a_sentence_prints_a_percentage_as_its_table_does() -> None:
    law = replace(AREAS, law_types=("public",))
    result = figures(law, [*graded("A1", 5, 1, 1), *graded("A2", 5, 1, 1)])
    told = [
        *narrative.law_type(law, result, NAMES),
        *narrative.employment(law, result),
        *narrative.overall(law, result),
    ]
    assert sum("2 of 14 (14.3%)" in sentence for sentence in told) == 3


def test_before_challenges_nothing_is_said_of_them() -> None:
    early = {**RIGHT, "as_at": Stage.BENCHMARKED.value}
    assert not any(
        "challenged" in sentence or "finally" in sentence for sentence in moderation_words.moderation(BASIS, early)
    )
    names = [row.cells[0] for row in grids.outcomes(BASIS, early).rows]
    assert names == ["First graded Not Met", "Returned to their area", "Needed further action", "Not Met at this stage"]


def test_the_public_edition_says_what_chance_says_of_what_it_shows_and_has_no_empty_column() -> None:
    public = public_edition(RIGHT, BASIS)
    assert areas_words.service_area(BASIS, public)[0].startswith(
        "The audit gives no evidence that the areas differ in Good: "
    )
    picture = charts.areas(BASIS, public)
    assert picture is not None
    assert picture.title == "No service area’s share of Good differs from the rest by more than chance could explain"
    table = tables_of(public)["agreement"]
    assert [c.heading for c in table.columns] == [
        "Benchmark",
        "Cases",
        "Agree",
        "% agree",
        "95% interval",
        "By guessing",
    ]
    assert not table.notes


def test_ties_for_highest_are_all_named_and_a_difference_behind_one_printed_percentage_is_no_tie() -> None:
    assert "Good went from 50% (A3) to 75% (A1 and A2); with few cases in each area, the order says little." in areas(
        graded("A1", 9, 3), graded("A2", 15, 5), graded("A3", 5, 5)
    )
    # 30 of 45 and 20 of 30 are one share, and 67 of 100 only prints as they do.
    assert "Every area had 67% Good, as whole percentages go." in areas(
        graded("A1", 30, 15), graded("A2", 20, 10), graded("A3", 67, 33)
    )
    assert "Every area had 50% Good." in areas(graded("A1", 5, 5), graded("A2", 6, 6))


def test_of_areas_that_differ_it_is_not_said_that_their_order_says_little_or_may_be_chance() -> None:
    differing = areas(graded("A1", 60, 5), graded("A2", 10, 20, 30), graded("A3", 55, 10, 1))
    assert "A1, A2 and A3 differ from the rest in Good by more than chance would explain." in differing
    assert "Good went from 17% (A2) to 92% (A1)." in differing
    few = areas_words.FEW_CASES
    assert few not in differing
    assert few in areas(graded("A1", 12, 3), graded("A2", 11, 4))
    assert few not in areas(graded("A1", 80, 40), graded("A2", 75, 45))


def test_a_title_says_no_range_of_areas_with_too_few_cases() -> None:
    cases = [*graded("A1", 1), *graded("A2", 2, 1), *graded("A3", 4, 5)]
    picture = charts.areas(AREAS, figures(AREAS, cases))
    assert picture is not None
    assert picture.title == "Grades by service area"


def test_no_area_below_few_cases_and_one_area_only() -> None:
    told = areas(graded("A1", 9, 3), graded("A2", 9, 3), graded("A3", 9, 3))
    assert "All 3 service areas had at least 60% Good." in told
    assert not any("Below" in sentence for sentence in told)
    told = areas(graded("A1", 1, 3), graded("A2", 9, 3))
    assert told[:2] == [
        "1 of 2 service areas has fewer than 10 cases, too few for a verdict.",
        "The one other service area had at least 60% Good.",
    ]
    assert areas(graded("A1", 9, 3)) == ["Every case is of one service area, A1."]


def test_no_area_is_named_where_a_number_of_one_is_hidden() -> None:
    result = public_edition(figures(AREAS, [*graded("A1", 9, 0, 3), *graded("A2", 4, 8), *graded("A3", 20)]), AREAS)
    told = areas_words.service_area(AREAS, result)
    assert not any(area in sentence for area in ("A1", "A2", "A3") for sentence in told)
    assert result["service_area"]["A1"]["not_met"] == {"count": "[c]", "percent": "[c]"}


def test_the_intervals_of_the_reference_audit_stand_beside_its_levels() -> None:
    assert "between 62% and 68% Good and between 7% and 11% Not Met" in " ".join(narrative.overall(BASIS, RIGHT))
    found = tables_of(RIGHT)
    areas_sure = {row.cells[0]: row.cells[1:] for row in found["area-verdicts"].rows}
    assert areas_sure["A9"][0] == 75
    assert areas_sure["A9"][2] == areas_sure["A15 Private"][2] == "reached"
    assert sum(cells[2] == "reached" for cells in areas_sure.values()) == 2
    assert not any(cells[2] == "missed" or cells[5] == "over the limit" for cells in areas_sure.values())


def test_the_audit_gives_no_evidence_that_the_areas_differ_is_said_first() -> None:
    assert areas_words.service_area(BASIS, RIGHT)[0].startswith("The audit gives no evidence that the areas differ")
    odd = json.loads(json.dumps(RIGHT))
    for code, count in (("good", 1), ("met", odd["service_area"]["A3"]["total"] - 1), ("not_met", 0)):
        odd["service_area"]["A3"][code]["count"] = count
    assert (
        areas_words.service_area(BASIS, odd)[0] == "A3 differs from the rest in Good by more than chance would explain."
    )


def test_agency_staff_are_compared_with_an_interval_in_points() -> None:
    told = narrative.employment(BASIS, RIGHT)
    assert (
        "Good is lower among agency staff than among employed staff, by 9 to 49 percentage points (95% interval)."
        in told
    )
    alike = json.loads(json.dumps(RIGHT))
    for code, count in (("good", 13), ("met", 5), ("not_met", 2)):
        alike["employment"]["agency"][code]["count"] = count
    assert "There is no clear difference in Good between agency and employed staff." in narrative.employment(
        BASIS, alike
    )


def test_exact_agreement_is_the_headline_and_nobody_who_grades_is_named() -> None:
    assert moderation_words.agreement(RIGHT)[0].startswith(
        "The audit lead’s benchmark is the auditor’s own grade in 43 of 47 cases (91%, 95% interval 80% to 97%)"
    )
    found = sections(BASIS, RIGHT, ABOUT)
    assert "IM01" not in repr(found)
    assert "agreement" in {b.code for b in blocks(found) if isinstance(b, Table)}


def test_the_document_has_the_sections_of_the_report_of_2014_in_its_order() -> None:
    written = replace(ABOUT, prose=dict.fromkeys(BOXES, "Words."))
    found = sections(BASIS, RIGHT, written)
    assert [s.title for s in found] == [
        "1. Introduction",
        "2. Summary of findings",
        "3. Children seen",
        "4. Agency and employed staff",
        "5. Themes",
        "6. Earlier recommendations reviewed",
        "7. Conclusion",
        "8. Next steps",
        "Annex A. Moderation and agreement",
        "Annex B. Sampling",
    ]
    assert [p.title for p in found[1].parts] == [
        "2.1 All cases",
        "2.2 Law types",
        "2.3 Service areas",
        "2.4 Change since earlier audits",
    ]
    assert {b.code for b in blocks(found) if isinstance(b, Prose)} == set(BOXES)
    codes = [b.code for b in blocks(found) if isinstance(b, Table)]
    assert len(codes) == len(set(codes))
    assert all(len(code) <= 31 for code in codes)
    for table in (b for b in blocks(found) if isinstance(b, Table)):
        assert all(
            len(row.cells) == len(table.columns) and all(cell not in ("", None) for cell in row.cells)
            for row in table.rows
        ), table.code
        assert table.columns[0].kind is Kind.WORDS


def test_each_picture_stands_right_before_the_table_of_its_numbers_and_how_to_read_a_funnel_is_said_above_it() -> None:
    drawn = {code: [p for make in makers if (p := make(BASIS, RIGHT))] for code, makers in PICTURES.items()}
    found = sections(BASIS, RIGHT, replace(ABOUT, pictures=drawn))
    shown = list(blocks(found))
    pictures = [b for b in shown if isinstance(b, Picture)]
    assert len(pictures) == sum(map(len, drawn.values()))
    codes = {b.code for b in shown if isinstance(b, Table)}
    for picture in (p for p in pictures if p.table in codes):
        following = next(b for b in shown[shown.index(picture) :] if isinstance(b, Table))
        assert following.code == picture.table, picture.code
    assert shown[shown.index(Sentences([FUNNEL])) + 1].code == "funnel-good"


def test_no_sentence_of_a_report_is_said_twice() -> None:
    said = [
        sentence for b in blocks(sections(BASIS, RIGHT, ABOUT)) if isinstance(b, Sentences) for sentence in b.sentences
    ]
    assert len(said) == len(set(said))


def test_grades_changed_by_few_decisions_have_no_percentage_and_areas_keep_their_order() -> None:
    rate = {"decided": 1, "overturned": 1, "percent": 100, "interval": [21, 100]}
    many = {"decided": 12, "overturned": 3, "percent": 25, "interval": [9, 53]}
    table = grids.overturned(
        {"overturned": {"area": {"A10": rate, "A2": many}}}, "area", "service area", {}, ["A2", "A10"]
    )
    assert [list(row.cells) for row in table.rows] == [["A2", 12, 3, 25, "9% to 53%"], ["A10", 1, 1, "[u]", "[u]"]]


def test_results_that_were_brought_in_do_not_say_when_cases_were_reviewed() -> None:
    returned = [
        Moderated("A1", "public", "employed", "", "not_known", "none", "not_known"),
        Moderated("A1", "public", "employed", "", "late", "none", "accepted"),
    ]
    for rows, dated in ((returned[:1], False), (returned[1:], True)):
        names = [row.cells[0] for row in grids.steps(moderation_figures(rows, {})).rows]
        assert ("Reviewed in time" in names) == ("Further action done" in names) == dated
        assert ("Grade accepted" in names) == dated


def test_rows_add_up_to_the_total_of_their_table() -> None:
    rows = tables_of(RIGHT)["grades-by-area"].rows
    for column in (1, 2, 4, 6):
        assert sum(int(r.cells[column]) for r in rows if not r.total) == rows[-1].cells[column]


def test_an_empty_section_is_left_out_and_sections_without_figures_that_were_frozen_earlier_say_nothing() -> None:
    result = figures(BASIS, november())
    assert "8. Next steps" not in [s.title for s in sections(BASIS, result, ABOUT)]
    earlier = {
        k: v for k, v in result.items() if k not in {"intervals", "target_verdicts", "benchmark", "sampling", "funnel"}
    }
    assert not {"area-verdicts", "agreement", "sampled-area"} & tables_of(earlier).keys()


def test_whoever_still_grades_gets_nothing_that_could_sway_them() -> None:
    picture = Picture("areas", "A", "B", {}, {}, "grades-by-area")
    about = replace(ABOUT, prose={"overall": "A5 is best."}, pictures={"areas": [picture]})
    document = for_graders(_document(sections(BASIS, RIGHT, about)))
    found = list(blocks(list(document.sections)))
    assert not any(isinstance(b, Prose | Picture) for b in found)
    assert Sentences([LEFT_OUT]) in found
    assert "A15 Private" not in repr([b for b in found if isinstance(b, Table)])
    assert "B4" not in repr([b for b in found if isinstance(b, Table)])


def test_the_public_edition_prints_no_sentence_with_a_hidden_number() -> None:
    hidden = {
        **RIGHT,
        "employment": {
            **RIGHT["employment"],
            "agency": {**RIGHT["employment"]["agency"], "good": {"count": "[c]", "percent": "[c]"}},
        },
    }
    hidden["challenge"] = {**RIGHT["challenge"], "challenged": "[c]"}
    told = [s for b in blocks(sections(BASIS, hidden, ABOUT)) if isinstance(b, Sentences) for s in b.sentences]
    assert not any("[c]" in sentence for sentence in told)
    assert "[c]" in {cell for row in tables_of(hidden)["grades-by-employment"].rows for cell in row.cells}


def test_the_first_page_names_edition_stage_data_set_and_revision() -> None:
    facts = dict(
        first_page(
            replace(
                ABOUT,
                stage=Stage.FIRST,
                edition=Edition.PUBLIC,
                revised=(2, "3 March 2026", "A case was counted twice."),
            )
        )
    )
    assert facts["Edition"].startswith("Public")
    assert facts["Grades"] == "As graded first"
    assert facts["Data set"].startswith("abababababab")
    assert facts["Revised"] == "r2, 3 March 2026: A case was counted twice."


def _document(found: list[Section]) -> Any:
    return Document("R", "T", "S", [], "x", found)


def test_a_table_of_themes_says_none_where_none_was_picked() -> None:
    assert grids.themes("t", "T", {}, {}).rows[0].cells == ["None was picked", "[z]", 0]
    assert grids.themes("t", "T", {"T1": 3}, ABOUT.themes).rows[0].cells == ["Plans are started in time", "Planning", 3]
