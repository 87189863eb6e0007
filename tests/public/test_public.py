"""What a public body has to say: open to everybody, linked from every page, and true."""

import re
from pathlib import Path

import pytest

from app.keeping.retention.actions import set_years
from app.public.routes import lasts
from app.public.storage import STORED
from app.web.pages import ROOT
from app.web.sessions import COOKIES
from tests.browser import cookies_of, plain
from tests.world import PASSWORD, World

# As the model statement has them.
COMMITTED = (
    "Ours is committed to making its website accessible, in accordance with the Public Sector Bodies (Websites and "
    "Mobile Applications) (No. 2) Accessibility Regulations 2018."
)
COMPLIANT = (
    "This website is partially compliant with the Web Content Accessibility Guidelines version 2.2 AA standard, due to "
    "the non-compliances listed below."
)
ENFORCED = "contact the Equality Advisory and Support Service (EASS)"
WANTED = (COMMITTED, COMPLIANT, ENFORCED, "This statement was prepared on 1 December 2026", "help@ours.example")
ADMIN = {"email": "admin@example.test", "password": PASSWORD}
PAGES = ("/accessibility", "/privacy", "/cookies")


@pytest.mark.parametrize("who", [None, "reader", "nobody", "admin"])
def test_they_are_open_to_everybody_and_linked_from_every_page(world: World, who: str | None) -> None:
    browser = world.browser(who) if who else world.browser()
    for path in PAGES:
        page = browser.get(path)
        assert page.status_code == 200
        assert all(f'href="{other}"' in page.text for other in PAGES)
    assert all(f'href="{other}"' in browser.send("GET", "/no-such-page").text for other in PAGES)


def test_every_cookie_that_is_set_stands_on_the_page_with_how_long_it_lasts(world: World) -> None:
    browser, steps = world.browser(), [("POST", "/sign-in", {**ADMIN, "own": "yes"})]
    # An act, the page after it, a refusal, and signing out.
    steps += [("POST", "/settings/service", {"organisation": "Ours"}), ("GET", "/settings", {})]
    steps += [("GET", "/no-such-page", {}), ("POST", "/sign-out", {})]
    met: dict[str, str] = {}
    for method, path, form in steps:
        met |= {name: age for name, age in cookies_of(browser.send(method, path, data=form or None)) if age != "0"}
    listed = {c.name: str(int(c.lasts.total_seconds())) if c.lasts else "" for c in COOKIES}
    # Those of the second step and of single sign-on are met where these are tried: every browser of a test compares.
    assert met == {name: listed[name] for name in ("session", "browser", "notice", "sent")}
    page = plain(browser.get("/cookies").text)
    assert all(f"{c.called(world.settings)} {c.purpose} {lasts(c.lasts)}" in page for c in COOKIES)


def test_nothing_sets_a_cookie_but_what_takes_one_of_the_list() -> None:
    setting = re.compile(r"\.(?:set_cookie|delete_cookie)\(|[Ss]et-[Cc]ookie|document\.cookie")
    files = [*(ROOT / "app").rglob("*.py"), *(ROOT / "static").glob("*.js")]
    found = {str(p.relative_to(ROOT)) for p in files if setting.search(p.read_text(encoding="utf-8"))}
    assert found == {"app/web/pages.py"}


def test_what_scripts_keep_stands_on_the_page(world: World) -> None:
    scripts = {p: p.read_text(encoding="utf-8") for p in (ROOT / "static").glob("*.js")}
    keeping = {p.name for p, text in scripts.items() if re.search(r"(?:local|session)Storage|indexedDB|caches\.", text)}
    assert keeping == {"store.js", "onward.js"}
    store, onward = (Path(ROOT / "static" / name).read_text(encoding="utf-8") for name in ("store.js", "onward.js"))
    names = re.findall(r"const (?:PREFIX|FROM) = '([^']+)'", store + onward)
    assert names == [of.name for of in STORED]
    assert "KEPT_FOR = 30 * 24" in store
    assert "30 days" in STORED[0].lasts
    assert all(of.name in plain(world.browser().get("/cookies").text) for of in STORED)


def test_the_privacy_notice_says_for_how_long_as_it_is_set_and_whom_to_ask(world: World) -> None:
    before = plain(world.browser().get("/privacy").text)
    assert all(words in before for words in ("has not decided yet", "gave you access"))
    with world.database.writing() as session:
        set_years(session, 6, by=None)
    world.browser("admin").post("/settings/service", {"organisation": "Ours", "contact": "data@ours.example"})
    after = plain(world.browser().get("/privacy").text)
    assert "6 years from the end of the audit" in after
    assert "has not decided yet" not in after
    assert "To ask: data@ours.example" in after
    # No message leaves an installation that sends none.
    assert "mail service" not in after


def test_the_accessibility_statement_has_the_words_that_the_regulations_ask_for(world: World) -> None:
    world.browser("admin").post("/settings/service", {"organisation": "Ours", "contact": "help@ours.example"})
    page = plain(world.browser().get("/accessibility").text)
    assert all(words in page for words in WANTED)
    world.browser("admin").post("/settings/working-days", {"nation": "northern_ireland", "added": ""})
    assert "Equality Commission for Northern Ireland" in plain(world.browser().get("/accessibility").text)
