"""Drawing and checking a sample from files alone, with no database (interfaces.md section 2)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.mapping.profile import Profile
from app.sampling.checking import check_here
from app.sampling.columns import UNBANDED, Allowed
from app.sampling.draw import BALANCE, Configuration, Draw, configuration_of, draw
from app.sampling.mapping.exports import map_here
from app.sampling.population import METHOD, clean
from app.sampling.reading import FrameReading
from app.sampling.receipt import SAMPLE_COLUMNS, Locked, Seed, first_difference, public_copy, receipt, sample_rows
from app.sampling.replacement import reserves_of
from app.tables.writing import csv_text

EVER = (date(1, 1, 1), date(9999, 12, 31))
LAW_TYPES = ("public", "wafh", "wtfh")
RESERVE_COLUMNS = ("service_area", "law_type", "performance_band", "place", "practitioner_id")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A draw from a file, with everything that its receipt says."""

    reading: FrameReading
    result: Draw
    receipt: dict[str, Any]


def read_any_frame(
    path: Path,
    *,
    missing_band: str = "reject",
    progress: Callable[[int, int], None] | None = None,
    to_draw: bool = False,
) -> FrameReading:
    """Read a frame without any framework: every area, band and date will do.

    No employment stays empty (sampling.md 3.1).
    """
    allowed = Allowed((), LAW_TYPES, (), EVER, missing_band=missing_band, absent_employment="")
    return check_here(path, allowed, progress=progress, to_draw=to_draw)


def draw_from(
    reading: FrameReading,
    *,
    seed: str,
    fraction: Fraction,
    law_rule: str,
    window: tuple[date, date] | None = None,
    version: int | None = None,
) -> Drawing:
    """Draw from a frame that was read `to_draw`, without problems; its configuration is what the frame holds.

    The window is that of its filings, unless one was given. `version` is that of the mapping that was used.
    """
    days = (min(reading.days), max(reading.days)) if window is None else tuple(day.isoformat() for day in window)
    counts = reading.counts
    employment = [e for e in counts["employment"] if e]
    configuration = configuration_of(
        counts["service_area"],
        {law for stratum, _ in reading.strata["share"] for law in stratum.law_types},
        counts["performance_band"],
        employment,
        (days[0], days[1]),
        fraction=fraction,
        law_rule=law_rule,
        missing_band=UNBANDED if UNBANDED in counts["performance_band"] else "reject",
        balance=BALANCE if employment else tuple(b for b in BALANCE if "employment" not in b),
    )
    source = None if reading.mapped is None else reading.mapped.source(version)
    return _drawing(reading, Seed(clean(seed)), configuration, locked_at="", source=source)


def _drawing(
    reading: FrameReading,
    seed: Seed,
    configuration: Configuration,
    *,
    locked_at: str,
    warnings: Sequence[str] = (),
    source: Mapping[str, Any] | None = None,
) -> Drawing:
    result = draw(reading.population, seed=seed.text, configuration=configuration)
    accepted = warnings or [w.kind for w in reading.warnings]
    size = (reading.rows, reading.practitioners)
    locked = Locked(reading.sha256, *size, reading.set_aside, locked_at, accepted, source)
    return Drawing(reading, result, receipt(result, frame=locked, seed=seed, configuration=configuration))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def write_sample(path: Path, drawing: Drawing) -> None:
    """Write sample.csv: the drawn cases with their tickets."""
    _write(path, csv_text(SAMPLE_COLUMNS, sample_rows(drawing.result)))


def write_reserves(path: Path, drawing: Drawing) -> None:
    """Write reserves.csv: who would stand in, in order, by area, law type and band."""
    reserves = reserves_of(drawing.result)
    rows = ((*key, place, who) for key, members in reserves.items() for place, who in enumerate(members, 1))
    _write(path, csv_text(RESERVE_COLUMNS, rows))


def verify(path: Path, given: Any, profile: Profile | None = None) -> str | None:  # noqa: ANN401 - whatever the file holds
    """Repeat the draw of a receipt and return the first difference, or None where the receipt holds.

    With a mapping the file is the export: it is mapped again, and what was left out is compared, too.
    """
    if not isinstance(given, dict) or given.get("method") != METHOD:
        return f"method: this is no receipt of {METHOD}."
    try:
        configuration = Configuration.from_dict(given["config"])
        seed = Seed(**{**given["seed"], "witnesses": tuple(given["seed"]["witnesses"])})
        locked_at, warnings = given["frame"]["locked_at"], given["warnings"]
        allowed = _allowed(configuration)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        return f"The receipt is not complete: {error!r}."
    if profile is None:
        reading, source = check_here(path, allowed, to_draw=True), given.get("source")
    else:
        reading = map_here(path, profile, replace(allowed, absent_employment="employed"), to_draw=True)
        source = _source_again(reading, given)
    if reading.problems:
        first = reading.problems[0]
        where = f"row {first.row}, {first.column}" if first.row else "the file"
        return f"frame: {reading.total_problems:,} problems, first at {where}: {first.wrong}"
    again = _drawing(reading, seed, configuration, locked_at=locked_at, warnings=warnings, source=source).receipt
    whole = given.get("full_receipt_sha256")
    return first_difference(given, {**public_copy(again), "full_receipt_sha256": whole} if whole else again)


def _source_again(reading: FrameReading, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the receipt should say of the export; under which number a mapping was kept, no file tells."""
    said = given.get("source")
    mapping = said.get("mapping") if isinstance(said, dict) else None
    version = mapping.get("version") if isinstance(mapping, dict) else None
    return None if reading.mapped is None else reading.mapped.source(version)


def _allowed(configuration: Configuration) -> Allowed:
    """Return what the receipt's configuration allows, so that a frame that does not fit it is named."""
    with_employment = bool(configuration.employment)
    first, last = (date.fromisoformat(day) for day in configuration.window)
    codes = {*configuration.law_types, *configuration.ignore_law_types}
    return Allowed(
        (),
        tuple(sorted(codes - set(configuration.ignore_law_types))),
        configuration.bands,
        (first, last),
        ignore_law_types=configuration.ignore_law_types,
        missing_band=configuration.missing_band,
        outside_window=configuration.outside_window,
        absent_employment="employed" if with_employment else "",
        everybody=configuration.fraction == 1 and not configuration.area_fractions,
    )
