"""Exactly at a limit: a target that is met to the letter is met, and a limit that is kept to the letter is kept."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.audit.benchmarks.choosing import LEAST_MORE, more_of
from app.report.figures.hiding import small
from app.report.figures.statistics import at_least, at_most, funnel_flag, percent

# Counts that are a whole percentage of their base to the letter.
EXACT = st.tuples(st.integers(1, 99), st.integers(1, 40)).map(lambda x: (x[0], x[0] * x[1], 100 * x[1]))


@given(EXACT, st.sampled_from([-1, 0, 1]))
def test_a_share_at_its_target_reaches_it(exact: tuple[int, int, int], by: int) -> None:
    target, count, of = exact
    reached = "reached_not_clear", "missed_not_clear"
    assert at_least(count + by, of, target, None, of) == reached[by < 0]
    assert at_most(count + by, of, target, None, of) == reached[by > 0]


@given(EXACT, st.integers(1, 30), st.sampled_from([-1, 0, 1]))
def test_an_interval_that_ends_at_the_target_is_clear_of_it(exact: tuple[int, int, int], wide: int, by: int) -> None:
    """Limits are counts of the population; the share of the sample stands somewhere between them."""
    target, count, population = exact
    assume(wide < count + by <= population - wide)
    above, below = (count + by, count + by + wide), (count + by - wide, count + by)
    assert (at_least(count, population, target, above, population) == "clearly_reached") is (by >= 0)
    assert (at_least(count, population, target, below, population) == "clearly_missed") is (by < 0)
    assert (at_most(count, population, target, below, population) == "clearly_reached") is (by <= 0)
    assert (at_most(count, population, target, above, population) == "clearly_missed") is (by > 0)


@given(EXACT, st.sampled_from([-1, 0, 1]))
def test_more_second_grades_are_asked_for_only_over_the_limit(exact: tuple[int, int, int], by: int) -> None:
    limit, differing, second_grades = exact
    left = 10 * second_grades
    wanted = max(second_grades, LEAST_MORE) if by > 0 else 0
    assert more_of(second_grades, differing + by, left, limit) == wanted
    assert more_of(second_grades, differing + 1, 2, limit) == 2


@pytest.mark.parametrize(("count", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_counts_from_one_to_four_are_small(count: int, *, hidden: bool) -> None:
    assert small(count, 5) is hidden


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_half_is_rounded_up(count: int, of: int) -> None:
    share = Fraction(100 * count, of)
    assert percent(count, of) == int(share + Fraction(1, 2))


def test_flags_change_beyond_their_limit() -> None:
    assert [funnel_flag(p) for p in (0.05, 0.0499999, 0.002, 0.0019999)] == [
        "within",
        "beyond_95",
        "beyond_95",
        "beyond_99.8",
    ]
