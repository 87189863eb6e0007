"""Saves at two processes of ours on one PostgreSQL, against the same at one of them; everybody at their own draft."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.audit.autosave.several import served
from tests.audit.autosave.test_killed import writers
from tests.postgres import database_at
from tests.world import build, settings_for

from benchmarks.bench import Bench, MissingError
from benchmarks.served.at_once import Desk, Typing
from benchmarks.served.reader import read
from benchmarks.served.server import Server
from benchmarks.table import Measure, Pair, Round

PROCESSES, MANY = 2, 1000
# Seconds of each side of a round.
WHOLE, QUICK = 5.0, 2.0


def two_processes(bench: Bench) -> Callable[[int], Round]:
    """Serve a small audit in fieldwork by two processes, and have everybody save at one of them or at both."""
    sites, typing = _served(bench)
    seconds = QUICK if bench.quick else WHOLE

    def each_second(of: Sequence[Server]) -> float:
        before, began = _cpu(of), time.monotonic()
        people = [(of[n % len(of)].port, each.save) for n, each in enumerate(typing)]
        saved = len(read(people, lambda _: time.monotonic() >= began + seconds))
        took = time.monotonic() - began
        used = zip(before, _cpu(of), strict=True)
        shares = ", ".join(f"{who} {(now - then) / took:.2f}" for (who, then), (_, now) in used)
        bench.say(f"  {len(of)} of ours: {saved / took:.0f} saves a second; cores in use: {shares}")
        return saved / took

    def one_round(number: int) -> Round:
        order = (2, 1) if number % 2 == 0 else (1, 2)
        found = {count: each_second(sites[:count]) for count in order}
        return {Measure.SAVES: Pair(found[2], found[1])}

    return one_round


def _served(bench: Bench) -> tuple[Sequence[Server], Sequence[Typing]]:
    folder = bench.folder / "processes"
    folder.mkdir()
    try:
        url = bench.row.enter_context(database_at(postgres=True))
    except (ImportError, OSError) as error:
        message = f"not measured: PostgreSQL did not start ({error})"
        raise MissingError(message) from error
    world = build(settings_for(folder, url))
    bench.row.callback(world.database.close)
    first_of_each = {w.case_id: w for w in reversed(writers(world, "", MANY))}
    desks = [Desk(w.token, w.case_id, named=w.field_name) for w in first_of_each.values()]
    sites = bench.row.enter_context(served(world, folder, PROCESSES))
    servers = [Server(site.port, site.process.pid) for site in sites if site.process]
    return servers, [Typing(desk, last="") for desk in desks]


def _cpu(of: Sequence[Server]) -> Sequence[tuple[str, float]]:
    """Return the CPU seconds so far: of each server, of PostgreSQL, of those who send."""
    return [
        *(("a server", server.cpu) for server in of),
        ("PostgreSQL", sum(_seconds(pid) for pid in _of_postgres())),
        ("those who send", time.process_time()),
    ]


def _of_postgres() -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/comm"):
        try:
            if path.read_text().strip() == "postgres":
                yield int(path.parent.name)
        except OSError:  # it has just ended
            continue


def _seconds(pid: int) -> float:
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:  # it has just ended
        return 0.0
