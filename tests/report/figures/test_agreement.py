"""Agreement of two graders: against published answers (statistics.md section 4), and what must hold of every table."""

from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.report.figures import agreement
from app.report.figures.agreement import (
    Agreement,
    agreement_of,
    alpha_interval,
    back_to_all,
    identity,
    linear,
    quadratic,
    student,
)
from app.report.figures.statistics import wilson

# CRAN irrCAC, cont3x3abstractors.
ABSTRACTORS = Agreement([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
TABLES = some.lists(some.lists(some.integers(0, 40), min_size=3, max_size=3), min_size=3, max_size=3).map(Agreement)


def near(found: float, wanted: float, digits: int = 7) -> bool:
    return isclose(found, wanted, abs_tol=0.5 * 10**-digits)


def test_kappa_is_as_published() -> None:
    plain, squared = ABSTRACTORS.kappa(), ABSTRACTORS.kappa(quadratic)
    assert plain is not None
    assert squared is not None
    assert near(plain.value, 0.7964094)
    assert near(plain.error, 0.05891072)
    assert near(squared.value, 0.8921569)
    assert near(squared.error, 0.03535151)


def test_gwet_is_as_published() -> None:
    plain, squared = ABSTRACTORS.gwet(), ABSTRACTORS.gwet(quadratic)
    assert plain is not None
    assert squared is not None
    assert near(plain.value, 0.8493305)
    assert near(plain.error, 0.04321747)
    assert near(squared.value, 0.9402369)
    assert near(squared.error, 0.01792019)
    assert near(squared.low, 0.905, 3)
    assert near(squared.high, 0.976, 3)


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_as_newcombe_published_it(count: int, of: int, low: float, high: float) -> None:
    found = wilson(count, of)
    assert found is not None
    assert near(found[0], low, 4)
    assert near(found[1], high, 4)


@pytest.mark.parametrize(
    ("freedom", "wanted"), [(1, 12.706205), (2, 4.302653), (5, 2.570582), (30, 2.042272), (99, 1.984217)]
)
def test_student_is_as_in_every_table(freedom: int, wanted: float) -> None:
    assert near(student(freedom), wanted, 6)


@pytest.mark.parametrize("freedom", [501, 502, 2000])
def test_student_of_many_is_the_same_by_halving(freedom: int, monkeypatch: pytest.MonkeyPatch) -> None:
    series = student.__wrapped__(freedom)
    monkeypatch.setattr(agreement, "SERIES_FROM", freedom)
    assert near(series, student.__wrapped__(freedom), 7)


def test_november_2014_is_as_the_reference_computed_it() -> None:
    independent = Agreement([[10, 1, 0], [0, 7, 1], [0, 0, 7]])
    kappa, gwet, alpha = independent.kappa(linear), independent.gwet(linear), independent.alpha()
    assert kappa is not None
    assert gwet is not None
    assert alpha is not None
    assert [round(x, 4) for x in (kappa.value, kappa.error, kappa.low)] == [0.9139, 0.0591, 0.7981]
    assert [round(x, 4) for x in (gwet.value, gwet.error, gwet.low)] == [0.9147, 0.0583, 0.7946]
    assert round(alpha, 4) == 0.9447


def test_skew_lowers_kappa_and_not_ac() -> None:
    skewed = agreement_of(
        [("good", "good")] * 44 + [("good", "met"), ("met", "good"), ("met", "met")], ("good", "met", "not_met")
    )
    kappa, gwet, alpha = skewed.kappa(), skewed.gwet(), skewed.alpha()
    assert kappa is not None
    assert gwet is not None
    assert alpha is not None
    assert [round(kappa.value, 2), round(gwet.value, 2), round(alpha, 2)] == [0.48, 0.96, 0.48]
    assert skewed.guessing is not None
    assert near(skewed.guessing, (45 * 45 + 2 * 2) / 47**2)
    assert (skewed.first_better, skewed.second_better, skewed.far_apart) == (1, 1, 0)


def test_independent_graders_get_no_kappa_and_some_ac() -> None:
    shares = (65, 26, 9)
    by_chance = Agreement([[a * b for b in shares] for a in shares])
    kappa = by_chance.kappa()
    assert kappa is not None
    assert near(kappa.value, 0)
    found = [by_chance.gwet(w) for w in (identity, linear, quadratic)]
    assert [round(f.value, 2) for f in found if f] == [0.33, 0.47, 0.57]


@pytest.mark.parametrize("table", [[[0, 0, 0]] * 3, [[12, 0, 0], [0, 0, 0], [0, 0, 0]]])
def test_nothing_and_one_single_grade_say_nothing(table: list[list[int]]) -> None:
    of = Agreement(table)
    assert [of.kappa(), of.gwet(), of.alpha(), of.kappa(linear)] == [None] * 4


@settings(deadline=None)
@given(TABLES)
def test_what_holds_of_every_table(of: Agreement) -> None:
    turned = Agreement([list(column) for column in zip(*of.table, strict=True)])
    assert of.agreeing + of.first_better + of.second_better == of.count
    assert (of.first_better, of.second_better) == (turned.second_better, turned.first_better)
    for weight in (identity, linear, quadratic):
        for one, other in ((of.kappa(weight), turned.kappa(weight)), (of.gwet(weight), turned.gwet(weight))):
            assert (one is None) == (other is None)
            if one and other:
                assert isclose(one.value, other.value, abs_tol=1e-9)
                assert -1 <= one.low <= one.value + 1e-9
                assert one.value - 1e-9 <= one.high <= 1
    alpha, back = of.alpha(), turned.alpha()
    assert (alpha is None) == (back is None) == (not of.defined)
    if alpha is not None and back is not None:
        assert isclose(alpha, back, abs_tol=1e-9)
        assert alpha <= 1 + 1e-9


@settings(deadline=None)
@given(some.lists(some.integers(1, 30), min_size=3, max_size=3))
def test_who_always_agree_get_all_of_it(diagonal: list[int]) -> None:
    of = Agreement([[n if i == j else 0 for j in range(3)] for i, n in enumerate(diagonal)])
    kappa, gwet, alpha = of.kappa(), of.gwet(), of.alpha()
    assert kappa is not None
    assert gwet is not None
    assert alpha is not None
    assert isclose(kappa.value, 1)
    assert isclose(gwet.value, 1)
    assert isclose(alpha, 1)


def test_certain_choices_do_not_weigh_like_chances() -> None:
    assert back_to_all([]) is None
    found = back_to_all([("not_met", "met", 1.0), ("good", "good", 0.1)])
    assert found is not None
    assert near(found, 10 / 11)


def test_the_interval_of_alpha_holds_it_and_is_the_same_each_time() -> None:
    table = ((20, 2, 0), (1, 13, 0), (0, 1, 10))
    found, alpha = alpha_interval(table), Agreement(table).alpha()
    assert found is not None
    assert alpha is not None
    assert 0.8 < found[0] < alpha < found[1] <= 1
    alpha_interval.cache_clear()
    assert alpha_interval(table) == found
    assert alpha_interval(((5, 0), (0, 0))) is None
