"""People who have an app that shows codes: they set it up, and read codes from it."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pyotp import TOTP

from app.clock import clock
from app.main import create_app
from tests.browser import Browser
from tests.world import PASSWORD, World


@dataclass
class App:
    """An app on somebody's phone, and the recovery codes that came with it."""

    seed: str
    codes: Sequence[str] = ()

    def code(self, steps: int = 0) -> str:
        """Return the code of now, or of some steps later or earlier."""
        return TOTP(self.seed).at(clock.now() + timedelta(seconds=30 * steps))


def asking(world: World, whom: str = "everyone") -> World:
    """Return the same world, where a second factor is asked of somebody."""
    settings = world.settings.model_copy(update={"second_factor": whom})
    return World(world.database, settings, create_app(settings, world.database))


def hidden(page: str, name: str) -> str:
    """Return a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def seed_on(page: str) -> str:
    """Return the key that a page shows."""
    found = re.search(r'id="key">([A-Z2-7 ]+)<', page)
    assert found, page
    return found[1].replace(" ", "")


def set_up(browser: Browser, steps: int = 0) -> App:
    """Set up an app as whoever is signed in."""
    page = browser.get("/account/factors/new").text
    app = App(seed_on(page))
    form = {"seed": hidden(page, "seed"), "proof": app.code(steps), "next": ""}
    done = browser.post("/account/factors/app", form).text
    app.codes = re.findall(r"<code>([a-z2-7-]{19})</code>", done)
    return app


def sign_in(world: World, name: str, **form: str) -> tuple[Browser, str]:
    """Give a password in a new browser; return it and the page that follows."""
    browser = world.browser()
    page = browser.post("/sign-in", {"email": f"{name}@example.test", "password": PASSWORD, **form})
    return browser, page.text
