"""An earlier audit in the browser: sent, mapped where something is to decide, its figures seen, and only then kept."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.audit.library.queries import threshold
from app.audit.models import Audit
from app.audit.thresholds.loading import read_document
from app.earlier import checking
from app.events import Event
from app.mapping.models import MappingVersion
from app.mapping.profile import profile_of
from app.people.kinds import SHIPPED
from app.report.models import Publication
from app.sampling.mapping.draft import Draft
from tests.audit.mapping.test_map_pages import fields
from tests.browser import Browser, plain
from tests.commands.conftest import Run, run  # noqa: F401 - a fixture
from tests.world import NATIONAL, ROOT, World

NOVEMBER = ROOT / "app" / "data" / "november-2014"
RESULTS = (NOVEMBER / "audited_cases.csv").read_bytes()
DETAILS = {
    "name": "National audit, November 2014",
    "ref": "na-2014-11",
    **{f"window_from-{p}": v for p, v in (("day", "1"), ("month", "9"), ("year", "2014"))},
    **{f"window_to-{p}": v for p, v in (("day", "31"), ("month", "10"), ("year", "2014"))},
}
HEAD = "case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen"
ROWS = ["C1,P1,A1,public,Good,Good,seen", "C2,P2,A1,wafh,Met,Met,seen", "C3,P3,A2,public,Good,Good,seen"]
HEADINGS = {
    "case_id": "Case No",
    "practitioner_id": "Worker",
    "service_area": "Team",
    "law_type": "Type of case",
    "filing_date": "Date filed",
    "first_grade": "Initial grade",
    "final_grade": "Agreed grade",
    "audit_date": "Date audited",
    "benchmark_lead_grade": "Lead grade",
}
WORDS = {"Good": "Green", "Met": "Amber", "Not Met": "Red"}


def small(*rows: str, head: str = HEAD) -> bytes:
    return ("\n".join([head, *(rows or ROWS)]) + "\n").encode()


def renamed() -> bytes:
    """Return the results of 2014 with other headings, grades and dates, their rows and columns turned round."""
    rows = list(csv.DictReader(io.StringIO(RESULTS.decode())))
    names = list(reversed(rows[0]))
    out = io.StringIO()
    written = csv.writer(out)
    written.writerow([HEADINGS.get(name, name) for name in names])
    written.writerows([_renamed(name, row[name]) for name in names] for row in reversed(rows))
    return out.getvalue().encode()


def _renamed(name: str, value: str) -> str:
    if name.endswith("_date") and value:
        return "/".join(reversed(value.split("-")))
    return WORDS.get(value, value) if "grade" in name else value


def document_id(world: World) -> str:
    with world.database.reading() as session:
        return str(threshold(session, *NATIONAL).id)


def sent(world: World, browser: Browser, results: bytes, **more: bytes) -> httpx.Response:
    files = {"file": ("results.csv", results), **{name: (f"{name}.csv", file) for name, file in more.items()}}
    return browser.post("/audits/earlier", {"threshold": document_id(world)}, files=files)


def here(answer: httpx.Response) -> str:
    return str(answer.url.path).removesuffix("/map")


def kept(browser: Browser, check: httpx.Response) -> httpx.Response:
    form = fields(check.text)
    return browser.post(str(check.url.path).replace("/check", "/keep"), form)


def there(world: World) -> Mapping[str, int]:
    """Return how much of what a transaction could leave there is."""
    with world.database.reading() as session:
        return {
            kind.__name__: session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (Audit, Event, Publication, MappingVersion)
        }


def figures(world: World, ref: str) -> Mapping[str, object]:
    with world.database.reading() as session:
        query = select(Publication.figures).join(Audit, Audit.id == Publication.audit_id).where(Audit.ref == ref)
        return dict(json.loads(session.scalars(query).one()))


@pytest.fixture
def analyst(world: World) -> Browser:
    return world.browser("analyst")


def test_the_results_of_2014_come_out_to_the_digit_and_nothing_is_there_before(world: World, analyst: Browser) -> None:
    before = there(world)
    files = {"list": (NOVEMBER / "frame.csv").read_bytes()}
    files["targets"] = (NOVEMBER / "targets_and_comparators.json").read_bytes()
    answer = sent(world, analyst, RESULTS, **files)
    assert "577 cases in results.csv can be brought in" in plain(answer.text)
    assert "8,565 filings" in plain(answer.text)
    check = analyst.post(here(answer), DETAILS)
    told = plain(check.text)
    assert "577 cases were audited: 377 of 577 (65%) Good, 148 of 577 (26%) Met and 52 of 577 (9%) Not Met." in told
    assert "A15 Private 38 30 79% 3 8% 5 13%" in told
    assert there(world) == before
    assert "is kept as NA-2014-11, with 577 cases" in plain(kept(analyst, check).text)
    published = json.loads((NOVEMBER / "figures.json").read_text(encoding="utf-8"))
    found = figures(world, "NA-2014-11")
    assert {name: found[name] for name in ("overall", "law_type", "service_area", "area_by_law_type")} == {
        name: published[name] for name in ("overall", "law_type", "service_area", "area_by_law_type")
    }
    with world.database.reading() as session:
        event = session.scalars(select(Event).where(Event.name == "results_imported")).one()
        assert event.actor_id == world.viewer("analyst").id


def test_a_renamed_copy_with_other_grades_gives_the_same_figures(world: World, analyst: Browser) -> None:
    before = there(world)
    answer = sent(world, analyst, renamed())
    told = plain(answer.text)
    assert "Three things are yours to decide in results.csv" in told
    assert "‘Green’ is a grade that is not known here" in told
    form = fields(answer.text) | {f"d{n}": "ours" for n in range(3)}
    form |= {"d0-as": "good", "d1-as": "met", "d2-as": "not_met", "then": "check"}
    details = analyst.post(str(answer.url.path), form)
    assert "577 cases in results.csv can be brought in" in plain(details.text)
    check = analyst.post(here(details), DETAILS)
    assert "377 of 577 (65%) Good" in plain(check.text)
    assert there(world) == before
    kept(analyst, check)
    published = json.loads((NOVEMBER / "figures.json").read_text(encoding="utf-8"))
    found = figures(world, "NA-2014-11")
    for name in ("overall", "law_type", "service_area", "children_seen", "challenge", "benchmark"):
        assert found[name] == published[name], name
    assert there(world)["MappingVersion"] == before["MappingVersion"] + 1
    again = sent(world, analyst, renamed())
    assert "577 cases in results.csv can be brought in" in plain(again.text)


def test_dates_that_fit_two_ways_are_asked(world: World, analyst: Browser) -> None:
    rows = [f"{row},0{n}/0{n + 1}/2014" for n, row in enumerate(ROWS, 1)]
    answer = sent(world, analyst, small(*rows, head=f"{HEAD},filing_date"))
    assert "How does ‘filing_date’ write its dates?" in plain(answer.text)
    form = fields(answer.text) | {"d0": "month-first", "then": "check"}
    details = analyst.post(str(answer.url.path), form)
    assert 'name="window_from-day" type="text" value="2"' in details.text
    assert 'name="window_from-month" type="text" value="1"' in details.text


def test_two_columns_for_one_field_are_refused_beside_it(world: World, analyst: Browser) -> None:
    answer = sent(world, analyst, small(head=HEAD.replace("case_id", "Case No").replace("final_grade", "Agreed grade")))
    assert "3 cases" in plain(answer.text)
    page = analyst.get(f"{here(answer)}/map")
    form = fields(page.text) | {"col-final_grade": "first_grade", "then": "check"}
    refused = analyst.post(f"{here(answer)}/map", form, status=422)
    assert "cannot be the same column, ‘first_grade’" in plain(refused.text)


def test_an_empty_file_and_a_fault_that_no_mapping_mends_are_named(world: World, analyst: Browser) -> None:
    assert "The file has a header but no rows." in plain(sent(world, analyst, small("")).text)
    answer = sent(world, analyst, small(*ROWS, ROWS[0]))
    assert "This case_id is there 2 times." in plain(answer.text)
    assert "E-DUP" in analyst.send("GET", f"{here(answer)}/problems.csv").text


def test_a_reference_that_is_taken_and_a_window_that_is_none_are_refused(world: World, analyst: Browser) -> None:
    at = here(sent(world, analyst, small()))
    refused = plain(analyst.post(at, DETAILS | {"ref": "T-2026", "window_to-year": "2013"}, status=422).text)
    assert "There is already an audit with the reference T-2026" in refused
    assert "The last day must" in refused
    assert "Enter the audit’s name" in plain(analyst.post(at, DETAILS | {"name": ""}, status=422).text)
    assert "is part of another page’s address" in plain(analyst.post(at, DETAILS | {"ref": "earlier"}, status=422).text)


def test_results_of_somebody_else_and_lists_of_an_audit_are_not_there(world: World, analyst: Browser) -> None:
    at = here(sent(world, analyst, small()))
    for page in (at, f"{at}/map", f"{at}/check", f"{at}/problems.csv"):
        assert world.browser("lead").send("GET", page).status_code == 404
        assert analyst.send("GET", page.replace("/earlier/", "/T-2026/frame/")).status_code == 404
    for who in ("director", "im1", "head1", "reader", "admin", "nobody"):
        assert world.browser(who).send("GET", "/audits/earlier").status_code == 404


def test_figures_that_have_changed_are_shown_anew_before_they_are_kept(world: World, analyst: Browser) -> None:
    before = there(world)
    at = here(sent(world, analyst, small()))
    check = analyst.post(at, DETAILS)
    answer = analyst.post(f"{at}/keep", fields(check.text) | {"seen": "0" * 64})
    assert "Something has changed since these figures were worked out" in plain(answer.text)
    assert there(world) == before


def test_what_is_missing_is_said_beside_it(world: World, analyst: Browser) -> None:
    refused = plain(analyst.post("/audits/earlier", {"threshold": ""}, status=422).text)
    assert "Choose the file with the results" in refused
    assert "Choose the threshold document that the cases were graded by" in refused
    bad = {"threshold": document_id(world)}
    files = {"file": ("a.csv", small()), "targets": ("t.json", b"{")}
    assert "this is not JSON" in plain(analyst.post("/audits/earlier", bad, files=files, status=422).text)


LIST = """Case No;Worker;Team;Case type;Band;Contract;Date filed;Document
C1;P1;One;Public law;B1;perm;3/9/2014;report
C2;P2;One;WAFH;B1;perm;4/9/2014;report
C3;P3;Two;Public law;B1;perm;5/9/2014;report
C4;P4;Two;Public law;B1;perm;6/9/2014;report
"""
FIELDS = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on")
PROFILE = {
    "schema": "mapping/1",
    "kind": "filings",
    "name": "Old case system",
    "columns": dict(zip((*FIELDS, "document_kind"), LIST.split("\n", maxsplit=1)[0].split(";"), strict=True)),
    "values": {
        "service_area": {"one": "A1", "two": "A2"},
        "law_type": {"public law": "public", "wafh": "wafh"},
        "performance_band": {"b1": "B1"},
        "employment": {"perm": "employed"},
        "document_kind": {"report": "report"},
    },
    "dates": "day-first",
    "outside_window": "exclude",
    "several": {},
}


def test_a_list_in_other_words_comes_with_results_once_its_source_is_known(world: World, analyst: Browser) -> None:
    refused = analyst.get(here(sent(world, analyst, small(), list=LIST.encode())))
    assert "can come with results" in plain(refused.text)
    assert "in the list of filings" in plain(refused.text)
    analyst.post("/admin/sources", files={"file": ("p.json", json.dumps(PROFILE).encode())})
    answer = sent(world, analyst, small(), list=LIST.encode())
    kept(analyst, analyst.post(here(answer), DETAILS))
    sampled = figures(world, "NA-2014-11")["sampling"]
    assert isinstance(sampled, dict)
    assert sampled["overall"] == {"audited": 3, "practitioners": 4, "percent": 75, "filings": 4}


def test_the_command_brings_in_a_list_by_its_mapping(run: Run, world: World, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    for name, content in (("results.csv", small().decode()), ("list.csv", LIST), ("p.json", json.dumps(PROFILE))):
        (tmp_path / name).write_text(content, encoding="utf-8")
    window = ("--window", "2014-09-01", "2014-10-31", "--frame", tmp_path / "list.csv")
    command = ("import-results", tmp_path / "results.csv", "--ref", "OLD-1", "--name", "Old", *window)
    assert run(*command)[0] == 1, "its headings are not ours"
    assert run(*command, "--frame-profile", tmp_path / "p.json")[0] == 0
    sampled = figures(world, "OLD-1")["sampling"]
    assert isinstance(sampled, dict)
    assert sampled["overall"]["practitioners"] == 4


def test_the_command_reads_by_a_mapping_and_gives_the_same_figures(
    world: World, analyst: Browser, tmp_path: Path
) -> None:
    answer = sent(world, analyst, small(head=HEAD.replace("case_id", "Case No").replace("final_grade", "Agreed grade")))
    kept(analyst, analyst.post(here(answer), DETAILS))
    with world.database.reading() as session:
        body = session.scalars(select(MappingVersion.body)).one()
    order = checking.Order(the_document(), asdict(SHIPPED), {})
    file, rows = tmp_path / "file", [",".join(row.split(",")[::-1]) for row in ROWS]
    head = "Case No,practitioner_id,service_area,law_type,first_grade,Agreed grade,children_seen"
    file.write_bytes(small(*rows, head=",".join(head.split(",")[::-1])))
    kind = order.kind(read_document(order.document))
    found = checking.read_by(file, Draft(profile_of(body, kind)), kind, order)
    assert (found.total_problems, [r.case_ref for r in found.results]) == (0, ["C1", "C2", "C3"])
    file.write_bytes(small(ROWS[0].replace("Good,Good", "Good,Great"), head=head))
    assert [p.code for p in checking.read_by(file, Draft(profile_of(body, kind)), kind, order).problems] == ["E-DECIDE"]


def the_document() -> str:
    return (ROOT / "app" / "data" / "thresholds" / "national-casework-2014-10.yaml").read_text(encoding="utf-8")
