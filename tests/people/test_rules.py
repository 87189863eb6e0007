"""The usual order of service areas, whatever their codes are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.enums import Role, Scope
from app.people.rules import Grant, Viewer, area_key, may_be_granted


def test_areas_come_in_their_usual_order() -> None:
    usual = ["A1", "A2", "A10", "A15 Public", "A15 Private", "A16"]
    assert sorted(["A16", "A15 Private", "A10", "A2", "A15 Public", "A1"], key=area_key) == usual
    # By the alphabet and not by length, whatever is written large, and leading noughts make no number larger.
    assert sorted(["b1", "AA1", "A2", "a1", "A007"], key=area_key) == ["a1", "A2", "A007", "AA1", "b1"]


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


def test_a_role_reaches_as_far_as_it_was_granted() -> None:
    nation = Grant(Role.READER, Scope.NATION)
    grants = {nation, Grant(Role.LEAD, Scope.AUDIT, "T-1"), Grant(Role.HEAD_OF_SERVICE, Scope.AREA, "A1")}
    viewer = Viewer(1, "V", "v@example.test", "", frozenset(grants))
    assert viewer.has(Role.READER)
    assert viewer.has(Role.READER, audit="T-2", area="A2")
    assert viewer.has(Role.DIRECTOR, Role.LEAD, audit="T-1")
    assert viewer.has(Role.HEAD_OF_SERVICE, area="A1")
    for role, of in (
        (Role.LEAD, {}),
        (Role.LEAD, {"audit": "T-2"}),
        (Role.LEAD, {"area": "T-1"}),
        (Role.HEAD_OF_SERVICE, {"area": "A2"}),
        (Role.HEAD_OF_SERVICE, {"audit": "A1"}),
        (Role.DIRECTOR, {"audit": "T-1", "area": "A1"}),
    ):
        assert not viewer.has(role, **of), (role, of)
    assert viewer.holds(Role.LEAD)
    assert viewer.holds(Role.DIRECTOR, Role.READER)
    assert not viewer.holds(Role.DIRECTOR)
    assert [viewer.areas(role) for role in (Role.HEAD_OF_SERVICE, Role.LEAD)] == [{"A1"}, set()]
    assert viewer.audits(Role.LEAD, Role.READER) == {"T-1"}
    assert viewer.audits(Role.HEAD_OF_SERVICE) == frozenset()
    assert viewer.nationwide(Role.READER)
    assert not viewer.nationwide(Role.LEAD)
    assert not viewer.nationwide(Role.HEAD_OF_SERVICE)


def test_a_role_is_granted_only_where_it_makes_sense() -> None:
    assert may_be_granted(Role.HEAD_OF_SERVICE, Scope.AREA) is None
    assert may_be_granted(Role.LEAD, Scope.AUDIT) is None
    refused = may_be_granted(Role.HEAD_OF_SERVICE, Scope.AUDIT)
    assert refused == "Head of service is held for a service area, not for one audit."
    assert (
        may_be_granted(Role.DIRECTOR, Scope.AREA)
        == "National service director is held for the nation, not for a service area."
    )
    assert (
        may_be_granted(Role.LEAD, Scope.AREA)
        == "Audit lead is held for one audit or the nation, not for a service area."
    )
