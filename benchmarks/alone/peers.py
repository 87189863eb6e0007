"""What ours is measured against; needs requirements/bench.lock.

Each function prepares and returns the work that is timed.
"""

import hashlib
import sqlite3
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.alone.people import BANDS, LAW_TYPES, areas, people

Work = Callable[[], dict[str, Any]]


def samplics_draw(practitioners: int, area_count: int) -> Work:
    """Take a simple random sample in strata of area, law type and band.

    Strata and units as whole numbers, which samplics does fastest.
    """
    import numpy as np

    warnings.simplefilter("ignore")
    from samplics import SampleSelection, SelectMethod  # type: ignore[import-not-found]

    number = {area: i for i, area in enumerate(areas(area_count))}
    strata = np.array(
        [
            (number[p.area] * len(LAW_TYPES) + LAW_TYPES.index(p.law_types[0])) * len(BANDS) + BANDS.index(p.band)
            for p in people(practitioners, area_count)
        ]
    )
    units = np.arange(practitioners)
    selection = SampleSelection(method=SelectMethod.srs_wor, strat=True, wr=False)

    def work() -> dict[str, Any]:
        rates = dict.fromkeys(np.unique(strata).tolist(), 0.5)
        chosen, _hits, _probabilities = selection.select(samp_unit=units, samp_rate=rates, stratum=strata)
        return {"drawn": int(chosen.sum())}

    return work


def bulk_insert(path: str) -> Work:
    """Read by polars and insert by sqlite3, nothing checked but the unique index."""
    import polars as pl  # type: ignore[import-not-found]

    folder = tempfile.TemporaryDirectory()
    columns = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on")

    def work() -> dict[str, Any]:
        frame = pl.read_csv(path, infer_schema=False)
        database = sqlite3.connect(Path(folder.name, "bench.sqlite3"))
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {pragma}")
        database.execute(
            "CREATE TABLE filing (id INTEGER PRIMARY KEY, frame_id INTEGER NOT NULL, "
            f"{', '.join(f'{c} TEXT NOT NULL' for c in columns)})"
        )
        database.execute("CREATE UNIQUE INDEX once ON filing (frame_id, case_ref, practitioner_id, law_type, filed_on)")
        database.executemany(
            f"INSERT INTO filing (frame_id, {', '.join(columns)}) VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
            frame.select(columns).iter_rows(),
        )
        database.commit()
        database.close()
        folder.cleanup()
        return {"rows": len(frame)}

    return work


def polars_sample(path: str) -> Work:
    """Do the steps of `sample` by polars, but for the checks and the rounding: half of each group by ticket."""
    import polars as pl

    folder = tempfile.TemporaryDirectory()
    columns = ["case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "employment", "filed_on"]

    def ticket(key: str) -> bytes:
        return hashlib.sha256(f"casework-sample/1\nbench-1\npractitioner\n{key}".encode()).digest()

    def work() -> dict[str, Any]:
        frame = pl.read_csv(path, infer_schema=False).select(columns)
        lines = frame.select(pl.concat_str(columns, separator="\t").alias("line")).sort("line")["line"]
        head = "casework-sample/1 frame\n" + "\t".join(columns) + "\n"
        digest = hashlib.sha256(head.encode())
        digest.update(("\n".join(lines) + "\n").encode())
        latest = frame.sort("filed_on", descending=True).unique(["practitioner_id", "law_type"], keep="first")
        groups = latest.group_by("practitioner_id").agg(
            pl.first("service_area", "performance_band", "employment"),
            pl.col("law_type").sort().str.join("\t").alias("law_types"),
            pl.col("case_ref").first(),
        )
        tickets = pl.Series("ticket", [ticket(key) for key in groups["practitioner_id"]], dtype=pl.Binary)
        kind = ["service_area", "performance_band", "employment", "law_types"]
        ranked = (
            groups.with_columns(tickets)
            .sort("ticket")
            .with_columns(pl.int_range(pl.len()).over(kind).alias("rank"), pl.len().over(kind).alias("size"))
        )
        chosen = ranked.filter(pl.col("rank") * 2 < pl.col("size")).sort("practitioner_id")
        chosen.select("practitioner_id", "case_ref", pl.col("ticket").bin.encode("hex")).write_csv(
            Path(folder.name, "sample.csv")
        )
        selection = hashlib.sha256(
            "".join(sorted(f"{a}\t{b}\n" for a, b in chosen.select("practitioner_id", "case_ref").iter_rows())).encode()
        )
        folder.cleanup()
        return {"frame_sha256": digest.hexdigest(), "selection_sha256": selection.hexdigest()}

    return work


def duckdb_cube(cases: int, folder: str) -> Work:
    """Count the cases of an audit by all that ours counts them by, with DuckDB over the same SQLite file."""
    import duckdb  # type: ignore[import-not-found]
    import duckdb_extension_sqlite_scanner as extension  # type: ignore[import-not-found]

    from benchmarks.alone.many import database_of

    connection = duckdb.connect()
    [scanner] = Path(extension.__file__).parent.rglob("*.duckdb_extension")
    connection.execute(f"LOAD '{scanner}'")
    connection.execute(f"ATTACH '{database_of(cases, Path(folder))}' AS kept (TYPE sqlite)")
    cube = """
        SELECT c.area, c.law_type, c.employment, c.performance_band, d.grade, c.standing_grade, a.author_label,
               f.answers, count(*) AS n
        FROM kept.audit_case c JOIN kept.decision d ON d.case_id = c.id AND d.kind = 'first_grade'
        JOIN kept.assessment a ON a.case_id = c.id AND a.kind = 'first'
        LEFT JOIN kept.fact_answer f ON f.assessment_id = a.id AND f.fact = 'child_seen'
        GROUP BY ALL
    """

    def work() -> dict[str, Any]:
        rows = connection.execute(cube).fetchall()
        return {"good": sum(row[-1] for row in rows if row[5] == "good")}

    return work
