"""The usual order of service areas, whatever their codes are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.enums import Role, Scope
from app.people.rules import Grant, Viewer, area_key


def test_areas_come_in_their_usual_order() -> None:
    usual = ["A1", "A2", "A10", "A15 Public", "A15 Private", "A16"]
    assert sorted(["A16", "A15 Private", "A10", "A2", "A15 Public", "A1"], key=area_key) == usual


@pytest.mark.parametrize("code", ["A1²", "A٣", "A①", "A" + "9" * 5000, ""])
def test_digits_that_are_no_numbers_and_long_ones_have_a_place_too(code: str) -> None:
    assert sorted([code, "A2"], key=area_key)


@given(st.lists(st.text()))
def test_every_code_has_a_place(codes: list[str]) -> None:
    assert sorted(sorted(codes, key=area_key)) == sorted(codes)


def test_whoever_stands_in_acts_as_head_there_and_nowhere_else() -> None:
    deputy = Viewer(
        1,
        "Deputy",
        "d@example.test",
        "Deputy",
        frozenset({Grant(Role.ASSISTANT_DIRECTOR, Scope.NATION)}),
        frozenset({"A3"}),
    )
    assert deputy.areas(Role.HEAD_OF_SERVICE) == {"A3"}
    assert deputy.areas(Role.LEAD) == frozenset()
    assert deputy.has(Role.HEAD_OF_SERVICE, area="A3")
    assert not deputy.has(Role.HEAD_OF_SERVICE, area="A4")
    assert not deputy.has(Role.LEAD, area="A3")
    assert not deputy.has(Role.HEAD_OF_SERVICE)
    assert not deputy.holds(Role.HEAD_OF_SERVICE)
