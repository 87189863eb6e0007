"""Regions: their tables add up, chance comes first, and no hidden count of an area follows from its region."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from app.documents import Section, Sentences, Table, all_sections
from app.report.document.sections import for_graders
from app.report.enums import Stage
from app.report.figures.all_figures import RegionOf, figures
from app.report.figures.checks import check
from app.report.figures.counted_cases import NO_REGION, Basis
from app.report.figures.disclosure import public_edition
from app.report.figures.hiding import hidden_cells
from app.report.reading.schemas import Figures
from tests.report.answers.test_answers import report
from tests.report.attack import worked_out
from tests.report.document.test_sections import ABOUT, graded
from tests.report.random_audits import SCALE, random_audit

AREAS = ("A1", "A2", "A3", "A4", "A5", "A6")
# One region has the code of an area, one has a single area, and one area belongs to none.
REGIONS = (
    RegionOf("N", "North", ("A1", "A2")),
    RegionOf("A1", "South", ("A3", "A4")),
    RegionOf("E", "East", ("A5",)),
    RegionOf(NO_REGION, "", ("A6",)),
)
BASIS = Basis(SCALE, AREAS, ("public", "wafh", "wtfh"), regions=REGIONS)


def audit(seed: int, basis: Basis = BASIS) -> tuple[Basis, dict[str, Any]]:
    """Return an audit of six areas, in regions, with many small counts and many cases that are not."""
    chance = Random(seed)
    sizes = (0, 0, 1, 2, 3, 4, 5, 7, 9, 14, 22)
    cases = [
        replace(c, law_type=chance.choice(BASIS.law_types), children_seen="not_applicable", not_seen_reason=None)
        for area in AREAS
        for c in graded(area, *(chance.choice(sizes) for _ in SCALE))
    ]
    return basis, figures(basis, cases)


@settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.integers(0, 100_000))
@example(3)
def test_no_hidden_cell_of_areas_and_regions_together_can_be_worked_out(seed: int) -> None:
    basis, result = audit(seed)
    public = public_edition(result, basis)
    assert {at: n for at, n in worked_out(public, basis).items() if at[-1] != "eit"} == {}
    for row in public["region"].values():
        assert not [code for code in basis.codes if row[code]["count"] in (1, 2, 3, 4)]
    Figures.model_validate({**public, "moderation": None})


def test_the_attack_finds_an_area_that_follows_from_its_region() -> None:
    """What areas alone would hide is not enough once regions are printed."""
    rows = {"A1": {"x": 2, "y": 30}, "A2": {"x": 20, "y": 30}, "A3": {"x": 10, "y": 30}, "A4": {"x": 9, "y": 30}}
    alone = hidden_cells(rows, 5)
    both = hidden_cells(rows, 5, groups={"N": ["A1", "A2"], "S": ["A3", "A4"]})
    assert alone is not None
    assert both is not None
    assert ("A4", "x") in alone  # the smallest beside it, in another region
    hidden_in_n = {row for row, column in both if column == "x" and row in {"A1", "A2", "N"}}
    assert len(hidden_in_n) > 1
    assert any(_leaks(seed) for seed in range(20))


def _leaks(seed: int) -> bool:
    """Say whether areas that were hidden by themselves can be worked out beside regions that hide nothing."""
    basis, result = audit(seed)
    plain, found = audit(seed, replace(BASIS, regions=()))
    alone = public_edition(found, plain)
    if alone["overall"]["good"]["count"] == "[c]":
        return False
    return bool(worked_out({**alone, "regions": result["regions"], "region": result["region"]}, basis))


@pytest.mark.parametrize("seed", range(12))
def test_regions_add_up_at_every_stage(seed: int) -> None:
    made = random_audit(seed, most=80)
    half = len(made.basis.area_order) // 2
    some = (RegionOf("N", "North", made.basis.area_order[:half]), RegionOf(NO_REGION, "", made.basis.area_order[half:]))
    basis = replace(made.basis, regions=tuple(of for of in some if of.areas))
    for stage in Stage:
        found = figures(basis, made.cases, as_at=stage)
        assert check(found) == ()
        assert found["intervals"]["region"].keys() == {basis.best, basis.lowest}
    broken = {**found, "region": {**found["region"], NO_REGION: {**found["region"][NO_REGION], "total": 10_000}}}
    assert check(broken)


def test_chance_comes_first_regions_keep_their_order_and_who_grades_sees_none() -> None:
    basis, result = audit(3)
    made = report(basis, result, replace(ABOUT, law_names=ABOUT.law_names))
    section = regions_in(made)
    assert section is not None
    first, table = section.blocks[0], next(b for b in section.blocks if isinstance(b, Table))
    assert isinstance(first, Sentences)
    assert first.sentences[0].endswith("are to be expected by chance.") or "by more than chance" in first.sentences[0]
    assert [row.cells[0] for row in table.rows] == ["North", "South", "East", "Areas without a region", "All regions"]
    assert regions_in(for_graders(made)) is None


def regions_in(made: Any) -> Section | None:
    return next((section for _, section in all_sections(made) if section.code == "regions"), None)


def test_without_regions_nothing_is_said_of_them() -> None:
    result = figures(replace(BASIS, regions=()), graded("A1", 10, 10, 10))
    assert "region" not in result
    assert "regions" not in public_edition(result, replace(BASIS, regions=()))
