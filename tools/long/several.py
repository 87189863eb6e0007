"""Nine windows of three drafts at several processes on one PostgreSQL (`python -m tools.long.several 600`)."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.audit.autosave.several import served, tried, windows
from tests.postgres import database_at
from tests.world import build, settings_for


def main() -> int:
    """Let the windows save, and say what came of it."""
    options = argparse.ArgumentParser(prog="python -m tools.long.several", description=__doc__)
    options.add_argument("seconds", type=float, nargs="?", default=600)
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--drafts", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, database_at(postgres=True) as url:
        world = build(settings_for(Path(name), url))
        with served(world, Path(name), given.processes) as sites:
            tally = tried(world, windows(world, sites, given.drafts), given.seconds)
        world.database.close()
    print(f"{given.processes} processes, {given.drafts} drafts, {given.seconds:.0f} s: {tally}")
    for sentence in tally.wrong[:5]:
        print(sentence)
    return 1 if tally.wrong or tally.faults or tally.deadlocks else 0


if __name__ == "__main__":
    sys.exit(main())
