"""No answer that was acknowledged is lost, however often the server is killed."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.people.models import Person
from app.web.sessions import cookie_name
from tests.audit.autosave.killing import Writer, forgotten, killed
from tests.journeys.site import Site
from tests.world import World, cases

pytestmark = pytest.mark.served
WRITERS, SAVES, KILLS = 16, 300, 2


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    made = Site(folder, world.settings.database_url)
    yield made
    made.stop(signal.SIGKILL)


def writers(world: World, url: str, count: int) -> list[Writer]:
    """Return writers, four at most on each case, each at a standard of their own."""
    places: list[Writer] = []
    for case_id in [c for area in ("A1", "A2") for c in cases(world, area)]:
        with world.database.reading() as session:
            case = session.get_one(AuditCase, case_id)
            name = session.get_one(Person, case.auditor_id).email.partition("@")[0]
            codes = [s.code for s in document_of(case.audit).standards_for(case.law_type)][:4]
        browser = world.browser(name)
        browser.post(f"/cases/{case_id}/assess")
        places += [
            Writer(url, browser.cookie(cookie_name(world.settings)), case_id, f"{code}-evidence") for code in codes
        ]
    return places[:count]


def test_no_answer_that_was_acknowledged_is_lost(world: World, site: Site) -> None:
    found = killed(site, writers(world, site.url, WRITERS), saves=SAVES, kills=KILLS)
    assert len(found) == WRITERS
    assert [lost for writer in found for lost in writer.lost] == []
    assert sum(writer.saved for writer in found) >= SAVES
    assert forgotten(world, found) == []
