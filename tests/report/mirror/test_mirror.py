"""How a grader's grades stood: opens when nothing is left, to nobody else, and says what chance lets expect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app.audit.enums import CaseState
from app.audit.models import AuditCase
from app.report.mirror.rules import CountedGrades, differed_often, differing, directions, own_levels, with_a_place
from tests.audit.thresholds.test_prompts import NATIONAL
from tests.browser import plain
from tests.moderation.seconds import difference
from tests.world import CAST, REF, World

ADDRESS = f"/audits/{REF}/my-grades"
CODES = [level.code for level in NATIONAL.scale]


def finished(world: World) -> None:
    """Have every case of the audit final, however it was graded."""
    with world.database.writing() as session:
        session.execute(update(AuditCase).where(AuditCase.standing_grade.is_not(None)).values(state=CaseState.FINAL))
        session.execute(
            update(AuditCase).where(AuditCase.standing_grade.is_(None)).values(auditor_id=None, state=CaseState.DRAWN)
        )


def test_it_opens_when_nothing_is_left_to_grade(world: World) -> None:
    assert "opens when you have submitted the" in plain(world.browser("im1").get(ADDRESS).text)


def test_it_shows_both_sides_of_a_difference_to_each_grader(world: World) -> None:
    made = difference(world)
    world.browser("lead").post(
        f"/benchmarks/{made}", {"outcome": "first", "cause": "borderline", "resolution": "It holds."}
    )
    finished(world)
    first = next(w for w in ("im1", "im2") if "Your cases that somebody graded a second time" in _page(world, w))
    said = _page(world, first)
    assert "The second grade is better in 0 and worse in 1." in said
    assert "It holds." in said
    assert "with fewer than three graders" in said
    assert "Cases that you graded a second time" in _page(world, "head2")
    assert world.viewer("head2").name not in said, "nobody’s name but one’s own"


def test_nobody_who_did_not_grade_finds_it(world: World) -> None:
    difference(world)
    finished(world)
    graders = {"im1", "im2", "head2"}
    for who in {name for name, _ in CAST} - graders:
        assert world.browser(who).send("GET", ADDRESS).status_code == 404, who


def _page(world: World, who: str) -> str:
    return plain(world.browser(who).get(ADDRESS).text)


@st.composite
def tables(draw: st.DrawFn) -> list[CountedGrades]:
    people, laws = draw(st.integers(1, 8)), ("public", "wafh")
    return [
        CountedGrades(person, law, code, count)
        for person in range(people)
        for law in laws
        for code in CODES
        if (count := draw(st.integers(0, 6)))
    ]


@given(tables())
def test_what_is_expected_adds_up_and_says_nothing_of_a_single_other(counted: list[CountedGrades]) -> None:
    people = {c.grader for c in counted}
    for person in people:
        levels = own_levels(NATIONAL, person, counted)
        own = sum(c.count for c in counted if c.grader == person)
        assert sum(level.count for level in levels) == own
        assert {level.of for level in levels} == {own}
        for level in levels:
            assert (level.expected is None) == (len(people) < 3)
            assert (level.quarters is None) == (len(people) - 1 < 5)
            if level.likely is not None and level.expected is not None:
                assert 0 <= level.likely[0] <= level.expected + 1
                assert level.expected - 1 <= level.likely[1] <= own
        if levels[0].expected is not None:
            assert sum(level.expected or 0 for level in levels) == pytest.approx(own)


def test_everybody_alike_is_never_outside_chance() -> None:
    counted = [CountedGrades(person, "wafh", "good", 9) for person in range(6)]
    assert not any(level.outside for level in own_levels(NATIONAL, 0, counted))


def test_differences_are_told_with_the_words_of_both_levels() -> None:
    found = differing(NATIONAL, "wafh", {"SAF1": "good", "SAF2": "met"}, {"SAF1": "not_met", "SAF2": "met", "ENG1": ""})
    assert [d.standard.code for d in found] == ["SAF1"]
    assert found[0].own_words == NATIONAL.standard("SAF1").descriptors["good"]
    assert found[0].other_words == NATIONAL.standard("SAF1").descriptors["not_met"]
    assert [(s.code, n) for s, n in differed_often([found, found, []])] == [("SAF1", 2)]
    assert differed_often([found]) == []


def test_directions_and_places() -> None:
    assert directions(NATIONAL, [("good", "good"), ("good", "met"), ("not_met", "met"), ("met", "good")]) == (1, 2, 1)
    assert with_a_place(["Case plan, 3 May", "", "As the log says", "Paragraph 4"]) == (2, 3)
