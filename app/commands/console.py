"""What every command needs: an open database, one line for each refusal, progress on a terminal."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.commands.arguments import Refused
from app.commands.log_key import demand_key
from app.db import Database
from app.labels import plural
from app.notices.telling import event_log
from app.settings import Settings
from app.tables import Problem
from app.web.pages import ROOT


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database and close it at the end; refuses one that is not migrated."""
    with closing(Database(settings.database_url, event_log=event_log(settings))) as database:
        _current(database)
        with database.reading() as session:
            demand_key(session)
        yield database


def _current(database: Database) -> None:
    with database.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    if at != ScriptDirectory.from_config(alembic_config()).get_current_head():
        raise Refused("The database is not at the current schema. Run: casework-audit migrate")


def alembic_config() -> Config:
    """Return where the migrations are."""
    return Config(str(ROOT / "alembic.ini"))


def say(options: argparse.Namespace, sentence: str, values: dict[str, Any]) -> None:
    """Print a sentence, or with --json its values."""
    print(json.dumps(values, default=str, ensure_ascii=False) if options.json else sentence)


def audit_called(session: Session, ref: str) -> Audit:
    """Return an audit by its reference, whoever asks."""
    found = session.scalars(select(Audit).where(Audit.ref == ref.strip().upper())).one_or_none()
    if found is None:
        raise Refused(f"There is no audit with the reference {ref}.")
    return found


def _problem_lines(problems: Sequence[Problem], total: int) -> list[str]:
    lines = [
        (
            f"{'row ' + str(p.row) if p.row else 'file'}, {p.column or '-'}: {p.wrong} Value: {p.value or '-'}. "
            "Allowed: "
            f"{p.allowed}."
        )
        for p in problems
    ]
    return [*lines, f"{plural(total, 'problem')}. Nothing was stored."]


def refuse_problems(options: argparse.Namespace, problems: Sequence[Problem], total: int) -> None:
    """Refuse a file that has problems, naming each."""
    if not total:
        return
    if options.json:
        rows = [
            {"code": p.code, "row": p.row, "column": p.column, "value": p.value, "wrong": p.wrong, "allowed": p.allowed}
            for p in problems
        ]
        print(json.dumps({"total": total, "problems": rows}, ensure_ascii=False))
    raise Refused(*_problem_lines(problems, total))


def open_file(path: Path) -> Any:  # noqa: ANN401 - a binary file
    """Open a file to read its bytes."""
    try:
        return path.open("rb")
    except OSError as error:
        raise Refused(f"{path} cannot be opened: {error.strerror}.") from error


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far long work is, on a terminal only."""
    shown = sys.stderr.isatty()

    def progress(rows: int, percent: int) -> None:
        if shown:
            line = f"\r{what}: [{'#' * (percent // 4):<25}] {percent:3}%, {rows:,} rows"
            print(line, end="", file=sys.stderr, flush=True)

    yield progress
    if shown:
        print("\r\033[K", end="", file=sys.stderr, flush=True)
