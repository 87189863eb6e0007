"""What the rows of one run share: whether it is the quick one, where things are kept, and what is made once."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self, TypeVar

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "bench"
# Databases are kept by the newest migration: one of another schema is of no use.
DATABASES = KEPT / max(path.stem for path in (ROOT / "migrations" / "versions").glob("*.py"))
T = TypeVar("T")


class MissingError(Exception):
    """A part of a row is not there: the row says so, and the rest goes on."""


class Bench:
    """One run. What is opened on its stack is closed at its end, what is opened on that of a row with the row."""

    def __init__(self, *, quick: bool) -> None:
        self.quick, self.stack, self.row = quick, ExitStack(), ExitStack()
        self._made: dict[Callable[[Bench], object], Any] = {}

    def __enter__(self) -> Self:
        """Begin with an empty folder of its own."""
        DATABASES.mkdir(parents=True, exist_ok=True)
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(dir=KEPT, ignore_cleanup_errors=True)))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop and remove everything."""
        self.stack.close()

    def once(self, make: "Callable[[Bench], T]") -> T:
        """Return what a function makes of this run; it is called once."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def say(self, sentence: str) -> None:
        """Tell whoever waits how far it is."""
        print(sentence, file=sys.stderr, flush=True)
