"""Pages and saves of the served product against a bare application: python -m benchmarks.served

Both are served by uvicorn with one process; 64 people at once send their next request when the last was answered.
"""

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import select

from app.audit import grading
from app.audit.models import AuditCase
from app.clock import clock
from app.db import Database
from app.events import EventLog
from app.people.models import Person, SignedIn
from app.sessions import hashed, viewer_of
from app.settings import Settings
from tests.journeys.site import free_port
from tests.world import answers_for

PEOPLE = 64
ROOT = Path(__file__).resolve().parent.parent
Ask = Callable[[int, int], tuple[str, str, bytes]]


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody's session, the case that they grade, and its draft."""

    token: str
    case_id: int
    draft: int


@dataclass(frozen=True, slots=True)
class Measured:
    """A round: latencies in milliseconds, and the server's CPU for each request."""

    p50: float
    p95: float
    cpu: float
    each_second: float


def prepare(folder: Path) -> list[Desk]:
    """Make the demonstration, and let 64 drafts be begun in it with every standard judged."""
    environment = {**os.environ, "CASEWORK_AUDIT_DATA_DIR": str(folder), "CASEWORK_AUDIT_EVENT_KEY": "bench"}
    script = "from app.settings import Settings; from app.cli import main; import app.demo as d, sys; sys.exit(0)"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, check=True)
    port = free_port()
    demo = subprocess.Popen([sys.executable, "-m", "app.cli", "demo", "--port", str(port)], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    wait_for(port, demo)
    demo.terminate()
    demo.wait(20)
    EventLog.key = b"bench"
    database = Database(Settings.from_environment().database_url if False else f"sqlite:///{folder / 'casework-audit.sqlite3'}")
    desks = []
    with database.writing() as session:
        query = select(AuditCase).where(AuditCase.state == "allocated", AuditCase.law_type == "public").order_by(AuditCase.id).limit(PEOPLE)
        for case in session.scalars(query).all():
            auditor = session.get_one(Person, case.auditor_id)
            draft = grading.start_grading(session, case, by=viewer_of(auditor))
            from app.audit.queries import document_of

            grading.save_judgements(session, draft, answers_for(document_of(case.audit), case.law_type, "good"))
            token, now = secrets.token_urlsafe(32), clock.now()
            session.add(SignedIn(token_sha256=hashed(token), person_id=auditor.id, created_at=now, seen_at=now, ended_at=None))
            desks.append(Desk(token, case.id, draft.id))
    database.close()
    return desks


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server answers."""
    import socket

    for _ in range(1200):
        if process.poll() is not None:
            sys.exit("A server did not start.")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("A server did not answer.")


@contextmanager
def serving(target: str, environment: dict[str, str], *more: str) -> Iterator[tuple[int, int]]:
    """Serve an application and give its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", target, "--factory", "--port", str(port), "--no-access-log", "--log-level", "warning", *more]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})
    try:
        wait_for(port, process)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _person(port: int, ask: Ask, who: int, until: float, taken: list[float], sizes: set[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    turn = 0
    while time.monotonic() < until:
        method, path, body = ask(who, turn)
        head, _, cookie = path.partition("|")
        started = time.perf_counter()
        length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        writer.write(
            f"{method} {head} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\nSec-Fetch-Site: same-origin\r\n{length}\r\n".encode() + body
        )
        status = await reader.readline()
        size = 0
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.decode().partition(":")
            size = int(value) if name.lower() == "content-length" else size
        await reader.readexactly(size)
        sizes.add(size)
        if b" 200 " not in status:
            sys.exit(f"{method} {head} answered {status!r}")
        taken.append((time.perf_counter() - started) * 1000)
        turn += 1
    writer.close()


async def _all(port: int, ask: Ask, people: int, seconds: float) -> tuple[list[float], set[int]]:
    taken: list[float] = []
    sizes: set[int] = set()
    until = time.monotonic() + seconds
    await asyncio.gather(*(_person(port, ask, who, until, taken, sizes) for who in range(people)))
    return taken, sizes


def measure(port: int, pid: int, ask: Ask, people: int, seconds: float) -> Measured:
    """Let people send requests for some seconds."""
    cpu = cpu_of(pid)
    taken, _ = asyncio.run(_all(port, ask, people, seconds))
    cpu = (cpu_of(pid) - cpu) * 1000 / len(taken)
    taken.sort()
    return Measured(taken[len(taken) // 2], taken[int(len(taken) * 0.95)], cpu, len(taken) / seconds)


def _line(name: str, rounds: Sequence[Measured]) -> str:
    middle = Measured(*(median(getattr(r, what) for r in rounds) for what in ("p50", "p95", "cpu", "each_second")))
    return f"| {name} | {middle.p50:.1f} | {middle.p95:.1f} | {middle.cpu:.2f} | {middle.each_second:.0f} |"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.served", description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=4)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desks = prepare(folder)
        ours = {"CASEWORK_AUDIT_DATA_DIR": name, "CASEWORK_AUDIT_HTTPS": "no", "CASEWORK_AUDIT_EVENT_KEY": "bench"}
        page = "/cases/{}/assess/standards/safeguarding"

        def cookie(who: int) -> str:
            return f"|session={desks[who % len(desks)].token}"

        def typed(who: int, turn: int) -> bytes:
            return json.dumps({"now": f"Contact log, 3 October, paragraph {turn} of {who}."}).encode()

        def our_save(who: int, turn: int) -> tuple[str, str, bytes]:
            desk, now = desks[who % len(desks)], json.loads(typed(who, turn))["now"]
            before = json.loads(typed(who, turn - 1))["now"] if marks.get(who) else "Contact log, 3 October."
            marks[who] = turn
            was = hashlib.sha256(before.encode()).hexdigest()[:16]
            body = {"page": "standards/safeguarding", "answers": {"SAF1-evidence": {"was": was, "own": [before, *seen.get(who, [])], "now": now}}}
            seen[who] = [now]
            return "PUT", f"/cases/{desk.case_id}/assess/answers{cookie(who)}", json.dumps(body).encode()

        marks: dict[int, int] = {}
        seen: dict[int, list[str]] = {}
        with serving("app.main:served", ours) as (port, pid):
            import urllib.request

            request = urllib.request.Request(f"http://127.0.0.1:{port}{page.format(desks[0].case_id)}", headers={"Cookie": f"session={desks[0].token}"})  # noqa: S310
            size = len(urllib.request.urlopen(request).read())  # noqa: S310
            bare = {"DATABASE": str(folder / "casework-audit.sqlite3"), "PAGE_BYTES": str(size)}
            with serving("benchmarks.bare:make_app", bare) as (bare_port, bare_pid):
                scenarios: dict[str, tuple[int, int, Ask]] = {
                    "open a page of the tool": (port, pid, lambda who, _: ("GET", f"{page.format(desks[who % len(desks)].case_id)}{cookie(who)}", b"")),
                    "bare page": (bare_port, bare_pid, lambda who, _: ("GET", f"/page/{desks[who % len(desks)].draft}|", b"")),
                    "save an answer": (port, pid, our_save),
                    "bare save": (bare_port, bare_pid, lambda who, turn: ("PUT", f"/save/{desks[who % len(desks)].draft}|", typed(who, turn))),
                }
                print(f"A page of {size:,} bytes; {len(desks)} people at once, {given.rounds} rounds of {given.seconds} s.\n")
                rounds: dict[str, list[Measured]] = {name: [] for name in scenarios}
                for _ in range(given.rounds):
                    for name, (at, process, ask) in scenarios.items():
                        rounds[name].append(measure(at, process, ask, len(desks), given.seconds))
        print("| | p50 (ms) | p95 (ms) | CPU a request (ms) | requests a second |\n| --- | ---: | ---: | ---: | ---: |")
        for name, measured in rounds.items():
            print(_line(name, measured))
        for one, other in (("open a page of the tool", "bare page"), ("save an answer", "bare save")):
            for what in ("p95", "cpu"):
                ratio = median(getattr(a, what) / getattr(b, what) for a, b in zip(rounds[one], rounds[other], strict=True))
                print(f"{one} / {other}, {what}: {ratio:.2f}")


if __name__ == "__main__":
    main()
