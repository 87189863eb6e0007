"""Contestants that work alone, each in a process of its own: `module:function` prepares and returns the work."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bench import DATABASES, KEPT, ROOT, Bench, MissingError
from benchmarks.table import Contest, Measure, Pair, Round

PEERS = ROOT / ".bench-venv" / "bin" / "python"
# 15 per cent of the wanted rows do not come out, so 1,180,000 asked for give a million.
FILINGS = "1180000"
Argument = str | int | Callable[[Bench], str]


def against(ours: str, ceiling: str, *arguments: Argument, same: str = "") -> Contest:
    """Have ours and its ceiling do the same work; with `same` both have to find the same under that name."""

    def prepared(bench: Bench) -> Callable[[int], Round]:
        given = [a(bench) if callable(a) else a for a in arguments]

        def one_round(number: int) -> Round:
            order = (ours, ceiling) if number % 2 == 0 else (ceiling, ours)
            took = {contestant: _once(contestant, given) for contestant in order}
            if same and took[ours]["found"][same] != took[ceiling]["found"][same]:
                message = f"the contestants did not find the same {same}"
                raise RuntimeError(message)
            return {
                Measure.CPU_OF_ALL: Pair(took[ours]["cpu"], took[ceiling]["cpu"]),
                Measure.ADDED: Pair(took[ours]["above"], took[ceiling]["above"]),
            }

        return one_round

    return prepared


def _once(contestant: str, arguments: list[str | int]) -> dict[str, Any]:
    peer = contestant.startswith("peers:")
    if peer and not PEERS.exists():
        message = "not measured: `make .bench-venv/bench.ok` installs what it is measured against"
        raise MissingError(message)
    command = [str(PEERS) if peer else sys.executable, "-m", "benchmarks.alone.child", contestant]
    done = subprocess.run([*command, json.dumps(arguments)], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def kept(_bench: Bench) -> str:
    """Return the folder in which databases of many cases are kept."""
    return str(DATABASES)


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
