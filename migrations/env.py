"""Runs migrations on the database of the settings, or on the one that the caller hands over."""

from alembic import context
from sqlalchemy import Connection

import app.main  # noqa: F401 - loads the tables of every room
from app.db import Base, Database, migrating
from app.settings import Settings


def run(connection: Connection) -> None:
    """Migrate over an open connection."""
    batch = connection.dialect.name == "sqlite"
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=batch, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with migrating(Database(Settings.from_environment().database_url)) as own:
        run(own)
