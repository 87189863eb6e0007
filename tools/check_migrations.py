"""Checks that the migrations make the tables that the models describe."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from app.db import Database, migrating

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Migrate an empty database and compare it with the models; exits 1 where they differ."""
    config = Config(str(ROOT / "alembic.ini"))
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/check.sqlite3")
        with migrating(database) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            try:
                command.check(config)
            except CommandError as error:
                sys.exit(str(error))
        database.close()


if __name__ == "__main__":
    main()
