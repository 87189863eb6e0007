"""Which clauses were read in two ways, how hot a standard is, and what a draft may say of them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.enums import Cause, ClauseAnswer, ReadingSource
from app.audit.wording.rules import (
    TWICE,
    Cell,
    ReadTwice,
    clauses_read_twice,
    heat_map,
    in_words,
    text_of,
    why_not_answered,
)
from tests.audit.thresholds.test_prompts import NATIONAL

LEVELS = [*(level.code for level in NATIONAL.scale), ""]
CODES = [s.code for s in NATIONAL.standards()]


class Found(ReadTwice):
    """A reading with the place where it came out."""

    source = ReadingSource.SECOND_GRADE


@st.composite
def readings(draw: st.DrawFn) -> Found:
    one, two = draw(st.permutations(LEVELS))[:2]
    cause = draw(st.sampled_from([Cause.THRESHOLD_UNCLEAR, Cause.THRESHOLD_UNCLEAR, Cause.ERROR]))
    return Found(draw(st.sampled_from(CODES[:4])), one, two, cause, "‘prompt’ was read as a day and as a week")


@given(st.lists(readings(), max_size=30))
def test_a_clause_is_listed_when_two_readings_found_it_unclear(found: list[Found]) -> None:
    unclear = [r for r in found if r.cause is Cause.THRESHOLD_UNCLEAR]
    times = Counter((r.standard, level) for r in unclear for level in (r.level_a, r.level_b))
    clauses = clauses_read_twice(NATIONAL, found)
    assert {c.key for c in clauses} == {key for key, n in times.items() if n >= TWICE}
    assert all(len(c.said) == times[c.key] and c.text == text_of(c.standard, c.level) for c in clauses)
    assert [CODES.index(c.standard.code) for c in clauses] == sorted(CODES.index(c.standard.code) for c in clauses)


@given(st.lists(readings(), max_size=30))
def test_the_map_counts_each_unclear_reading_once(found: list[Found]) -> None:
    compared = {(ReadingSource.SECOND_GRADE, code): 40 for code in CODES[:4]}
    rows = heat_map(NATIONAL, found, compared)
    assert [s.code for s, _ in rows] == CODES[:4], "what was never compared is left out"
    assert sum(c.unclear for _, cells in rows for c in cells) == sum(r.cause is Cause.THRESHOLD_UNCLEAR for r in found)


@pytest.mark.parametrize(
    ("unclear", "compared", "heat"), [(0, 0, 0), (0, 9, 0), (1, 11, 1), (1, 10, 2), (3, 10, 2), (1, 3, 3), (2, 2, 3)]
)
def test_the_shade_has_four_steps(unclear: int, compared: int, heat: int) -> None:
    assert Cell(unclear, compared).heat == heat


def test_an_answer_must_fit_what_the_draft_does() -> None:
    assert "Change them first" in why_not_answered(ClauseAnswer.CHANGED, "", "Prompt.", "Prompt.")["answer"]
    assert why_not_answered(ClauseAnswer.CHANGED, "", "Prompt.", "Within one working day.") == {}
    assert list(why_not_answered(ClauseAnswer.KEPT, "", "Prompt.", "Prompt.")) == ["reason"]
    assert why_not_answered(ClauseAnswer.KEPT, "The guidance says it.", "Prompt.", "Prompt.") == {}
    assert why_not_answered(ClauseAnswer.LATER, "", "Prompt.", "Prompt.") == {}


@pytest.mark.parametrize(
    ("clauses", "changed", "said"),
    [
        (0, 0, ""),
        (1, 0, "1 clause of version 1 was read in two ways; none was changed."),
        (1, 1, "1 clause of version 1 was read in two ways; 1 was changed."),
        (7, 5, "7 clauses of version 1 were read in two ways; 5 were changed."),
    ],
)
def test_the_next_framework_says_what_came_of_it(clauses: int, changed: int, said: str) -> None:
    assert in_words("1", clauses, changed) == said
