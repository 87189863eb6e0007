"""The words of the command line: how commands are added, what each argument may be, and how a no is said."""

import argparse
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

from app.audit.commission.rules import reference_fault, share_of
from app.dates import NotADay, day_of

# The format of a report that is no document: its figures as JSON.
FIGURES = "json"
PROFILE = "a mapping: a file, or the name of a source that is known"


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The answer is no; each line is printed."""

    status = 1

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class WrongUse(Refused):
    """The command was given what it cannot take."""

    status = 2


class Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the line and exit with 2: wrong usage."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def adder(parser: argparse.ArgumentParser, what: str) -> Callable[[str, str, str], argparse.ArgumentParser]:
    """Return the function that adds a command to a parser: its name, where what runs it is (cli.py), and its help."""
    commands = parser.add_subparsers(required=True, metavar=what)

    def add(name: str, run: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print machine-readable output"
        )
        made.set_defaults(run=run)
        return made

    return add


def reference(text: str) -> str:
    """Return an audit's reference as it is kept."""
    fault = reference_fault(text.strip())
    if fault:
        raise argparse.ArgumentTypeError(f"{fault}.")
    return text.strip().upper()


def name(text: str) -> str:
    """Return a name that is there and not too long."""
    from app.db import LONGEST_NAME  # noqa: PLC0415 - help does not wait for the database

    if not 0 < len(text.strip()) <= LONGEST_NAME:
        raise argparse.ArgumentTypeError(f"Enter a name of 1 to {LONGEST_NAME} characters.")
    return text.strip()


def day(text: str) -> date:
    """Return a day, written as 2014-09-30 or 30 September 2014."""
    try:
        return day_of(text)
    except NotADay as error:
        raise argparse.ArgumentTypeError(f"‘{text}’ is not a day that can be meant: it {error.wrong}.") from error


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number between two others."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"‘{text}’ is not a whole number from {least} to {most}.")
        return int(text)

    return read


def fraction(text: str) -> Fraction:
    """Return a share of the practitioners."""
    value = share_of(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"{text} is not a share, such as 1/2 or 50%.")
    return value


def amount(text: str) -> int | Fraction:
    """Return a number of practitioners, such as 10, or a share of them, such as 1/3 or 50%."""
    if re.fullmatch("[0-9]{1,7}", text):
        return int(text)
    value = share_of(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"{text} is neither a number of practitioners nor a share, such as 1/3.")
    return value


def amount_of_area(text: str) -> tuple[str, int | Fraction]:
    """Return a service area with a number of its practitioners or a share of them, written as A3=12."""
    area, _, value = text.rpartition("=")
    if not area.strip():
        raise argparse.ArgumentTypeError(f"{text} names no service area. Write it as A3=12 or A3=1/3.")
    return area.strip(), amount(value.strip())


def share_of_employment(text: str) -> tuple[str, Fraction]:
    """Return a kind of employment with a share of its own, written as agency=1."""
    kind, equals, value = text.partition("=")
    if not kind.strip() or not equals:
        raise argparse.ArgumentTypeError(f"{text} names no kind of employment. Write it as agency=1 or employed=1/2.")
    return kind.strip(), fraction(value.strip())


def new_file(text: str) -> Path:
    """Return where a file can be written."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        why = "is a folder" if path.is_dir() else "lies in a folder that does not exist"
        raise argparse.ArgumentTypeError(f"{text} {why}. Name a file in a folder that exists.")
    return path


def text_of(path: Path) -> str:
    """Return what is in a text file; raises Refused."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(f"{path} cannot be opened: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not text in UTF-8.") from error
