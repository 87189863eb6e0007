"""Whoever has lost everything begins anew with a link of an administrator who identified them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import clock
from app.events import Event
from tests.accounts.factors.apps import asking, set_up, sign_in
from tests.accounts.factors.test_factors import whole
from tests.browser import plain
from tests.world import World


@pytest.fixture
def standing(world: World) -> Iterator[World]:
    """Return a world in which everybody needs a second factor, and time stands still until a test moves it."""
    clock.set(clock.now())
    yield asking(world)
    clock.set(None)


def link_for(world: World, name: str) -> str:
    """Let an administrator make a link, and return its path."""
    admin, path = asking(world, "no").browser("admin"), f"/admin/people/{world.viewer(name).id}/factors"
    assert "Make sure first" in plain(admin.get(path).text)
    assert "Say how you made sure" in plain(admin.post(path, {"identified": ""}, status=422).text)
    shown = plain(admin.post(path, {"identified": "Came to my desk."}).text)
    return "/lost-factor/" + shown.partition("/lost-factor/")[2].split()[0]


def test_the_link_takes_everything_away_and_the_password_alone_signs_in_once_more(standing: World) -> None:
    browser, _ = sign_in(standing, "lead")
    app = set_up(browser)
    link = link_for(standing, "lead")
    who = standing.browser()
    for _ in range(2):
        assert "Begin anew" in who.get(link).text
    assert "Sign in with your password" in plain(who.post(link).text)
    assert browser.send("GET", "/account").status_code == 303
    who.post(link, status=404)
    again, page = sign_in(standing, "lead")
    assert "A password alone is not enough here" in page
    new = set_up(again)
    assert new.seed != app.seed
    with standing.database.reading() as session:
        made = session.scalars(select(Event).where(Event.name == "link_made")).one()
        assert made.details["identified"] == "Came to my desk."
    assert whole(standing)


def test_the_link_is_for_a_day_and_opens_no_password(standing: World) -> None:
    browser, _ = sign_in(standing, "lead")
    set_up(browser)
    link = link_for(standing, "lead")
    who = standing.browser()
    assert who.send("GET", link.replace("lost-factor", "choose-password")).status_code == 404
    clock.set(clock.now() + timedelta(hours=23))
    who.get(link)
    clock.set(clock.now() + timedelta(hours=2))
    who.get(link, status=404)
    who.post(link, status=404)


def test_an_administrator_makes_none_for_themselves_and_nobody_else_makes_any(standing: World) -> None:
    free = asking(standing, "no")
    mine = f"/admin/people/{standing.viewer('admin').id}/factors"
    assert "casework-audit user factor" in plain(free.browser("admin").get(mine, status=403).text)
    free.browser("lead").get(mine, status=404)
