"""An area's live page: counts that tell nobody's grade, levels from five final cases on, the same in the API."""

import json
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audit.enums import CaseState
from app.clock import today
from app.improvement.areas.live import LEAST_FINAL, Placed, live
from app.report.actions import basis_of, current_figures
from app.report.cases import supervision as counting
from app.report.cases.supervision import supervision
from app.report.figures.disclosure import public_edition
from app.report.narrative.moderation import discussed
from app.report.reading.schemas import Figures
from tests.browser import plain
from tests.improvement.conftest import Ended
from tests.improvement.test_sheets import document
from tests.moderation.seconds import benchmarked
from tests.moderation.stories import date_fields
from tests.test_statements import MOST, counted
from tests.world import World, cases, the_audit

AUDIT: Any = SimpleNamespace(id=1)
PLACED = st.builds(
    Placed,
    state=st.sampled_from(CaseState),
    grade=st.sampled_from(["good", "met", "not_met"]),
    with_area=st.booleans(),
    second=st.booleans(),
)


@given(st.lists(PLACED, max_size=20))
def test_counts_add_up_and_levels_wait_for_five(placed: list[Placed]) -> None:
    of = live(AUDIT, document(), placed)
    assert of.sampled >= of.graded >= of.final + of.with_area
    assert of.elsewhere == of.graded - of.final - of.with_area >= 0
    assert (sum(count for _, count in of.levels) == of.final) is (of.final >= LEAST_FINAL or not of.final)
    assert bool(of.levels) is (of.final >= LEAST_FINAL)


@given(st.lists(PLACED, max_size=12), st.sampled_from(["good", "met", "not_met"]), st.booleans())
def test_a_case_that_is_graded_twice_moves_no_count_until_it_is_final(
    placed: list[Placed], grade: str, with_area: bool
) -> None:
    """Whatever its grade, and whether it went back: the page is as if it were being graded for the first time."""
    second = Placed(CaseState.GRADED, grade, with_area, second=True)
    begun = Placed(CaseState.IN_PROGRESS, "", with_area=False, second=False)
    assert live(AUDIT, document(), [*placed, second]) == live(AUDIT, document(), [*placed, begun])


def test_head_and_assistant_director_read_it_and_whoever_grades_does_not(world: World) -> None:
    assert "A1 now" in world.browser("head1").get("/areas/A1").text
    page = plain(world.browser("ad").get("/areas/A1").text)
    assert "Levels are counted once 5 cases are final" in page
    assert "C-A1" not in page
    for name, area in product(("head2", "lead", "im1", "director", "analyst", "reader", "admin", "nobody"), ("A1",)):
        world.browser(name).get(f"/areas/{area}", status=404)
    world.browser("ad").get("/areas/A99", status=404)
    graded = cases(world, "A1", CaseState.GRADED)
    benchmarked(world, graded[0], who="head2")
    world.browser("head2").get("/areas/A2", status=403)


def test_pages_ask_a_dozen_statements_and_the_api_has_the_same_numbers(ended: Ended) -> None:
    world, browser = ended.world, ended.world.browser("head1")
    answer = browser.send("GET", "/api/v1/areas/A1").json()
    of = answer["audits"][0]
    page = plain(browser.get("/areas/A1").text)
    for name in ("sampled", "graded", "final"):
        assert f" {of[name]} " in page
    assert sum(level["cases"] for level in of["levels"]) == (of["final"] if of["final"] >= LEAST_FINAL else 0)
    team = world.browser("manager@example.test")
    one = world.browser("practitioner@example.test")
    for who, path in (
        (browser, "/areas/A1"),
        (browser, "/areas/A1/people"),
        (browser, f"/cases/{ended.own}/sheet"),
        (team, "/team"),
        (team, f"/team/{ended.own}"),
        (team, "/"),
        (one, f"/my-cases/{ended.own}"),
        (one, "/my-cases"),
        (one, "/"),
    ):
        with counted(world) as asked:
            who.get(path)
        assert len(asked) <= MOST, (path, len(asked))


@pytest.mark.parametrize("name", ["head1", "ad"])
def test_what_is_discussed_is_counted_in_plan_and_pack(ended: Ended, name: str) -> None:
    browser = ended.world.browser(name)
    page = plain(browser.get("/audits/T-2026/areas/A1/plan").text)
    assert "No final case was discussed with the practitioner." in page


def test_the_national_report_has_one_sum_from_five_areas_on(ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    world, day = ended.world, today()
    talk = date_fields("discussed_on", day.day, day.month, day.year)
    for case_id in (ended.own, ended.lowest):
        world.browser("head1").post(f"/cases/{case_id}/sheet", talk)
    with world.database.reading() as session:
        assert supervision(session, the_audit(session)) == {}, "it has two areas"
        monkeypatch.setattr(counting, "LEAST_AREAS", 2)
        found = current_figures(session, the_audit(session))
        assert found["supervision"] == {"cases": 10, "discussed": 2}
        assert Figures.model_validate(json.loads(json.dumps(found))).supervision == found["supervision"]
        edition = public_edition(found, basis_of(session, the_audit(session)))
        assert "supervision" not in edition, "two are too few for everybody"
    words = "2 of 10 cases had been discussed with the practitioner when these figures were made."
    assert list(discussed(found)) == [words]
    assert list(discussed({})) == []
