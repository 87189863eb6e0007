"""What changes who may come in asks again who one is, and keeps what was typed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.clock import clock
from app.main import create_app
from tests.accounts.factors.apps import hidden, set_up
from tests.browser import plain
from tests.world import PASSWORD, World

PROVE = "Prove that it is you"


@pytest.fixture
def standing(world: World) -> Iterator[World]:
    """Return a world in which time stands still until a test moves it."""
    clock.set(clock.now())
    yield world
    clock.set(None)


def later(**time: float) -> None:
    clock.set(clock.now() + timedelta(**time))


def role_of(world: World, name: str) -> tuple[str, dict[str, str]]:
    form = {"role": "reader", "scope_kind": "nation"}
    return f"/admin/people/{world.viewer(name).id}/roles", form


def test_a_password_is_asked_for_a_quarter_of_an_hour_after_the_last_proof(standing: World) -> None:
    admin, (path, form) = standing.browser("admin"), role_of(standing, "nobody")
    later(minutes=14)
    admin.get("/account")
    later(minutes=2)
    page = admin.post(path, form, status=403).text
    assert PROVE in page
    assert "What you typed is kept" in plain(page)
    kept = hidden(page, "kept")
    again = admin.post("/account/prove", {"password": "a wrong password", "kept": kept}, status=422).text
    assert "The password is not right" in plain(again)
    resumed = admin.post("/account/prove", {"password": PASSWORD, "kept": hidden(again, "kept")}).text
    assert "Now send what you had begun" in resumed
    sent = {"role": hidden(resumed, "role"), "scope_kind": hidden(resumed, "scope_kind")}
    assert "is reader now" in plain(admin.post(path, sent).text)


def test_a_page_is_shown_once_it_is_proved(standing: World) -> None:
    lead = standing.browser("lead")
    later(minutes=20)
    page = lead.get("/account/factors/new", status=403).text
    assert hidden(page, "next") == "/account/factors/new"
    assert (
        "Set up how you prove"
        in lead.post("/account/prove", {"password": PASSWORD, "next": "/account/factors/new"}).text
    )


def test_whoever_has_an_app_gives_a_code_and_no_password(standing: World) -> None:
    admin = standing.browser("admin")
    app = set_up(admin)
    later(minutes=20)
    path, form = role_of(standing, "nobody")
    page = admin.post(path, form, status=403).text
    assert "Your password" not in plain(page)
    admin.post("/account/prove", {"password": PASSWORD}, status=422)
    assert "Now send" in admin.post("/account/prove", {"proof": app.code(), "kept": hidden(page, "kept")}).text
    admin.post(path, form)
    later(minutes=20)
    admin.post(path, form, status=403)
    admin.post("/account/prove", {"recovery_code": app.codes[0]})
    admin.post(path, form, status=409)


def test_another_password_does_not_count_as_a_proof_of_the_factor(standing: World) -> None:
    admin = standing.browser("admin")
    set_up(admin)
    later(minutes=20)
    admin.post("/account", {"old_password": PASSWORD, "new_password": "another long password"})
    path, form = role_of(standing, "nobody")
    admin.post(path, form, status=403)


def test_in_a_demonstration_nobody_is_asked(standing: World) -> None:
    settings = standing.settings.model_copy(update={"demo": True})
    demo = World(standing.database, settings, create_app(settings, standing.database))
    admin, (path, form) = demo.browser("admin"), role_of(standing, "nobody")
    later(minutes=30)
    admin.post(path, form)
