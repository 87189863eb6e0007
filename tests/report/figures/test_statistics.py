"""Intervals, tests and limits against published answers, against another library, and against their own definitions."""

from itertools import pairwise
from math import comb, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.report.figures import statistics as ours


@pytest.mark.parametrize(
    ("count", "of", "wanted"), [(1, 8, 13), (27, 120, 23), (1, 200, 1), (0, 3, 0), (1, 7, 14), (0, 0, None)]
)
def test_percentages_are_whole_and_halves_go_up(count: int, of: int, wanted: int | None) -> None:
    assert ours.percent(count, of) == wanted


@pytest.mark.parametrize(
    ("count", "of", "population", "wanted"),
    [(3, 10, 50, (5, 31)), (45, 100, 300, (111, 160)), (377, 577, 1154, (721, 786))],
)
def test_the_exact_interval_is_as_published(
    count: int, of: int, population: int, wanted: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ours.exact(count, of, population) == wanted
    monkeypatch.setattr(ours, "WHOLE_NUMBERS_UP_TO", 0)
    assert ours.exact(count, of, population) == wanted


def by_definition(count: int, of: int, population: int) -> tuple[int, int]:
    def ways(having: int, counts: range) -> int:
        return sum(comb(having, i) * comb(population - having, of - i) for i in counts)

    every = comb(population, of)
    possible = range(count, population - of + count + 1)
    return (
        min(k for k in possible if 40 * ways(k, range(count, of + 1)) >= every),
        max(k for k in possible if 40 * ways(k, range(count + 1)) >= every),
    )


@settings(max_examples=60, deadline=None)
@given(
    some.integers(1, 60).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n), some.integers(n, 2 * n + 5)))
)
def test_the_exact_interval_is_what_its_definition_says(case: tuple[int, int, int]) -> None:
    assert ours.exact(*case) == by_definition(*case)


def test_of_nothing_and_of_too_few_practitioners_there_is_no_interval() -> None:
    assert [
        ours.exact(0, 0, 5),
        ours.wilson(0, 0),
        ours.wilson_of_population(1, 5, 4),
        ours.exact(1, 5, 4),
        ours.newcombe((1, 2), (0, 0)),
    ] == [None] * 5


def test_where_everybody_is_in_the_sample_the_interval_is_the_point() -> None:
    assert (ours.wilson_of_population(3, 4, 4), ours.exact(3, 4, 4)) == ((0.75, 0.75), (3, 3))


@settings(max_examples=60, deadline=None)
@given(
    some.integers(2, 200).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n), some.integers(n + 1, 3 * n)))
)
def test_the_corrected_wilson_interval_solves_its_equation(case: tuple[int, int, int]) -> None:
    count, of, population = case
    found, share = ours.wilson_of_population(*case), count / of
    assert found is not None
    for limit in found:
        right = ours.Z**2 * limit * (1 - limit) / of * (population - of) / (population - 1)
        assert isclose((share - limit) ** 2, right, abs_tol=1e-9)


def test_newcombe_is_as_published() -> None:
    found = ours.newcombe((56, 70), (48, 80))
    assert found is not None
    assert [round(x, 4) for x in found] == [0.0524, 0.3339]


def test_funnel_limits_are_as_the_method_says() -> None:
    assert [round(100 * x) for x in ours.funnel_limits(25, 0.653, 0.025) + ours.funnel_limits(25, 0.653, 0.001)] == [
        44,
        82,
        33,
        91,
    ]
    assert ours.funnel_limits(9, 0.0, 0.025) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("p", "flag"), [(0.0019, "beyond_99.8"), (0.002, "beyond_95"), (0.0499, "beyond_95"), (0.05, "within")]
)
def test_flags(p: float, flag: str) -> None:
    assert ours.funnel_flag(p) == flag


@pytest.mark.parametrize(
    ("value", "freedom", "wanted"),
    [(3.841459, 1, 0.05), (5.991465, 2, 0.05), (27.58711, 17, 0.05), (0, 3, 1), (2, 0, 1)],
)
def test_chi_square_is_as_in_every_table(value: float, freedom: int, wanted: float) -> None:
    assert isclose(ours.chi_square_p(value, freedom), wanted, abs_tol=1e-6)


def test_homogeneity_of_what_cannot_differ_is_not_tested() -> None:
    assert ours.homogeneity([(3, 3), (4, 4)]) is None
    assert ours.homogeneity([(0, 3), (0, 0)]) is None
    assert ours.homogeneity([(1, 2)]) == (0, 0, 1)


def test_verdicts_are_whole_number_comparisons() -> None:
    assert ours.at_least(6, 10, 60, (12, 12), 20) == "clearly_reached"
    assert ours.at_least(6, 10, 60, (11, 13), 20) == "reached_not_clear"
    assert ours.at_least(5, 10, 60, (9, 13), 20) == "missed_not_clear"
    assert ours.at_least(5, 10, 60, (9, 11), 20) == "clearly_missed"
    assert ours.at_most(1, 10, 14, (1, 2), 20) == "clearly_reached"
    assert ours.at_most(1, 7, 14, (1, 4), 14) == "missed_not_clear"
    assert ours.at_most(1, 10, 10, (1, 4), 20) == "reached_not_clear"
    assert ours.at_most(5, 10, 14, (3, 11), 20) == "clearly_missed"


def test_holm_adjusts_for_how_many_there_are() -> None:
    assert ours.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert ours.holm([]) == []
    assert ours.holm([0.9, 0.8]) == [1.0, 1.0]


def test_sign_test_and_symmetry() -> None:
    assert ours.sign_test(0, 0) is None
    assert ours.sign_test(9, 1) == pytest.approx(22 / 1024)
    assert ours.bowker([[5, 0], [0, 5]]) is None
    # Bowker's own table has one pair for each two categories; McNemar's is the one with a single pair.
    assert ours.bowker([[10, 5], [15, 10]]) == pytest.approx((5.0, 1, 0.0253473))


@pytest.mark.parametrize(("one", "other"), [(2300, 2200), (2250, 2250), (1900, 2200), (3000, 1)])
def test_of_many_disagreements_the_sign_test_is_the_same_without_whole_numbers(
    one: int, other: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "WHOLE_NUMBERS_UP_TO", 10_000)
    exact = ours.sign_test(one, other)
    monkeypatch.setattr(ours, "WHOLE_NUMBERS_UP_TO", 1000)
    assert ours.sign_test(one, other) == pytest.approx(exact, abs=1e-9)


def test_a_sum_over_law_types_is_all_their_combinations() -> None:
    strata = [(2, 3, 5), (1, 1, 4)]
    chances = {i + j: 0.0 for i in range(3) for j in range(2)}
    for i in range(3):
        for j in range(2):
            chances[i + j] += comb(3, i) * comb(2, 2 - i) / comb(5, 2) * comb(1, j) * comb(3, 1 - j) / comb(4, 1)
    for count, chance in chances.items():
        lower = sum(p for k, p in chances.items() if k < count) + chance / 2
        assert isclose(ours.mid_p_of_sum(count, strata), 2 * min(lower, 1 - lower), abs_tol=1e-12)


def test_very_many_cases_are_as_good_as_normal(monkeypatch: pytest.MonkeyPatch) -> None:
    strata = [(800, 30_000, 50_000), (500, 9_000, 20_000)]
    exact = ours.mid_p_of_sum(730, strata)
    monkeypatch.setattr(ours, "NORMAL_FROM", 0)
    assert isclose(ours.mid_p_of_sum(730, strata), exact, abs_tol=0.001)


def test_the_stratified_error_skips_single_cases_and_small_frames() -> None:
    assert ours.stratified_error([(5, 10, 20)]) == pytest.approx((0.5 * 0.25 / 9) ** 0.5)
    assert ours.stratified_error([(5, 10, 20), (1, 1, 0)]) is None
    assert ours.stratified_error([(1, 1, 2)]) is None


def test_another_library_finds_the_same() -> None:
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    numpy = pytest.importorskip("numpy")
    for count, of in ((0, 20), (1, 29), (15, 148), (81, 263), (577, 577)):
        assert ours.wilson(count, of) == pytest.approx(
            proportion.proportion_confint(count, of, method="wilson"), abs=1e-9
        )
    for one, other in pairwise([(7, 20), (370, 557), (0, 9), (5, 5), (1, 3)]):
        theirs = proportion.confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
        assert ours.newcombe(one, other) == pytest.approx(theirs, abs=1e-9)
    assert ours.holm([0.2, 0.01, 0.03]) == pytest.approx(multitest.multipletests([0.2, 0.01, 0.03], method="holm")[1])
    table = numpy.array([[40, 3, 1], [9, 20, 2], [0, 4, 8]])
    theirs = tables.SquareTable(table, shift_zeros=False).symmetry()
    assert ours.bowker(table.tolist()) == pytest.approx((theirs.statistic, theirs.df, theirs.pvalue))
