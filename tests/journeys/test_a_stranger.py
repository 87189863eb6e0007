"""A service that nobody here knows: from an empty installation to a locked list, and to the next audit's, by pages."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus

import pytest
from playwright.sync_api import Browser, Response

from app.accounts.actions import add_person, grant_role
from app.db import Database
from app.events import EventLog
from app.people.enums import Role, Scope
from tests.journeys.site import KEY, Site, Studio, Visitor
from tests.sampling.mapping.exports import CASES
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
FIRST, SECOND = "NA-2026-11", "NA-2027-11"
# Three regions and twelve areas; the export of the case system knows four of them, by their names.
REGIONS = {"N": "North", "M": "Midlands", "S": "South"}
KNOWN = {"GN": "Greater North", "EM": "East Midlands", "KM": "Kent & Medway", "SC": "South Coast"}
AREAS = [*KNOWN.items(), *((f"Q{n}", f"Quarter {n}") for n in range(1, 9))]
MOST, MOST_OF_THE_NEXT = 40, 12


def list_of_areas() -> bytes:
    rows = [
        f"{code},{name},{list(REGIONS)[n % 3]},{list(REGIONS.values())[n % 3]}" for n, (code, name) in enumerate(AREAS)
    ]
    return "\n".join(["code,name,region,region_name", *rows]).encode()


def list_of_people() -> bytes:
    """Return thirty people: whom an audit needs, a head for each area, and those who grade."""
    one = [("director", "National service director"), ("deputy", "Assistant director"), ("analyst", "Analyst")]
    leads = [("lead", "Audit lead"), ("second", "Audit lead")]
    rows = [f"{name.capitalize()},{name}@service.test,{role},{role},," for name, role in [*one, *leads]]
    rows += [
        f"Head {code},head.{code.lower()}@service.test,Head of service,Head of service,{code}," for code, _ in AREAS
    ]
    rows += [f"Manager {n},manager{n}@service.test,Improvement manager,Improvement manager,," for n in range(13)]
    return "\n".join(["Full name,Email,Job title,Role,Area,Until", *rows]).encode()


class Colleague(Visitor):
    """A person of that service; every page that they meet is counted."""

    def __init__(self, site: Site, browser: Browser, studio: Studio, name: str, met: Counter[str]) -> None:
        super().__init__(site, browser, studio, name)
        self.met = met
        self.page.on("response", self._count)

    def _count(self, answer: Response) -> None:
        if answer.request.resource_type == "document" and answer.status == HTTPStatus.OK:
            self.met[re.sub(r"[A-Za-z0-9_-]{40,}|\d+", "…", answer.url.removeprefix(self.site.url))] += 1

    def send(self, label: str, name: str, content: bytes) -> None:
        """Choose a file."""
        self.page.get_by_label(label).set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})

    def accept(self, link: str) -> None:
        """Follow the link of an invitation, and choose a password."""
        self.open(link)
        self.page.locator("#new_password").fill(PASSWORD)
        self.press("Set this password and sign in")


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an installation of which nobody is a part but its first administrator."""
    made = Site(tmp_path_factory.mktemp("stranger"))
    assert made.run("migrate").returncode == 0
    database = Database(made.sqlite, event_log=EventLog(KEY.encode()))
    with database.writing() as session:
        first = add_person(
            session, email="admin@service.test", name="The first", job_title="Admin", password=PASSWORD, by=None
        )
        grant_role(session, first, Role.ADMINISTRATOR, Scope.NATION, "", by=None)
    database.close()
    yield made.start()
    made.stop()


def test_a_stranger_has_a_locked_list_and_then_the_next(empty: Site, chromium: Browser) -> None:
    studio, met = Studio(None), Counter[str]()

    def colleague(name: str) -> Colleague:
        return Colleague(empty, chromium, studio, f"{name}@service.test", met)

    admin, *people = map(colleague, ("admin", "director", "deputy", "analyst", "lead"))
    admin.sign_in()
    admin.sees("Before the first audit")
    links = begin(admin)
    decide(empty)
    for person in people:
        person.accept(links[person.name])
    director, deputy, analyst, lead = people
    commission(director)
    agree(deputy, "National audit, November 2026")
    import_the_export(analyst)
    lock(lead, "National audit, November 2026")
    first = met.total()
    commission_the_next(director)
    agree(deputy, "National audit, November 2027")
    import_the_next(analyst)
    lock(lead, "National audit, November 2027")
    assert first <= MOST, (first, met)
    assert met.total() - first <= MOST_OF_THE_NEXT, (met.total() - first, met)
    for someone in (admin, *people):
        someone.leave()
    assert empty.run("verify-log").returncode == 0


def begin(admin: Colleague) -> Mapping[str, str]:
    """Name the service, its areas and its people; return the links to hand over, by address."""
    admin.follow("Name your organisation")
    admin.page.locator("#organisation").fill("Lowland Casework Service")
    admin.press("Save")
    admin.open("/admin/areas/list")
    admin.send("File", "areas.csv", list_of_areas())
    admin.press("Add these areas")
    admin.open("/admin/people/import")
    admin.send("List of people", "people.csv", list_of_people())
    admin.press("Read the list")
    admin.sees("30 new")
    admin.press("Do this")
    return dict(re.findall(r"(\S+@service\.test)\s+(http\S+)", admin.page.locator("#main-content").inner_text()))


def decide(site: Site) -> None:
    """Let whoever runs the service make the first director and leads: one administrator alone makes none."""
    for name, role in (("director", "director"), ("lead", "lead"), ("second", "lead")):
        made = site.run("user", "role", f"{name}@service.test", role, "--nation", "--agreed-by", "admin@service.test")
        assert made.returncode == 0, made.stderr


def commission(director: Colleague) -> None:
    director.open("/audits/new")
    director.type("Name", "National audit, November 2026")
    director.type("Reference", FIRST)
    director.type("Purpose", "To see how good casework is.")
    director.date("First day of the filing window", 1, 9, 2026)
    director.date("Last day of the filing window", 31, 10, 2026)
    document = director.page.get_by_label("Threshold document", exact=True)
    document.select_option(document.locator("option", has_text="2014-10").first.get_attribute("value"))
    director.press("Commission the audit")


def commission_the_next(director: Colleague) -> None:
    director.follow("Commission another audit like this one")
    director.type("Name", "National audit, November 2027")
    director.type("Reference", SECOND)
    director.press("Commission the audit")


def agree(deputy: Colleague, audit: str) -> None:
    deputy.open("/")
    deputy.follow(audit)
    deputy.press("Agree the framework")


def import_the_export(analyst: Colleague) -> None:
    analyst.open("/")
    analyst.follow("National audit, November 2026")
    analyst.send("File with one row for each filing", "cms-export.csv", (CASES / "cms-export.csv").read_bytes())
    analyst.press("Check the file")
    analyst.page.wait_for_url("**/map")
    analyst.look()
    for value, becomes in {"Rule 16.4": "leave", "Exceeds": "B1", "Meets": "B2", "Working towards": "B3"}.items():
        box = analyst.page.get_by_role("group", name=re.compile(value))
        if becomes == "leave":
            box.get_by_label("Leave this row out").check()
        else:
            box.get_by_label("It is one of ours").check()
            box.get_by_role("combobox").select_option(becomes)
    analyst.page.get_by_label("Keep them as a band of their own").check()
    analyst.press("Check the list")
    analyst.page.wait_for_selector("text=Keep this list")
    analyst.sees("96 filings of 46 practitioners")
    analyst.page.locator("input[name=name]").fill("Case system export")
    analyst.press("Keep this list")


def import_the_next(analyst: Colleague) -> None:
    """Bring in the same export of a year later, with nothing left to decide."""
    analyst.open("/")
    analyst.follow("National audit, November 2027")
    again = (CASES / "cms-export.csv").read_bytes().replace(b"/2026 ", b"/2027 ")
    analyst.send("File with one row for each filing", "cms-export.csv", again)
    analyst.press("Check the file")
    analyst.page.wait_for_selector("text=Keep this list")
    analyst.press("Keep this list")


def lock(lead: Colleague, audit: str) -> None:
    lead.open("/")
    lead.follow(audit)
    lead.press("Lock the list")
