"""Servers in processes of their own, and what a process took."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.journeys.site import KEY, free_port

from benchmarks.bench import ROOT, Bench
from benchmarks.served.demonstration import Demonstration

QUIET = ("--no-access-log", "--log-level", "warning")


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves, and where."""

    port: int
    pid: int

    @property
    def cpu(self) -> float:
        """Return the CPU seconds of the process so far.

        Linux has a clock for each process (clock_getcpuclockid), exact where /proc counts in steps of 10 ms.
        """
        return time.clock_gettime((~self.pid << 3) | 2)

    @property
    def memory(self) -> float:
        """Return the resident memory of the process now, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], port: int) -> Iterator[Server]:
    """Run a server until the block ends; it is there when its port is."""
    process = subprocess.Popen(
        [*command, "--port", str(port)], cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(4800):
        if process.poll() is not None:
            message = "a server did not start"
            raise RuntimeError(message)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.0125)
    message = "a server did not answer"
    raise RuntimeError(message)


def by_uvicorn(target: str) -> Sequence[str]:
    """Return the command that serves an application by uvicorn, in one process."""
    return (sys.executable, "-m", "uvicorn", target, "--factory", *QUIET)


def settings_of(of: Demonstration) -> Mapping[str, str]:
    """Return the environment in which both applications serve a demonstration."""
    ours = {
        "CASEWORK_AUDIT_DATA_DIR": str(of.folder),
        "CASEWORK_AUDIT_HTTPS": "no",
        "CASEWORK_AUDIT_EVENT_KEY": KEY,
        "CASEWORK_AUDIT_SECOND_FACTOR": "no",
        # As fast as it can be done.
        "CASEWORK_AUDIT_SAVES_A_MINUTE": "10000000",
    }
    return {**ours, "DATABASE_URL": f"sqlite:///{of.database}", "DATABASE": str(of.database)}


@dataclass(frozen=True, slots=True)
class Both:
    """The product and the bare application, on one database file."""

    demonstration: Demonstration
    ours: Server
    bare: Server


def serve_both(bench: Bench, of: Demonstration) -> Both:
    """Serve both until the run ends."""
    servers = [
        bench.stack.enter_context(running(by_uvicorn(target), settings_of(of), free_port()))
        for target in ("app.main:served", "benchmarks.served.bare:make_app")
    ]
    return Both(of, *servers)
