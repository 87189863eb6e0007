"""Several processes that serve one PostgreSQL, and windows of the same drafts at each of them."""

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from sqlalchemy import text

from app.keeping.record import wrong
from tests.audit.autosave.killing import Writer, forgotten
from tests.audit.autosave.test_killed import writers
from tests.journeys.site import Site
from tests.world import World

WINDOWS = 3


@contextmanager
def served(world: World, folder: Path, processes: int) -> Iterator[Sequence[Site]]:
    """Serve a world by several processes, each with a data folder of its own as on hosts of their own."""
    sites = [Site(folder / f"host-{n}", world.settings.database_url) for n in range(1, processes + 1)]
    try:
        for site in sites:
            site.folder.mkdir()
            site.start()
        yield sites
    finally:
        for site in sites:
            site.stop(signal.SIGKILL)


def windows(world: World, sites: Sequence[Site], drafts: int) -> list[Writer]:
    """Return three windows of each of some drafts, each at a box of its own, at one process after another."""
    places = writers(world, "", 4 * drafts)
    found = [writer for n, writer in enumerate(places) if n % 4 < WINDOWS]
    for n, writer in enumerate(found):
        writer.url = sites[n % len(sites)].url
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of it: saves, their seconds at the middle and at 95 in 100, answers 5xx, deadlocks, what is wrong."""

    saves: int
    p50: float
    p95: float
    faults: int
    deadlocks: int
    wrong: Sequence[str]

    def __str__(self) -> str:
        """Return it as a line."""
        return (
            f"{self.saves:,} saves, p50 {1000 * self.p50:.0f} ms, p95 {1000 * self.p95:.0f} ms, {self.faults} answers "
            f"5xx, {self.deadlocks} deadlocks, {len(self.wrong)} faults of what is stored."
        )


def tried(world: World, found: Sequence[Writer], seconds: float) -> Tally:
    """Let the windows save for some time; return what came of it."""
    before, done = _deadlocks(world), threading.Event()
    threads = [threading.Thread(target=writer.write, args=(done,)) for writer in found]
    for thread in threads:
        thread.start()
    done.wait(seconds)
    done.set()
    for thread in threads:
        thread.join(60)
    # PostgreSQL tells what it counted only after a while.
    time.sleep(1.5)
    with world.database.snapshot() as session:
        faults = [*(lost for writer in found for lost in writer.lost), *wrong(session)]
    every = [seconds for writer in found for seconds in writer.took]
    steps = quantiles(every, n=20)
    return Tally(
        len(every),
        steps[9],
        steps[18],
        sum(writer.faults for writer in found),
        _deadlocks(world) - before,
        [*faults, *forgotten(world, list(found))],
    )


def _deadlocks(world: World) -> int:
    with world.database.reading() as session:
        asked = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(session.scalar(asked) or 0)
