"""What a command loads: help, and a command that needs little, do not wait for the database and the web server."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

from app.cli import parser
from tests.world import ROOT

# Runs the commands that it is given, a line each, in one process, and says what of the heavy things it loaded.
RUNS = """
import shlex, sys
from contextlib import redirect_stdout, suppress
from app.cli import main
for line in sys.stdin:
    with suppress(SystemExit), redirect_stdout(sys.stderr):
        assert main(shlex.split(line)) == 0, line
heavy = ("sqlalchemy", "sqlmodel", "pydantic", "fastapi", "starlette", "uvicorn", "alembic", "jinja2", "vl_convert")
print(*(name for name in heavy if name in sys.modules))
"""


def commands(of: argparse.ArgumentParser, *words: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every command with its words, and where what runs it is."""
    groups = [action for action in of._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield words, of.get_default("run")
    for group in groups:
        for word, command in group.choices.items():
            yield from commands(command, *words, word)


def loaded(*lines: str) -> list[str]:
    """Run some commands in one process and return which heavy things it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", RUNS], input="\n".join(lines), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_what_runs_a_command_is_there() -> None:
    for words, run in commands(parser()):
        assert callable(resolve_name(f"app.commands.{run}")), words


def test_no_help_waits_for_the_database_or_the_server() -> None:
    helps = [" ".join((*words, "--help")) for words, _ in commands(parser())]
    assert len(helps) == 53
    assert loaded("--help", "user --help", *helps) == []


def test_a_sample_of_a_file_needs_neither(tmp_path: Path) -> None:
    frame, receipt = ROOT / "app/data/november-2014/frame.csv", tmp_path / "receipt.json"
    sample = f"sample {frame} --seed 12345678901234567890 --out {tmp_path / 'sample.csv'} --receipt {receipt}"
    assert loaded(sample, f"verify-sample {frame} {receipt}") == []
    assert loaded("openapi"), "this test can tell"
