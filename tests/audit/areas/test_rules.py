"""When areas may close, be split or merged, and what can be compared over such changes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.areas.rules import Around, How, Unit, Wanted, ending, faults, units
from app.people.models import ServiceArea

TODAY = date(2026, 12, 1)
CODES = st.sampled_from([f"A{n}" for n in range(6)])


def area(code: str, closed: date | None = None) -> ServiceArea:
    return ServiceArea(code=code, name=code, position=1, closed_on=closed)


def around(**changed: object) -> Around:
    known = {code: area(code) for code in ("A4", "A6", "A15")} | {"A9": area("A9", TODAY)}
    given = {"areas": known, "open_cases": {}, "published": {"A4": (date(2026, 10, 31), "NA-2026-05")}, "today": TODAY}
    return Around(**{**given, **changed})  # type: ignore[arg-type]


MERGED = Wanted(How.MERGE, TODAY, ("A4", "A6"), ("A4N",), "A4N")


@pytest.mark.parametrize(
    ("wanted", "field", "said"),
    [
        (Wanted(How.CLOSE, TODAY, ("A7",), ()), "old", "There is no area A7"),
        (Wanted(How.CLOSE, TODAY, ("A9",), ()), "old", "A9 closes on 1 December 2026 already"),
        (Wanted(How.SPLIT, TODAY, ("A15",), ("A16",), "A16"), "new", "at least two areas"),
        (Wanted(How.SPLIT, TODAY, ("A15",), ("A16", "a16"), "A16"), "new", "each area once"),
        (Wanted(How.SPLIT, TODAY, ("A15",), ("A16", "A6"), "A16"), "new", "A6 is an area already"),
        (Wanted(How.MERGE, TODAY, ("A4", "A6"), ("A9",), "A9"), "new", "A9 closes on 1 December 2026"),
        (Wanted(How.MERGE, TODAY, ("A4", "A6"), ("a15",), "a15"), "new", "A15 is or was an area already"),
        (Wanted(How.MERGE, TODAY, ("A4",), ("A4",), "A4"), "old", "at least one other area"),
        (Wanted(How.MERGE, date(2026, 10, 31), ("A4", "A6"), ("A4N",), "A4N"), "day", "NA-2026-05"),
        (Wanted(How.CLOSE, date(2032, 1, 1), ("A6",), ()), "day", "within five years"),
        (Wanted(How.MERGE, TODAY, ("A4", "A6"), ("A4N",), "A6"), "successor", "A6 ends"),
        (Wanted(How.CLOSE, TODAY, ("A6",), (), "A77"), "successor", "There is no area A77"),
        (Wanted(How.CLOSE, TODAY, ("A6",), (), "A9"), "successor", "A9 closes"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(wanted: Wanted, field: str, said: str) -> None:
    assert said in faults(wanted, around())[field]


def test_an_area_closes_without_a_successor_only_where_nothing_is_open() -> None:
    closing = Wanted(How.CLOSE, TODAY, ("A6",), ())
    assert faults(closing, around()) == {}
    assert "2 cases are still open there" in faults(closing, around(open_cases={"A6": 2}))["successor"]
    assert faults(Wanted(How.CLOSE, TODAY, ("A6",), (), "A15"), around(open_cases={"A6": 2})) == {}


def test_what_is_merged_into_an_area_that_is_there_goes_on_as_it() -> None:
    into = Wanted(How.MERGE, TODAY, ("A4", "A6"), ("A6",), "A6")
    assert faults(into, around()) == {}
    assert ending(into) == ("A4",)
    assert faults(MERGED, around()) == {}
    assert ending(MERGED) == ("A4", "A6")


def test_areas_are_compared_as_the_connected_parts_of_their_changes() -> None:
    changes = [
        (["A15"], ["A15 Public", "A15 Private"]),
        (["A4", "A6"], ["A4N"]),
        (["B1"], ["C1", "C2"]),
        (["B2"], ["C2", "C3"]),
    ]
    before = {old for olds, _ in changes for old in olds}
    after = {new for _, news in changes for new in news}
    assert units(changes, before, after) == [
        Unit(("A4", "A6"), ("A4N",)),
        Unit(("A15",), ("A15 Public", "A15 Private")),
        Unit(("B1", "B2"), ("C1", "C2", "C3")),
    ]
    assert units(changes, before, after)[0].name == "A4 and A6, now A4N"
    # What did not change is compared with itself, and what is on one side only with nothing.
    assert units([], {"A1", "A2"}, {"A2", "A3"}) == [Unit(("A2",), ("A2",))]


@given(st.lists(st.tuples(st.sets(CODES, min_size=1, max_size=3), st.sets(CODES, min_size=1, max_size=3)), max_size=6))
def test_every_area_is_in_one_unit_and_a_change_is_never_torn_apart(changes: list[tuple[set[str], set[str]]]) -> None:
    pairs = [(sorted(old), [f"N{code}" for code in sorted(new)]) for old, new in changes]
    before, after = {o for old, _ in pairs for o in old}, {n for _, new in pairs for n in new}
    found = units(pairs, before, after)
    assert sorted(code for unit in found for code in unit.before) == sorted(before)
    assert sorted(code for unit in found for code in unit.after) == sorted(after)
    for old, new in pairs:
        assert [set(old) <= set(unit.before) and set(new) <= set(unit.after) for unit in found].count(True) == 1
    # Whatever the order of the changes, and split into single pairs, the parts are the same.
    single = [([o], [n]) for old, new in reversed(pairs) for o in old for n in new]
    assert units(single, before, after) == found


def test_a_day_before_what_is_published_is_the_first_refused() -> None:
    last = date(2026, 10, 31)
    for days, refused in ((0, True), (1, False)):
        wanted = Wanted(How.CLOSE, last + timedelta(days=days), ("A4",), ())
        assert ("day" in faults(wanted, around())) is refused
