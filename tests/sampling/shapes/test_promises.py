"""What each shape of sample promises: sixty draws of each by the independent checker, and small lists of any kind."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.sampling.draw import draw
from app.sampling.population import Filing, population_of
from app.sampling.shapes.cut import Cut
from app.sampling.shapes.wanted import Shape, faults, fractions_of, wanted, wanted_difference
from tests.sampling.checker import Chances, complaints, rows_of
from tests.sampling.test_draw import SEED, configuration, november
from tests.sampling.test_promises import frames

AREAS = ("A6", "A13")
# Of the reference list only these areas here, all of it in the long tests (tools/long/shapes.py).
SOME = ("A6", "A10", "A13")
# Sixty draws of each shape, a thousand in the long tests.
SHAPES = {
    "a number in all": Shape(total=47),
    "a number in each area": Shape(each=10),
    "an area of its own": Shape(each=Fraction(1, 3), areas={"A6": 7, "A13": Fraction(1)}),
    "everybody": Shape(fraction=Fraction(1)),
    "chosen areas": Shape(only=AREAS, reason="A pilot"),
    "without those audited lately": Shape(months=12),
    "agency staff at its own fraction": Shape(employment={"agency": Fraction(1)}),
    "two cases of each": Shape(cases=2),
    "three cases of each, a number in all": Shape(total=40, cases=3),
}


def listed_for(shape: Shape, *, areas: tuple[str, ...] = ()) -> list[Filing]:
    """Return the reference list, or some areas of it, as a shape cuts it."""
    lately = {f.practitioner_id for f in november() if f.practitioner_id.endswith(("1", "4"))} if shape.months else ()
    return list(map(Filing._make, Cut(shape.only or areas, tuple(lately)).kept(november())))  # type: ignore[arg-type]


class Draws:
    """Draws of a shape from a list, each looked at by a checker that was written from the specification."""

    def __init__(self, filings: list[Filing], shape: Shape) -> None:
        self.filings, self.shape = filings, shape
        self.people = population_of(filings, shape.cases)
        areas = {p.service_area for p in self.people.values()}
        self.sizes = {a: sum(p.service_area == a for p in self.people.values()) for a in areas}
        self.settled = fractions_of(shape, self.sizes)
        self.configuration = configuration(filings, **self.settled)
        self.rows = rows_of(filings)

    def complaints(self, seed: str) -> list[str]:
        result = draw(self.people, seed=seed, configuration=self.configuration)
        sample = rows_of(d.filing for d in result.drawn)
        chances = Chances(self.settled["area_fractions"], self.settled["employment_fractions"], self.shape.cases)
        found = complaints(self.rows, sample, seed=seed, fraction=self.settled["fraction"], chances=chances)
        return [*found, *self._numbers(result.practitioners, sample)]

    def _numbers(self, drawn: int, sample: list[dict[str, str]]) -> list[str]:
        """Return where a number that was wanted is not the number that was drawn."""
        shape, areas = self.shape, {r["practitioner_id"]: r["service_area"] for r in sample}
        found = [f"{drawn} drawn, {shape.total} wanted"] if shape.total not in {None, drawn} else []
        for area, size in self.sizes.items():
            amount, got = shape.amount(area), sum(a == area for a in areas.values())
            if shape.total is None and isinstance(amount, int) and got != min(amount, size):
                found.append(f"{area}: {got} drawn, {amount} of {size} wanted")
        if shape.employment.get("agency") == 1:
            agency = {r["practitioner_id"] for r in self.rows if r["employment"] == "agency"}
            found += [f"{who} was not drawn" for who in agency - areas.keys()]
        return found


@pytest.mark.parametrize("name", SHAPES)
def test_sixty_draws_of_each_shape(name: str) -> None:
    draws = Draws(listed_for(SHAPES[name], areas=SOME), SHAPES[name])
    for n in range(60):
        assert draws.complaints(f"sixty-{n}-of-{name}") == []


AMOUNTS = st.one_of(st.integers(0, 12), st.fractions(0, 1, max_denominator=9))


@st.composite
def shapes(draw_: st.DrawFn) -> Shape:
    kind = draw_(st.sampled_from(["share", "total", "each"]))
    staff = {} if kind == "total" else draw_(st.dictionaries(st.just("agency"), st.fractions(0, 1, max_denominator=5)))
    return Shape(
        fraction=draw_(st.fractions(0, 1, max_denominator=9)),
        total=draw_(st.integers(1, 30)) if kind == "total" else None,
        each=draw_(AMOUNTS) if kind == "each" else None,
        areas=draw_(st.dictionaries(st.sampled_from(["A1", "A2"]), AMOUNTS)) if kind == "each" else {},
        employment=staff,
        cases=draw_(st.integers(1, 3)),
    )


@settings(max_examples=60, deadline=None)
@given(filings=frames(), shape=shapes())
def test_any_shape_of_any_list(filings: list[Filing], shape: Shape) -> None:
    draws = Draws(filings, shape)
    assume(not list(faults(shape, draws.sizes)))
    assume(not shape.employment or shape.each is None or isinstance(shape.each, Fraction))
    if not (shape.employment and shape.areas):
        assert draws.complaints(SEED) == []
    said = wanted(shape, draws.sizes, {})
    assert wanted_difference(said, draws.sizes, draws.configuration.as_dict()) is None
    assert Shape.read(shape.kept(), shape.fraction) == shape


def test_a_fraction_that_is_not_what_was_wanted_is_noticed() -> None:
    sizes: dict[str, int] = {"A1": 10, "A2": 30}
    for shape in (Shape(total=20), Shape(each=4), Shape(areas={"A1": Fraction(1, 3)}), Shape(only=("A1", "A2"))):
        config: dict[str, Any] = configuration([], **fractions_of(shape, sizes)).as_dict()
        said = wanted(shape, sizes, {})
        assert wanted_difference(said, sizes, config) is None
        assert wanted_difference(said, {**sizes, "A9": 3}, config) is not None or "areas" in said
        assert "does not know" in (wanted_difference({**said, "luck": 1}, sizes, config) or "")
    assert wanted_difference({"total": 21}, sizes, configuration([], **fractions_of(Shape(total=20), sizes)).as_dict())
    assert wanted_difference({"areas": {"A9": 1}}, sizes, configuration([]).as_dict())


def test_what_cannot_be_drawn_says_what_would_make_it_possible() -> None:
    [many] = faults(Shape(total=300), {"A1": 40, "A2": 6})
    assert many == (
        "300 practitioners are wanted, but 46 practitioners are in the list. Want at most 46, or bring a list with "
        "more."
    )
    [none] = faults(Shape(each=3, areas={"A9": 2}), {"A1": 40})
    assert "the list has no filings of A9. Bring a list" in none
    assert list(faults(Shape(each=100), {"A1": 40})) == []


def test_the_lists_that_are_cut_say_who_is_missing() -> None:
    filings = [Filing(f"C{n}", f"P{n}", f"A{n % 3}", "public", "B1", "employed", "2026-09-01") for n in range(9)]
    cut = Cut(("A0", "A1"), ("P0", "P3", "P4", "P8"))
    assert [r[1] for r in cut.kept(filings)] == ["P1", "P6", "P7"]  # type: ignore[arg-type]
    out = cut.left_out()
    assert (out["elsewhere"], out["lately"]["rows"]) == ({"rows": 3, "practitioners": 3}, 3)
    assert cut.thinned({"A0": 1, "A1": 2}) == ["A0: 1 practitioner of 3 left", "A1: 2 practitioners of 3 left"]
