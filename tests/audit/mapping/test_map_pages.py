"""An export in the browser: mapped, decided, counted again, kept with its mapping; and bad input beside its field."""

import re
import time

import httpx
import pytest
from sqlalchemy import select

from app.accounts.actions import grant_role
from app.mapping.models import MappingVersion
from app.people.enums import Role, Scope
from app.people.models import Person, ServiceArea
from app.sampling.models import Frame
from tests.browser import Browser, plain
from tests.sampling.mapping import exports
from tests.sampling.mapping.exports import BANDS, CASES, FRAME, WINDOW, profile
from tests.world import World, commission, the_audit

NEW = "T-MAP"
CSV = (CASES / "cms-export.csv").read_bytes()


@pytest.fixture
def analyst(world: World) -> Browser:
    commission(world, NEW)
    with world.database.writing() as session:
        grant_role(
            session, session.get_one(Person, world.viewer("analyst").id), Role.ANALYST, Scope.AUDIT, NEW, by=None
        )
        audit = the_audit(session, NEW)
        audit.window_from, audit.window_to = WINDOW
        audit.bands = list(BANDS)
    return world.browser("analyst")


def sent(browser: Browser, file: bytes, name: str = "cms-export.csv") -> str:
    """Send a file, and return the address of what became of it."""
    return str(settled(browser, browser.post(f"/audits/{NEW}/frame", files={"file": (name, file)})).url.path)


def settled(browser: Browser, answer: httpx.Response) -> httpx.Response:
    """Return the page once a check that takes its time has ended."""
    while "is being checked row by row" in answer.text:
        time.sleep(0.1)
        answer = browser.get(str(answer.url.path))
    return answer


def posted(browser: Browser, path: str, form: dict[str, str]) -> httpx.Response:
    """Send what was decided, and return what came of it."""
    return settled(browser, browser.post(path, form))


def fields(text: str) -> dict[str, str]:
    """Return what the form of a page would send as it stands."""
    found = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', text))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[name] = chosen[1].replace("&amp;", "&") if chosen else ""
    return {name: value for name, value in found.items() if not re.fullmatch(r"d\d+", name)}


def test_an_export_is_mapped_decided_and_kept(world: World, analyst: Browser) -> None:
    here = sent(analyst, CSV)
    assert here.endswith("/map")
    page = analyst.get(here)
    assert "Two things are yours to decide" in plain(page.text)
    assert "‘Rule 16.4’ is a law type that is not known here" in plain(page.text)
    assert "11 practitioners have no performance band" in plain(page.text)
    again = posted(analyst, here, fields(page.text) | {"then": "check"})
    assert "2 things are still to decide" in plain(again.text)
    with world.database.reading() as session:
        assert session.scalars(select(MappingVersion)).all() == []
    check = posted(analyst, here, fields(page.text) | {"d0": "leave", "d1": "blank", "then": "check"})
    told = plain(check.text)
    assert "96 filings of 46 practitioners" in told
    assert "201cbfd7f97e" in told
    assert "East Midlands (EM)" in told
    assert "2 practitioners of the file have no filing in the list" in told
    rows = analyst.get(here.replace("/map", "/left-out/1.csv")).text
    assert rows.splitlines()[1].startswith("57,ECMS/2026100055")
    keep = here.replace("/map", "/keep")
    once = re.search(r'name="once" value="([^"]+)"', check.text)
    assert once is not None
    kept = analyst.post(keep, {"name": "Case system export", "once": once[1]})
    assert "96 filings of 46 practitioners are imported" in plain(kept.text)
    with world.database.reading() as session:
        frame = session.get_one(Frame, the_audit(session, NEW).frame_id)
        assert frame.sha256 == FRAME
        version = session.scalars(select(MappingVersion)).one()
        assert version.sha256 == profile().sha256
        assert frame.summary["source"]["mapping"] == {
            "name": "Case system export",
            "version": 1,
            "sha256": version.sha256,
        }
        assert session.get_one(ServiceArea, "KM").name == "Kent & Medway"


def test_a_known_source_comes_straight_to_the_check(analyst: Browser) -> None:
    here = sent(analyst, CSV)
    form = fields(analyst.get(here).text)
    check = posted(analyst, here, form | {"d0": "leave", "d1": "blank", "then": "check"})
    once = re.search(r'name="once" value="([^"]+)"', check.text)
    assert once is not None
    analyst.post(here.replace("/map", "/keep"), {"name": "Case system export", "once": once[1]})
    page = analyst.get(f"/audits/{NEW}/frame")
    assert "Case system export" in plain(page.text)
    spreadsheet = ("another.xlsx", (CASES / "cms-export.xlsx").read_bytes())
    second = settled(analyst, analyst.post(f"/audits/{NEW}/frame", files={"file": spreadsheet}))
    assert "version 1" in plain(second.text)
    assert "96 filings of 46 practitioners are ready" in plain(second.text)
    third = sent(analyst, CSV.replace(b"Position statement;Exceeds", b"Chronology;Exceeds"))
    told = plain(analyst.get(third).text)
    assert "One thing is yours to decide" in told
    assert "‘Chronology’ is a kind of document that is not known here" in told


BAD = {
    "two fields, one column": ({"col-employment": "Case No"}, "cannot be the same column, ‘Case No’"),
    "no column for what is needed": ({"col-filed_on": ""}, "Choose the column for Filed on"),
    "one of ours, but which": ({"d0": "ours", "d0-as": ""}, "Choose which law type ‘Rule 16.4’ is"),
    "no code": ({"c-service_area-0": ""}, "Enter a code of letters and figures"),
    "a code that is given twice": (
        {"c-service_area-0": "EM", "c-service_area-1": "EM"},
        "is given to ‘East Midlands’ too",
    ),
    "a code that is taken": ({"c-service_area-0": "A1"}, "The code A1 is taken by"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_said_beside_its_field(analyst: Browser, what: str) -> None:
    typed, said = BAD[what]
    here = sent(analyst, CSV)
    answer = analyst.post(here, fields(analyst.get(here).text) | typed, status=422)
    assert said in plain(answer.text)
    assert "There is a problem" in plain(answer.text)


def test_another_column_is_looked_at_anew(analyst: Browser) -> None:
    here = sent(analyst, CSV)
    form = fields(analyst.get(here).text)
    page = posted(analyst, here, form | {"col-document_kind": "", "then": "again"})
    assert "No column: Other in every row" in plain(page.text)
    page = posted(analyst, here, fields(page.text) | {"col-document_kind": "Document", "then": "again"})
    assert "Section 7 report" in plain(page.text)


def test_a_page_of_another_window_decides_nothing(analyst: Browser) -> None:
    here = sent(analyst, CSV)
    form = fields(analyst.get(here).text)
    posted(analyst, here, form | {"d0": "leave"})
    assert "changed in another window" in plain(posted(analyst, here, form | {"d0": "leave"}).text)


def test_dates_that_fit_two_ways_are_asked(analyst: Browser) -> None:
    lines = [line.split(";") for line in CSV.decode("utf-8-sig").splitlines()[1:6]]
    for line in lines[1:]:
        line[4] = "03/09/2026"
    here = sent(analyst, exports.as_csv(lines))
    page = analyst.get(here)
    assert "03/09/2026 can be 3 September 2026 or 9 March 2026" in plain(page.text)
    assert "Day first: 03/09/2026 is 3 September 2026" in plain(page.text)
    after = posted(analyst, here, fields(page.text) | {"d0": "day-first", "then": "check"})
    assert "4 filings of 2 practitioners are ready" in plain(after.text)


def test_a_mapping_that_leaves_nothing_says_why(analyst: Browser) -> None:
    lines = [line.split(";") for line in CSV.decode("utf-8-sig").splitlines()[1:4]]
    for line in lines[1:]:
        line[4] = "25/12/2026"
    page = analyst.get(sent(analyst, exports.as_csv(lines)))
    assert "All 2 rows are outside the window. Is the window right?" in plain(page.text)


def test_a_file_of_another_audit_does_not_exist(world: World, analyst: Browser) -> None:
    here = sent(analyst, CSV)
    other = here.replace(NEW, "T-OTHER")
    commission(world, "T-OTHER")
    analyst.get(other, status=404)
    world.browser("lead").get(here, status=404)
