"""Maps an export of half a million rows as case systems write them, twice in different orders of its rows.

Run: python -m tools.long.exports [ROWS]. Exit 1 where a row is lost, a count is not the one that was written, or the
order of the rows tells.
"""

import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.sampling.mapping.exports import map_here
from app.sampling.mapping.result import OUTSIDE
from app.sampling.reading import FrameReading
from tests.sampling.mapping.exports import ALLOWED, WINDOW, kind_of, profile

HEADINGS = "Case No;Worker ID;Team / Area;Case type;Date filed;Document;Perf Band;Contract;Link"
AREAS = ("Greater North", "South Coast", "Kent & Medway", "East Midlands")
LAWS = ("Public Law", "Private law - WAFH", "Private law (WTFH)", "public law ")
DOCUMENTS = ("Section 7 report", "Final analysis", "Safeguarding letter", "Position statement")
BANDS = ("Exceeds", "Meets", "Working towards", "")
FILINGS_EACH = 8
KILOBYTES = 1024


def export(rows: int) -> tuple[list[str], Counter[str]]:
    """Return the rows of an export, and how many are left out for what."""
    chance, lines, left = random.Random(2026), [], Counter[str]()  # noqa: S311 - the same each time
    for number in range(rows):
        worker = number // FILINGS_EACH
        day = WINDOW[0] + timedelta(days=chance.randrange((WINDOW[1] - WINDOW[0]).days + 1))
        law = LAWS[chance.randrange(len(LAWS))]
        if chance.random() < 0.01:  # noqa: PLR2004 - one in a hundred
            law = "Rule 16.4"
            left["law_type"] += 1
        elif chance.random() < 0.1:  # noqa: PLR2004 - one in ten
            day = date(2026, 7, 1) + timedelta(days=chance.randrange(60))
            left[OUTSIDE] += 1
        lines.append(_line(number, worker, day, law))
    return lines, left


def _line(number: int, worker: int, day: date, law: str) -> str:
    link = f"https://cms.example.invalid/case/{number}"
    staff = (BANDS[worker % len(BANDS)], "Agency" if worker % 9 == 0 else "Perm")
    document, area = DOCUMENTS[number % len(DOCUMENTS)], AREAS[worker % len(AREAS)]
    cells = (f"ECMS/{number:09d}", f"EMP{worker:06d}", area, law, f"{day:%d/%m/%Y} 12:10", document, *staff, link)
    return ";".join(cells)


def mapped(folder: Path, lines: Sequence[str]) -> tuple[FrameReading, float]:
    """Write an export and map it; return what was read, and in how many seconds."""
    path = folder / "export.csv"
    path.write_text("\n".join(("sep=;", HEADINGS, *lines)) + "\n", encoding="utf-8-sig")
    began = time.monotonic()
    found = map_here(path, profile(), ALLOWED, kind=kind_of())
    return found, time.monotonic() - began


def wrong_of(found: FrameReading, rows: int, left: Counter[str]) -> list[str]:
    """Return what is not as it was written."""
    assert found.mapped is not None  # noqa: S101 - it was mapped
    out = found.mapped.left_out
    laws = sum(n for reason, n in out.items() if reason.startswith("law_type"))
    counted = {"law_type": laws, OUTSIDE: out.get(OUTSIDE, 0)}
    wrong = [f"left out for {why}: {counted[why]}, not {n}" for why, n in left.items() if counted[why] != n]
    if found.rows + sum(out.values()) != rows:
        wrong.append(f"{found.rows} rows are kept and {sum(out.values())} left out, of {rows}")
    return wrong + [problem.wrong for problem in found.problems]


def main() -> int:
    """Map both, compare, and say how long it took."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    lines, left = export(rows)
    with TemporaryDirectory() as folder:
        first, took = mapped(Path(folder), lines)
        random.Random(1).shuffle(lines)  # noqa: S311 - the same each time
        second, again = mapped(Path(folder), lines)
    wrong = wrong_of(first, rows, left) + wrong_of(second, rows, left)
    if not first.sha256 or first.sha256 != second.sha256:
        wrong.append("the order of the rows changes the list")
    print(*wrong[:5], sep="\n", end="\n" if wrong else "")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // KILOBYTES
    print(f"{rows:,} rows mapped in {took:.1f} s, shuffled in {again:.1f} s, {most:,} MB: {len(wrong)} complaints")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
