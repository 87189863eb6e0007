"""Keeps what everybody of the demonstration sees, and compares it with what they saw at another commit.

`python -m tools.compare_pages keep OUT.json` opens the dump of tests/data/demonstration-a60cba5 with this checkout's
application, its clock stopped at the dump's moment, signs everybody in, follows every link from `/`, then has
everybody, and somebody who is not signed in, open what any of them reached. `differ BEFORE.json AFTER.json` prints
what differs between two such files: it exits 0 where nothing does, 1 where something does or nothing was compared.
"""

import argparse
import difflib
import hashlib
import itertools
import json
import logging
import lzma
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from html.parser import HTMLParser
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import anyio
import httpx

ROOT = Path(__file__).resolve().parent.parent
DUMP = ROOT / "tests" / "data" / "demonstration-a60cba5"
MOMENT = datetime(2026, 11, 26, 10, tzinfo=UTC)
FILE, KEY, FILES = "demonstration.sqlite3", "event-log.key", "files"
ORIGIN = "http://casework.test"
# Not packed, since nothing travels.
HEADERS = {"Origin": ORIGIN, "Accept-Encoding": "identity"}
NOBODY = "(nobody)"
# How many pages of a kind somebody opens on their way, and how many everybody opens; a third of that with a query.
ON_THE_WAY, BY_EVERYBODY = 6, 2
# How many places are named where the same differs.
SHOWN = 5
# What differs in every answer, or with every version of the static files.
MASKS = (
    (re.compile(r'(name="once" value=")[\w-]{24}'), r"\1*"),
    (re.compile(r"/static/[0-9a-f]{12}/"), "/static/*/"),
    (re.compile(r"(?<=recorded as fault )[0-9A-F]{8}"), "*"),
)
# Files that are made when somebody first asks for them, which takes longer than a page may take.
MADE = re.compile(r"/files/\w+$")
ASKED_AGAIN, MADE_WITHIN = 0.2, 600
INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "time"})
UNSEEN = frozenset({"script", "style", "template"})
TOLD: Mapping[str, Sequence[str]] = {
    "a": ("href",),
    "form": ("method", "action"),
    "input": ("type", "name", "value", "checked", "disabled"),
    "button": ("type", "name", "value", "formaction", "disabled"),
    "select": ("name", "disabled"),
    "option": ("value", "selected"),
    "textarea": ("name", "disabled"),
    "img": ("src", "alt"),
    "source": ("srcset",),
    "iframe": ("src",),
    "object": ("data",),
}
LEADS = {"a": "href", "img": "src", "source": "srcset", "iframe": "src", "object": "data"}
Page = dict[str, Any]


@dataclass(frozen=True)
class Product:
    """What is asked of the application: who is in the demonstration, and the application on the data of a folder."""

    people: Mapping[str, str]
    password: str
    opened: Callable[[Path], Any]


def product() -> Product:
    """Return the application of this checkout; whatever is known here of its modules is in this function."""
    from app.clock import clock  # noqa: PLC0415 - `differ` needs none of them
    from app.demo.cast import CAST, PASSWORD, address  # noqa: PLC0415
    from app.main import create_app  # noqa: PLC0415
    from app.settings import Settings  # noqa: PLC0415

    def opened(folder: Path) -> Any:  # noqa: ANN401 - an ASGI application
        clock.set(MOMENT)
        settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / FILE}", https=False, demo=True)
        return create_app(settings)

    return Product({name: address(name) for name, *_ in CAST}, PASSWORD, opened)


def unpack(folder: Path) -> None:
    """Put the demonstration into a folder, at the schema of this checkout."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        database.executescript(lzma.decompress((DUMP / "sqlite.sql.xz").read_bytes()).decode())
    (folder / KEY).write_bytes((DUMP / KEY).read_bytes())
    (folder / FILES).mkdir()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / FILE}", "CASEWORK_AUDIT_DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=environment, check=True)


def copied(folder: Path, target: Path) -> None:
    """Copy the demonstration, so that nobody's way depends on what others did on theirs."""
    with closing(sqlite3.connect(folder / FILE)) as source, closing(sqlite3.connect(target / FILE)) as copy:
        source.backup(copy)
    (target / KEY).write_bytes((folder / KEY).read_bytes())
    # What is made of a report depends on the report alone, and is made once for all.
    (target / FILES).symlink_to(folder / FILES)


@dataclass
class GetForm:
    """A form that leads to a page: what it sends as it is, and what somebody could choose in it."""

    action: str
    sent: list[tuple[str, str]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    button: tuple[str, str] | None = None

    def put(self, of: Mapping[str, str]) -> None:
        """Take in an input."""
        pair = of.get("name", ""), of.get("value", "")
        unticked = of.get("type") in {"checkbox", "radio"} and "checked" not in of
        (self.choices if unticked else self.sent).append(pair)

    def press(self, of: Mapping[str, str]) -> None:
        """Take in a button; the first is the one that is pressed."""
        if self.button is None:
            self.button = of.get("name", ""), of.get("value", "")

    def choose(self, name: str, options: Sequence[tuple[str, bool]]) -> None:
        """Take in a list to choose from; without a choice it is the first."""
        if options:
            chosen = next((value for value, selected in options if selected), options[0][0])
            self.sent.append((name, chosen))
            self.choices += [(name, value) for value, _ in options if value != chosen]

    def addresses(self) -> Iterator[str]:
        """Yield where it leads as it is, and with each choice by itself."""
        button = [self.button] if self.button and self.button[0] else []
        yield f"{self.action}?{urlencode([*self.sent, *button])}"
        for choice in self.choices:
            others = [pair for pair in self.sent if pair[0] != choice[0]]
            yield f"{self.action}?{urlencode([*others, choice, *button])}"


class Reader(HTMLParser):
    """Reads a page: its words line by line, its links and fields in order, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.parts: list[str] = []
        self.leads: list[str] = []
        self.forms: list[GetForm] = []
        self._line = ""
        self._unseen = 0
        self._form: GetForm | None = None
        self._select = ""
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the start of an element."""
        of = {name: short(value or "") for name, value in attrs}
        self._unseen += tag in UNSEEN
        if tag not in INLINE:
            self.end_line()
        if tag in TOLD:
            said = [f"{name}={of[name]}" if of[name] else name for name in TOLD[tag] if name in of]
            self.parts.append(" ".join([tag, *said]))
        if of.get(LEADS.get(tag, "")):
            self.leads.append(of[LEADS[tag]])
        if tag == "form" and of.get("method", "get").lower() == "get":
            self._form = GetForm(of.get("action", ""))
        self._field(tag, of)

    def _field(self, tag: str, of: Mapping[str, str]) -> None:
        if self._form is None or "disabled" in of:
            return
        if tag == "input" and of.get("name"):
            self._form.put(of)
        elif tag == "button":
            self._form.press(of)
        elif tag == "select":
            self._select, self._options = of.get("name", ""), []
        elif tag == "option":
            self._options.append((of.get("value", ""), "selected" in of))

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of an element."""
        self._unseen -= tag in UNSEEN
        if tag not in INLINE:
            self.end_line()
        if self._form is not None and tag == "select":
            self._form.choose(self._select, self._options)
        if self._form is not None and tag == "form":
            self.forms.append(self._form)
            self._form = None

    def handle_data(self, data: str) -> None:
        """Take in words."""
        if not self._unseen:
            self._line += data

    def end_line(self) -> None:
        """End the line of words that is under way."""
        if words := " ".join(self._line.split()):
            self.lines.append(words)
        self._line = ""


def short(value: str) -> str:
    """Return an attribute's value, a picture inside it by its hash."""
    return f"data:{sha256(value.encode())}" if value.startswith("data:") else value


def sha256(data: bytes) -> str:
    """Return the hash of some bytes."""
    return hashlib.sha256(data).hexdigest()


def masked(text: str) -> str:
    """Return a text without what differs in every answer."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


def kind(address: str) -> str:
    """Return what an address has in common with those of its kind: path without numbers, names of what is asked."""
    there = urlsplit(address)
    asked = {pair.partition("=")[0] for pair in there.query.split("&") if pair.partition("=")[2]}
    # Each picture of a report as it is, and a few of them at each size and at an earlier moment.
    path = re.sub(r"/pictures/[\w-]+", "/pictures/any", there.path) if asked else there.path
    return re.sub(r"\d+", "0", path) + "".join(f"?{name}" for name in sorted(asked))


def room(address: str, most: int) -> int:
    """Return how many of an address's kind are opened, where it is so many of those without a query."""
    return -(-most // 3) if "?" in address else most


def ours(address: str, links: Iterable[str]) -> Iterator[str]:
    """Yield where the links of a page lead inside the product, without the static files."""
    for link in links:
        there = urlsplit(urljoin(ORIGIN + address, link))
        if f"{there.scheme}://{there.netloc}" == ORIGIN and not there.path.startswith("/static/"):
            yield there.path + (f"?{there.query}" if there.query else "")


@lru_cache(maxsize=256)
def told(text: str) -> Reader:
    """Return what a page says; the same refusal is read once."""
    reader = Reader()
    reader.feed(text)
    reader.close()
    reader.end_line()
    return reader


def read(answer: httpx.Response, address: str) -> tuple[Page, list[str]]:
    """Return what is kept of an answer, and where it leads."""
    kept = {"location": "location", "type": "content-type", "file": "content-disposition"}
    page: Page = {
        "status": answer.status_code,
        **{name: answer.headers.get(header, "") for name, header in kept.items()},
    }
    leads = [page["location"]] if page["location"] else []
    if page["type"].startswith("text/html"):
        text = masked(answer.text)
        reader = told(text)
        page |= {"text": reader.lines, "parts": reader.parts, "html": sha256(text.encode())}
        leads += reader.leads
        # One choice at a time: what a form offers on a page that it led to is not tried once more.
        for form in reader.forms:
            leads += itertools.islice(form.addresses(), 1 if "?" in address else None)
    else:
        page["body"] = sha256(answer.content)
    return page, list(ours(address, leads))


@asynccontextmanager
async def signed_in(folder: Path, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give somebody's client on a copy of the demonstration; it follows nothing by itself."""
    logging.disable()
    of = product()
    with tempfile.TemporaryDirectory() as own:
        copied(folder, Path(own))
        transport = httpx.ASGITransport(of.opened(Path(own)), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=HEADERS) as client:
            if name != NOBODY:
                answer = await client.post("/sign-in", data={"email": of.people[name], "password": of.password})
                if answer.status_code != httpx.codes.SEE_OTHER:
                    message = f"{name} cannot sign in: {answer.status_code}"
                    raise RuntimeError(message)
            yield client


@dataclass
class Way:
    """What somebody saw, in the order in which they opened it, and the files to which it leads."""

    pages: dict[str, Page] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


async def _walk(folder: Path, most: int, addresses: Sequence[str], name: str) -> Way:
    way, counted = Way(), Counter[str]()
    waiting, seen = deque(addresses), set(addresses)
    async with signed_in(folder, name) as client:
        while waiting:
            address = waiting.popleft()
            way.pages[address], leads = read(await client.get(address), address)
            for there in leads:
                if there in seen or counted[kind(there)] >= room(there, most):
                    continue
                seen.add(there)
                counted[kind(there)] += 1
                (way.files if MADE.search(there) else waiting).append(there)
    return way


async def _make(folder: Path, addresses: Sequence[str], name: str) -> None:
    async with signed_in(folder, name) as client:
        for address in addresses:
            await client.get(address)
        with anyio.fail_after(MADE_WITHIN):
            for address in addresses:
                while (await client.get(address)).status_code == httpx.codes.SEE_OTHER:  # noqa: ASYNC110 - a process of its own makes it
                    await anyio.sleep(ASKED_AGAIN)


def walked(folder: Path, most: int, addresses: Sequence[str], name: str) -> Way:
    """Have somebody open pages and, up to so many of a kind, those to which they lead."""
    return anyio.run(_walk, folder, most, addresses, name)


def made(folder: Path, addresses: Sequence[str], name: str) -> None:
    """Have somebody ask for files until they are there."""
    anyio.run(_make, folder, addresses, name)


def reached(ways: Iterable[Mapping[str, Page]]) -> list[str]:
    """Return what anybody reached, up to so many of a kind."""
    counted: Counter[str] = Counter()
    result: dict[str, None] = {}
    for address in (address for pages in ways for address, page in pages.items() if page["status"] == httpx.codes.OK):
        if address not in result and counted[kind(address)] < room(address, BY_EVERYBODY):
            counted[kind(address)] += 1
            result[address] = None
    return list(result)


def looked(processes: int) -> dict[str, dict[str, Page]]:
    """Return what everybody sees."""
    everybody = list(product().people)
    clock = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        folder = Path(name)
        unpack(folder)
        ways = dict(zip(everybody, pool.map(partial(walked, folder, ON_THE_WAY, ["/"]), everybody), strict=True))
        opened = sum(len(way.pages) for way in ways.values())
        print(f"{opened:,} pages on everybody's way, after {time.monotonic() - clock:.0f} s.", flush=True)
        files: dict[str, str] = {}
        for person, way in ways.items():
            files |= {address: person for address in way.files if address not in files}
        for person in dict.fromkeys(files.values()):
            pool.submit(made, folder, [address for address in files if files[address] == person], person).result()
        print(f"{len(files):,} files made, after {time.monotonic() - clock:.0f} s.", flush=True)
        fixed = ["/sign-in", *reached(way.pages for way in ways.values()), *files]
        ways[NOBODY] = Way()
        others = [[address for address in fixed if address not in way.pages] for way in ways.values()]
        tried = pool.map(partial(walked, folder, 0), others, ways)
        result = {person: {**ways[person].pages, **way.pages} for person, way in zip(ways, tried, strict=True)}
    print(f"{len(fixed):,} addresses tried by everybody, after {time.monotonic() - clock:.0f} s.", flush=True)
    return result


def keep(path: Path, *, html: bool, processes: int) -> int:
    """Write what everybody sees; each text once."""
    for name in [name for name in os.environ if name == "DATABASE_URL" or name.startswith("CASEWORK_AUDIT_")]:
        del os.environ[name]
    ways = looked(processes)
    texts: dict[str, list[str]] = {}
    statuses: Counter[int] = Counter()
    for page in itertools.chain.from_iterable(pages.values() for pages in ways.values()):
        statuses[page["status"]] += 1
        if not html:
            page.pop("html", None)
        for part in {"text", "parts"} & set(page):
            name = sha256("\n".join(page[part]).encode())
            texts[name], page[part] = page[part], name
    kept = {"dump": DUMP.name, "moment": MOMENT.isoformat(), "html": html, "people": ways, "texts": texts}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8")
    total = sum(statuses.values())
    print(f"{total:,} pages of {len(ways)} people: {', '.join(f'{n:,} × {s}' for s, n in sorted(statuses.items()))}.")
    return 0


def lines_of(page: Page | None, kept: Mapping[str, Any]) -> list[str]:
    """Return a page as lines that can be compared."""
    if page is None:
        return ["(not opened)"]
    told = [f"{name}: {page[name]}" for name in ("status", "location", "type", "file", "body") if page.get(name)]
    lists = [kept["texts"][page[part]] for part in ("text", "parts") if part in page]
    return [*told, *itertools.chain.from_iterable(lists)]


def difference(before: Page | None, after: Page | None, of: Sequence[Mapping[str, Any]], *, html: bool) -> str:
    """Return what differs between two pages, empty where nothing does."""
    if before == after:
        return ""
    found = "\n".join(
        difflib.unified_diff(lines_of(before, of[0]), lines_of(after, of[1]), "before", "after", lineterm="", n=2)
    )
    if not found and html and (before or {}).get("html") != (after or {}).get("html"):
        return "The HTML differs; its words, links and fields do not."
    return found


def is_page(*pages: Page | None) -> bool:
    """Say whether an answer is a page or leads to one, rather than a file."""
    return all(page is None or not page["type"] or page["type"].startswith("text/html") for page in pages)


def differ(before: Path, after: Path, *, only_html: bool, html: bool) -> int:
    """Print what differs, each difference once with all those who see it; return the exit status."""
    of = [json.loads(path.read_text(encoding="utf-8")) for path in (before, after)]
    if of[0]["moment"] != of[1]["moment"] or (html and not (of[0]["html"] and of[1]["html"])):
        print("These two cannot be compared: another moment, or kept without --html.", file=sys.stderr)
        return 2
    compared, found = 0, defaultdict(list)
    for name in {**of[0]["people"], **of[1]["people"]}:
        theirs, now = (kept["people"].get(name, {}) for kept in of)
        for address in {**theirs, **now}:
            pair = theirs.get(address), now.get(address)
            if only_html and not is_page(*pair):
                continue
            compared += None not in pair
            if text := difference(*pair, of, html=html):
                found[text].append(f"{name} {address}")
    for text, places in found.items():
        others = [f"and {len(places) - SHOWN:,} more"] if len(places) > SHOWN else []
        print("", *places[:SHOWN], *others, text, sep="\n")
    differing = sum(map(len, found.values()))
    print(f"{compared:,} pages of {len(of[0]['people'])} people were compared: {differing:,} differ.")
    return 1 if found or not compared else 0


def main() -> int:
    """Keep or compare."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.compare_pages", description=(__doc__ or "").partition("\n")[0]
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    keeping = verbs.add_parser("keep", help="write what everybody sees")
    keeping.add_argument("out", type=Path)
    keeping.add_argument("--html", action="store_true", help="keep a hash of each page's whole HTML too")
    keeping.add_argument("--processes", type=int, default=2)
    comparing = verbs.add_parser("differ", help="print what differs; exit 1 where something does")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--only-html", action="store_true", help="leave out files: CSV, JSON, pictures")
    comparing.add_argument("--html", action="store_true", help="compare the whole HTML too, to the letter")
    options = parser.parse_args()
    if options.verb == "keep":
        return keep(options.out, html=options.html, processes=options.processes)
    return differ(options.before, options.after, only_html=options.only_html, html=options.html)


if __name__ == "__main__":
    sys.exit(main())
