"""What every command needs: an open database, one line for each refusal, progress on a terminal."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.commands.arguments import Refused
from app.commands.log_key import demand_key
from app.db import Database, place_of
from app.earlier.reading import ResultsReading
from app.errors import Unfit
from app.labels import plural
from app.notices.telling import event_log
from app.sampling.reading import FrameReading
from app.settings import Settings
from app.tables.problems import MOST_GROUPS, Group, Known, Problem
from app.web.readiness import schema_fault, sentence_of, there


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database and close it at the end; raises Unfit where it is not there, or not migrated."""
    there(settings)
    with closing(Database(settings.database_url, event_log=event_log(settings))) as database:
        fault = schema_fault(database)
        if fault:
            raise Unfit(fault)
        with database.reading() as session:
            demand_key(session)
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


def refuse_problems(options: argparse.Namespace, of: FrameReading | ResultsReading) -> None:
    """Refuse a file that has problems: a line for each kind and value; with --json also each row."""
    if not of.total_problems:
        return
    if options.json:
        kept = {"problems": [_as_json(p) for p in of.problems], "groups": [asdict(g) for g in of.groups]}
        print(json.dumps({"total": of.total_problems, **kept}, ensure_ascii=False))
    lines = [_line(group) for group in of.groups[:MOST_GROUPS]]
    if len(of.groups) > MOST_GROUPS:
        lines.append(f"{plural(len(of.groups) - MOST_GROUPS, 'other kind')} of problem: --json prints them too.")
    raise Refused(*lines, f"{plural(of.total_problems, 'problem')}. Nothing was stored.")


def _as_json(p: Problem) -> dict[str, object]:
    return {"code": p.code, "row": p.row, "column": p.column, "value": p.value, "wrong": p.wrong, "allowed": p.allowed}


def _line(of: Group) -> str:
    """Return a line about problems that are alike: where, what, how many, and what mends them all."""
    rows = ", ".join(map(str, of.rows))
    more = of.count - len(of.rows)
    where = "file" if not of.rows else f"row {rows}" if of.count == 1 else f"rows {rows}"
    where += f" and {more:,} more" if of.rows and more > 0 else ""
    value = of.value or (plural(of.values, "different value") if of.values > 1 else "-")
    told = f"{where}, {of.column or '-'}: {of.wrong} Value: {value}. Allowed: {of.allowed}."
    return f"{told} {of.mend}".rstrip()


def say_known(known: Sequence[Known]) -> None:
    """Say what is to know of a file that is taken."""
    for found in known:
        examples = "; ".join(found.examples)
        print(f"{found.kind}: {found.count:,} × {found.sentence} For example: {examples}", file=sys.stderr)


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
