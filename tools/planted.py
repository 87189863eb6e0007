"""Plants known faults one at a time in a copy of the house, and says which of them the named tests notice.

`python -m tools.planted` does all of tools/planted.toml; words narrow it to the faults in whose kind, file or
description one of them stands. `--table` writes docs/planted-faults.md. Only quick tests run: no browser, PostgreSQL
or server.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST, TABLE = ROOT / "tools" / "planted.toml", ROOT / "docs" / "planted-faults.md"
QUICK = ("-q", "-x", "-p", "no:xdist", "-p", "no:randomly", "-m", "not browser and not postgres and not served")
COPIED = ("app", "tests", "templates", "static", "migrations", "tools", "docs", "benchmarks")
# Where a function begins, or a name of the module.
STARTS = re.compile(r"^ *def (\w+)|^(\w+)\b[^(]* = ")
# What pytest returns where a test failed.
NOTICED = 1
HEAD = """# Planted faults

Each was planted alone in a copy of the house by `python -m tools.planted`, which runs the tests that are named and says
whether one of them fails. A rule without a line here is no safer for it; a line whose fault passes is a test to write.

| kind | where | what is planted | who would be hurt | what notices it |
| --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """Text of a file and what is planted in its place, who would be hurt, and the tests that notice it."""

    kind: str
    file: str
    what: str
    hurt: str
    old: str
    new: str
    tests: Sequence[str]

    @property
    def place(self) -> str:
        """Return the module and the function or name in which the fault is planted."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        lines = text[: text.index(self.old) + len(self.old.split("\n")[0])].split("\n")
        return (
            f"`{self.file}` {next(found[0] or found[1] for line in reversed(lines) for found in STARTS.findall(line))}"
        )


def faults() -> list[Fault]:
    """Return every fault of the list; raises ValueError where the text of one is not there exactly once."""
    found = [Fault(**fault) for fault in tomllib.loads(LIST.read_text(encoding="utf-8"))["fault"]]
    for fault in found:
        if (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old) != 1:
            message = f"{fault.file} does not have this once: {fault.old}"
            raise ValueError(message)
    return found


def table(of: Sequence[Fault]) -> str:
    """Return the document."""
    rows = (
        f"| {f.kind} | {f.place} | {f.what} | {f.hurt} | {', '.join(f'`{test}`' for test in f.tests)} |" for f in of
    )
    return HEAD + "\n".join(rows) + "\n"


def copy_to(folder: Path) -> None:
    """Copy the house, with links to what is large and never changed."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, folder / path.name)


def ran(folder: Path, *command: str) -> int:
    """Run a module of Python in the copy, and return its exit code."""
    # What Python has read once it keeps, whatever the machine says elsewhere.
    keeping = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-m", *command], cwd=folder, env=keeping, check=False, capture_output=True
    )
    return done.returncode


def try_one(folder: Path, fault: Fault, holds: Callable[[str], bool]) -> str:
    """Plant a fault, run its tests one file after another, and take it out again.

    A test notices only what it does not find in the sound house too.
    """
    path = folder / fault.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        if ran(folder, "ruff", "check", "--isolated", "--select", "E9,F821", fault.file):
            return "no program"
        failing = next((test for test in fault.tests if ran(folder, "pytest", *QUICK, test) == NOTICED), None)
    finally:
        path.write_text(sound, encoding="utf-8")
    if failing is None:
        return "PASSED UNNOTICED"
    return "noticed" if holds(failing) else f"{failing} fails without it"


def main() -> int:
    """Write the table, or plant what is asked for; return 1 where something passed unnoticed."""
    options = argparse.ArgumentParser(prog="python -m tools.planted", description=__doc__)
    options.add_argument("words", nargs="*")
    options.add_argument("--table", action="store_true")
    options.add_argument("--seconds", type=int, default=0, help="begin no other after so many")
    asked, began = options.parse_args(), time.monotonic()
    chosen = [f for f in faults() if not asked.words or any(w in f"{f.kind} {f.file} {f.what}" for w in asked.words)]
    if asked.table:
        TABLE.write_text(table(faults()), encoding="utf-8")
        return 0
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        copy_to(Path(name))
        holds = cache(lambda test: ran(Path(name), "pytest", *QUICK, test) == 0)
        for fault in chosen:
            if asked.seconds and time.monotonic() - began > asked.seconds:
                break
            said = try_one(Path(name), fault, holds)
            counts[said] += 1
            print(f"{said}: {fault.kind}, {fault.file}: {fault.what}", flush=True)
    print(f"{sum(counts.values())} of {len(chosen)} planted: " + ", ".join(f"{n} {said}" for said, n in counts.items()))
    return 0 if set(counts) <= {"noticed"} else 1


if __name__ == "__main__":
    sys.exit(main())
