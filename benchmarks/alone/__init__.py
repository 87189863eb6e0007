"""Contestants that work alone, each in a process of its own: `module:function` prepares and returns the work."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.bench import DATABASES, KEPT, ROOT, Bench, MissingError
from benchmarks.table import Contest, Measure, Pair, Round

PEERS = ROOT / ".bench-venv" / "bin" / "python"
# 15 per cent of the wanted rows do not come out, so so many asked for give a million.
FILINGS = "1180000"
Argument = str | int | Callable[[Bench], str]
# What tells a contestant's line from whatever else it prints.
TOOK = "took "
# Seconds of CPU in which a round repeats its work.
WHILE = 0.3
Work = Callable[[float], dict[str, Any]]


def against(ours: str, ceiling: str, *arguments: Argument, same: str = "", fresh: bool = False) -> Contest:
    """Have ours and its ceiling do the same work; with `same` both have to find the same under that name.

    Both are prepared once and in every round work until that took a while; with `fresh` each round has new processes,
    which work once, and whose memory counts.
    """

    def prepared(bench: Bench) -> Callable[[int], Round]:
        given = [a(bench) if callable(a) else a for a in arguments]
        kept = {} if fresh else {of: bench.row.enter_context(_working(of, given)) for of in (ours, ceiling)}

        def one_round(number: int) -> Round:
            order = (ours, ceiling) if number % 2 == 0 else (ceiling, ours)
            took = {of: kept[of](WHILE) if of in kept else _once(of, given) for of in order}
            if same and took[ours]["found"][same] != took[ceiling]["found"][same]:
                message = f"the contestants did not find the same {same}"
                raise RuntimeError(message)
            return {
                Measure.CPU_OF_ALL: Pair(took[ours]["cpu"], took[ceiling]["cpu"]),
                Measure.ADDED: Pair(took[ours]["added"], took[ceiling]["added"]),
            }

        return one_round

    return prepared


def _once(contestant: str, arguments: list[str | int]) -> dict[str, Any]:
    with _working(contestant, arguments) as work:
        return work(0)


@contextmanager
def _working(contestant: str, arguments: list[str | int]) -> Iterator[Work]:
    """Prepare a contestant, and give what has it do its work."""
    peer = contestant.startswith("peers:")
    if peer and not PEERS.exists():
        message = "not measured: `make bench` installs what it is measured against"
        raise MissingError(message)
    command = [str(PEERS) if peer else sys.executable, "-m", "benchmarks.alone.child", contestant]
    command.append(json.dumps(arguments))
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield partial(worked, process)


def worked(process: "subprocess.Popen[str]", seconds: float) -> dict[str, Any]:
    """Have a process work once, or until so much CPU is used; return what it says last of it."""
    if process.stdin is None or process.stdout is None:
        raise AssertionError
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith(TOOK):
            found: dict[str, Any] = json.loads(line.removeprefix(TOOK))
            return found
    message = f"a contestant ended with {process.wait()}"
    raise RuntimeError(message)


def kept(_bench: Bench) -> str:
    """Return the folder in which databases of many cases are kept."""
    return str(DATABASES)


def run_folder(bench: Bench) -> str:
    """Return the folder of this run."""
    return str(bench.folder)


def frame_file(_bench: Bench) -> str:
    """Return a frame of a million filings, made once and kept."""
    path = KEPT / f"frame-{FILINGS}.csv"
    if not path.exists():
        # A name of its own: two runs at once must not write into one file.
        unfinished = Path(tempfile.mkdtemp(dir=KEPT), path.name)
        size = ("--practitioners", "100000", "--filings", FILINGS, "--areas", "200")
        command = [sys.executable, "tests/sampling/make_frame.py", "--preset", "uniform", *size]
        subprocess.run([*command, "--out", str(unfinished)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        unfinished.rename(path)
        unfinished.parent.rmdir()
    return str(path)
