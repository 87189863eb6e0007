"""The demonstration as an earlier version left it, brought up to today's schema."""

import lzma
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import URL

from app.clock import clock
from app.commands.serving import migrate
from app.db import Database
from app.main import create_app
from app.notices.telling import event_log
from app.settings import Settings
from tests.conftest import address_of, empty_database
from tests.world import World
from tools.compare_pages import DUMP, KEY, MOMENT


@contextmanager
def brought_up(folder: Path, server: URL | None = None, *, change: str = "") -> Iterator[World]:
    """Give that demonstration as `casework-audit migrate` leaves it, at the moment at which it was kept.

    On SQLite, or on a server of PostgreSQL; `change` is what SQL changes before it is brought up.
    """
    kind = "postgres" if server else "sqlite"
    kept = lzma.decompress((DUMP / f"{kind}.sql.xz").read_bytes()).decode() + change
    url = address_of(empty_database(server)) if server else f"sqlite:///{folder / 'demonstration.sqlite3'}"
    if server:
        with psycopg.connect(url) as connection:
            connection.execute(kept.encode())
    else:
        with closing(sqlite3.connect(folder / "demonstration.sqlite3")) as database:
            database.executescript(kept)
    shutil.copy(DUMP / KEY, folder / KEY)
    clock.set(MOMENT)
    settings = Settings(data_dir=folder, database_url=url, https=False, demo=True)
    migrate(settings)
    opened = Database(url, event_log=event_log(settings))
    yield World(opened, settings, create_app(settings, opened))
    opened.close()
    clock.set(None)
