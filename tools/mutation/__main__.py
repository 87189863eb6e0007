"""Changes the rules one thing at a time and tells what no test notices (`python -m tools.mutation [NAME …]`)."""

import argparse
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.mutation.judging import Session, judged, load_what_tests_load, tried
from tools.mutation.mutants import Mutant, enums_in, mutants, mutated
from tools.mutation.targets import TARGETS, Target

ROOT = Path(__file__).resolve().parents[2]
RECORD = ROOT / "docs" / "mutations.md"
# A row of the record: the module, where in it, the change, and why it changes nothing.
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| `(.+)` \| (.+) \|$", re.MULTILINE)


def main() -> int:
    """Judge the targets that are named, or all."""
    options = argparse.ArgumentParser(prog="python -m tools.mutation", description=__doc__)
    options.add_argument("names", nargs="*", metavar="NAME", help=", ".join(t.name for t in TARGETS))
    options.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth change")
    options.add_argument("--only", default="", metavar="TEXT", help="only changes whose name has this in it")
    options.add_argument("--loudly", action="store_true", help="tell of each change which test noticed")
    given = options.parse_args()
    justified = justified_in(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    left = 0
    for target in TARGETS:
        if not given.names or target.name in given.names:
            left += _judge(target, justified, given)
    return 1 if left else 0


def justified_in(record: str) -> Mapping[str, str]:
    """Return the changes that a record justifies, each with its reason."""
    return {f"{path} {where} {_plain(change)}": why for path, where, change, why in ROW.findall(record)}


def _plain(change: str) -> str:
    return change.replace("\\|", "|")


def _judge(target: Target, justified: Mapping[str, str], given: argparse.Namespace) -> int:
    """Judge one target, print what survives, and return how much of it nobody has justified."""
    began = time.monotonic()
    load_what_tests_load(target.tests)
    session = tried(target.tests, target.files)
    counted = survived = left = 0
    for mutant, by in _each(target, session, given):
        counted += 1
        if given.loudly:
            print(f"{by or 'SURVIVES'}: {mutant.name}", flush=True)
        if not by:
            survived += 1
            if mutant.name not in justified:
                left += 1
                change = mutant.change.replace("|", "\\|")
                print(f"| `{mutant.path}` | `{mutant.where}` | `{change}` | WHY |", flush=True)
    print(
        f"{target.name}: {counted:,} changes, {counted - survived:,} noticed, {survived - left:,} justified, "
        f"{left:,} left, {time.monotonic() - began:,.0f} s",
        flush=True,
    )
    return left


def _each(target: Target, session: Session, given: argparse.Namespace) -> Iterator[tuple[Mutant, str]]:
    enums = enums_in(sorted((ROOT / "app").rglob("enums.py")))
    for path in target.files:
        source = (ROOT / path).read_text(encoding="utf-8")
        wanted: Sequence[Mutant] = [m for m in mutants(path, source, enums) if given.only in m.name]
        for mutant in wanted[:: given.every]:
            order = session.tests_of(path, mutant.lines)
            tree = mutated(source, mutant.number, enums)
            yield mutant, judged(path, tree, target.tests, session, order) if order else ""


if __name__ == "__main__":
    sys.exit(main())
