"""Commands of a sample from files alone, with no database: draw it, and repeat a draw."""

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.commands.arguments import Refused, WrongUse, text_of
from app.commands.console import bar, open_file, refuse_problems, say, say_known
from app.commands.kinds.file import kinds_in
from app.commands.mappings.profiles import KnownProfile, any_allowed, profile_named
from app.people.kinds import KindsOfWork
from app.sampling.commands import draw_from, read_any_frame, verify, write_reserves, write_sample
from app.sampling.mapping.exports import map_here
from app.sampling.population import clean
from app.sampling.reading import FrameReading
from app.sampling.receipt import MOST_CHARACTERS
from app.sampling.shapes.wanted import Shape, faults


def run_sample(options: argparse.Namespace) -> None:
    """Draw a sample from a frame file."""
    seed = _seed(options.seed)
    kinds = kinds_in(options.kinds)
    open_file(options.frame).close()
    shape = shape_of(options)
    _demand_kinds(shape, kinds)
    profile = profile_named(options.profile) if options.profile else None
    with bar("Reading") as progress:
        reading = _read(options, profile, shape, progress)
    refuse_problems(options, reading)
    say_known(reading.warnings)
    wrong = list(faults(shape, reading.counts["service_area"]))
    if wrong:
        raise Refused(*wrong)
    window = tuple(options.window) if options.window else None
    version = profile.version if profile else None
    drawing = draw_from(reading, seed=seed, shape=shape, law_rule=options.law_rule, window=window, version=version)
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
        f"{_counted(drawing.receipt)} are drawn. Hash of the sample: {selection}",
        {
            **{name: drawing.receipt[name] for name in ("drawn", "cases", "wanted") if name in drawing.receipt},
            "selection_sha256": selection,
            "frame_sha256": reading.sha256,
        },
    )


def _read(
    options: argparse.Namespace, profile: KnownProfile | None, shape: Shape, progress: Callable[[int, int], None]
) -> FrameReading:
    """Read a list in our own columns, or an export by a mapping."""
    kinds, without = kinds_in(options.kinds), identifiers(options.without)
    if profile is None:
        band = options.missing_band
        return read_any_frame(
            options.frame, missing_band=band, kinds=kinds, progress=progress, shape=shape, without=without
        )
    allowed = replace(any_allowed(options.window, kinds), only_areas=shape.only, without=tuple(sorted(without)))
    allowed = replace(allowed, documents=shape.documents)
    return map_here(options.frame, profile.profile, allowed, progress=progress, to_draw=shape.cases)


def _seed(typed: str) -> str:
    """Return a seed; raises Refused where it is none."""
    seed = clean(typed)
    if not seed or len(seed) > MOST_CHARACTERS or not seed.isprintable():
        raise Refused(f"The seed must be one line of 1 to {MOST_CHARACTERS} characters.")
    return seed


def _demand_kinds(shape: Shape, kinds: KindsOfWork) -> None:
    """Raise Refused where a share is given to a kind of employment that there is not."""
    there = kinds.employment.codes
    strange = sorted(shape.employment.keys() - set(there))
    if strange:
        raise Refused(f"There is no kind of employment {strange[0]}. There are: {', '.join(there) or 'none'}.")


def _counted(given: Mapping[str, Any]) -> str:
    """Return the cases of a receipt, and of how many practitioners where that is another number."""
    cases = f"{given.get('cases', given['drawn']):,} cases"
    return f"{cases} of {given['drawn']:,} practitioners" if "cases" in given else cases


def shape_of(options: argparse.Namespace) -> Shape:
    """Return what is wanted of a sample; raises WrongUse where two wishes exclude each other."""
    areas = dict(options.area)
    if options.total is not None and (areas or options.each_area is not None or options.employment):
        raise WrongUse("--total is a number in all, in proportion: it goes without --area, --each-area, --employment.")
    if options.everybody and (areas or options.total is not None or options.each_area is not None):
        raise WrongUse("--everybody goes without --total, --area and --each-area.")
    return Shape(
        fraction=Fraction(1) if options.everybody else options.fraction,
        total=options.total,
        each=options.each_area,
        areas=areas,
        only=tuple(sorted(set(options.only_area))),
        reason=options.why,
        months=options.within_months if options.without else 0,
        employment=dict(options.employment),
        cases=options.cases,
        documents=tuple(sorted(set(options.only_document))),
    )


def identifiers(path: Path | None) -> frozenset[str]:
    """Return the identifiers of a file, one a line; raises Refused where it cannot be read."""
    return frozenset(filter(None, map(clean, text_of(path).splitlines()))) if path else frozenset()


def run_verify_sample(options: argparse.Namespace) -> None:
    """Repeat the draw of a receipt and name the first difference."""
    open_file(options.frame).close()
    with open_file(options.receipt) as file:
        try:
            given = json.load(file)
        except ValueError as error:
            raise Refused(f"{options.receipt} is not a receipt: {error}.") from error
    profile = profile_named(options.profile).profile if options.profile else None
    difference = verify(options.frame, given, kinds_in(options.kinds), identifiers(options.without), profile)
    if difference:
        raise Refused(difference)
    told = {"same": True, "drawn": given["drawn"], "selection_sha256": given["selection_sha256"]}
    say(options, f"The same: {_counted(given)}, hash of the sample {told['selection_sha256']}.", told)
