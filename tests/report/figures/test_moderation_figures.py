"""The figures of moderation, against known intervals and against themselves."""

import pytest

from app.report.figures.moderation import Moderated, faults, moderation_figures
from app.report.figures.statistics import wilson
from app.report.narrative.moderation import moderation
from tests.report.basis import Basis

SCALE = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))


def returned(
    area: str = "A1",
    answer: str = "accepted",
    review: str = "in_time",
    *,
    overturned: bool | None = None,
    days: int | None = None,
) -> Moderated:
    return Moderated(area, "public", "employed", "Auditor 1", review, "none", answer, overturned=overturned, days=days)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(3, 14, 0.0757, 0.4759), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (377, 577, 0.6136, 0.6911)],
)
def test_wilson_gives_the_known_intervals(count: int, of: int, low: float, high: float) -> None:
    found = wilson(count, of)
    assert found is not None
    assert found == pytest.approx((low, high), abs=0.0005)
    assert wilson(0, 0) is None


def test_every_returned_grade_counts_once_in_each_table() -> None:
    rows = [
        returned(),
        returned(answer="not_answered", review="late"),
        returned(answer="waiting", review="not_done"),
        returned("A2", "challenged", overturned=True, days=3),
        returned("A2", "challenged", overturned=False, days=6),
        returned("A2", "withdrawn"),
    ]
    found = moderation_figures(rows, {"first": {"not_met": 2}, "final": {"not_met": 1, "met": 1}})
    assert list(faults(found)) == []
    assert found["reviewed"] == {"in_time": 4, "late": 1, "not_done": 1, "not_known": 0}
    assert found["answers"] == {
        "accepted": 1,
        "challenged": 2,
        "withdrawn": 1,
        "not_answered": 1,
        "waiting": 1,
        "not_known": 0,
    }
    assert (found["regraded"], found["unchanged"], found["median_working_days"]) == (1, 1, 4.5)
    assert found["overturned"]["area"] == {"A2": {"decided": 2, "overturned": 1, "percent": 50, "interval": [9, 91]}}
    assert found["bridge"]["first"]["not_met"] == 2


def test_figures_that_disagree_are_named() -> None:
    found = moderation_figures([returned(answer="nonsense")], {})
    assert list(faults(found)) == ["Moderation: its answers come to 0, but cases returned says 1."]


def test_nothing_is_said_of_nothing() -> None:
    found = moderation_figures([], {})
    assert (found["decided"]["percent"], found["decided"]["interval"], found["median_working_days"]) == (
        None,
        None,
        None,
    )
    none = {"returned_to_area": 0, "referral_needed": 0}
    assert moderation(Basis(SCALE, (), ()), {"challenge": none, "moderation": found}) == [
        "No case was graded Not Met, so none went back to its area."
    ]


def told(*rows: Moderated) -> list[str]:
    none = {"returned_to_area": 0, "referral_needed": 0}
    one = {**none, "returned_to_area": len(rows), "challenged": 0, "first_not_met": len(rows), "final_not_met": 0}
    basis = Basis(SCALE, (), ())
    return moderation(basis, {"challenge": one, "moderation": moderation_figures(rows, {})})[3:-1]


def test_none_one_and_few_decisions_have_no_share_and_no_interval() -> None:
    kept, changed = (returned(answer="challenged", overturned=turned, days=1) for turned in (False, True))
    assert told(kept) == [
        "The one challenge that was decided left the grade as it was.",
        "The decision on the challenge came within 1 working day.",
    ]
    assert told(kept, kept)[0] == "No decided challenge changed the grade."
    assert told(kept, changed, changed)[0] == "2 of 3 decided challenges changed the grade."
    assert told(*[changed] * 9)[0] == "All 9 decided challenges changed the grade."
    assert told(*[changed] * 3, *[kept] * 7)[0] == (
        "3 of 10 decided challenges changed the grade (30%, 95% interval 11% to 60%)."
    )


def test_a_part_that_is_none_is_not_counted() -> None:
    assert told(returned(review="late"))[0] == "1 immediate review was late."
    assert told(returned(review="not_done"), returned(review="not_done"))[0] == "2 immediate reviews were not done."
