"""Measures every row of the table in rounds, ours and its ceiling in turns, and prints medians, ratios and goals."""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from benchmarks.bench import ROOT, Bench, MissingError
from benchmarks.rows import ROWS
from benchmarks.served import demonstration
from benchmarks.table import HEAD, QUICK_ROUNDS, ROUNDS, Found, NotMeasured, Row, summed_up

TABLE = ROOT / "docs" / "benchmarks.md"
MARK = "<!-- What stands below is written by `python -m benchmarks --write`. -->"
MACHINE = "two cores, 4 GB"


def main() -> int:
    """Run the benchmarks."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--quick", action="store_true", help="smaller and fewer rounds, in some two minutes")
    options.add_argument("--only", action="append", metavar="WORDS", help="rows whose path has these words; repeatable")
    options.add_argument(
        "--rounds", type=int, help=f"rounds of each row, instead of {ROUNDS} ({QUICK_ROUNDS} if quick)"
    )
    options.add_argument("--anew", action="store_true", help="make the demonstration anew")
    options.add_argument("--write", action="store_true", help=f"also write the table into {TABLE.relative_to(ROOT)}")
    options.add_argument("--machine", default=MACHINE, help=f"what --write says of the machine (“{MACHINE}”)")
    given = options.parse_args()
    rows = chosen(ROWS, given.only or [], quick=given.quick)
    if not rows:
        options.error(f"No row has these words. The rows: {'; '.join(row.path for row in ROWS)}")
    if given.write and given.only:
        options.error("--write writes the whole table, so it does not go with --only.")
    if given.anew:
        demonstration.forget()
    rounds = max(1, given.rounds or (QUICK_ROUNDS if given.quick else ROUNDS))
    # Stopped from outside it stops its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print("\n".join(HEAD), flush=True)
    found = []
    with Bench(quick=given.quick) as bench:
        for row in rows:
            for line in measured(bench, row, rounds):
                print(line, flush=True)
                found.append(line)
    below = list(summed_up(found))
    print("", *below, sep="\n")
    if given.write:
        write(found, below, about(rounds, given.machine, quick=given.quick))
    return 0


def chosen(rows: Sequence[Row], words: Sequence[str], *, quick: bool) -> Sequence[Row]:
    """Return the rows whose path has some of the words, all without words; in a quick run those that are quick."""
    return [
        row
        for row in rows
        if (row.quick or not quick) and (not words or any(w.lower() in row.path.lower() for w in words))
    ]


def measured(bench: Bench, row: Row, rounds: int) -> Iterator[Found | NotMeasured]:
    """Yield what a row came to under each of its goals; one that cannot be measured says why."""
    try:
        with ExitStack() as bench.row:
            one_round = row.contest(bench)
            taken = [one_round(number) for number in range(rounds)]
    except MissingError as error:
        yield NotMeasured(row, str(error))
    except Exception as error:  # noqa: BLE001 - whatever fails, the other rows are measured
        print(f"{row.path}: {error!r}", file=sys.stderr)
        yield NotMeasured(row, "failed: what it printed says why")
    else:
        yield from (Found.of(row, goal, taken) for goal in row.goals)


def about(rounds: int, machine: str, *, quick: bool) -> str:
    """Return the sentence above the table: when, where, beside how much else, and in how many rounds."""
    kind, when = "The quick run" if quick else "The whole run", f"{datetime.now(UTC):%-d %B %Y}"
    beside = f"{machine}, load {os.getloadavg()[-1]:.0f} in the last quarter of an hour"
    return f"{kind} of {when}, {beside}; medians of {rounds} rounds, least and most in brackets."


def write(found: Sequence[Found | NotMeasured], below: Sequence[str], above: str) -> None:
    """Write the table into its page."""
    before = TABLE.read_text(encoding="utf-8").partition(MARK)[0]
    table = "\n".join([*HEAD, *map(str, found)])
    TABLE.write_text("\n\n".join([before + MARK, above, table, *below]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
