"""Saves under a server that is killed again and again (`python -m benchmarks.kills 10000 20`)."""

import argparse
import signal
import tempfile
import time
from pathlib import Path

from tests.audit.autosave.killing import killed
from tests.audit.autosave.test_killed import WRITERS, writers
from tests.journeys.site import Site
from tests.world import build, settings_for


def main() -> None:
    """Let 16 writers save under kills, and say what was lost."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.kills", description=__doc__)
    options.add_argument("saves", type=int, nargs="?", default=10_000)
    options.add_argument("kills", type=int, nargs="?", default=20)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world = build(settings_for(folder))
        site = Site(folder, world.settings.database_url)
        began = time.monotonic()
        found = killed(site, writers(world, site.url, WRITERS), saves=given.saves, kills=given.kills)
        site.stop(signal.SIGTERM)
        lost = [sentence for writer in found for sentence in writer.lost]
        print(
            f"{sum(w.saved for w in found):,} saves of {len(found)} writers, {given.kills} kills, "
            f"{time.monotonic() - began:.0f} s: {len(lost)} lost."
        )
        for sentence in lost[:5]:
            print(sentence)


if __name__ == "__main__":
    main()
