"""Templates compiled once and for all: kept beside them, where and when Python keeps what it compiles."""

import hashlib
import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from pickle import UnpicklingError

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache

APP = Path(__file__).resolve().parents[1]


class Compiled(FileSystemBytecodeCache):
    """Keeps compiled templates in the folder in which Python would keep a module that lay beside them.

    It never keeps a page from being made: what cannot be read is compiled, what cannot be written is not kept. A file
    is written whole or not at all, by whatever process, and counts only for the very source and program that made it.
    """

    def __init__(self, templates: Path) -> None:
        folder = Path(cache_from_source(str(templates / "any.py"))).parent
        super().__init__(str(folder), f"%s.{sys.implementation.cache_tag}.jinja")
        self._program = program()

    def get_source_checksum(self, source: str) -> str:
        """Return what a compiled template has to have been made from."""
        return hashlib.sha256(f"{self._program}\n{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read what is kept."""
        try:
            super().load_bytecode(bucket)
        except (OSError, UnpicklingError, EOFError, ValueError, TypeError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(parents=True, exist_ok=True)
                super().dump_bytecode(bucket)


def program() -> str:
    """Return what tells one version of the program from another, as Python tells its modules: by size and time.

    A filter with a fixed value is worked out when its template is compiled, so all of ours are in what it became.
    """
    files = (Path(folder, name) for folder, _, names in os.walk(APP) for name in names if name.endswith(".py"))
    ours = sorted((str(path), of.st_size, of.st_mtime_ns) for path in files if (of := path.stat()))
    return hashlib.sha256(repr((jinja2.__version__, ours)).encode()).hexdigest()
