"""What is measured of ours. Each function prepares and returns the work that is timed, which returns what it found."""

import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.alone.people import BANDS, LAW_TYPES, areas, people

Work = Callable[[], dict[str, Any]]
SMALL = 10_000
ROOT = Path(__file__).resolve().parents[2]


def draw(practitioners: int, area_count: int) -> Work:
    """Draw from a population in memory."""
    from app.sampling.draw import configuration_of
    from app.sampling.draw import draw as drawn_from
    from app.sampling.population import Filing, population_of

    population = population_of(
        Filing(f"C{p.key}-{law}", p.key, p.area, law, p.band, p.employment, p.filed_on)
        for p in people(practitioners, area_count)
        for law in p.law_types
    )
    configuration = configuration_of(
        areas(area_count), LAW_TYPES, BANDS, ("agency", "employed"), ("2014-10-01", "2014-10-31")
    )

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


def counts(cases: int, folder: str) -> Work:
    """Make every table of counts of an audit, without intervals and tests."""
    from app.commands.installation import audit_called
    from app.db import Database
    from app.report.actions import basis_of
    from app.report.cases.queries import graded_cases
    from app.report.figures.all_figures import counts_of

    from benchmarks.alone.many import REF, database_of

    database = Database(f"sqlite:///{database_of(cases, Path(folder))}")

    def work() -> dict[str, Any]:
        with database.reading() as session:
            audit = audit_called(session, REF)
            found = counts_of(basis_of(session, audit), graded_cases(session, audit))
        return {"good": found["overall"]["good"]["count"]}

    if cases <= SMALL:  # the threshold document and the statements are read once in the life of a process
        work()
    return work


def six_group_bys(cases: int, folder: str) -> Work:
    """Count grades six ways by bare queries on the same file."""
    import pysqlite3

    from benchmarks.alone.many import database_of

    connection = pysqlite3.connect(str(database_of(cases, Path(folder))))
    first = "audit_case c JOIN decision d ON d.case_id = c.id AND d.kind = 'first_grade'"
    seen = (
        "audit_case c JOIN assessment a ON a.case_id = c.id AND a.kind = 'first' LEFT JOIN fact_answer f ON "
        "f.assessment_id = a.id AND f.fact = 'child_seen'"
    )
    queries = [
        f"SELECT {by}, standing_grade, count(*) FROM audit_case c GROUP BY 1, 2"
        for by in ("area", "law_type", "employment")
    ]
    queries += [
        "SELECT area, law_type, standing_grade, count(*) FROM audit_case GROUP BY 1, 2, 3",
        f"SELECT d.grade, count(*) FROM {first} GROUP BY 1",
        f"SELECT c.area, f.answers, count(*) FROM {seen} GROUP BY 1, 2",
    ]

    def work() -> dict[str, Any]:
        rows = [connection.execute(query).fetchall() for query in queries]
        return {"good": sum(n for _, grade, n in rows[0] if grade == "good")}

    return work
