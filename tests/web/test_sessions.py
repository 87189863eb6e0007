"""How long a session lasts, for the script that says so before it ends, and what the browser may keep."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.clock import clock
from app.people.models import Person
from app.web.sessions import ABSOLUTE, IDLE, browser_key
from tests.browser import Browser
from tests.moderation.stories import returned_case
from tests.world import KEY, World

OVER = 303


@pytest.fixture(autouse=True)
def _running() -> Iterator[None]:
    yield
    clock.set(None)


def lasts(browser: Browser, method: str = "GET", status: int = 200) -> Any:
    answer = browser.send(method, "/session", json={} if method == "PUT" else None)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_asking_how_long_a_session_lasts_does_not_make_it_last_longer(world: World) -> None:
    browser, began = world.browser("lead"), clock.now()
    me = str(world.viewer("lead").id)
    for minutes in (0, 20, 40, 59):
        clock.set(began + timedelta(minutes=minutes))
        left = lasts(browser)
        assert (left["person"], left["can_go_on"]) == (me, True)
        assert abs(left["ends_in"] - (60 - minutes) * 60) < 5
    clock.set(began + timedelta(minutes=61))
    assert lasts(browser) == {"person": "", "ends_in": 0, "can_go_on": False}
    assert browser.send("GET", "/reports").status_code == OVER


def test_one_press_makes_it_last_another_hour_until_ten_hours_are_over(world: World) -> None:
    browser, began = world.browser("lead"), clock.now()
    for minutes in range(55, 595, 55):
        clock.set(began + timedelta(minutes=minutes))
        left = lasts(browser, "PUT")
        end = min(timedelta(minutes=minutes) + IDLE, ABSOLUTE)
        assert abs(left["ends_in"] - (end - timedelta(minutes=minutes)).total_seconds()) < 5
        assert left["can_go_on"] == (end < ABSOLUTE)
    clock.set(began + ABSOLUTE + timedelta(seconds=5))
    assert lasts(browser, "PUT", 401)["status"] == 401


def test_a_page_says_for_how_long_and_until_when_without_a_script(world: World) -> None:
    page = world.browser("lead").get("/reports").text
    [seconds] = re.findall(r'data-ends-in="(\d+)"', page)
    assert abs(int(seconds) - IDLE.total_seconds()) < 5
    assert re.search(
        r"<noscript> If you open and\s+save nothing, you stay signed in until \d+:\d\d[ap]m\.</noscript>", page
    )
    assert "data-ends-in" not in world.browser().get("/sign-in").text


def test_each_person_has_a_key_of_their_own_and_nobody_who_is_not_signed_in_has_one(world: World) -> None:
    keys = {name: re.findall(r'data-key="([^"]+)"', world.browser(name).get("/").text) for name in ("lead", "head1")}
    with world.database.reading() as session:
        assert keys["lead"] == [browser_key(session, world.viewer("lead").id)]
    assert keys["lead"] != keys["head1"]
    assert KEY.decode() not in keys["lead"][0]
    assert "data-key" not in world.browser().get("/sign-in").text


def test_the_page_after_an_act_names_its_form_once_and_a_refused_act_is_not_named(world: World) -> None:
    head, case_id = world.browser("head1"), returned_case(world, "A1")
    address = f"/cases/{case_id}/review"
    refused = head.post(address, {"note": "Half of it"}, status=422)
    assert "data-answer" in refused.text
    assert "data-done" not in refused.text + head.get(address).text
    whole = {"children_safe": "yes", "note": "Seen in the log.", "further_action": "none", "answer": "later"}
    done = head.post(address, whole)
    assert f'data-done="{address}"' in done.text
    assert "data-answer" not in done.text
    assert "data-done" not in head.get("/").text


def test_who_is_disabled_is_signed_out_although_nothing_ended_their_session(world: World) -> None:
    browser = world.browser("lead")
    browser.get("/reports")
    with world.database.writing() as session:
        # As by somebody who signs in at the moment in which they are disabled.
        session.get_one(Person, world.viewer("lead").id).disabled_at = clock.now()
    assert browser.send("GET", "/reports").status_code == OVER
    assert lasts(browser)["person"] == ""
