"""The reference audit with its cases multiplied in their tables to as many as wanted, for those who count them."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

DATA = Path(__file__).resolve().parents[2] / "app" / "data" / "november-2014"
REF = "NA-2014-11"
# The columns of each table that point to rows which are multiplied too.
TABLES: Mapping[str, tuple[str, ...]] = {
    "audit_case": ("id",),
    "decision": ("id", "case_id"),
    "assessment": ("id", "case_id"),
    "fact_answer": ("id", "assessment_id"),
    "returned_case": ("id", "case_id", "decision_id"),
    "challenge": ("id", "case_id", "return_id", "decision_id", "adjudication_id"),
}
NAMES = ("case_ref", "practitioner_id")


def database_of(cases: int, folder: Path) -> Path:
    """Return the database file with at least so many cases, made once."""
    path = folder / f"figures-{cases}.sqlite3"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as unfinished:
            made = Path(unfinished, path.name)
            _imported(made)
            _multiplied(made, cases)
            made.rename(path)
    return path


def _imported(path: Path) -> None:
    environment = {"DATABASE_URL": f"sqlite:///{path}", "CASEWORK_AUDIT_DATA_DIR": str(path.parent)}
    given = [
        "import-results",
        str(DATA / "audited_cases.csv"),
        "--ref",
        REF,
        "--name",
        "National audit",
        "--window",
        "2014-09-01",
        "2014-10-31",
        "--frame",
        str(DATA / "frame.csv"),
        "--targets",
        str(DATA / "targets_and_comparators.json"),
    ]
    for command in (["migrate"], given):
        subprocess.run(
            [sys.executable, "-m", "app.cli", *command],
            env=environment,
            cwd=DATA.parents[2],
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _multiplied(path: Path, cases: int) -> None:
    with sqlite3.connect(path) as connection:
        [had] = connection.execute("SELECT count(*) FROM audit_case").fetchone()
        for table, keys in TABLES.items():
            columns = [name for _, name, *_ in connection.execute(f'PRAGMA table_info("{table}")')]
            values = [
                f'"{c}" + :copy * 100000' if c in keys else f"\"{c}\" || '-' || :copy" if c in NAMES else f'"{c}"'
                for c in columns
            ]
            names = ", ".join(f'"{c}"' for c in columns)
            copy = f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values)} FROM "{table}" WHERE id < 100000'
            connection.executemany(copy, ({"copy": n} for n in range(1, -(-cases // had))))
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()


if __name__ == "__main__":
    print(json.dumps(str(database_of(int(sys.argv[1]), Path(sys.argv[2])))))
