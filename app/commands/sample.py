"""Commands of a sample from files alone, with no database: draw it, and repeat a draw."""

import argparse
import json

from app.commands.arguments import Refused
from app.commands.console import bar, open_file, refuse_problems, say, say_known
from app.commands.kinds.file import kinds_in
from app.sampling.commands import draw_from, read_any_frame, verify, write_reserves, write_sample
from app.sampling.population import clean
from app.sampling.receipt import MOST_CHARACTERS
from app.settings import Settings


def run_sample(options: argparse.Namespace, _settings: Settings) -> None:
    """Draw a sample from a frame file."""
    seed = clean(options.seed)
    if not seed or len(seed) > MOST_CHARACTERS or not seed.isprintable():
        raise Refused(f"The seed must be one line of 1 to {MOST_CHARACTERS} characters.")
    kinds = kinds_in(options.kinds)
    open_file(options.frame).close()
    with bar("Reading") as progress:
        reading = read_any_frame(
            options.frame, missing_band=options.missing_band, kinds=kinds, progress=progress, to_draw=True
        )
    refuse_problems(options, reading)
    say_known(reading.warnings)
    drawing = draw_from(reading, seed=seed, fraction=options.fraction, law_rule=options.law_rule)
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


def run_verify_sample(options: argparse.Namespace, _settings: Settings) -> None:
    """Repeat the draw of a receipt and name the first difference."""
    open_file(options.frame).close()
    with open_file(options.receipt) as file:
        try:
            given = json.load(file)
        except ValueError as error:
            raise Refused(f"{options.receipt} is not a receipt: {error}.") from error
    difference = verify(options.frame, given, kinds_in(options.kinds))
    if difference:
        raise Refused(difference)
    told = {"same": True, "drawn": given["drawn"], "selection_sha256": given["selection_sha256"]}
    say(options, f"The same: {told['drawn']:,} cases, hash of the sample {told['selection_sha256']}.", told)
