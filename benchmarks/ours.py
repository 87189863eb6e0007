"""What is measured of ours. Each function prepares and returns the work that is timed, which returns what it found."""

import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.people import BANDS, LAW_TYPES, areas, people

Work = Callable[[], dict[str, Any]]
ROOT = Path(__file__).resolve().parent.parent


def draw(practitioners: int, area_count: int) -> Work:
    """Draw from a population in memory."""
    from app.sampling.draw import configuration_of
    from app.sampling.draw import draw as drawn_from
    from app.sampling.population import Filing, population_of

    population = population_of(
        Filing(f"C{p.key}-{law}", p.key, p.area, law, p.band, p.employment, p.filed_on) for p in people(practitioners, area_count) for law in p.law_types
    )
    configuration = configuration_of(areas(area_count), LAW_TYPES, BANDS, ("agency", "employed"), ("2014-10-01", "2014-10-31"))

    def work() -> dict[str, Any]:
        return {"drawn": len(drawn_from(population, seed="bench-1", configuration=configuration).drawn)}

    return work


def import_frame(path: str) -> Work:
    """Check a frame file and keep it in a fresh database."""
    from alembic import command
    from alembic.config import Config
    from app.db import Database, migrating
    from app.sampling.actions import keep_frame
    from app.sampling.checking import check_here
    from app.sampling.columns import Allowed

    folder = tempfile.TemporaryDirectory()
    database = Database(f"sqlite:///{folder.name}/bench.sqlite3")
    config = Config(str(ROOT / "alembic.ini"))
    with migrating(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    allowed = Allowed((), LAW_TYPES, BANDS, (date(2014, 9, 1), date(2014, 10, 31)))

    def work() -> dict[str, Any]:
        reading = check_here(Path(path), allowed)
        with database.writing() as session:
            frame = keep_frame(session, reading, file_name="frame.csv", by=None)
            found = {"rows": frame.rows}
        database.close()
        folder.cleanup()
        return found

    return work


def sample(path: str) -> Work:
    """Run `casework-audit sample`: from a frame file to sample and receipt."""
    from app.cli import main

    folder = tempfile.TemporaryDirectory()
    out, receipt = Path(folder.name, "sample.csv"), Path(folder.name, "receipt.json")

    def work() -> dict[str, Any]:
        if main(["--json", "sample", path, "--seed", "bench-1", "--out", str(out), "--receipt", str(receipt)]):
            message = "The sample was not drawn."
            raise RuntimeError(message)
        found = {"frame_sha256": json.loads(receipt.read_text(encoding="utf-8"))["frame"]["sha256"]}
        folder.cleanup()
        return found

    return work


def plain_sort(practitioners: int, area_count: int) -> Work:
    """Sort each area by SHA-256 tickets and take the first half: no strata, no balance."""
    import hashlib
    from collections import defaultdict

    of_area: dict[str, list[str]] = defaultdict(list)
    for person in people(practitioners, area_count):
        of_area[person.area].append(person.key)

    def work() -> dict[str, Any]:
        drawn = 0
        for members in of_area.values():
            ordered = sorted((hashlib.sha256(f"bench-1\n{member}".encode()).digest(), member) for member in members)
            drawn += len(ordered[: len(ordered) // 2])
        return {"drawn": drawn}

    return work
