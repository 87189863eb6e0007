"""The schema: what the migrations make is what the models say, by the names of its rules and by their texts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Inspector, inspect

from app.db import Base, Database
from tests.conftest import BOTH, address_of, empty_database
from tests.world import migrate


@pytest.fixture(params=BOTH)
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """Return an empty database that was migrated, and one whose tables the models made."""
    if request.param == "sqlite":
        urls = [f"sqlite:///{tmp_path / name}.sqlite3" for name in ("migrated", "modelled")]
    else:
        urls = [address_of(empty_database(request.getfixturevalue("postgres"))) for _ in range(2)]
    migrated, modelled = Database(urls[0]), Database(urls[1])
    migrate(migrated)
    with modelled.engine.execution_options(writes=True).begin() as connection:
        Base.metadata.create_all(connection)
    yield migrated, modelled
    migrated.close()
    modelled.close()


# With these defaults migrations filled the rows that were there. Every row since says its own, so no model has them.
LEFT_BY_MIGRATIONS = {
    "assessment: correction_reason VARCHAR",
    "assessment: number INTEGER",
    "audit: benchmark_share VARCHAR",
    "audit: correction_days INTEGER",
    "audit: decision_days INTEGER",
    "audit: extend_over INTEGER",
}
LIST = re.compile(r"'[^']*'(?:::[a-z ]+)?(?:, '[^']*'(?:::[a-z ]+)?)+")


def said(text: object) -> str:
    """Return a text without what only the way that it was written decides: spaces, quotes, the order of a list."""
    plain = re.sub(r"\s+", " ", str(text)).replace('"', "").strip()
    return LIST.sub(lambda found: ", ".join(sorted(found[0].split(", "))), plain)


def rules_of(table: str, seen: Inspector) -> Iterator[str]:
    """Yield a line for each thing that a database holds a table to."""
    for c in seen.get_columns(table):
        yield f"{c['name']} {c['type']!r} {'NULL' if c['nullable'] else 'NOT NULL'} DEFAULT {said(c['default'])}"
    key = seen.get_pk_constraint(table)
    yield f"{key['name']} {key['constrained_columns']}"
    for f in seen.get_foreign_keys(table):
        yield f"{f['name']} {f['constrained_columns']} {f['referred_table']} {f['referred_columns']} {f['options']}"
    for u in seen.get_unique_constraints(table):
        yield f"{u['name']} UNIQUE {u['column_names']}"
    for check in seen.get_check_constraints(table):
        yield f"{check['name']} CHECK {said(check['sqltext'])}"
    for index in seen.get_indexes(table):
        condition = {k: said(v) for k, v in index.get("dialect_options", {}).items() if str(v)}
        yield f"{index['name']} {'UNIQUE ' if index['unique'] else ''}{index['column_names']} {condition}"


def schema_of(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        seen = inspect(connection)
        tables = set(seen.get_table_names()) - {"alembic_version"}
        return {f"{table}: {rule}" for table in tables for rule in rules_of(table, seen)}


def test_migrations_give_the_models(databases: tuple[Database, Database]) -> None:
    migrated, modelled = (schema_of(d) for d in databases)
    assert len(modelled) > len(Base.metadata.tables) > 0
    differences = {re.sub(r"\(\) NOT NULL DEFAULT .*", "", line) for line in migrated ^ modelled}
    assert sorted(differences) == sorted(LEFT_BY_MIGRATIONS)
