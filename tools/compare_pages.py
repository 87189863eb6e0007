"""Keeps what everybody of the demonstration sees, and compares it with what they saw at another commit.

`python -m tools.compare_pages keep OUT.json` opens the dump of tests/data/demonstration-a60cba5 with this checkout's
application, its clock stopped at the dump's moment, signs everybody in, follows every link from `/`, then has
everybody, and somebody who is not signed in, open what any of them reached. `differ BEFORE.json AFTER.json` prints
what differs between two such files: it exits 0 where nothing does, 1 where something does or nothing was compared.
"""

import argparse
import difflib
import gc
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
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import anyio
import httpx
from sqlalchemy import select

from tools.reading_pages import ORIGIN, Page, kind, read, sha256

ROOT = Path(__file__).resolve().parent.parent
DUMP = ROOT / "tests" / "data" / "demonstration-a60cba5"
MOMENT = datetime(2026, 11, 26, 10, tzinfo=UTC)
FILE, KEY, FILES = "demonstration.sqlite3", "event-log.key", "files"
# Not packed, since nothing travels.
HEADERS = {"Origin": ORIGIN, "Accept-Encoding": "identity"}
NOBODY = "(nobody)"
# How many pages of a kind somebody opens on their way, and how many everybody opens; a third of that with a query.
ON_THE_WAY, BY_EVERYBODY = 6, 2
# How many places are named where the same differs.
SHOWN = 5
# Files that are made when somebody first asks for them, which takes longer than a page may take.
MADE = re.compile(r"/files/\w+$")
ASKED_AGAIN, MADE_WITHIN = 0.2, 600


@dataclass(frozen=True)
class Product:
    """What is asked of the application: who is in the demonstration, the application on it, and to let its file go."""

    people: Mapping[str, str]
    password: str
    opened: Callable[[], Any]
    closed: Callable[[], None]


def product(folder: Path) -> Product:
    """Return the application on the data of a folder; whatever is known here of its modules is in this function."""
    from app.clock import clock  # noqa: PLC0415 - `differ` needs none of them
    from app.db import Database  # noqa: PLC0415
    from app.demo.cast import CAST, PASSWORD, address  # noqa: PLC0415
    from app.main import create_app  # noqa: PLC0415
    from app.notices.telling import event_log  # noqa: PLC0415
    from app.people.models import Person  # noqa: PLC0415
    from app.settings import Settings  # noqa: PLC0415

    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / FILE}", https=False, demo=True)
    database = Database(settings.database_url, event_log=event_log(settings))

    def opened() -> Any:  # noqa: ANN401 - an ASGI application
        clock.set(MOMENT)
        return create_app(settings, database)

    # Who joined the cast later is not in the dump.
    with database.reading() as session:
        there = set(session.scalars(select(Person.email)))
    people = {name: address(name) for name, *_ in CAST if address(name) in there}
    return Product(people, PASSWORD, opened, database.close)


def unpack(folder: Path) -> None:
    """Put the demonstration into a folder, at the schema of this checkout."""
    with closing(sqlite3.connect(folder / FILE)) as database:
        database.executescript(lzma.decompress((DUMP / "sqlite.sql.xz").read_bytes()).decode())
    (folder / KEY).write_bytes((DUMP / KEY).read_bytes())
    (folder / FILES).mkdir()
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{folder / FILE}", "CASEWORK_AUDIT_DATA_DIR": str(folder)}
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=environment, check=True)


@cache
def at_hand(folder: Path) -> tuple[Product, Path]:
    """Return this process's application, and the folder of its own in which it looks for its data."""
    own = folder / str(os.getpid())
    own.mkdir()
    (own / KEY).write_bytes((folder / KEY).read_bytes())
    # What is made of a report depends on the report alone, and is made once for all.
    (own / FILES).symlink_to(folder / FILES)
    logging.disable()
    at_work = product(own), own
    # As a server does: what was made by now stays.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    return at_work


def names(folder: Path) -> list[str]:
    """Return who is in the demonstration."""
    return list(at_hand(folder)[0].people)


def opened(folder: Path) -> Any:  # noqa: ANN401 - an ASGI application
    """Open the demonstration as it was unpacked, so that nobody's way depends on what others did on theirs."""
    of, own = at_hand(folder)
    of.closed()
    for old in own.glob(f"{FILE}*"):
        old.unlink()
    with closing(sqlite3.connect(folder / FILE)) as source, closing(sqlite3.connect(own / FILE)) as copy:
        source.backup(copy)
    return of.opened()


def room(address: str, most: int) -> int:
    """Return how many of an address's kind are opened, where it is so many of those without a query."""
    return -(-most // 3) if "?" in address else most


@asynccontextmanager
async def signed_in(folder: Path, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """Give somebody's client; it follows nothing by itself."""
    of, _ = at_hand(folder)
    transport = httpx.ASGITransport(opened(folder), raise_app_exceptions=False)
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
                # A process of its own makes it, and tells nobody.
                while (await client.get(address)).status_code == httpx.codes.SEE_OTHER:  # noqa: ASYNC110
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
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        folder = Path(name)
        unpack(folder)
        everybody = pool.submit(names, folder).result()
        ways = dict(zip(everybody, pool.map(partial(walked, folder, ON_THE_WAY, ["/"]), everybody), strict=True))
        opened = sum(len(way.pages) for way in ways.values())
        print(f"{opened:,} pages on everybody's way, after {time.monotonic() - started:.0f} s.", flush=True)
        files: dict[str, str] = {}
        for person, way in ways.items():
            files |= {address: person for address in way.files if address not in files}
        for person in dict.fromkeys(files.values()):
            pool.submit(made, folder, [address for address in files if files[address] == person], person).result()
        print(f"{len(files):,} files made, after {time.monotonic() - started:.0f} s.", flush=True)
        fixed = ["/sign-in", *reached(way.pages for way in ways.values()), *files]
        ways[NOBODY] = Way()
        others = [[address for address in fixed if address not in way.pages] for way in ways.values()]
        tried = pool.map(partial(walked, folder, 0), others, ways)
        result = {person: {**ways[person].pages, **way.pages} for person, way in zip(ways, tried, strict=True)}
    print(f"{len(fixed):,} addresses tried by everybody, after {time.monotonic() - started:.0f} s.", flush=True)
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


def lines_of(page: Page, kept: Mapping[str, Any]) -> list[str]:
    """Return a page as lines that can be compared."""
    first = [f"{name}: {page[name]}" for name in ("status", "location", "type", "file", "body") if page.get(name)]
    lists = [kept["texts"][page[part]] for part in ("text", "parts") if part in page]
    return [*first, *itertools.chain.from_iterable(lists)]


def difference(before: Page | None, after: Page | None, of: Sequence[Mapping[str, Any]], *, html: bool) -> str:
    """Return what differs between two pages, empty where nothing does."""
    if before is None or after is None:
        return f"Opened only {'before' if after is None else 'after'}."
    old, new = lines_of(before, of[0]), lines_of(after, of[1])
    found = "\n".join(difflib.unified_diff(old, new, "before", "after", lineterm="", n=2))
    if not found and html and before.get("html") != after.get("html"):
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
            if pair[0] != pair[1] and (text := difference(*pair, of, html=html)):
                found[text].append(f"{name} {address}")
    for text, places in found.items():
        others = [f"and {len(places) - SHOWN:,} more"] if len(places) > SHOWN else []
        print("", *places[:SHOWN], *others, text, sep="\n")
    differing = sum(map(len, found.values()))
    print(f"{compared:,} pages of {len(of[0]['people'])} people were compared: {differing:,} differ.")
    return 1 if found or not compared else 0


def main() -> int:
    """Keep or compare."""
    first_line = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m tools.compare_pages", description=first_line)
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
