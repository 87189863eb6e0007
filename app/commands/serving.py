"""Commands that make, mend or run an installation: migrate and serve."""

import argparse
import gc
import logging
import os
import socket
import sys
from contextlib import closing, suppress

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.audit.library.actions import keep_threshold
from app.commands import log_key
from app.commands.alone import alone
from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.db import Database, describe, migrating
from app.errors import Unfit
from app.events import EventLog
from app.settings import Settings
from app.web.pages import ROOT
from app.web.readiness import newer_fault, place, readiness

DATA = ROOT / "app" / "data"
BACKLOG = 2048


def migrate(settings: Settings) -> list[str]:
    """Bring the database to the current schema and load the threshold documents that come with the product.

    A new installation gets its key; one whose log has begun is never given another. Returns what the operator has to
    know of it.
    """
    from alembic import command  # noqa: PLC0415 - a start does not wait for what only a migration needs
    from alembic.config import Config  # noqa: PLC0415

    place(settings)
    with closing(Database(settings.database_url)) as database:
        if fault := newer_fault(database):
            raise Unfit(fault)
        said = [log_key.make_key(database, settings), log_key.make_secret_key(database, settings)]
    config = Config(str(ROOT / "alembic.ini"))
    with closing(Database(settings.database_url, event_log=EventLog(settings.event_key()))) as database:
        with migrating(database) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        with database.writing() as session:
            rows = log_key.begin(session)
            log_key.begin_sealing(session, settings)
            for path in sorted((DATA / "thresholds").glob("*.yaml")):
                keep_threshold(session, path.read_text(encoding="utf-8"), by=None)
    return [sentence for sentence in (*said, log_key.stock_in_words(rows)) if sentence]


def run_migrate(options: argparse.Namespace, settings: Settings) -> None:
    """Bring the database to the current schema."""
    said = migrate(settings)
    sentences = "\n".join(["The database is at the current schema.", *said])
    say(options, sentences, {"migrated": True, "notes": said})


def run_serve(options: argparse.Namespace, settings: Settings) -> None:
    """Run the application, once everything that it needs is there."""
    if fault := settings.fault():
        raise Unfit(fault)
    with opened(settings) as database:
        if database.sqlite and options.workers > 1:
            raise Refused("An SQLite database has one writer, so it is served by one worker. Use PostgreSQL for more.")
        now = readiness(database, settings)
        for name, sentence in now.faults.items():
            if sentence and name != "space":
                raise Unfit(sentence)
        if now.faults["space"]:
            print(now.faults["space"], file=sys.stderr, flush=True)
        with database.reading() as session:
            log_key.demand_end(session)
        said = describe(database)
    with alone(settings):
        serve(options, said)


def serve(options: argparse.Namespace, said: str, *, invitation: str = "") -> None:
    """Run the application until it is stopped; that it serves is said once it has the port."""
    workers = getattr(options, "workers", 1)
    with listening(options.host, options.port) as taken:
        if invitation:
            print(invitation, flush=True)
        print(f"Serving on http://{shown(options.host)}:{taken.getsockname()[1]} with {said}", flush=True)
        logging.getLogger("casework_audit").setLevel(logging.INFO)
        config = uvicorn.Config(
            "app.main:served",
            factory=True,
            host=options.host,
            port=options.port,
            workers=workers,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
        )
        server = uvicorn.Server(config)
        # Nobody looks for garbage while it is loaded; `served` lets that begin.
        gc.disable()
        # Stopped with Ctrl-C it has ended as it should.
        with suppress(KeyboardInterrupt):
            Multiprocess(config, sockets=[taken]).run() if workers > 1 else server.run(sockets=[taken])
        if workers == 1 and not server.started:
            raise Unfit("The application did not start. What is above says why.")


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises Unfit where the address cannot be had."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        raise Unfit(
            f"{shown(host)}:{port} cannot be listened on ({reason}). Stop what uses it, or check --host and --port."
        ) from error


def shown(host: str) -> str:
    """Return a host as it stands in an address."""
    return f"[{host}]" if ":" in host else host
