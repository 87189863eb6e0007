"""Nobody has a case that they must not grade, loads are level, and chance alone decides within strata."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit.allocation.sharing import ToAllocate, allocate, by_law
from app.audit.bars.rules import Bars
from app.audit.staff.time import Time
from app.errors import Conflict

LAWS = ["public", "wafh", "wtfh"]
AREAS = ["A1", "A2", "A3"]
SHAPES = st.lists(st.tuples(st.sampled_from(AREAS), st.sampled_from(LAWS)), max_size=80)


def cases_of(shape: list[tuple[str, str]]) -> list[ToAllocate]:
    return [ToAllocate(n, area, law, f"P{n}") for n, (area, law) in enumerate(shape, 1)]


def full(people: int) -> dict[int, int]:
    return dict.fromkeys(range(1, people + 1), 100)


@given(shape=SHAPES, people=st.integers(1, 7), seed=st.text(max_size=5))
@settings(deadline=None)
def test_loads_and_law_types_differ_by_one_at_most(shape: list[tuple[str, str]], people: int, seed: str) -> None:
    todo = cases_of(shape)
    shares = allocate(todo, full(people), bars=Bars(), seed=seed)
    assert shares.keys() == {c.id for c in todo}
    assert shares == allocate(todo[::-1], full(people), bars=Bars(), seed=seed), "the order of the rows does not matter"
    for law in (None, *LAWS):
        of = Counter(dict.fromkeys(full(people), 0))
        of.update(shares[c.id] for c in todo if law is None or c.law_type == law)
        assert max(of.values()) - min(of.values()) <= 1, f"{law}: {of}"


@given(
    shape=SHAPES,
    weights=st.lists(st.integers(0, 100), min_size=1, max_size=6),
    held=st.dictionaries(st.tuples(st.integers(1, 6), st.sampled_from(LAWS)), st.integers(0, 9)),
    areas=st.frozensets(st.tuples(st.integers(1, 6), st.sampled_from(AREAS)), max_size=5),
    practitioners=st.frozensets(
        st.tuples(st.integers(1, 6), st.sampled_from([f"P{n}" for n in range(1, 9)])), max_size=5
    ),
)
@settings(deadline=None)
def test_whatever_is_barred_each_case_has_one_who_may_grade_it(
    shape: list[tuple[str, str]],
    weights: list[int],
    held: Mapping[tuple[int, str], int],
    areas: frozenset[tuple[int, str]],
    practitioners: frozenset[tuple[int, str]],
) -> None:
    todo, bars, of = cases_of(shape), Bars(areas, practitioners), dict(enumerate(weights, 1))
    able = {c.id: {a for a, w in of.items() if w and not bars.hold(a, c)} for c in todo}
    stuck = {c.area for c in todo if not able[c.id]}
    if stuck:
        with pytest.raises(Conflict, match="Choose another improvement manager") as refused:
            allocate(todo, of, bars=bars, seed="s", held=held)
        assert all(f"of {area}" in refused.value.sentence for area in stuck)
        return
    shares = allocate(todo, of, bars=bars, seed="s", held=held)
    assert all(shares[c.id] in able[c.id] for c in todo)
    assert shares.keys() == able.keys()


@given(
    shape=st.lists(st.tuples(st.sampled_from(AREAS[:2]), st.sampled_from(LAWS[:2])), min_size=1, max_size=6),
    areas=st.frozensets(st.tuples(st.integers(1, 3), st.sampled_from(AREAS[:2])), max_size=3),
    held=st.dictionaries(st.tuples(st.integers(1, 3), st.sampled_from(LAWS[:2])), st.integers(0, 3)),
)
@settings(deadline=None, max_examples=60)
def test_no_other_allocation_is_more_level(
    shape: list[tuple[str, str]], areas: frozenset[tuple[int, str]], held: Mapping[tuple[int, str], int]
) -> None:
    todo, bars = cases_of(shape), Bars(areas)
    choices = [[a for a in (1, 2, 3) if not bars.hold(a, c)] for c in todo]
    if not all(choices):
        return

    def spread(shares: Mapping[int, int]) -> tuple[int, int]:
        """Return the squares of the loads, then of the law types: the less, the more level."""
        cells = Counter(held)
        cells.update((shares[c.id], c.law_type) for c in todo)
        loads = Counter[int]()
        for (auditor, _), count in cells.items():
            loads[auditor] += count
        return sum(n * n for n in loads.values()), sum(n * n for n in cells.values())

    best = min(spread({c.id: a for c, a in zip(todo, each, strict=True)}) for each in product(*choices))
    assert spread(allocate(todo, full(3), bars=bars, seed="s", held=held)) == best


@given(shape=SHAPES, weights=st.lists(st.integers(1, 100), min_size=1, max_size=6))
@settings(deadline=None)
def test_whoever_has_less_time_gets_less_to_within_a_case(shape: list[tuple[str, str]], weights: list[int]) -> None:
    todo, of = cases_of(shape), dict(enumerate(weights, 1))
    counts = Counter(allocate(todo, of, bars=Bars(), seed="s").values())
    for auditor, weight in of.items():
        assert abs(counts[auditor] - len(todo) * weight / sum(weights)) < 1


def test_within_a_stratum_chance_alone_decides() -> None:
    """Each of three auditors gets each case in a third of 600 seeds.

    Chi-square with 2 degrees of freedom is below 18.4 (1 in 10,000).
    """
    todo, rounds = cases_of([("A1", "public")] * 4 + [("A2", "wafh")] * 3), 600
    got = Counter[tuple[int, int]]()
    for seed in range(rounds):
        got.update(allocate(todo, full(3), bars=Bars(), seed=str(seed)).items())
    for case in todo:
        chi = sum((got[case.id, a] - rounds / 3) ** 2 / (rounds / 3) for a in full(3))
        assert chi < 18.4, f"case {case.id}: {got}"


def test_who_is_barred_elsewhere_is_as_likely_as_others_within_the_rest() -> None:
    todo, rounds = cases_of([("A1", "public")] * 3 + [("A2", "public")] * 3), 400
    got = Counter[tuple[int, int]]()
    for seed in range(rounds):
        got.update(allocate(todo, full(3), bars=Bars(frozenset({(1, "A1")})), seed=str(seed)).items())
    # One who is barred from A1 gets two of A2's three cases, any two; the other two are alike.
    for case in (4, 5, 6):
        assert abs(got[case, 1] - rounds * 2 / 3) < 60
        assert abs(got[case, 2] - got[case, 3]) < 60
    assert all(got[case, 1] == 0 for case in (1, 2, 3))


def test_the_result_is_the_same_on_every_machine() -> None:
    todo = cases_of([(area, law) for area in AREAS for law in LAWS] * 3)
    shares = allocate(todo, full(4), bars=Bars(frozenset({(2, "A1")})), seed="T-2026/1/abc")
    assert "".join(str(shares[n]) for n in sorted(shares)) == "144222223311441144433133312"
    assert {a: sum(c.values()) for a, c in by_law(todo, shares).items()} == {1: 7, 2: 6, 3: 7, 4: 7}


@pytest.mark.parametrize(
    ("time", "weight", "words"),
    [
        (Time(), 2100, "Full load"),
        (Time(50), 1050, "50% of a full load"),
        (Time(starts_on=date(2026, 11, 16)), 1100, "Full load, from 16 November 2026"),
        (
            Time(away_from=date(2026, 11, 9), away_to=date(2026, 11, 13)),
            1600,
            "Full load, away 9 November 2026 to 13 November 2026",
        ),
        (Time(0), 0, "Does not grade"),
    ],
)
def test_time_counts_in_working_days(time: Time, weight: int, words: str) -> None:
    assert time.weight(date(2026, 11, 1), date(2026, 11, 30)) == weight
    assert time.words == words
    assert time.weight(date(2026, 11, 1), None) == time.share
