"""The sections of a pack add up whatever the cases are, and read the statistics where the figures have them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit.thresholds.loading import read_document
from app.documents import Picture, Section, Sentences, Table
from app.report.figures.all_figures import GradedCase, Targets, figures
from app.report.packs.figures import _reasons, figures_section
from app.report.packs.pack import Pack, share
from app.report.packs.sections import compared
from tests.report.basis import Basis
from tests.world import ROOT

SCALE = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))
GRADES = [code for code, _ in SCALE]
LAWS = ("public", "wafh", "wtfh")
BASIS = Basis(SCALE, ("A1", "A2"), LAWS, Targets(60, 14))
DOCUMENT = read_document((ROOT / "app/data/thresholds/national-casework-2014-10.yaml").read_text(encoding="utf-8"))
NOVEMBER = json.loads((ROOT / "app/data/november-2014/figures.json").read_text(encoding="utf-8"))
SEEN = {"public": "seen", "wafh": "not_seen", "wtfh": "not_applicable"}


def pack(basis: Basis, found: dict[str, Any], area: str, *, whole: bool = True) -> Pack:
    return Pack(area=area, basis=basis, figures=found, document=DOCUMENT, cases=(), plan=(), whole=whole)


def case(area: str, law: str, grade: str) -> GradedCase:
    return GradedCase(
        service_area=area,
        law_type=law,
        employment="employed",
        first_grade=grade,
        final_grade=grade,
        children_seen=SEEN[law],
        not_seen_reason=False,
        returned=False,
        challenged=False,
        challenge_outcome="",
        challenge_grade="",
        adjudicated=False,
        adjudication_outcome="",
        referral=False,
    )


def tables_of(section: Section) -> dict[str, Table]:
    return {block.code: block for block in section.blocks if isinstance(block, Table)}


def words_of(section: Section) -> list[str]:
    return [sentence for block in section.blocks if isinstance(block, Sentences) for sentence in block.sentences]


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(case, st.sampled_from(["A1", "A2"]), st.sampled_from(LAWS), st.sampled_from(GRADES)), max_size=30
    ),
    st.booleans(),
)
def test_every_table_of_figures_adds_up(cases: list[GradedCase], whole: bool) -> None:
    section = figures_section(pack(BASIS, figures(BASIS, cases), "A1", whole=whole))
    found = tables_of(section)
    here = sum(c.service_area == "A1" for c in cases)
    for code in ("grades", *(["children-seen"] if "children-seen" in found else [])):
        *parts, total = [int(row.cells[1]) for row in found[code].rows]
        assert sum(parts) == total
    assert found["grades"].rows[-1].cells[1] == here
    pictures = {block.code: block for block in section.blocks if isinstance(block, Picture)}
    funnels = {code for code in pictures if code.startswith("funnel")}
    assert not funnels or (whole and here), "where the area stands among all is shown with the whole audit"
    assert all(pictures[code].table in found and "A1" in pictures[code].title for code in funnels)
    drawn = {code: block for code, block in pictures.items() if code not in funnels}
    assert set(drawn) == ({"area-grades"} if here else set()) | (
        {"area-children-seen"} if "children-seen" in found else set()
    )
    assert all(
        picture.table in found
        and ("in the whole audit" in picture.title) == ("All cases" in picture.alternative) == whole
        for picture in drawn.values()
    )
    laws = [[int(cell) for cell in row.cells[1:5]] for row in found["law-types"].rows]
    assert all(sum(parts) == total > 0 for *parts, total in laws)
    assert sum(total for *_, total in laws) == here
    assert all(len(row.cells) == len(table.columns) for table in found.values() for row in table.rows)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["", *GRADES]), st.sampled_from(["", *GRADES])), max_size=12))
def test_a_row_of_the_comparison_always_adds_up(pairs: list[tuple[str, str]]) -> None:
    _, *parts, total = compared("Grade", pairs, BASIS).cells
    assert sum(int(part) for part in parts) == total == len(pairs)
    assert parts[0] == sum(audit == own != "" for audit, own in pairs)


def test_intervals_and_verdicts_are_told_where_the_figures_have_them() -> None:
    basis = replace(BASIS, area_order=tuple(NOVEMBER["service_area_order"]))
    words = words_of(figures_section(pack(basis, NOVEMBER, "A1")))
    assert (
        "The sample stands for 50 cases, the most recent of each practitioner. Of these, between 25 and 38 would be "
        "Good (95% interval)."
    ) in words
    assert (
        "The target of at least 60% Good was reached in the sample, with too few cases to be sure: "
        "64% were graded Good." in words
    )
    unknown = {**NOVEMBER, "intervals": {**NOVEMBER["intervals"], "population_source": "sample"}}
    assert not any("stands for" in sentence for sentence in words_of(figures_section(pack(basis, unknown, "A1"))))
    missed = words_of(figures_section(pack(basis, NOVEMBER, "A4")))
    assert any("missed in the sample, but this may be chance" in sentence for sentence in missed)
    assert any("was over the limit of 14% in the sample, but this may be chance." in sentence for sentence in missed)


@pytest.mark.parametrize(
    ("cases", "whole", "title"),
    [
        ((4, 1), False, "4 of 5 cases of A1 were Good"),
        ((1, 4), False, "1 of 5 cases of A1 was Good"),
        ((9, 3), True, "75% of the cases of A1 were Good; 75% in the whole audit"),
    ],
)
def test_a_picture_says_what_was_found_and_of_few_cases_no_percentage(
    cases: tuple[int, int], whole: bool, title: str
) -> None:
    made = [case("A1", "wtfh", "good")] * cases[0] + [case("A1", "wtfh", "met")] * cases[1]
    section = figures_section(pack(BASIS, figures(BASIS, made), "A1", whole=whole))
    (picture,) = [block for block in section.blocks if isinstance(block, Picture)]
    assert picture.title == title
    assert ("%" in picture.alternative) == whole


def test_why_children_were_not_seen_is_told_as_it_is() -> None:
    here = {"not_seen": {"count": 3}, "not_seen_no_reason": {"count": 0}, "not_seen_with_reason": {"count": 3}}
    assert list(_reasons(here)) == [
        "In all 3 cases in which they were not seen, the file records a professional reason."
    ]
    assert list(_reasons({**here, "not_seen_with_reason": {"count": 2}})) == [], "of one nobody knows"
    some = list(_reasons({**here, "not_seen_no_reason": {"count": 1}}))
    assert some == ["In 1 of 3 cases in which they were not seen, the file records no professional reason."]


@pytest.mark.parametrize(
    ("count", "of", "cell"), [(0, 0, "[z]"), (1, 9, "[u]"), (1, 10, 10), (1, 8000, "[low]"), (0, 40, 0), (9, 18, 50)]
)
def test_a_share_is_a_percentage_or_says_why_not(count: int, of: int, cell: int | str) -> None:
    assert share(count, of) == cell
