"""The sentences of the reference report, and that they keep quiet about what is not known."""

from app.report import charts, narrative
from app.report.figures import Basis, figures
from tests.report.test_figures import BASIS, SCALE, november

FIGURES = figures(BASIS, november())
NAMES = {"public": "Public law", "wafh": "Private law (WAFH)", "wtfh": "Private law (WTFH)"}


def test_overall() -> None:
    assert narrative.overall(BASIS, FIGURES) == [
        "577 cases were audited: 377 of 577 (65%) Good, 148 of 577 (26%) Met and 52 of 577 (9%) Not Met.",
        "The target of at least 60% Good was reached: 65% were graded Good.",
        "Not Met work, at 9%, was within the limit of 14%.",
        "Good: 65% now, 49% in the audit of September 2013, up 16 percentage points.",
        "Good: 65% now, 50% at the inspection in March 2014, up 15 percentage points.",
        "Not Met: 9% now, 19% in the audit of September 2013, down 10 percentage points.",
    ]


def test_law_types_areas_children_staff_and_moderation() -> None:
    assert narrative.law_type(BASIS, FIGURES, NAMES)[0] == "Public law: 181 of 265 (68%) were graded Good and 17 of 265 (6%) Not Met."
    assert narrative.service_area(BASIS, FIGURES)[:3] == [
        "15 of 18 service areas had at least 60% Good.",
        "Below 60%: A3, A4 and A12.",
        "3 of 18 had more than 14% Not Met: A4, A8 and A13.",
    ]
    assert narrative.children_seen(FIGURES)[0] == "In 414 of 479 (86%) cases the children were seen; in 57 of 479 (12%) they were not."
    assert narrative.employment(BASIS, FIGURES)[1] == "Agency staff: 7 of 20 (35%) Good, 6 of 20 (30%) Not Met."
    assert narrative.moderation(BASIS, FIGURES) == [
        "55 cases first graded Not Met went back to their area for immediate review.",
        "14 were challenged: 11 stayed Not Met and 3 were re-graded to Met.",
        "1 went to the national service director; in 1 the grade was left unchanged.",
        "1 needed further action for the children.",
        "So 55 cases were first graded Not Met, and 52 finally.",
    ]


def test_without_targets_earlier_audits_or_cases_nothing_is_invented() -> None:
    basis = Basis(SCALE, ("N1",), ("wtfh",))
    empty = figures(basis, [])
    assert narrative.overall(basis, empty) == ["No case has been graded yet."]
    assert narrative.service_area(basis, empty) == []
    assert narrative.law_type(basis, empty, NAMES) == narrative.employment(basis, empty) == []
    assert narrative.children_seen(empty) == ["No case in this audit asks whether the children were seen."]
    assert charts.areas_summary(basis, empty) == "No cases yet."


def test_the_picture_has_every_area_and_its_words() -> None:
    svg = charts.areas_svg(BASIS, FIGURES)
    assert all(f"{area} (" in svg for area in BASIS.area_order)
    assert "65%" in svg
    assert "<script" not in svg
    assert charts.areas_summary(BASIS, FIGURES).startswith("Share of cases graded Good by service area, from 52% in A3 to 79% in A15 Private")
