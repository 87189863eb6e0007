"""The sentences of the reference report, and that they keep quiet about what is not known."""

import json
import re
from dataclasses import replace

from app.pictures import svg_of
from app.report.figures.all_figures import GradedCase, Targets, figures
from app.report.narrative import areas as areas_words
from app.report.narrative import moderation as moderation_words
from app.report.narrative import sentences as narrative
from app.report.pictures import charts
from tests.report.basis import Basis
from tests.report.figures.test_figures import BASIS, SCALE, november

FIGURES = figures(BASIS, november())
# As they are kept: with their keys sorted, A15 before A9.
KEPT = json.loads(json.dumps(FIGURES, sort_keys=True))
NAMES = {"public": "Public law", "wafh": "Private law (WAFH)", "wtfh": "Private law (WTFH)"}


def test_overall() -> None:
    assert narrative.overall(BASIS, FIGURES)[:3] == [
        "577 cases were audited: 377 of 577 (65%) Good, 148 of 577 (26%) Met and 52 of 577 (9%) Not Met.",
        "The target of at least 60% Good was reached: 65% were graded Good.",
        "Not Met work, at 9%, was within the limit of 14%.",
    ]


def test_law_types_areas_children_staff_and_moderation() -> None:
    assert (
        narrative.law_type(BASIS, FIGURES, NAMES)[0]
        == "Public law: 181 of 265 (68%) were graded Good and 17 of 265 (6%) Not Met."
    )
    assert areas_words.service_area(BASIS, KEPT)[1:6] == [
        "15 of 18 service areas had at least 60% Good.",
        "Below 60%: A3, A4 and A12.",
        "Allowing for chance, A9 and A15 Private are clearly at or above 60%, and no area is clearly below.",
        "3 of 18 service areas had more than 14% Not Met: A4, A8 and A13.",
        "Allowing for chance, no area is clearly over 14%.",
    ]
    assert (
        narrative.children_seen(BASIS, FIGURES)[0]
        == "In 414 of 479 cases (86%) the children were seen; in 57 of 479 (12%) they were not."
    )
    assert narrative.employment(BASIS, FIGURES)[1] == "Agency staff: 7 of 20 (35%) Good, 6 of 20 (30%) Not Met."
    assert moderation_words.moderation(BASIS, FIGURES) == [
        "55 cases first graded Not Met went back to their area for immediate review.",
        "14 were challenged: 11 stayed Not Met and 3 were re-graded to Met.",
        "1 went to the national service director; the grade was left unchanged.",
        "1 case needed further action for the children.",
        "So 55 cases were first graded Not Met, and 52 finally.",
    ]


def test_without_targets_earlier_audits_or_cases_nothing_is_invented() -> None:
    basis = Basis(SCALE, ("N1",), ("wtfh",))
    empty = figures(basis, [])
    assert narrative.overall(basis, empty) == ["No case has been graded yet."]
    assert areas_words.service_area(basis, empty) == []
    assert narrative.law_type(basis, empty, NAMES) == narrative.employment(basis, empty) == []
    assert narrative.children_seen(basis, empty) == ["No case in this audit asks whether the children were seen."]
    assert charts.areas(basis, empty) is None


def test_the_picture_has_every_area_and_its_words() -> None:
    picture = charts.areas(BASIS, FIGURES)
    assert picture is not None
    svg = svg_of(picture.wide)
    assert all(f"{area} (" in svg for area in BASIS.area_order)
    assert "65%" in svg
    assert "<script" not in svg
    assert "From 52% Good in A3 to 79% in A15 Private." in picture.alternative


def small(**changes: object) -> GradedCase:
    return replace(
        november()[0],
        **{"law_type": "public", "first_grade": "not_met", "final_grade": "not_met", **UNTOUCHED, **changes},  # type: ignore[arg-type]
    )


UNTOUCHED = {
    "returned": True,
    "challenged": False,
    "challenge_outcome": "",
    "challenge_grade": "",
    "adjudicated": False,
    "adjudication_outcome": "",
    "adjudication_grade": "",
    "referral": False,
}
BACK = {"challenged": True, "challenge_outcome": "regraded", "challenge_grade": "met", "final_grade": "met"}
ONE = Basis(SCALE, ("A9",), ("public",))


def told(*cases: GradedCase) -> list[str]:
    return moderation_words.moderation(ONE, figures(ONE, cases))


def test_one_case_is_spoken_of_as_one() -> None:
    assert told(small()) == [
        "1 case first graded Not Met went back to its area for immediate review.",
        "None was challenged.",
        "No case needed further action for the children.",
        "So 1 case was first graded Not Met, and 1 finally.",
    ]
    assert told(small(**BACK))[1] == "1 was challenged: it was re-graded to Met."
    wtfh = replace(ONE, law_types=("public", "wtfh"))
    seen = figures(
        wtfh,
        [small(children_seen="not_seen", not_seen_reason=True), small(law_type="wtfh", children_seen="not_applicable")],
    )
    assert narrative.children_seen(wtfh, seen) == [
        "In the one case the children were not seen.",
        "The case in which children were not seen records a professional reason.",
        "1 case of private law (WTFH) is left out, of which it is not asked whether the children were seen.",
    ]
    one = figures(ONE, [small(first_grade="good", final_grade="good", returned=False)])
    assert narrative.law_type(ONE, one, NAMES) == ["Public law: the one case was graded Good."]
    basis = replace(ONE, targets=Targets(60, 14))
    assert areas_words.service_area(basis, figures(basis, [small()])) == ["Every case is of one service area, A9."]
    assert narrative.overall(basis, figures(basis, [small()])) == [
        "1 case was audited, and it was graded Not Met.",
        "With fewer than 10 cases nothing can be said about the targets.",
    ]


def test_what_the_director_changed_is_said() -> None:
    changed = small(
        **{
            **BACK,
            "adjudicated": True,
            "adjudication_outcome": "regraded",
            "adjudication_grade": "good",
            "final_grade": "good",
        }
    )
    assert told(changed)[2] == "1 went to the national service director; 1 was re-graded to Good."
    kept = small(**{**BACK, "adjudicated": True, "adjudication_outcome": "unchanged", "adjudication_grade": "met"})
    assert (
        told(changed, kept)[2]
        == "2 went to the national service director; in 1 the grade was left unchanged and 1 was re-graded to Good."
    )


def test_a_referral_of_a_case_that_did_not_go_back_is_said() -> None:
    assert (
        told(small(first_grade="good", final_grade="good", returned=False, referral=True))[1]
        == "1 case needed further action for the children."
    )


def test_a_reason_that_is_not_known_is_neither_there_nor_missing() -> None:
    result = figures(
        ONE, [small(children_seen="not_seen", not_seen_reason=known) for known in (True, False, None, None)]
    )
    assert narrative.children_seen(ONE, result)[1].startswith(
        "Of the cases in which children were not seen, 1 records a professional reason, 1 does not and of 2 it is "
        "not known."
    )


def test_areas_without_a_lowest_grade_are_joined_by_or() -> None:
    basis = Basis(SCALE, ("A2", "A9", "A10", "A11"), ("public",))
    best = {"first_grade": "good", "final_grade": "good", "returned": False}
    good = [small(service_area=area, **best) for area in basis.area_order]
    assert "No case was graded Not Met in any service area." in areas_words.service_area(basis, figures(basis, good))
    # Kept figures have their keys sorted, A10 before A2.
    for number, told in ((2, "No case was graded Not Met in A2 or A9."), (1, "Only in A11 were cases graded Not Met.")):
        lowest = [small(service_area=area) for area in basis.area_order[-number:]]
        found = json.loads(json.dumps(figures(basis, [*good[: 4 - number], *lowest]), sort_keys=True))
        assert told in areas_words.service_area(basis, found)


def test_a_narrow_picture_has_the_same_words_in_less_room() -> None:
    picture = charts.areas(BASIS, FIGURES)
    assert picture is not None
    wide, narrow = svg_of(picture.wide), svg_of(picture.narrow)
    widths = [int(re.search(r'width="(\d+)"', svg)[1]) for svg in (wide, narrow)]  # type: ignore[index]
    assert widths[1] <= 330 < widths[0]
    assert all(f"{area} (" in narrow for area in BASIS.area_order)
