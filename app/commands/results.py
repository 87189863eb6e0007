"""The command that brings in an earlier audit: `import-results`."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.audit.library.actions import keep_threshold
from app.audit.library.queries import document
from app.audit.models import ThresholdText
from app.audit.queries import service_areas
from app.audit.thresholds.loading import read_document
from app.audit.thresholds.yaml_text import DocumentRefused
from app.clock import today
from app.commands.arguments import Refused, WrongUse, text_of
from app.commands.console import open_file, refuse_problems, say, say_known
from app.commands.installation import opened
from app.commands.mappings.profiles import profile_named
from app.dates import order_fault
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.checking import Order, read_by, read_plain
from app.earlier.reading import ResultsReading
from app.earlier.targets import TargetsRefused, read_targets
from app.earlier.written import Written, WrittenRefused, read_written
from app.labels import plural
from app.mapping.profile import Profile
from app.people.kinds import KindsOfWork
from app.people.queries import kinds_now
from app.sampling.columns import NO_BANDS, Allowed
from app.sampling.commands import EVER
from app.sampling.mapping.draft import Draft
from app.sampling.mapping.exports import map_here
from app.sampling.reading import FrameReading, read_frame
from app.settings import Settings
from app.work.sources.kinds import RESULTS


def _frame_of_results(path: Path | None, options: argparse.Namespace, kinds: KindsOfWork) -> FrameReading | None:
    if path is None:
        return None
    known = kinds.reopened()
    bands = "reject" if known.bands.all else NO_BANDS
    allowed = Allowed((), known.law_types.codes, (), EVER, missing_band=bands, kinds=known)
    with open_file(path) as file:
        by = profile_named(options.frame_profile) if options.frame_profile else None
        reading = map_here(path, by.profile, allowed) if by else read_frame(file, allowed)
    refuse_problems(options, reading)
    return reading


def _threshold(session: Session, path: Path) -> ThresholdText:
    """Keep the document that results were graded against; it has to be one for cases."""
    try:
        kept = keep_threshold(session, text_of(path), by=None)
    except DocumentRefused as refused:
        raise Refused(*(f"{path}: {problem}" for problem in refused.problems)) from refused
    if kept.subject != "case":
        raise Refused(
            f"{path} is a document about service areas, and results are about cases. Name a document about cases."
        )
    return kept


def _targets(path: Path | None, levels: Sequence[str], laws: Sequence[str]) -> dict[str, Any] | None:
    try:
        return read_targets(text_of(path), levels, laws) if path else None
    except TargetsRefused as refused:
        raise Refused(*(f"{path}: {problem}" for problem in refused.problems)) from refused


def _written(path: Path | None) -> Written:
    try:
        return read_written(text_of(path)) if path else Written()
    except WrittenRefused as refused:
        raise Refused(*(f"{path}: {problem}" for problem in refused.problems)) from refused


def run_import_results(options: argparse.Namespace, settings: Settings) -> None:
    """Bring in an earlier audit's case-level results."""
    fault = order_fault(*options.window)
    if not fault and options.window[1] > today():
        fault = "The last day must be today or in the past, as the audit is an earlier one"
    if fault:
        raise WrongUse(f"--window: {fault}.")
    with opened(settings) as database:
        with database.reading() as session:
            kinds = kinds_now(session)
        frame = _frame_of_results(options.frame, options, kinds)
        profile = profile_named(options.profile, RESULTS).profile if options.profile else None
        with database.writing() as session:
            _bring_in(session, options, kinds, frame, profile)


def _read(options: argparse.Namespace, order: Order, profile: Profile | None) -> ResultsReading:
    """Return the results of a file, read by a mapping where one was named."""
    kind = order.kind(read_document(order.document))
    open_file(options.file).close()
    if profile is None:
        reading: ResultsReading = read_plain(options.file, order)
    else:
        reading = read_by(options.file, Draft(profile), kind, order)
    refuse_problems(options, reading)
    return reading


def _bring_in(
    session: Session,
    options: argparse.Namespace,
    kinds: KindsOfWork,
    frame: FrameReading | None,
    profile: Profile | None,
) -> None:
    kept = _threshold(session, options.threshold)
    targets = _targets(options.targets, [level.code for level in document(kept).scale], kinds.law_types.codes)
    areas = {area.code: area.name for area in service_areas(session)}
    reading = _read(options, Order(kept.text, asdict(kinds), areas), profile)
    say_known(reading.warnings)
    of = EarlierAudit(
        ref=options.ref,
        name=options.name,
        window_from=options.window[0],
        window_to=options.window[1],
        threshold=kept,
        targets=targets,
        written=_written(options.report),
    )
    try:
        import_results(session, of, reading.results, frame=frame)
    except WrittenRefused as refused:
        raise Refused(*(f"{options.report}: {problem}" for problem in refused.problems)) from refused
    said = f"{plural(len(reading.results), 'case is', 'cases are')} brought in as {options.ref}."
    if reading.unused:
        columns = plural(len(reading.unused), "column was", "columns were")
        said += f" {columns} not used: {', '.join(reading.unused)}."
    say(options, said, {"ref": options.ref, "cases": len(reading.results), "unused_columns": list(reading.unused)})
