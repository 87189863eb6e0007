"""Pages and saves of the served product against a bare application (`python -m benchmarks.served`).

Both are served by uvicorn with one process; 64 people at once send their next request when the last was answered.
"""

import argparse
import asyncio
import hashlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from app.audit.grading import actions as grading
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.clock import clock
from app.db import Database
from app.events import EventLog
from app.people.models import Person, SignedIn
from app.web.sessions import hashed, viewer_of
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.journeys.site import free_port
from tests.world import answers_for

PEOPLE = 64
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody's session, the case that they grade, and its draft."""

    token: str
    case_id: int
    draft: int


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody sends."""

    method: str
    path: str
    token: str
    body: bytes = b""

    @property
    def text(self) -> bytes:
        """Return the request as it goes over the wire."""
        json_of = f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n" if self.body else ""
        head = (
            f"{self.method} {self.path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\nSec-Fetch-Site: "
            "same-origin\r\n"
        )
        return f"{head}Cookie: session={self.token}\r\n{json_of}\r\n".encode() + self.body


Ask = Callable[[int, int], Request]


@dataclass(frozen=True, slots=True)
class Measured:
    """A round: latencies in milliseconds, and the server's CPU for each request."""

    p50: float
    p95: float
    cpu: float
    each_second: float


def prepare(folder: Path) -> list[Desk]:
    """Make the demonstration, and let 64 people begin a draft in it with every standard judged."""
    port = free_port()
    environment = {**os.environ, "CASEWORK_AUDIT_DATA_DIR": str(folder), "CASEWORK_AUDIT_EVENT_KEY": "bench"}
    demo = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    wait_for(port, demo)
    demo.terminate()
    demo.wait(20)
    database = Database(f"sqlite:///{folder / 'casework-audit.sqlite3'}", event_log=EventLog(b"bench"))
    with database.writing() as session:
        query = (
            select(AuditCase)
            .where(AuditCase.state == "allocated", AuditCase.law_type == "public")
            .order_by(AuditCase.id)
            .limit(PEOPLE)
        )
        desks = [desk_of(session, case) for case in session.scalars(query).all()]
    database.close()
    return desks


def desk_of(session: Session, case: AuditCase) -> Desk:
    """Sign the auditor of a case in and let them begin it."""
    auditor = session.get_one(Person, case.auditor_id)
    draft = grading.start_grading(session, case, by=viewer_of(auditor))
    grading.save_judgements(session, draft, answers_for(document_of(case.audit), case.law_type, "good"))
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(SignedIn(token_sha256=hashed(token), person_id=auditor.id, created_at=now, seen_at=now, ended_at=None))
    return Desk(token, case.id, draft.id)


@dataclass
class Typing:
    """What 64 people type, each further on their own page.

    A save says what it was served with, as the tool's script does.
    """

    desks: Sequence[Desk]
    said: dict[int, str] = field(default_factory=dict)

    def save(self, who: int, turn: int) -> Request:
        """Return the next save of one person."""
        desk, before, now = self.desks[who], self.said.get(who, "Contact log, 3 October."), sentence(who, turn)
        self.said[who] = now
        change = {"was": hashlib.sha256(before.encode()).hexdigest()[:16], "own": [], "now": now}
        body = json.dumps({"page": "standards/safeguarding", "answers": {"SAF1-evidence": change}})
        return Request("PUT", f"/cases/{desk.case_id}/assess/answers", desk.token, body.encode())

    def bare_save(self, who: int, turn: int) -> Request:
        """Return the next save of one person without a product around it."""
        return Request("PUT", f"/save/{self.desks[who].draft}", "", json.dumps({"now": sentence(who, turn)}).encode())

    def page(self, who: int, _turn: int) -> Request:
        """Return a page of the tool."""
        return Request("GET", f"/cases/{self.desks[who].case_id}/assess/standards/safeguarding", self.desks[who].token)

    def bare_page(self, who: int, _turn: int) -> Request:
        """Return a page without a product around it."""
        return Request("GET", f"/page/{self.desks[who].draft}", "")


def sentence(who: int, turn: int) -> str:
    """Return a line of evidence that nobody has typed before."""
    return f"Contact log, 3 October, paragraph {turn} of {who}, {time.monotonic_ns()}."


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server answers."""
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
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        target,
        "--factory",
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "warning",
        *more,
    ]
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


async def _person(port: int, ask: Ask, who: int, until: float, taken: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    turn = 0
    while time.monotonic() < until:
        request = ask(who, turn)
        started = time.perf_counter()
        writer.write(request.text)
        status = await reader.readline()
        size = 0
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.decode().partition(":")
            size = int(value) if name.lower() == "content-length" else size
        await reader.readexactly(size)
        if b" 200 " not in status:
            sys.exit(f"{request.method} {request.path} answered {status!r}")
        taken.append((time.perf_counter() - started) * 1000)
        turn += 1
    writer.close()


async def _all(port: int, ask: Ask, people: int, seconds: float) -> list[float]:
    taken: list[float] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(_person(port, ask, who, until, taken) for who in range(people)))
    return sorted(taken)


def measure(port: int, pid: int, ask: Ask, people: int, seconds: float) -> Measured:
    """Let people send requests for some seconds."""
    cpu = cpu_of(pid)
    taken = asyncio.run(_all(port, ask, people, seconds))
    cpu = (cpu_of(pid) - cpu) * 1000 / len(taken)
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
        rounds = run(Path(name), given.rounds, given.seconds)
    print("| | p50 (ms) | p95 (ms) | CPU a request (ms) | requests a second |\n| --- | ---: | ---: | ---: | ---: |")
    for name, measured in rounds.items():
        print(_line(name, measured))
    for one, other in (("page", "bare page"), ("save", "bare save")):
        for what in ("p50", "p95", "cpu"):
            ratio = median(getattr(a, what) / getattr(b, what) for a, b in zip(rounds[one], rounds[other], strict=True))
            print(f"{one} / {other}, {what}: {ratio:.2f}")


def run(folder: Path, count: int, seconds: float) -> dict[str, list[Measured]]:
    """Measure every contestant in every round, so that what else the machine does falls on all of them alike."""
    desks = prepare(folder)
    typing = Typing(desks)
    ours = {"CASEWORK_AUDIT_DATA_DIR": str(folder), "CASEWORK_AUDIT_HTTPS": "no", "CASEWORK_AUDIT_EVENT_KEY": "bench"}
    with serving("app.main:served", ours) as (port, pid):
        size = asyncio.run(_size(port, typing.page(0, 0)))
        with serving(
            "benchmarks.bare:make_app", {"DATABASE": str(folder / "casework-audit.sqlite3"), "PAGE_BYTES": str(size)}
        ) as (bare, bare_pid):
            contestants = {
                "page": (port, pid, typing.page),
                "bare page": (bare, bare_pid, typing.bare_page),
                "save": (port, pid, typing.save),
                "bare save": (bare, bare_pid, typing.bare_save),
            }
            print(f"A page of {size:,} bytes; {len(desks)} people at once, {count} rounds of {seconds} s.\n")
            rounds: dict[str, list[Measured]] = {name: [] for name in contestants}
            for _ in range(count):
                for name, (at, process, ask) in contestants.items():
                    rounds[name].append(measure(at, process, ask, len(desks), seconds))
    return rounds


async def _size(port: int, request: Request) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.text.replace(b"Accept-Encoding: gzip\r\n", b"Connection: close\r\n"))
    _, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return len(body)


if __name__ == "__main__":
    main()
