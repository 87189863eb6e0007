"""Checks a frame file in a process of its own, with limits of memory and time, and tells how far it is."""

import json
import logging
import os
import resource
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from app.sampling.columns import ALIASES, NEEDED, OPTIONAL, Allowed
from app.sampling.population import Stratum
from app.sampling.reading import FrameReading, FrameWarning, read_frame_table
from app.sampling.workbook import guard, is_workbook, sheet_lines
from app.tables import LARGEST_FILE, SAVE_AS, Problem, Problems, Table, read_table, table_of

MOST_MEMORY = 3 << 30
MOST_SECONDS = 900
KEPT_FOR_SECONDS = 24 * 3600
TOKEN_LENGTH = 32
logger = logging.getLogger("casework_audit")
# The children of this process, which nobody else can wait for, by the token of their file.
_running: dict[str, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True, slots=True)
class Checking:
    """A check that goes on: the rows read so far, and the share of the file in per cent."""

    rows: int
    percent: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: its folder, and the name that its sender gave it."""

    folder: Path
    file_name: str

    @property
    def token(self) -> str:
        """Return the name of the folder, which nobody can guess."""
        return self.folder.name


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
        while block := file.read(1 << 20):
            kept.write(block)
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
    for path in [*upload.folder.glob("*"), upload.folder] if upload.folder.is_dir() else [upload.folder]:
        path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)


def start(upload: Upload, allowed: Allowed, *, sheet: str = "", largest: int | None = LARGEST_FILE) -> None:
    """Start the check of a file."""
    wanted = {**asdict(allowed), "window": [d.isoformat() for d in allowed.window]}
    (upload.folder / "wanted.json").write_text(
        json.dumps({"allowed": wanted, "sheet": sheet, "largest": largest}), encoding="utf-8"
    )
    for done in upload.folder.glob("reading.*"):
        done.unlink()
    command = [sys.executable, "-m", "app.sampling.checking", str(upload.folder)]
    root = Path(__file__).resolve().parents[2]
    with (upload.folder / "errors").open("wb") as errors:
        _running[upload.token] = subprocess.Popen(  # noqa: S603 - our own program
            command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors
        )


def wait(upload: Upload, seconds: float) -> None:
    """Wait for a check to end, for some time at most."""
    process = _running.get(upload.token)
    if process is not None:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return


BROKE_OFF = "The file could not be read to its end: it asks for more memory or time than a list of filings does."


def outcome(upload: Upload) -> FrameReading | Checking:
    """Return what a file holds, or how far its check is; a check that broke off is a problem of the file."""
    process = _running.get(upload.token)
    going = process is not None and process.poll() is None
    if (upload.folder / "reading.json").is_file():
        if process is not None:
            process.wait()
        _running.pop(upload.token, None)
        return _read_outcome(upload.folder)
    if going or (process is None and _alive(upload.folder)):
        return _progress(upload.folder)
    _running.pop(upload.token, None)
    errors = (upload.folder / "errors").read_text(errors="replace")[-2000:]
    logger.error("the check of %s broke off: %s", upload.token, errors)
    return FrameReading.refused([Problem("E-READ", None, "", "", BROKE_OFF, SAVE_AS)])


def _alive(folder: Path) -> bool:
    """Say whether a check that another process started goes on."""
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


def _progress(folder: Path) -> Checking:
    try:
        rows, percent = (int(word) for word in (folder / "progress").read_text().split())
    except (OSError, ValueError):
        return Checking(0, 0)
    return Checking(rows, percent)


def _read_outcome(folder: Path) -> FrameReading:
    kept: dict[str, Any] = json.loads((folder / "reading.json").read_text(encoding="utf-8"))
    kept["problems"] = [Problem(**p) for p in kept["problems"]]
    kept["warnings"] = [FrameWarning(**{**w, "examples": tuple(w["examples"])}) for w in kept["warnings"]]
    kept["strata"] = {rule: [(stratum_of(s), n) for s, n in strata] for rule, strata in kept["strata"].items()}
    parts = [path.read_bytes() for path in sorted(folder.glob("part-*"))]
    return FrameReading(
        **{**kept, "new_areas": tuple(kept["new_areas"]), "unknown_columns": tuple(kept["unknown_columns"])},
        parts=parts,
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
) -> FrameReading:
    """Check a file in this process; `progress` is told the rows read and the share of the file in per cent."""
    with path.open("rb") as file:
        table, fault = _table(path, file, sheet, largest)
        if fault:
            return FrameReading.refused([Problem("E-KIND", None, "", "", fault, SAVE_AS)])
        size = max(1, path.stat().st_size)

        def told(rows: int) -> None:
            # Of a text, the place in the file tells how far it is; a spreadsheet was read whole by its library.
            if progress is not None:
                progress(rows, min(99, 100 * os.lseek(file.fileno(), 0, os.SEEK_CUR) // size))

        return read_frame_table(table, allowed, progress=told)


def _table(path: Path, file: BinaryIO, sheet: str, largest: int | None) -> tuple[Table, str | None]:
    if not is_workbook(file):
        return read_table(file, needed=NEEDED, optional=OPTIONAL, aliases=ALIASES, largest=largest), None
    problems = Problems()
    fault = guard(file)
    if fault:
        return Table(problems), fault
    return table_of(
        sheet_lines(path, sheet, problems), problems, needed=NEEDED, optional=OPTIONAL, aliases=ALIASES
    ), None


def main(folder: Path) -> None:
    """Check the file in a folder, and leave there what it holds."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    (folder / "pid").write_text(str(os.getpid()))
    wanted: Mapping[str, Any] = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    lists: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in wanted["allowed"].items()
    }
    lists["window"] = tuple(date.fromisoformat(day) for day in lists["window"])
    allowed = Allowed(**lists)

    def progress(rows: int, percent: int) -> None:
        (folder / "progress").write_text(f"{rows} {percent}", encoding="utf-8")

    reading = check_here(folder / "file", allowed, sheet=wanted["sheet"], largest=wanted["largest"], progress=progress)
    for number, part in enumerate(reading.parts):
        (folder / f"part-{number:06d}").write_bytes(part)
    kept = {f.name: getattr(reading, f.name) for f in fields(reading) if f.name != "parts"}
    kept |= {"problems": [asdict(p) for p in reading.problems], "warnings": [asdict(w) for w in reading.warnings]}
    (folder / "reading.tmp").write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    (folder / "reading.tmp").rename(folder / "reading.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
