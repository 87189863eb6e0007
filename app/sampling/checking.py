"""Checks a frame file in a process of its own, with limits of memory and time, and tells how far it is."""

import json
import logging
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from app.children import started
from app.people.kinds import kinds_from
from app.sampling.columns import Allowed
from app.sampling.mapping.exports import ByMapping, lacks_columns, map_export
from app.sampling.mapping.result import from_json
from app.sampling.population import Stratum
from app.sampling.reading import FrameReading, read_frame_table
from app.sampling.uploads import Upload, held, open_lock, taken
from app.tables.opening import open_table
from app.tables.problems import Group, Known, Problem, Problems
from app.tables.text import LARGEST_FILE

MOST_MEMORY = 3 << 30
MOST_SECONDS = 900
# So many files are checked at the same time, in the whole installation; others wait for their turn.
MOST_AT_ONCE = 2
LOOKS_EVERY = 0.2
logger = logging.getLogger("casework_audit")
# The children of this process, by the token of their file.
_running: dict[str, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Checking:
    """A check that goes on, or waits for its turn: the rows read so far, and the share of the file in per cent."""

    rows: int
    percent: int
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Busy(Exception):  # noqa: N818 - an answer, not a fault
    """Another file of the same person is being checked: its token, what it was sent for, and its name."""

    token: str = ""
    sent_for: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """By what a file is checked: what its audit allows, its sheet, how large it may be, and what it was sent for."""

    allowed: Allowed
    sheet: str = ""
    largest: int | None = LARGEST_FILE
    sent_for: str = ""
    # How a file with other headings than ours is mapped; None where it is refused.
    mapping: ByMapping | None = None


def start(upload: Upload, order: Order, *, by: int | None = None) -> None:
    """Start the check of a file; raises Busy while another file of the same person is being checked."""
    with _locks(upload, by, order.sent_for) as locks, (upload.folder / "errors").open("wb") as errors:
        (upload.folder / "order.json").write_text(json.dumps(asdict(order), default=str), encoding="utf-8")
        for done in [*upload.folder.glob("reading.*"), *upload.folder.glob("part-*"), upload.folder / "progress"]:
            done.unlink(missing_ok=True)
        _running[upload.token] = started("app.sampling.checking", str(upload.folder), errors=errors, keeps=locks)


@contextmanager
def _locks(upload: Upload, by: int | None, sent_for: str) -> Iterator[list[int]]:
    """Take the locks of a file and of whoever sent it, for the process that will check it."""
    locks = []
    try:
        if by is not None:
            turn = upload.turns / f"person-{by}.lock"
            locks.append(open_lock(turn))
            if not taken(locks[0]):
                raise Busy(*turn.read_text(encoding="utf-8").split("\n")[:3])
            turn.write_text(f"{upload.token}\n{sent_for}\n{upload.file_name}\n", encoding="utf-8")
        locks.append(open_lock(upload.folder / "lock"))
        if not taken(locks[-1]):
            raise Busy(upload.token, sent_for, upload.file_name)
        yield locks
    finally:
        for lock in locks:
            os.close(lock)


def wait(upload: Upload, seconds: float) -> None:
    """Wait for a check that was started here to end, for some time at most."""
    process = _running.get(upload.token)
    if process is not None:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return


BROKE_OFF = (
    "The check was broken off: the file asks for more memory or time than a list of filings does, or the service was "
    "started anew meanwhile."
)
AGAIN = (
    "Send the file once more. If it is broken off again, save the list as ‘CSV UTF-8’ without the columns that are not "
    "needed"
)


def outcome(upload: Upload) -> FrameReading | Checking:
    """Return what a file holds, or how far its check is; a check that broke off is a problem of the file."""
    done = upload.folder / "reading.json"
    # In this order: a check that ends between the two looks has left what it found.
    going = held(upload.folder / "lock")
    if done.is_file():
        _running.pop(upload.token, None)
        return _read_outcome(upload)
    if going:
        return _progress(upload.folder)
    _running.pop(upload.token, None)
    errors = (upload.folder / "errors").read_text(errors="replace")[-2000:]
    logger.error("the check of %s broke off: %s", upload.token, errors)
    problems = Problems()
    problems.add("E-READ", BROKE_OFF, AGAIN)
    return FrameReading.refused(problems, order_of(upload).allowed)


def sent_for(upload: Upload) -> str:
    """Return what a file was sent for, empty where its check was never started."""
    try:
        return order_of(upload).sent_for
    except OSError:
        return ""


def order_of(upload: Upload) -> Order:
    """Return by what a file is or was checked."""
    kept: dict[str, Any] = json.loads((upload.folder / "order.json").read_text(encoding="utf-8"))
    lists: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept["allowed"].items()
    }
    lists["kinds"] = kinds_from({which: of["all"] for which, of in lists.get("kinds", {}).items()})
    lists["window"] = tuple(date.fromisoformat(day) for day in lists["window"])
    mapping = kept.get("mapping") and ByMapping(**kept["mapping"])
    return Order(**{**kept, "allowed": Allowed(**lists), "mapping": mapping})


def _progress(folder: Path) -> Checking:
    waits = (folder / "waits").is_file()
    try:
        rows, percent = (int(word) for word in (folder / "progress").read_text().split())
    except (OSError, ValueError):
        return Checking(0, 0, waits)
    return Checking(rows, percent, waits)


def _read_outcome(upload: Upload) -> FrameReading:
    kept: dict[str, Any] = json.loads((upload.folder / "reading.json").read_text(encoding="utf-8"))
    kept["problems"] = [Problem(**p) for p in kept["problems"]]
    kept["groups"] = [Group(**g) for g in kept["groups"]]
    kept["warnings"] = [Known(**{**w, "examples": tuple(w["examples"])}) for w in kept["warnings"]]
    kept["mapped"] = kept.get("mapped") and from_json(kept["mapped"])
    kept["strata"] = {rule: [(stratum_of(s), n) for s, n in strata] for rule, strata in kept["strata"].items()}
    parts = [path.read_bytes() for path in sorted(upload.folder.glob("part-*"))]
    return FrameReading(
        **{**kept, "new_areas": tuple(kept["new_areas"]), "unknown_columns": tuple(kept["unknown_columns"])},
        parts=parts,
        allowed=order_of(upload).allowed,
    )


def stratum_of(values: list[Any]) -> Stratum:
    """Return a stratum as JSON keeps it."""
    return Stratum(values[0], values[1], values[2], tuple(values[3]))


def check_here(
    path: Path,
    allowed: Allowed,
    *,
    sheet: str = "",
    largest: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    to_draw: int = 0,
) -> FrameReading:
    """Check a file in this process; `progress` is told the rows read and the share of the file in per cent.

    One that is checked `to_draw` so many cases of each practitioner keeps its population instead of its parts.
    """
    with path.open("rb") as file:
        table = open_table(file, allowed.expected, sheet=sheet, largest=largest)
        size = max(1, path.stat().st_size)

        def told(rows: int) -> None:
            # Of a text, the place in the file tells how far it is; a spreadsheet was read whole by its library.
            if progress is not None:
                progress(rows, min(99, 100 * os.lseek(file.fileno(), 0, os.SEEK_CUR) // size))

        return read_frame_table(table, allowed, progress=told, to_draw=to_draw)


@contextmanager
def _turn(upload: Upload) -> Iterator[None]:
    """Wait until fewer checks go on than may at once, on all hosts together; while it waits a file says so."""
    slots = [open_lock(upload.turns / f"turn-{number}.lock") for number in range(MOST_AT_ONCE)]
    waits = upload.folder / "waits"
    while not any(taken(slot) for slot in slots):
        waits.touch()
        time.sleep(LOOKS_EVERY)
    waits.unlink(missing_ok=True)
    yield
    for slot in slots:
        os.close(slot)


def main(folder: Path) -> None:
    """Check the file in a folder when it is its turn, and leave there what it holds."""
    with _turn(Upload(folder, "")):
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        _check(folder, order_of(Upload(folder, "")))


# What is kept beside the JSON of a reading, and what only a draw at once wants.
_APART = {"parts", "allowed", "population", "days"}


def _check(folder: Path, order: Order) -> None:
    def progress(rows: int, percent: int) -> None:
        (folder / "progress").write_text(f"{rows} {percent}", encoding="utf-8")

    given = folder / "file"
    reading = None
    if order.mapping is None or order.mapping.plain_first:
        reading = check_here(given, order.allowed, sheet=order.sheet, largest=order.largest, progress=progress)
    if order.mapping is not None and (reading is None or lacks_columns(reading)):
        reading = map_export(folder, order.mapping, order.allowed, largest=order.largest, progress=progress) or reading
    assert reading is not None  # noqa: S101 - what cannot be mapped was read in our columns
    for number, part in enumerate(reading.parts):
        (folder / f"part-{number:06d}").write_bytes(part)
    kept = {f.name: getattr(reading, f.name) for f in fields(reading) if f.name not in _APART}
    for name in ("problems", "groups", "warnings"):
        kept[name] = [asdict(item) for item in kept[name]]
    kept["mapped"] = reading.mapped and asdict(reading.mapped)
    (folder / "reading.tmp").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    (folder / "reading.tmp").rename(folder / "reading.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
