"""One `serve` an SQLite file: who serves it holds a lock, which ends with the process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.db import place_of
from app.errors import Unfit
from app.settings import Settings


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the file of a database against everybody who would serve it, or put another in its place; raises Unfit."""
    if not settings.database_url.startswith("sqlite"):
        yield
        return
    place = Path(place_of(settings.database_url))
    place.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(place.with_name(f"{place.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise Unfit(f"{place} is being served already. Stop that `serve` first.") from None
    try:
        yield
    finally:
        os.close(lock)
