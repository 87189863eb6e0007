"""The running product, started as its administrator would, and people with real browsers who use it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from app.accounts.actions import add_person, first_areas, grant_role
from app.db import Database
from app.events import EventLog
from app.people.enums import Role, Scope
from tests.world import PASSWORD, ROOT

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
COMMAND = Path(sys.executable).parent / "casework-audit"
WIDTHS = (1280, 390)
NARROWEST = 320
KEY = "a key for tests"
NATION = (Scope.NATION, "")
PEOPLE: Mapping[str, Sequence[tuple[Role, Scope, str]]] = {
    "director": [(Role.DIRECTOR, *NATION)],
    "deputy": [(Role.ASSISTANT_DIRECTOR, *NATION)],
    "analyst": [(Role.ANALYST, *NATION)],
    "lead": [(Role.LEAD, *NATION)],
    "manager": [(Role.IMPROVEMENT_MANAGER, *NATION)],
    "head": [(Role.HEAD_OF_SERVICE, Scope.AREA, "A2")],
    "reader": [(Role.READER, *NATION)],
    "administrator": [(Role.ADMINISTRATOR, *NATION)],
}


def free_port() -> int:
    """Return a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One installation: its folder, its address, and the process that serves it."""

    folder: Path
    database_url: str = ""
    port: int = field(default_factory=free_port)
    # Most stories are about something else.
    second_factor: str = "no"
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings of the installation."""
        url = {"DATABASE_URL": self.database_url} if self.database_url else {}
        ours = {
            "CASEWORK_AUDIT_DATA_DIR": str(self.folder),
            "CASEWORK_AUDIT_HTTPS": "no",
            "CASEWORK_AUDIT_EVENT_KEY": KEY,
            "CASEWORK_AUDIT_SECOND_FACTOR": self.second_factor,
            # Some stories are about many saves at the same moment.
            "CASEWORK_AUDIT_SAVES_A_MINUTE": "1000000",
        }
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, **url, **ours}

    @property
    def url(self) -> str:
        """Return the address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def sqlite(self) -> str:
        """Return the database's URL."""
        return self.database_url or f"sqlite:///{self.folder / 'casework-audit.sqlite3'}"

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the product to its end."""
        return subprocess.run(
            [COMMAND, *arguments],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def start(self, verb: str = "serve") -> Self:
        """Serve, and wait until it answers."""
        command = [str(COMMAND), verb, "--port", str(self.port)]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, cwd=self.folder, stdout=log, stderr=log)
        for _ in range(2400):
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "serve.log").read_text())
            try:
                httpx.get(f"{self.url}/healthz", timeout=5)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return self
        message = "The server did not start."
        raise RuntimeError(message)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Stop serving, politely or not."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def people(self) -> None:
        """Add everybody."""
        database = Database(self.sqlite, event_log=EventLog(KEY.encode()))
        with database.writing() as session:
            first_areas(session, ("A1", "A2"), by=None)
            for name, roles in PEOPLE.items():
                person = add_person(
                    session,
                    email=f"{name}@example.test",
                    name=name.capitalize(),
                    job_title=f"The {name}",
                    password=PASSWORD,
                    by=None,
                )
                for role, kind, scope in roles:
                    grant_role(session, person, role, kind, scope, by=None)
        database.close()


@dataclass
class Studio:
    """Looks at every page once: axe, sideways scroll at 320 px, and where pictures are wanted one at each width."""

    pictures: Path | None
    seen: set[str] = field(default_factory=set)
    scripted: bool = True

    def look(self, page: Page, path: str) -> None:
        """Judge the page that is open, unless one like it was judged."""
        assert page.locator("h1").count() == 1, path
        name = "-".join(
            dict.fromkeys(
                word for text in (path, page.locator("h1").inner_text()) for word in re.findall("[a-z]+", text.lower())
            )
        )
        name += "-with-errors" if page.locator(".govuk-error-summary").count() else ""
        name += "-done" if page.locator(".govuk-notification-banner").count() else ""
        if name in self.seen:
            return
        self.seen.add(name)
        if self.scripted:
            self._axe(page, name)
        assert page.evaluate(CUT_OFF, ".app-scroll") == [], f"{name}: a table does not fit a desk"
        page.set_viewport_size({"width": WIDTHS[1], "height": 900})
        assert page.evaluate(CUT_OFF, OF_WORDS) == [], f"{name}: a table of words is cut off on a telephone"
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROWEST, f"{name} scrolls sideways: {wide} px"
        assert page.evaluate(CUT_OFF, ".app-scroll:has(.app-list)") == [], f"{name}: a list is cut off"
        if self.pictures is not None:
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    def _axe(self, page: Page, name: str) -> None:
        page.evaluate(AXE)
        # Only what is wrong comes back: all that is right about a long page would take longer than looking at it.
        faults: list[Any] = (
            page.evaluate("""() => axe.run({resultTypes: ["violations"], rules: {region: {enabled: false}}}).then(
            found => found.violations.map(
              v => [v.id, v.impact, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))]))""")
        )
        assert not faults, f"{name}: {faults}"


# Tables whose rows do not fit, by what stands above them.
CUT_OFF = """tables => [...document.querySelectorAll(tables)].filter(
  box => box.scrollWidth > box.clientWidth + 1).map(box => box.innerText.slice(0, 60))"""
# Numbers are compared in columns and may scroll; words are read row by row. What a report has follows its figures.
OF_WORDS = ".app-scroll:not(:has(.govuk-table__header--numeric, .app-wide, .app-columns))"


class Visitor:
    """Somebody at their own browser."""

    def __init__(self, site: Site, browser: Browser, studio: Studio, name: str, *, url: str = "") -> None:
        self.site, self.studio, self.name = site, studio, name
        self.context: BrowserContext = browser.new_context(
            base_url=url or site.url, java_script_enabled=studio.scripted, viewport={"width": 1280, "height": 900}
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def sign_in(self, password: str = PASSWORD) -> None:
        """Sign in with their address."""
        self.open("/sign-in")
        self.type("Email address", self.name if "@" in self.name else f"{self.name}@example.test")
        self.page.locator("#password").fill(password)
        self.page.locator("main").get_by_role("button", name="Sign in").click()
        self.sees("Your work")

    def open(self, path: str) -> None:
        """Go to an address."""
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """Judge the page that is open."""
        self.page.wait_for_load_state()
        self.studio.look(self.page, self.page.url.removeprefix(self.site.url).partition("?")[0].partition("#")[0])

    def press(self, name: str) -> None:
        """Press a button, or a link that looks like one."""
        main = self.page.locator("main")
        target = main.get_by_role("button", name=name, exact=True)
        assert target.count(), f"no button ‘{name}’ on: {main.inner_text()}"
        # The audit tool saves what is under way before its form is sent, so the next page does not come at once.
        with self.page.expect_navigation():
            target.first.click()
        self.look()

    def press_and_wait(self, name: str, text: str) -> None:
        """Press a button that leads nowhere, and wait for what it says."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        self.page.get_by_text(text).wait_for()
        self.look()

    def follow(self, name: str) -> None:
        """Follow a link in the page."""
        self.page.locator("#main-content").get_by_role("link", name=re.compile(name)).first.click()
        self.look()

    def type(self, label: str, text: str) -> None:
        """Fill in a field by its label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def choose(self, group: str, option: str) -> None:
        """Choose in a group by its legend."""
        self.group(group).get_by_label(option, exact=True).check(force=True)

    def group(self, legend: str) -> Locator:
        """Return a group of choices by its legend."""
        return self.page.get_by_role("group", name=legend, exact=True)

    def date(self, group: str, day: int, month: int, year: int) -> None:
        """Fill in a date."""
        for part, value in (("Day", day), ("Month", month), ("Year", year)):
            self.group(group).get_by_label(part, exact=True).fill(str(value))

    def sees(self, text: str) -> None:
        """Fail unless a text is on the page."""
        expect(self.page.locator("#main-content")).to_contain_text(text)

    def leave(self) -> None:
        """Close the browser; fail if it complained."""
        self.context.close()
        # Chromium reports every answer of 4xx to a page as an error; refusals are asked for in the stories.
        faults = [f for f in self.faults if "Failed to load resource" not in f]
        assert not faults, (self.name, faults)


class Someone(Visitor):
    """Somebody who has signed in."""

    def __init__(
        self, site: Site, browser: Browser, studio: Studio, name: str, password: str = PASSWORD, *, url: str = ""
    ) -> None:
        super().__init__(site, browser, studio, name, url=url)
        self.sign_in(password)
