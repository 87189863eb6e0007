"""Saves under a server that is killed again and again (`python -m tools.long.kills 10000 20 --postgres`)."""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.audit.autosave.killing import forgotten, killed
from tests.audit.autosave.test_killed import WRITERS, writers
from tests.journeys.site import Site
from tests.postgres import database_at
from tests.world import build, settings_for


def main() -> int:
    """Let 16 writers save under kills, and say what was lost."""
    options = argparse.ArgumentParser(prog="python -m tools.long.kills", description=__doc__)
    options.add_argument("saves", type=int, nargs="?", default=10_000)
    options.add_argument("kills", type=int, nargs="?", default=20)
    options.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name, database_at(postgres=given.postgres) as url:
        folder = Path(name)
        world = build(settings_for(folder, url))
        site = Site(folder, world.settings.database_url)
        began = time.monotonic()
        found = killed(site, writers(world, site.url, WRITERS), saves=given.saves, kills=given.kills)
        site.stop(signal.SIGTERM)
        lost = [sentence for writer in found for sentence in writer.lost] + forgotten(world, found)
        world.database.close()
    print(
        f"{sum(w.saved for w in found):,} saves of {len(found)} writers, {given.kills} kills, "
        f"{time.monotonic() - began:.0f} s: {len(lost)} lost."
    )
    for sentence in lost[:5]:
        print(sentence)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
