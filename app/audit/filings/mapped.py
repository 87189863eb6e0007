"""What the page that checks a list says of an export: what became of its rows, and the mapping to keep."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import Session

from app.audit.filings.queries import KIND, by_mapping
from app.audit.models import Audit
from app.mapping import queries
from app.mapping.profile import LONGEST_NAME
from app.people.kinds import UNBANDED
from app.sampling.mapping.balance import balance, bar_of
from app.sampling.mapping.draft import Draft
from app.sampling.reading import FrameReading

PEOPLE_NAMED = 10


def named_after(file_name: str) -> str:
    """Return what a mapping is called first: as its file, without the days and numbers in it."""
    words = "".join(char if char.isalpha() else " " for char in PurePath(file_name).stem).split()
    return " ".join(words).capitalize()[:LONGEST_NAME] or "Export"


def bands_of(bands: Sequence[str], reading: FrameReading) -> list[tuple[str, str]]:
    """Return the bands of a list with their names, one of those without a band last."""
    unbanded = [(UNBANDED, "No band")] if reading.counts.get("performance_band", {}).get(UNBANDED) else []
    return [*((band, band) for band in bands), *unbanded]


def mapped_part(session: Session, audit: Audit, reading: FrameReading, draft: Draft | None) -> dict[str, Any]:
    """Return what the page says of an export; all of it empty where the file had our own columns."""
    mapped = reading.mapped
    if mapped is None or draft is None:
        empty: dict[str, Any] = dict.fromkeys(("balance", "bar", "missing", "new_names"), ())
        return {**empty, "missing_count": 0, "unbanded": 0, "mapping_name": "", "mapping_version": ""}
    kind = by_mapping(session, audit).kind(reading.allowed)
    files = {reason: n for n, reason in enumerate((r for r in mapped.left_out if r in mapped.examples), 1)}
    lines = balance(mapped, kind, reading.allowed.window, reading.rows)
    known = queries.called(session, KIND, draft.profile.name)
    number = 1 if known is None else known[1].number + (known[1].sha256 != mapped.sha256)
    return {
        "balance": [(line, files.get(line.reason, 0)) for line in lines],
        "bar": bar_of([(reading.rows, "kept"), *((n, "left") for n in sorted(mapped.left_out.values(), reverse=True))]),
        "missing": mapped.missing[:PEOPLE_NAMED],
        "missing_count": mapped.missing_count,
        "new_names": [(code, mapped.areas.get(code) or code) for code in reading.new_areas],
        "unbanded": reading.counts["performance_band"].get(UNBANDED, 0),
        "mapping_name": draft.profile.name,
        "mapping_version": f"version {number}, {mapped.sha256[:12]}",
    }
