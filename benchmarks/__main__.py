"""Runs the contestants of each scenario one after the other, round by round, and prints medians and ratios."""

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".bench-venv" / "bin" / "python"
TABLE = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- the table below is written by `python -m benchmarks --write` -->"
ROUNDS = 5
FEWER_ROUNDS = 3
# 15 per cent of the wanted rows do not come out, so this many asked for give a million.
FRAME = ("--preset", "uniform", "--practitioners", "100000", "--filings", "1180000", "--areas", "200")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is compared: ours, the others, and the goal as a ratio of CPU time against one of them."""

    name: str
    title: str
    arguments: Sequence[str | int]
    ours: str
    others: Sequence[str]
    against: str
    goal: float | None = None
    rounds: int = ROUNDS
    same: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a contestant took: medians of its rounds."""

    contestant: str
    wall: float
    cpu: float
    peak: float
    above: float


def scenarios(frame: str, folder: str) -> list[Scenario]:
    """Return every scenario."""
    others = ("peers:samplics_draw", "peers:pandas_draw", "ours:plain_sort")
    return [
        Scenario(
            "draw-small",
            "Draw in memory, 1,200 practitioners in 18 areas",
            (1200, 18),
            "ours:draw",
            others,
            "peers:samplics_draw",
        ),
        Scenario(
            "draw-100k",
            "Draw in memory, 100,000 practitioners in 200 areas",
            (100_000, 200),
            "ours:draw",
            others,
            "peers:samplics_draw",
        ),
        Scenario(
            "draw-1m",
            "Draw in memory, 1,000,000 practitioners in 500 areas",
            (1_000_000, 500),
            "ours:draw",
            others,
            "peers:samplics_draw",
            goal=0.2,
            rounds=FEWER_ROUNDS,
        ),
        Scenario(
            "import",
            "Import of 1,000,000 filings, every check made",
            (frame,),
            "ours:import_frame",
            ("peers:bulk_insert",),
            "peers:bulk_insert",
            goal=1.5,
            same="rows",
        ),
        Scenario(
            "sample",
            "Frame file of 1,000,000 filings to sample, both hashes",
            (frame,),
            "ours:sample",
            ("peers:polars_sample",),
            "peers:polars_sample",
            goal=3,
            same="frame_sha256",
        ),
        Scenario(
            "pdf",
            "PDF of a report of 17 pages with 5 pictures",
            (),
            "files:pdf",
            ("files:typst_alone", "files:pdf_all_in"),
            "files:typst_alone",
            goal=1.5,
        ),
        Scenario("word", "Word file of 20 tables", (), "files:word", ("files:bare_word",), "files:bare_word", goal=1.5),
        Scenario(
            "figures-small",
            "Counts of an audit of 577 cases",
            (577, folder),
            "ours:counts",
            ("ours:six_group_bys", "ours:figures"),
            "ours:six_group_bys",
            goal=2,
            same="good",
        ),
        *(
            Scenario(
                f"figures-{name}",
                f"Counts of an audit of {cases:,} cases",
                (cases, folder),
                "ours:counts",
                ("ours:six_group_bys", "peers:duckdb_cube", "ours:figures"),
                "peers:duckdb_cube",
                goal=1,
                rounds=FEWER_ROUNDS,
                same="good",
            )
            for name, cases in (("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000))
        ),
    ]


def once(contestant: str, arguments: Sequence[str | int]) -> dict[str, Any]:
    """Run a contestant in a process of its own."""
    python = str(PEERS) if contestant.startswith("peers:") else sys.executable
    command = [python, "-m", "benchmarks.child", contestant, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(scenario: Scenario, rounds: int) -> list[Taken]:
    """Run every contestant in every round, so that what else the machine does falls on all of them alike."""
    contestants = (scenario.ours, *scenario.others)
    taken: dict[str, list[dict[str, Any]]] = {contestant: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants if number % 2 == 0 else contestants[::-1]:
            taken[contestant].append(once(contestant, scenario.arguments))
            print(
                f"{scenario.name} {number + 1}/{rounds} {contestant}: {taken[contestant][-1]['cpu']:.2f} s of CPU",
                file=sys.stderr,
            )
    if scenario.same and len({each["found"][scenario.same] for runs in taken.values() for each in runs}) != 1:
        sys.exit(f"{scenario.name}: the contestants did not find the same {scenario.same}.")
    return [
        Taken(c, *(median(each[what] for each in runs) for what in ("wall", "cpu", "peak", "above")))
        for c, runs in taken.items()
    ]


def lines(scenario: Scenario, taken: Sequence[Taken], rounds: int) -> Iterator[str]:
    """Yield the Markdown of a scenario; ratios are ours against each other contestant."""
    ours = taken[0]
    yield f"### {scenario.title}\n"
    yield (
        "| contestant | time (s) | CPU (s) | peak memory (MB) | of it the work | ours / this, time | ours / this, CPU |"
    )
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    for of in taken:
        ratios = "| |" if of is ours else f"| {ours.wall / of.wall:.2f} | {ours.cpu / of.cpu:.2f} |"
        yield (
            f"| {of.contestant.partition(':')[2]} | {of.wall:.2f} | {of.cpu:.2f} | {of.peak:.0f} | {of.above:.0f} "
            f"{ratios}"
        )
    yield ""
    if scenario.goal:
        ratio = next(ours.cpu / of.cpu for of in taken if of.contestant == scenario.against)
        reached = "reached" if ratio <= scenario.goal else "not reached"
        yield (
            f"Goal: at most {scenario.goal} times the CPU of {scenario.against.partition(':')[2]}; {ratio:.2f}, "
            f"{reached}. Medians of {rounds} rounds.\n"
        )
    else:
        yield f"Medians of {rounds} rounds.\n"


def frame_file(folder: Path) -> Path:
    """Return the frame of a million filings, made once."""
    path = folder / "frame-1000000.csv"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # A name of its own: two runs at once must not write into one file.
        unfinished = Path(tempfile.mkdtemp(dir=folder), path.name)
        subprocess.run(
            [sys.executable, "tests/sampling/make_frame.py", *FRAME, "--out", str(unfinished)],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        unfinished.rename(path)
        unfinished.parent.rmdir()
    return path


def main() -> None:
    """Run the benchmarks."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument(
        "--only", action="append", default=[], help="a scenario by name or the start of its name; may be repeated"
    )
    options.add_argument("--rounds", type=int, help="rounds of each scenario, instead of its own")
    options.add_argument("--write", action="store_true", help=f"also write the table of {TABLE.relative_to(ROOT)}")
    options.add_argument(
        "--frames",
        type=Path,
        default=Path(tempfile.gettempdir()) / "casework-audit-bench",
        help="where the frame file is kept",
    )
    given = options.parse_args()
    needs_frame = not given.only or any(name.startswith(("draw", "import", "sample")) for name in given.only)
    frame = str(frame_file(given.frames)) if needs_frame else ""
    found = [s for s in scenarios(frame, str(given.frames)) if not given.only or s.name.startswith(tuple(given.only))]
    report = [
        f"{datetime.now(UTC):%d %B %Y}, {platform.system()} {platform.machine()}, Python {platform.python_version()}.\n"
    ]
    for scenario in found:
        rounds = given.rounds or scenario.rounds
        part = list(lines(scenario, measured(scenario, rounds), rounds))
        print("\n".join(part), flush=True)
        report += part
    if given.write:
        before = TABLE.read_text(encoding="utf-8").partition(MARK)[0]
        TABLE.write_text(f"{before}{MARK}\n\n" + "\n".join(report).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
