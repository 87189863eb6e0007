"""Runs what needs hours, one after another, and says of each what was done, how long it took and whether it held.

`make test-long`, or `python -m tools.long_tests NAME …` for some of it. CASEWORK_AUDIT_LONG=0.1 does a tenth of each.
What each printed is kept in var/long.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "long"
PYTEST = ("-m", "pytest", "-q", "-s", "-p", "no:randomly")
RACES = ("tests/moderation/test_at_once.py", "tests/audit/replacements/test_at_once.py")
# Of those files only the races: a server that is killed has a step of its own.
RACING = "moderators or withdrawn or own_view or five or replacement"
PASSED = r"(?:\d+ failed, )?\d+ passed"
SECONDS_OF_AN_HOUR, SECONDS_OF_A_MINUTE = 3600, 60


@dataclass(frozen=True, slots=True)
class Step:
    """A program with its arguments and settings; of what it prints, the last that `figure` finds is its result.

    `what` says what is counted where the program does not.
    """

    name: str
    command: Sequence[str]
    figure: str
    what: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


def steps(scale: float) -> Iterator[Step]:
    """Yield every step, at a scale of what a long night does."""

    def many(of: int) -> str:
        return str(max(1, round(of * scale)))

    machine = (*PYTEST, "tests/moderation/test_machine.py", "-k", "sqlite")
    yield Step("machine", machine, r"\S+ moves, .+", settings={"CASEWORK_AUDIT_STEPS": many(100_000)})
    for kind, more in (("sqlite", ()), ("postgres", ("--postgres",))):
        kills = ("-m", "tools.long.kills", many(10_000), many(20), *more)
        yield Step(f"kills-{kind}", kills, r"\S+ saves of .+ lost\.")
        races = (*PYTEST, *RACES, "-k", f"({RACING}) and {kind}")
        rounds = {"CASEWORK_AUDIT_RACES": many(500)}
        yield Step(f"races-{kind}", races, PASSED, f"{many(500)} rounds of each race: ", rounds)
    windows = (*PYTEST, "tests/journeys/test_latency.py")
    tries = {"CASEWORK_AUDIT_TRIES": many(200)}
    yield Step("windows", windows, PASSED, f"{many(200)} tries at each of four latencies: ", tries)
    yield Step("draws", ("-m", "tools.long.chances", many(10_000)), r"\S+ draws, .+ practitioners: .+")
    yield Step("shapes-of-samples", ("-m", "tools.long.shapes", many(1000)), r"\S+ draws of .+")
    yield Step("exports", ("-m", "tools.long.exports", many(500_000)), r"\S+ rows mapped .+")
    backups = (*PYTEST, "tests/commands/keeping/test_backups.py", "-k", "acknowledged")
    copies = {"CASEWORK_AUDIT_BACKUPS": many(20)}
    yield Step("backups", backups, PASSED, f"{many(20)} backups while people save, on each database: ", copies)
    attacks = (*PYTEST, "tests/report/figures/test_disclosure.py")
    audits = {"CASEWORK_AUDIT_ATTACKS": many(400)}
    yield Step("attacks", attacks, PASSED, f"{many(400)} small audits attacked: ", audits)
    yield Step("several", ("-m", "tools.long.several", many(600)), r"\d+ processes, .+")
    edits = (*PYTEST, "tests/keeping/test_edits.py")
    places = {"CASEWORK_AUDIT_EDITS": many(20)}
    yield Step("edits", edits, PASSED, f"each edit at {many(20)} places: ", places)
    shapes = (*PYTEST, "tests/report/test_extreme_shapes.py")
    yield Step("shapes", shapes, PASSED, "reports in every format: ", {"CASEWORK_AUDIT_SHAPES": many(100)})
    yield Step("differences", ("-m", "tools.long.differences", many(4_000)), r"\S+ of .+ claim one of law types: .+")
    sentences = (*PYTEST, "tests/report/narrative/test_every_sentence.py")
    read = {"CASEWORK_AUDIT_SENTENCES": many(2000)}
    yield Step("sentences", sentences, PASSED, f"the sentences of {many(2000)} audits: ", read)
    pairs = (*PYTEST, "tests/test_two_worlds.py", "-k", "sqlite or not postgres")
    told = "two worlds that differ in one grade, each role and pair of roles: "
    yield Step("pairs", pairs, PASSED, told, {"CASEWORK_AUDIT_PAIRS": "all" if scale >= 1 else ""})
    yield Step("planted", ("-m", "tools.planted"), r"\S+ of \S+ planted: .+")
    mutation = ("-m", "tools.mutation", "--every", str(max(1, round(1 / scale))))
    yield Step("mutation", mutation, r"\S+ changes in all.*")


def main() -> int:
    """Run the steps that are named, or all."""
    scale = float(os.environ.get("CASEWORK_AUDIT_LONG", "1"))
    every = {step.name: step for step in steps(scale)}
    options = argparse.ArgumentParser(prog="python -m tools.long_tests", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help=", ".join(every))
    chosen = options.parse_args().names or list(every)
    if unknown := set(chosen) - set(every):
        options.error(f"There is no {' and no '.join(sorted(unknown))}.")
    KEPT.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    print(f"{len(chosen)} long tests at a scale of {scale:g}; what each prints is kept in {KEPT.relative_to(ROOT)}.")
    codes = [ran(every[name]) for name in chosen]
    failed = sum(code != 0 for code in codes)
    counted = ", ".join([*([f"{failed} failed"] if failed else []), f"{len(codes) - failed} passed"])
    print(f" {counted} in {_long(time.monotonic() - began)} ".center(100, "="))
    return 1 if failed else 0


def ran(step: Step) -> int:
    """Run a step, print its line, and return its exit code."""
    log = KEPT / f"{step.name}.log"
    began = time.monotonic()
    with log.open("w", encoding="utf-8") as file:
        settings = {**os.environ, **step.settings}
        done = subprocess.run(  # noqa: S603 - our own programs
            [sys.executable, *step.command], cwd=ROOT, env=settings, stdout=file, stderr=file, check=False
        )
    found = re.findall(step.figure, log.read_text(encoding="utf-8"))
    figure = step.what + found[-1] if found else f"see {log.relative_to(ROOT)}"
    took = _long(time.monotonic() - began)
    print(
        f"{'FAILED' if done.returncode else 'PASSED'} {step.name}: {figure} [{took}, rc {done.returncode}]", flush=True
    )
    return done.returncode


def _long(seconds: float) -> str:
    hours, rest = divmod(round(seconds), SECONDS_OF_AN_HOUR)
    return f"{hours}:{rest // SECONDS_OF_A_MINUTE:02d}:{rest % SECONDS_OF_A_MINUTE:02d}"


if __name__ == "__main__":
    sys.exit(main())
