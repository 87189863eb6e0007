"""Reads a file in a process of its own, which a hostile spreadsheet may end: its headings and its rows."""

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from app.children import started
from app.mapping.recognition import AnyExport
from app.tables.cells import cleaned
from app.tables.opening import open_table
from app.work.lists.kind import people_kind

LARGEST, MOST_ROWS, PATIENCE = 5 * 2**20, 5000, 20
MEMORY = 2 * 2**30
TOO_LARGE = f"The file has more than {LARGEST // 2**20} MB or {MOST_ROWS:,} rows, which no list of people has"
NOT_READ = "The file could not be read. Save the list as ‘CSV UTF-8’ and send it once more"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it stands: its headings, its rows with their numbers, and what is wrong with the file."""

    headings: Sequence[str] = ()
    rows: Sequence[tuple[int, Sequence[str]]] = ()
    wrong: str = ""

    def values(self, heading: str) -> list[str]:
        """Return what stands in a column."""
        at = self.headings.index(heading)
        return [cells[at] if at < len(cells) else "" for _, cells in self.rows]


def as_json(of: Sheet) -> str:
    """Return a list as text, for a page to carry it."""
    return json.dumps([list(of.headings), [[n, list(cells)] for n, cells in of.rows]], ensure_ascii=False)


def from_json(text: str) -> Sheet | None:
    """Return the list that a page carried, or None where the text is none."""
    try:
        headings, rows = json.loads(text)
        found = Sheet([str(h) for h in headings], [(int(n), [str(c) for c in cells]) for n, cells in rows])
    except (ValueError, TypeError, RecursionError):
        return None
    return found if len(found.rows) <= MOST_ROWS else None


def read_here(file: BinaryIO) -> Sheet:
    """Return what stands in a file, in this process."""
    kind = people_kind()
    table = open_table(file, AnyExport((), kind=kind, lacks=("email",)), largest=LARGEST)
    headings = [" ".join(cleaned(h).split()) for h in table.names]
    rows = [(n, [cleaned(c) for c in cells]) for n, cells in islice(table.cells, MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        return Sheet(wrong=TOO_LARGE)
    wrong = next((f"{p.wrong.rstrip('.')}. {p.allowed}" for p in table.problems.in_order()), "")
    return Sheet(headings, rows, wrong or ("" if rows else "The file has no rows"))


def read_apart(file: BinaryIO) -> Sheet:
    """Return what stands in a file that somebody sent."""
    with tempfile.TemporaryDirectory() as folder:
        sent, found = Path(folder) / "sent", Path(folder) / "found"
        content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            return Sheet(wrong=TOO_LARGE)
        sent.write_bytes(content)
        process = started("app.work.lists.reader", str(sent), str(found))
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        text = found.read_text(encoding="utf-8") if found.is_file() else ""
    wrong, _, rest = text.partition("\n")
    return Sheet(wrong=wrong) if wrong else from_json(rest) or Sheet(wrong=NOT_READ)


def main(sent: str, found: str) -> None:
    """Read a file and write what stands in it: a line of what is wrong, then the list."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    with Path(sent).open("rb") as file:
        sheet = read_here(file)
    Path(found).write_text(f"{' '.join(sheet.wrong.split())}\n{as_json(sheet)}", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
