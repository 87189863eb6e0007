"""Commands of a sample from files alone, with no database: draw it, and repeat a draw."""

import argparse
import json
from collections.abc import Callable

from app.commands.arguments import Refused
from app.commands.console import bar, open_file, refuse_problems, say, say_known
from app.commands.mappings.profiles import KnownProfile, any_allowed, profile_named
from app.sampling.commands import draw_from, read_any_frame, verify, write_reserves, write_sample
from app.sampling.mapping.exports import map_here
from app.sampling.population import clean
from app.sampling.reading import FrameReading
from app.sampling.receipt import MOST_CHARACTERS
from app.settings import Settings


def run_sample(options: argparse.Namespace, settings: Settings) -> None:
    """Draw a sample from a frame file."""
    seed = clean(options.seed)
    if not seed or len(seed) > MOST_CHARACTERS or not seed.isprintable():
        raise Refused(f"The seed must be one line of 1 to {MOST_CHARACTERS} characters.")
    open_file(options.frame).close()
    profile = profile_named(options.profile, settings) if options.profile else None
    with bar("Reading") as progress:
        reading = _read(options, profile, progress)
    refuse_problems(options, reading)
    say_known(reading.warnings)
    window = tuple(options.window) if options.window else None
    drawing = draw_from(
        reading,
        seed=seed,
        fraction=options.fraction,
        law_rule=options.law_rule,
        window=window,
        version=profile.version if profile else None,
    )
    try:
        write_sample(options.out, drawing)
        if options.reserves:
            write_reserves(options.reserves, drawing)
        options.receipt.write_text(
            json.dumps(drawing.receipt, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from error
    selection = drawing.result.selection_sha256
    say(
        options,
        f"{len(drawing.result.drawn):,} cases are drawn. Hash of the sample: {selection}",
        {"drawn": len(drawing.result.drawn), "selection_sha256": selection, "frame_sha256": reading.sha256},
    )


def _read(
    options: argparse.Namespace, profile: KnownProfile | None, progress: Callable[[int, int], None]
) -> FrameReading:
    """Read a list in our own columns, or an export by a mapping."""
    if profile is not None:
        allowed = any_allowed(options.window)
        return map_here(options.frame, profile.profile, allowed, progress=progress, to_draw=True)
    return read_any_frame(options.frame, missing_band=options.missing_band, progress=progress, to_draw=True)


def run_verify_sample(options: argparse.Namespace, settings: Settings) -> None:
    """Repeat the draw of a receipt and name the first difference."""
    open_file(options.frame).close()
    with open_file(options.receipt) as file:
        try:
            given = json.load(file)
        except ValueError as error:
            raise Refused(f"{options.receipt} is not a receipt: {error}.") from error
    profile = profile_named(options.profile, settings).profile if options.profile else None
    difference = verify(options.frame, given, profile)
    if difference:
        raise Refused(difference)
    told = {"same": True, "drawn": given["drawn"], "selection_sha256": given["selection_sha256"]}
    say(options, f"The same: {told['drawn']:,} cases, hash of the sample {told['selection_sha256']}.", told)
