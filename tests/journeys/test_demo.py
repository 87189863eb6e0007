"""The demonstration: every person finds something to do and something to look at, on pages that are fit to be seen."""

import io
import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Browser, PdfMargins
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.demo.cast import CAST, PASSWORD, address
from app.events import Event
from app.people.models import Person
from app.people.passwords import matches
from app.people.queries import headless
from app.settings import Settings
from tests.crawl import led_to
from tests.journeys.site import Site, Someone, Studio
from tests.test_statements import MORE, MOST, counted
from tests.world import World, open_world

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the demonstration, served."""
    made = Site(tmp_path_factory.mktemp("demo")).start("demo")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def studio() -> Studio:
    """Return one eye for all the people, so that each kind of page is judged once."""
    return Studio(None)


def _kind(path: str) -> str:
    return re.sub(r"\d+|(?<=^/thresholds/)[a-z][^/]+/[^/]+", "0", path.partition("?")[0].partition("#")[0])


# One manager, and one of the heads without a case of theirs, stand for the others.
LIKE_OTHERS = {*(f"manager{n}" for n in range(2, 10)), "head.a6", "head.a10", "head.a13", "head.a17"}


@pytest.mark.parametrize("name", [name for name, *_ in CAST if name not in LIKE_OTHERS])
def test_everybody_finds_something(demo: Site, chromium: Browser, studio: Studio, name: str) -> None:
    someone = Someone(demo, chromium, studio, address(name), PASSWORD)
    work = someone.page.locator("main a").count() + someone.page.locator("nav a").count()
    assert work > 1
    if name not in {"analyst", "assistant", "assistant.director", "head.a1", "reader", "administrator"}:
        someone.sees("for you")
    seen: set[str] = set()
    waiting = ["/"]
    while waiting and len(seen) < 8:
        path = waiting.pop(0)
        if _kind(path) in seen:
            continue
        seen.add(_kind(path))
        response = someone.page.goto(path)
        assert response is not None
        assert response.status == 200, (path, response.status)
        someone.look()
        links: list[str] = someone.page.eval_on_selector_all(
            "main a, nav a", "all => all.map(a => a.getAttribute('href') || '')"
        )
        waiting += [
            link
            for link in links
            if link.startswith("/")
            and not link.endswith((".json", "receipt", ".svg", ".csv", ".yaml", "/sample/list", "/sample/cases"))
        ]
    assert len(seen) > 3
    someone.leave()


def test_on_a_telephone_lists_are_whole_and_pictures_large(demo: Site, chromium: Browser, studio: Studio) -> None:
    lead = Someone(demo, chromium, studio, address("lead"), PASSWORD)
    lead.page.set_viewport_size({"width": 390, "height": 900})
    for path in ("/audits/NA-DEMO/cases", "/audits/NA-2014-11/cases", "/reports/NA-2014-11/files"):
        lead.page.goto(path)
        boxes = "all => all.map(box => box.scrollWidth - box.clientWidth)"
        assert max(lead.page.eval_on_selector_all(".app-scroll, html", boxes)) <= 1, path
    lead.page.goto("/reports/NA-2014-11", wait_until="networkidle")
    scale = "all => all.map(i => i.clientWidth / i.naturalWidth)"
    # The smallest words are drawn in 12 pixels.
    assert min(lead.page.eval_on_selector_all("figure img", scale)) * 12 >= 11
    lead.leave()


MARGINS: PdfMargins = {"top": "15mm", "bottom": "15mm", "left": "15mm", "right": "15mm"}


def test_a_printed_case_takes_three_pages_at_most(demo: Site, chromium: Browser, studio: Studio) -> None:
    lead = Someone(demo, chromium, studio, address("lead"), PASSWORD)
    lead.page.goto("/audits/NA-DEMO/challenges")
    for kind in ("/challenges/", "/cases/"):
        link = lead.page.locator(f"main a[href^='{kind}']").first.get_attribute("href") or ""
        lead.page.goto(re.sub(r"(\d+).*", r"\1", link))
    with pikepdf.open(io.BytesIO(lead.page.pdf(format="A4", margin=MARGINS))) as pdf:
        assert 1 <= len(pdf.pages) <= 3
    lead.leave()


def test_everybody_can_sign_in_and_every_area_has_a_head(demo: Site) -> None:
    engine = create_engine(demo.sqlite)
    with Session(engine) as session:
        assert headless(session) == []
        assert {p.email for p in session.scalars(select(Person))} == {address(name) for name, *_ in CAST}
        assert all(matches(PASSWORD, p.password_hash) for p in session.scalars(select(Person)))
    engine.dispose()


def test_its_log_is_in_the_order_of_time_and_not_in_the_future(demo: Site) -> None:
    engine = create_engine(demo.sqlite)
    with Session(engine) as session:
        moments = list(session.scalars(select(Event.at).order_by(Event.number)))
    engine.dispose()
    assert len(moments) > 1000
    assert moments == sorted(moments)
    assert moments[-1] <= datetime.now(UTC)


def test_its_sign_ins_stand_on_its_sign_in_page_and_nowhere_else(demo: Site, chromium: Browser, site: Site) -> None:
    for where, there in ((demo, True), (site, False)):
        page = chromium.new_page(base_url=where.url)
        page.goto("/sign-in")
        assert (address("manager1") in page.content()) is there
        assert (PASSWORD in page.content()) is there
        page.close()


@pytest.fixture
def standing(demo: Site, tmp_path: Path) -> Iterator[World]:
    """Return the demonstration as it stands now, opened beside the server that serves it."""
    with sqlite3.connect(demo.folder / "casework-audit.sqlite3") as there, sqlite3.connect(tmp_path / "demo") as copy:
        there.backup(copy)
    world = open_world(
        Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'demo'}", https=False, demo=True)
    )
    yield world
    world.database.close()


def test_every_page_that_somebody_finds_asks_a_dozen_statements_at_most(standing: World) -> None:
    too_many = {}
    for name in (name for name, *_ in CAST):
        browser, seen, waiting = standing.browser(address(name)), {"/"}, ["/"]
        while waiting:
            path = waiting.pop(0)
            with counted(standing) as asked:
                answer = browser.send("GET", path)
            if len(asked) > MORE.get(path, MORE.get(f"{name} {path}", (MOST, "")))[0]:
                too_many[name, path] = len(asked)
            # What is a file, or leads elsewhere, leads to nothing else here.
            if answer.headers.get("content-type", "").startswith("text/html"):
                waiting += led_to(answer.text, seen)
        assert len(seen) > 1
    assert too_many == {}


def test_what_stands_in_it_follows_from_its_log(demo: Site) -> None:
    checked = demo.run("verify-log", "--json")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert json.loads(checked.stdout)["whole"]


def test_it_starts_again_where_it_was(demo: Site) -> None:
    before = (demo.folder / "casework-audit.sqlite3").stat().st_ino
    demo.stop()
    demo.start("demo")
    assert (demo.folder / "casework-audit.sqlite3").stat().st_ino == before
    assert "manager1@demo.example" in (demo.folder / "serve.log").read_text()
