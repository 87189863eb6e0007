"""What every command needs: an open database, one line for each refusal, progress on a terminal."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.commands.arguments import Refused
from app.db import Database, place_of
from app.errors import Unfit
from app.notices.telling import event_log
from app.settings import Settings
from app.tables import Problem
from app.web.readiness import schema_fault, sentence_of, there


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database and close it at the end; raises Unfit where it is not there, or not migrated."""
    there(settings)
    with closing(Database(settings.database_url, event_log=event_log(settings))) as database:
        fault = schema_fault(database)
        if fault:
            raise Unfit(fault)
        yield database


def told(error: BaseException, settings: Settings) -> str:
    """Return the one line that an operator reads of whatever broke."""
    with suppress(SQLAlchemyError, ValueError):
        sentence = sentence_of(error, place_of(settings.database_url))
        if sentence:
            return sentence
    if isinstance(error, OSError):
        what = error.filename or "A file"
        return f"{what} cannot be used: {error.strerror or error}. Check the path, and who may use it."
    said = " ".join(str(error).split())
    return f"This is a fault of the program ({type(error).__name__}: {said}). To see where, put --traceback first."


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
    return [*lines, f"{total:,} {'problem' if total == 1 else 'problems'}. Nothing was stored."]


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
