"""Drawing and checking a sample from files alone, with no database (interfaces.md section 2)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.mapping.profile import Profile
from app.people.kinds import SHIPPED, UNBANDED, Kind, Kinds, KindsOfWork
from app.sampling.checking import check_here
from app.sampling.columns import NO_BANDS, Allowed
from app.sampling.draw import Configuration, Draw, UnknownPart, balance_of, configuration_of, draw
from app.sampling.mapping.exports import map_here
from app.sampling.population import METHOD, clean
from app.sampling.reading import FrameReading
from app.sampling.receipt import SAMPLE_COLUMNS, Locked, Seed, first_difference, public_copy, receipt, sample_rows
from app.sampling.replacement import reserves_of
from app.sampling.shapes.wanted import Shape, fractions_of, wanted, wanted_difference
from app.tables.writing import csv_text

EVER = (date(1, 1, 1), date(9999, 12, 31))
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
    kinds: KindsOfWork = SHIPPED,
    progress: Callable[[int, int], None] | None = None,
    shape: Shape | None = None,
    without: Collection[str] = (),
) -> FrameReading:
    """Read a frame without any framework: every area, law type, band and date will do.

    No employment stays empty (sampling.md 3.1). To draw a shape from it, the list is cut as the shape says, and leaves
    out who is `without`.
    """
    known = kinds.reopened()
    allowed = Allowed(
        (),
        known.law_types.codes,
        (),
        EVER,
        missing_band=missing_band,
        absent_employment="",
        only_areas=shape.only if shape else (),
        without=tuple(sorted(without)),
        documents=shape.documents if shape else (),
        kinds=known,
    )
    return check_here(path, allowed, progress=progress, to_draw=shape.cases if shape else 0)


def draw_from(
    reading: FrameReading,
    *,
    seed: str,
    shape: Shape,
    law_rule: str,
    window: tuple[date, date] | None = None,
    version: int | None = None,
) -> Drawing:
    """Draw from a frame that was read to draw, without problems and without faults of the shape.

    The configuration is what the frame holds; the window is that of its filings, unless one was given. `version` is
    that of the mapping that was used.
    """
    days = (min(reading.days), max(reading.days)) if window is None else tuple(day.isoformat() for day in window)
    counts = reading.counts
    employment, bands = ([kind for kind in counts[name] if kind] for name in ("employment", "performance_band"))
    configuration = configuration_of(
        counts["service_area"],
        {law for stratum, _ in reading.strata["share"] for law in stratum.law_types},
        bands,
        employment,
        (days[0], days[1]),
        **fractions_of(shape, counts["service_area"]),
        law_rule=law_rule,
        missing_band=UNBANDED if UNBANDED in bands else "reject" if bands else NO_BANDS,
        balance=balance_of(bands, employment),
    )
    told = wanted(shape, counts["service_area"], reading.left_out)
    source = None if reading.mapped is None else reading.mapped.source(version)
    return _drawing(reading, Seed(clean(seed)), configuration, locked_at="", said=told, source=source)


def _drawing(
    reading: FrameReading,
    seed: Seed,
    configuration: Configuration,
    *,
    locked_at: str,
    warnings: Sequence[str] = (),
    said: Mapping[str, Any] | None = None,
    source: Mapping[str, Any] | None = None,
) -> Drawing:
    result = draw(reading.population, seed=seed.text, configuration=configuration)
    accepted = warnings or [w.kind for w in reading.warnings]
    size = (reading.rows, reading.practitioners)
    locked = Locked(reading.sha256, *size, reading.set_aside, locked_at, accepted, source)
    return Drawing(reading, result, receipt(result, frame=locked, seed=seed, configuration=configuration, wanted=said))


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


def verify(
    path: Path,
    given: Any,  # noqa: ANN401 - what the file holds
    kinds: KindsOfWork = SHIPPED,
    without: Collection[str] = (),
    profile: Profile | None = None,
) -> str | None:
    """Repeat the draw of a receipt and return the first difference, or None where the receipt holds.

    `kinds` say how the file names them, where it does not do so by the codes of the receipt. Of a list that is still
    to be cut, chosen areas are; `without` are the identifiers that it leaves out. With a mapping the file is the
    export: it is mapped again, and what was left out is compared, too.
    """
    if not isinstance(given, dict) or given.get("method") != METHOD:
        return f"method: this is no receipt of {METHOD}."
    try:
        configuration = Configuration.from_dict(given["config"])
        seed = Seed(**{**given["seed"], "witnesses": tuple(given["seed"]["witnesses"])})
        told = {"locked_at": given["frame"]["locked_at"], "warnings": given["warnings"], "said": given.get("wanted")}
        allowed = _allowed(configuration, kinds)
        allowed = _cut(replace(allowed, without=tuple(sorted(without))), given, kinds)
        cases = configuration.cases_per_practitioner
        reading = (
            check_here(path, allowed, to_draw=cases)
            if profile is None
            else map_here(path, profile, _of_exports(allowed, kinds), to_draw=cases)
        )
        source = given.get("source") if profile is None else _source_again(reading, given)
        wrong = _first_problem(reading) or _wanted_otherwise(given, reading)
    except UnknownPart as error:
        return str(error)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        return f"The receipt is not complete: {error!r}."
    if wrong:
        return wrong
    again = _drawing(reading, seed, configuration, source=source, **told).receipt
    whole = given.get("full_receipt_sha256")
    return first_difference(given, {**public_copy(again), "full_receipt_sha256": whole} if whole else again)


def _of_exports(allowed: Allowed, kinds: KindsOfWork) -> Allowed:
    """Return the same for a mapping, which names kinds of document, and employment where there is no column."""
    documents = kinds.reopened().document_kinds
    return replace(allowed, absent_employment=None, kinds=replace(allowed.kinds, document_kinds=documents))


def _first_problem(reading: FrameReading) -> str | None:
    if not reading.problems:
        return None
    first = reading.problems[0]
    where = f"row {first.row}, {first.column}" if first.row else "the file"
    return f"frame: {reading.total_problems:,} problems, first at {where}: {first.wrong}"


def _source_again(reading: FrameReading, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the receipt should say of the export; under which number a mapping was kept, no file tells."""
    said = given.get("source")
    mapping = said.get("mapping") if isinstance(said, dict) else None
    version = mapping.get("version") if isinstance(mapping, dict) else None
    return None if reading.mapped is None else reading.mapped.source(version)


def _cut(allowed: Allowed, given: Mapping[str, Any], kinds: KindsOfWork) -> Allowed:
    """Return the same, cut to the areas and the kinds of document that a receipt names."""
    wanted_of = given.get("wanted", {})
    only, documents = (tuple(map(str, wanted_of.get(name, ()))) for name in ("only_areas", "document_kinds"))
    known = kinds.reopened().document_kinds if documents else allowed.kinds.document_kinds
    named = replace(allowed.kinds, document_kinds=known)
    return replace(allowed, only_areas=only, documents=documents, kinds=named)


def _wanted_otherwise(given: Mapping[str, Any], reading: FrameReading) -> str | None:
    """Return where a receipt's fractions or who was left out are not as was wanted; raises ValueError, TypeError …."""
    if "wanted" not in given:
        return None
    lately, said = reading.left_out.get("lately"), given["wanted"].get("without")
    if lately and said:
        for name in ("practitioners", "sha256"):
            if said[name] != lately[name]:
                return f"wanted.without.{name}: the receipt says {said[name]}, the lists give {lately[name]}."
    return wanted_difference(given["wanted"], reading.counts["service_area"], given["config"])


def _allowed(configuration: Configuration, kinds: KindsOfWork) -> Allowed:
    """Return what the receipt's configuration allows, so that a frame that does not fit it is named."""
    first, last = (date.fromisoformat(day) for day in configuration.window)
    codes = {*configuration.law_types, *configuration.ignore_law_types}
    known = _known(configuration, kinds.reopened())
    return Allowed(
        (),
        tuple(sorted(codes - set(configuration.ignore_law_types))),
        configuration.bands,
        (first, last),
        ignore_law_types=configuration.ignore_law_types,
        missing_band=configuration.missing_band,
        outside_window=configuration.outside_window,
        absent_employment=None if configuration.employment else "",
        everybody=configuration.fraction == 1 and not configuration.area_fractions,
        kinds=known,
    )


def _known(configuration: Configuration, kinds: KindsOfWork) -> KindsOfWork:
    """Return the kinds of a receipt: its kinds of employment, and any kind of document, which no draw looks at.

    Where the usual kind of employment is none of the receipt's, and it has one, that is the usual one.
    """
    there = configuration.employment
    usual = kinds.employment.usual if kinds.employment.usual in there or len(there) != 1 else there[0]
    listed = (kinds.employment.get(code) or Kind(code, code) for code in dict.fromkeys((*there, usual)) if code)
    employment = Kinds(tuple(replace(kind, usual=kind.code == usual) for kind in listed))
    return replace(kinds, employment=employment, document_kinds=Kinds())
