"""Commands of mappings: make a list of an export, and the sources that are known."""

import argparse
import json

from app.commands.arguments import Refused, text_of
from app.commands.console import bar, open_file, refuse_problems, say, say_known
from app.commands.installation import opened
from app.commands.mappings.profiles import any_allowed, profile_named
from app.mapping import queries
from app.mapping.actions import save_mapping
from app.mapping.profile import Unreadable, slug
from app.sampling.columns import ORDER, Allowed
from app.sampling.mapping.balance import balance
from app.sampling.mapping.exports import map_here
from app.sampling.mapping.kind import filings_kind
from app.sampling.reading import FrameReading
from app.settings import Settings
from app.tables.writing import csv_text
from app.work.sources.kinds import FILINGS, OF, mapping_in


def run_map(options: argparse.Namespace) -> None:
    """Make a list of filings of an export, and print what became of every row."""
    open_file(options.file).close()
    known = profile_named(options.profile)
    allowed = any_allowed(options.window)
    with bar("Reading") as progress:
        reading = map_here(options.file, known.profile, allowed, progress=progress)
    if not options.json:
        _print_balance(reading, allowed)
    refuse_problems(options, reading)
    say_known(reading.warnings)
    rows = ((*filing[:7], filing.document_kind) for filing in reading.filings())
    text = csv_text(ORDER, rows, exact=True)
    try:
        options.out.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise Refused(f"{options.out} cannot be written: {error.strerror}.") from error
    assert reading.mapped is not None  # noqa: S101 - it was mapped
    people = f"{reading.rows:,} filings of {reading.practitioners:,} practitioners are in {options.out}."
    values = {"frame_sha256": reading.sha256, "filings": reading.rows, "practitioners": reading.practitioners}
    say(options, f"{people} Hash: {reading.sha256}", values | {"source": reading.mapped.source(known.version)})


def _print_balance(reading: FrameReading, allowed: Allowed) -> None:
    if reading.mapped is None:
        return
    lines = balance(reading.mapped, filings_kind(allowed), allowed.window, reading.rows)
    width = max(len(line.words) for line in lines)
    for line in lines:
        sign = "− " if line.less else "  "
        print(f"{line.words:<{width}}  {sign}{line.rows:>10,}")


def run_list(options: argparse.Namespace, settings: Settings) -> None:
    """List the sources that are known."""
    with opened(settings) as database, database.reading() as session:
        known = [one for kind in OF for one in queries.newest(session, kind, closed=True)]
        lines = [
            f"{slug(source.name)}  {source.name}, version {version.number}, {version.sha256[:12]}"
            f"{'' if source.kind == FILINGS else f', of {source.kind}'}{', closed' if source.closed_at else ''}"
            for source, version in known
        ]
        kept = [
            {"name": s.name, "kind": s.kind, "version": v.number, "sha256": v.sha256, "closed": bool(s.closed_at)}
            for s, v in known
        ]
    say(options, "\n".join(lines) or "No mapping has been kept yet.", {"sources": kept})


def run_export(options: argparse.Namespace, settings: Settings) -> None:
    """Write a mapping as a file."""
    with opened(settings) as database, database.reading() as session:
        known = next((one for kind in OF if (one := queries.called(session, kind, options.name))), None)
        found = known and (queries.version(session, known[0].id, options.version) if options.version else known[1])
        if not found:
            raise Refused(f"There is no such mapping of ‘{options.name}’. `casework-audit profile list` names them.")
        text = json.dumps(found.body, ensure_ascii=False, indent=1) + "\n"
        said = {"version": found.number, "sha256": found.sha256}
    try:
        options.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refused(f"{options.out} cannot be written: {error.strerror}.") from error
    say(options, f"Version {said['version']} is in {options.out}. Hash: {said['sha256']}", said)


def run_import(options: argparse.Namespace, settings: Settings) -> None:
    """Keep the mapping of a file as the newest of its source."""
    try:
        text = text_of(options.file)
        profile = mapping_in(text)
    except Unreadable as error:
        raise Refused(f"{options.file} is no mapping. {error}") from error
    with opened(settings) as database, database.writing() as session:
        kept = save_mapping(session, profile, by=None)
        said = {"name": profile.name, "version": kept.number, "sha256": kept.sha256}
    say(options, f"{profile.name}, version {said['version']}. Hash: {said['sha256']}", said)
