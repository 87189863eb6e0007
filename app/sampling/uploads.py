"""Files that were sent and wait to be kept: each in a folder of its own, whose name nobody can guess.

The folder is shared by all processes and hosts of an installation. Whoever has its lock checks the file: the lock is
the checking process's own, so that any other can tell whether a check goes on, and whatever ends it lets the lock go.
"""

import fcntl
import os
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

KEPT_FOR_SECONDS = 24 * 3600
TOKEN_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: its folder, and the name that its sender gave it."""

    folder: Path
    file_name: str

    @property
    def token(self) -> str:
        """Return the name of the folder."""
        return self.folder.name

    @property
    def turns(self) -> Path:
        """Return the folder of the locks by which checks take turns."""
        return self.folder.parent.parent / "checks"


def set_aside(data_dir: Path, file: BinaryIO, file_name: str) -> Upload:
    """Keep a file until its sender has seen what is in it; files of yesterday are removed."""
    uploads = data_dir / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    for old in uploads.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_FOR_SECONDS:
            remove(Upload(old, ""))
    folder = uploads / secrets.token_hex(TOKEN_LENGTH // 2)
    folder.mkdir(mode=0o700)
    with (folder / "file").open("wb") as kept:
        shutil.copyfileobj(file, kept, 1 << 20)
    (folder / "name").write_text(file_name[:200], encoding="utf-8")
    return Upload(folder, file_name[:200])


def find(data_dir: Path, token: str) -> Upload | None:
    """Return a file that was set aside, or None where it is not there any more."""
    folder = data_dir / "uploads" / token
    if len(token) != TOKEN_LENGTH or not set(token) <= set("0123456789abcdef") or not (folder / "name").is_file():
        return None
    return Upload(folder, (folder / "name").read_text(encoding="utf-8"))


def remove(upload: Upload) -> None:
    """Remove a file and what was read from it."""
    if upload.folder.is_dir():
        shutil.rmtree(upload.folder, ignore_errors=True)
    else:
        upload.folder.unlink(missing_ok=True)


def open_lock(path: Path) -> int:
    """Open a file to lock it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def taken(lock: int) -> bool:
    """Take the lock of an open file if nobody has it; return whether it is taken."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def held(path: Path) -> bool:
    """Say whether somebody has the lock of a file."""
    if not path.is_file():
        return False
    lock = open_lock(path)
    try:
        # Shared, so that two who ask do not take each other for whoever checks.
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(lock)
