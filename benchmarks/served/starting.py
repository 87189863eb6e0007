"""What starting costs: a command that only helps, the server's first answer, and the memory that it then has."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.journeys.site import free_port

from benchmarks.bench import ROOT, Bench
from benchmarks.served.demonstration import copy
from benchmarks.served.reader import Request, answer
from benchmarks.served.server import by_uvicorn, running, settings_of
from benchmarks.table import Measure, Pair, Round

COMMAND = str(Path(sys.executable).parent / "casework-audit")


def help_of_command(_bench: Bench) -> Callable[[int], Round]:
    """Have the command line say what it can, against Python that does nothing."""
    sides = ([COMMAND, "--help"], [sys.executable, "-c", "pass"])
    for command in sides:
        _cpu_of(command)  # what Python keeps of modules is there from now on

    def one_round(number: int) -> Round:
        ours, nothing = (_cpu_of(c) for c in sides) if number % 2 == 0 else [_cpu_of(c) for c in sides[::-1]][::-1]
        return {Measure.CPU_OF_ALL: Pair(ours, nothing)}

    return one_round


def _cpu_of(command: Sequence[str]) -> float:
    """Return the CPU seconds that a command takes, user and system."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"{' '.join(command)} ended with {process.returncode}"
        raise RuntimeError(message)
    return used.ru_utime + used.ru_stime


def first_answer(bench: Bench) -> Callable[[int], Round]:
    """Start the product and ask for the sign-in page, against a bare application; then ask ours for a picture."""
    of = copy(bench, "starting")
    token, settings = of.sign_in("lead")["lead"], settings_of(of)
    picture = Request("GET", "/audits/NA-DEMO/progress.svg", token)

    def ours() -> tuple[float, float, float]:
        with running([COMMAND, "serve"], settings, free_port()) as server:
            answer(server.port, Request("GET", "/sign-in"))
            cpu, idle = server.cpu, server.memory
            answer(server.port, picture)
            return cpu, idle, server.memory

    def bare() -> tuple[float, float]:
        with running(by_uvicorn("benchmarks.served.bare:make_app"), settings, free_port()) as server:
            answer(server.port, Request("GET", f"/quick-page/{of.facts['draft']}?size=0"))
            return server.cpu, server.memory

    def one_round(number: int) -> Round:
        if number % 2 == 0:
            (cpu, idle, pictured), (bare_cpu, bare_memory) = ours(), bare()
        else:
            (bare_cpu, bare_memory), (cpu, idle, pictured) = bare(), ours()
        return {
            Measure.CPU_OF_ALL: Pair(cpu, bare_cpu),
            Measure.IDLE: Pair(idle, bare_memory),
            Measure.PICTURED: Pair(pictured),
        }

    return one_round
