"""What the draw promises, on frames that nobody has seen.

Margins, chances, one case each, and a checker that would notice.
"""

import random
from collections import Counter
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sampling.draw import GUARANTEED, configuration_of, draw, planned
from app.sampling.population import Filing, population_of
from tests.sampling.checker import complaints, rows_of
from tests.sampling.test_draw import SEED, configuration, made, november

LAWS = ("adoption", "other", "private", "public", "wafh", "wtfh")
FRACTIONS = st.fractions(0, 1, max_denominator=20)


@st.composite
def frames(draw_: st.DrawFn) -> list[Filing]:
    """Return a small frame of any shape.

    Strata of one, several law types, skewed bands, agency staff, ties on one day.
    """
    count = draw_(st.integers(1, 30))
    areas, bands = draw_(st.integers(1, 4)), draw_(st.integers(1, 3))
    rows = []
    for n in range(count):
        area, band = f"A{draw_(st.integers(1, areas))}", f"B{min(draw_(st.integers(1, 5)), bands)}"
        employment = draw_(st.sampled_from(["employed", "employed", "agency"]))
        for law in draw_(st.lists(st.sampled_from(LAWS), min_size=1, max_size=3, unique=True)):
            days = draw_(st.lists(st.integers(1, 5), min_size=1, max_size=2))
            rows += [
                Filing(f"C{n}-{law}-{f}", f"P{n}", area, law, band, employment, f"2026-09-{day:02d}")
                for f, day in enumerate(days)
            ]
    return rows


def sampled(filings: list[Filing], **changes: Any) -> list[dict[str, str]]:
    result = draw(population_of(filings), seed=SEED, configuration=configuration(filings, **changes))
    return [
        {**row, "ticket": d.ticket.hex()}
        for row, d in zip(rows_of(d.filing for d in result.drawn), result.drawn, strict=True)
    ]


@settings(max_examples=150, deadline=None)
@given(
    filings=frames(),
    fraction=FRACTIONS,
    rule=st.sampled_from(["share", "latest"]),
    shuffle=st.randoms(use_true_random=False),
)
def test_an_independent_checker_finds_nothing(
    filings: list[Filing], fraction: Fraction, rule: str, shuffle: random.Random
) -> None:
    sample = sampled(filings, fraction=fraction, law_rule=rule)
    assert complaints(rows_of(filings), sample, seed=SEED, fraction=fraction, rule=rule) == []
    shuffled = filings[:]
    shuffle.shuffle(shuffled)
    assert sampled(shuffled, fraction=fraction, law_rule=rule) == sample


@pytest.mark.parametrize("options", ["", "--tiny 6", "--multi 0", "--odd all"])
@pytest.mark.parametrize(
    ("fraction", "rule"), [("1/2", "share"), ("1/3", "latest"), ("7/20", "share"), ("1", "share"), ("0", "latest")]
)
def test_made_frames_hold(options: str, fraction: str, rule: str) -> None:
    filings = made(*options.split())
    sample = sampled(filings, fraction=Fraction(fraction), law_rule=rule)
    assert complaints(rows_of(filings), sample, seed=SEED, fraction=Fraction(fraction), rule=rule) == []


def spoilt(frame: list[dict[str, str]], sample: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return samples that were tampered with."""
    drawn = {r["practitioner_id"] for r in sample}
    first = sample[0]
    alike = ("service_area", "law_type", "performance_band", "employment")
    twins = [r for r in frame if r["practitioner_id"] not in drawn and all(r[c] == first[c] for c in alike)]
    older = next(
        (
            r
            for s in sample
            for r in frame
            if r["practitioner_id"] == s["practitioner_id"]
            and r["law_type"] == s["law_type"]
            and r["filed_on"] < s["filed_on"]
        ),
        None,
    )
    assert twins
    assert older is not None
    rest = [r for r in sample if r["practitioner_id"] != older["practitioner_id"]]
    elsewhere = [r for r in sample if r["service_area"] != first["service_area"]]
    return {
        "a repeated row": [*sample, first],
        "two rows dropped": elsewhere + [r for r in sample if r not in elsewhere][2:],
        "an area dropped": elsewhere,
        "an older case": [*rest, dict(older)],
        "an altered band": [{**first, "performance_band": "B9"}, *sample[1:]],
        "an invented case": [{**first, "case_ref": "C-INVENTED"}, *sample[1:]],
        "an acquaintance": [dict(twins[-1]), *sample[1:]],
    }


def test_the_checker_would_notice() -> None:
    frame, sample = rows_of(november()), sampled(november())
    assert complaints(frame, sample, seed=SEED, fraction=Fraction(1, 2)) == []
    for what, changed in spoilt(frame, sample).items():
        assert complaints(frame, changed, seed=SEED, fraction=Fraction(1, 2)), what
    assert complaints(frame, sample, seed=SEED + "1", fraction=Fraction(1, 2))


def test_every_practitioner_has_the_same_chance() -> None:
    """Ten thousand draws of the reference frame's shape would take an hour.

    Strata are drawn alone, ten thousand times together.

    The bound: of 1,154 shares over 10,000 draws, each a mean of coins of chance 1/2, the largest |z| passes 4.9 once in
    a thousand runs.
    """
    filings = [f for f in november() if f.service_area in {"A1", "A6"}]
    population = population_of(filings)
    of = configuration(filings)
    draws = 2000
    counts = Counter(
        d.filing.practitioner_id
        for n in range(draws)
        for d in draw(population, seed=f"chance-{n}", configuration=of).drawn
    )
    deviation = sqrt(draws) / 2
    assert counts.keys() <= population.keys()
    assert max(abs(counts[p] - draws / 2) for p in population) < 4.6 * deviation
    squares = sum(((counts[p] - draws / 2) / deviation) ** 2 for p in population) / len(population)
    assert 0.5 < squares < 1.5


def test_the_plan_is_what_the_draw_is_measured_against() -> None:
    filings = november()
    of, population = configuration(filings), population_of(filings)
    plan = planned({stratum: len(members) for stratum, members in of.strata(population).items()}, of)
    result = draw(population, seed=SEED, configuration=of)
    assert [(m.family, m.key, m.expected) for m in plan] == [(m.family, m.key, m.expected) for m in result.margins]
    assert all(m.drawn is None for m in plan)
    assert all(m.distance < 1 for m in result.margins if m.family in GUARANTEED)
    assert {m.family for m in plan} >= {*GUARANTEED, "band", "employment"}


def test_nobody_and_one() -> None:
    empty = configuration_of((), (), (), (), ("2026-09-01", "2026-09-30"))
    assert list(draw({}, seed=SEED, configuration=empty).drawn) == []
    one = [Filing("C1", "P1", "A1", "public", "B1", "employed", "2026-09-01")]
    outcomes = {
        len(draw(population_of(one), seed=f"one-{n}", configuration=configuration(one)).drawn) for n in range(40)
    }
    assert outcomes == {0, 1}
