"""Makes files of documents in processes of their own, keeps them by what is in them, and tells how far each is."""

import fcntl
import hashlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from app.children import started
from app.documents import Document, Picture, pictures
from app.report.enums import Edition
from app.report.files.formats import Format, file_of, picture_svg
from app.report.files.names import plain_name

# Raised when the same document gives other bytes than before, so that files of an older version are made again.
VERSION = 1
FINGERPRINT = 16
# What a process that makes a file has said that it is willing to give way.
GIVES_WAY = 10
# The pictures take most of the time of making a file, in per cent.
PICTURES_TAKE = 80
NOTHING_DRAWN: Mapping[str, str] = {}
# The children of this process, which nobody else can wait for.
_running: list[subprocess.Popen[bytes]] = []


class State(StrEnum):
    """How far a file is."""

    MISSING = "missing"
    MAKING = "making"
    BROKEN = "broken"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a document: where it is kept, by the document's identifier and by all that is in it."""

    folder: Path
    stem: str
    fingerprint: str
    kind: Format

    @property
    def path(self) -> Path:
        """Return where the file is when it is there."""
        return self.folder / f"{self.stem}-{self.fingerprint}.{self.kind.about.extension}"

    @property
    def lock(self) -> Path:
        """Return the file that is locked while this one is made; in it stands how far that is."""
        return self.path.with_name(f"{self.path.name}.lock")

    @property
    def etag(self) -> str:
        """Return the name of these very bytes."""
        return f'"{self.fingerprint}-{self.kind}"'

    @property
    def size(self) -> int:
        """Return the file's size in bytes, nought where it is not there."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0


def fingerprint(document: Document) -> str:
    """Return a short hash of all that is in a document."""
    text = json.dumps([VERSION, asdict(document)], sort_keys=True, default=dict, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:FINGERPRINT]


def kept_files(data_dir: Path, document: Document, edition: Edition | None) -> dict[Format, Kept]:
    """Return where each file of a document is kept; of a pack, which has no editions, only what it says now is kept."""
    stem = plain_name(f"{edition}-{document.identifier}")[:100] if edition else "pack"
    mark = fingerprint(document)
    return {kind: Kept(data_dir / "files" / plain_name(document.reference), stem, mark, kind) for kind in Format}


def state_of(kept: Kept) -> State:
    """Say how far a file is."""
    if kept.path.is_file():
        return State.READY
    if not kept.lock.is_file():
        return State.MISSING
    with _locked(kept, fcntl.LOCK_SH) as free:
        return (State.READY if kept.path.is_file() else State.BROKEN) if free is not None else State.MAKING


def percent_of(kept: Kept) -> int:
    """Return how much of a file is made, in per cent."""
    try:
        return int(kept.lock.read_text())
    except (OSError, ValueError):
        return 0


def start(kept: Kept, document: Document, have: Mapping[str, str] = NOTHING_DRAWN) -> None:
    """Have a file made, unless it is there or being made; `have` are the pictures drawn, by code and size."""
    _running[:] = [process for process in _running if process.returncode is None]
    kept.folder.mkdir(parents=True, exist_ok=True)
    # The lock is the process's own from now on: whatever ends it, the kernel lets the lock go.
    with _locked(kept, fcntl.LOCK_EX) as lock, tempfile.TemporaryFile() as order:
        if lock is None or kept.path.is_file():
            return
        os.ftruncate(lock, 0)
        pickle.dump((kept, document, have), order)
        order.seek(0)
        _running.append(started("app.report.files.queue", given=order, keeps=[lock]))


def wait() -> None:
    """Wait until every file that was started here is made."""
    for process in _running:
        process.wait()


@contextmanager
def _locked(kept: Kept, how: int) -> Iterator[int | None]:
    """Give the lock of a file, or None while somebody else has it."""
    lock = os.open(kept.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        yield None
        return
    try:
        yield lock
    finally:
        os.close(lock)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name[:40]}.", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def make(kept: Kept, document: Document, have: Mapping[str, str] = NOTHING_DRAWN) -> None:
    """Make a file, saying how far it is; what is kept of the same identifier with another content goes."""
    count, done = max(sum(1 for _ in pictures(document)), 1), 0

    def drawn(picture: Picture, size: str = "wide") -> str:
        nonlocal done
        svg = have.get(f"{picture.code}.{size}") or picture_svg(picture, size)
        done += 1
        kept.lock.write_text(str(min(PICTURES_TAKE, PICTURES_TAKE * done // count)))
        return svg

    write_whole(kept.path, file_of(document, kept.kind, drawn))
    for other in kept.folder.glob(f"{kept.stem}-{'?' * FINGERPRINT}.{kept.kind.about.extension}*"):
        if not other.name.startswith(kept.path.name):
            other.unlink(missing_ok=True)


def main() -> None:
    """Make the file that is asked for on standard input, one at a time in an installation."""
    os.nice(GIVES_WAY)
    kept, document, have = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own server wrote it, into a file without a name
    with (kept.folder.parent / "one-at-a-time.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        make(kept, document, have)


if __name__ == "__main__":
    main()
