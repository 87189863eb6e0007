"""What every command says and reads: one line for each refusal, files, progress on a terminal."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from app.commands.arguments import Refused
from app.labels import plural
from app.tables.problems import MOST_GROUPS, Group, Known, Problem


class Reading(Protocol):
    """A file that was read, with what is wrong with it."""

    @property
    def total_problems(self) -> int:
        """Return how many problems it has."""

    @property
    def problems(self) -> Sequence[Problem]:
        """Return the first of them."""

    @property
    def groups(self) -> Sequence[Group]:
        """Return all of them by what is alike."""


def say(options: argparse.Namespace, sentence: str, values: dict[str, Any]) -> None:
    """Print a sentence, or with --json its values."""
    print(json.dumps(values, default=str, ensure_ascii=False) if options.json else sentence)


def refuse_problems(options: argparse.Namespace, of: Reading) -> None:
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
