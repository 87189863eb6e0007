"""Commands of the sample: import a list of filings, lock it, draw, and draw or check without a database."""

import argparse
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from app.audit.filings.actions import allowed_in, import_frame, lock_list, may_import_frame
from app.audit.sample.actions import draw_for
from app.clock import clock
from app.commands import arguments
from app.commands.arguments import Refused
from app.commands.console import audit_called, bar, open_file, opened, refuse_problems, say, say_known
from app.people.enums import Role, Scope
from app.people.rules import Grant, Viewer
from app.sampling import checking, uploads
from app.sampling import queries as sampling
from app.sampling.columns import UNBANDED, Allowed
from app.sampling.commands import draw_from, read_any_frame, verify, write_reserves, write_sample
from app.sampling.population import clean
from app.sampling.reading import FrameReading
from app.sampling.receipt import MOST_CHARACTERS, Seed, seed_fault
from app.settings import Settings

# Whoever has the command line of the installation acts for it: its acts have no person in the event log.
OPERATOR = Viewer(
    0, "The command line", "", "", frozenset({Grant(role, Scope.NATION) for role in (Role.LEAD, Role.ANALYST)})
)


def add_parsers(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands of the sample."""
    frame = add("import-frame", _import_frame, "import the list of filings into an audit")
    frame.add_argument("audit")
    frame.add_argument("frame", type=Path)
    frame.add_argument("--sheet", default="", help="the sheet of a spreadsheet, if not the first")
    frame.add_argument("--leave-open", action="store_true", help="do not lock the list yet; another may take its place")
    add("lock-frame", _lock_frame, "lock an audit's list of filings, so that a seed can be made").add_argument("audit")
    drawing = add("draw", _draw, "draw an audit's sample")
    drawing.add_argument("audit")
    drawing.add_argument("--seed", required=True)
    drawing.add_argument("--made-how", default="", help="how the seed was made, for the receipt")
    drawing.add_argument("--witness", action="append", default=[], help="who saw it made; may be repeated")
    _file_parsers(add)


def _file_parsers(add: Callable[..., argparse.ArgumentParser]) -> None:
    sample = add("sample", _sample, "draw a sample from a frame file with no database")
    sample.add_argument("frame", type=Path)
    sample.add_argument("--seed", required=True)
    sample.add_argument(
        "--fraction",
        default=Fraction(1, 2),
        type=arguments.fraction,
        help="share of the practitioners, such as 1/2, 0.35 or 50%%",
    )
    sample.add_argument("--law-rule", choices=["share", "latest"], default="share")
    sample.add_argument(
        "--missing-band",
        choices=["reject", UNBANDED],
        default="reject",
        help="what to do with a blank performance band",
    )
    sample.add_argument("--out", type=arguments.new_file, required=True)
    sample.add_argument("--receipt", type=arguments.new_file, required=True)
    sample.add_argument("--reserves", type=arguments.new_file, help="also write who would stand in, in order")
    checked = add("verify-sample", _verify_sample, "repeat the draw of a receipt and name the first difference")
    checked.add_argument("frame", type=Path)
    checked.add_argument("receipt", type=Path)


def _checked(options: argparse.Namespace, settings: Settings, allowed: Allowed) -> FrameReading:
    """Have a frame file checked in a process of its own, and show how far it is."""
    with open_file(options.frame) as file:
        upload = uploads.set_aside(settings.data_dir, file, options.frame.name)
    try:
        checking.start(upload, checking.Order(allowed, options.sheet, largest=None))
        with bar("Checking") as progress:
            while isinstance(found := checking.outcome(upload), checking.Checking):
                progress(found.rows, found.percent)
                checking.wait(upload, 0.2)
        return found
    finally:
        uploads.remove(upload)


def _import_frame(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database:
        with database.reading() as session:
            audit = audit_called(session, options.audit)
            refusal = may_import_frame(audit, sampling.frame(session, audit.frame_id))
            if refusal:
                raise Refused(refusal)
            allowed = allowed_in(session, audit)
        reading = _checked(options, settings, allowed)
        refuse_problems(options, reading)
        say_known(reading.warnings)
        with database.writing() as session:
            audit = audit_called(session, options.audit)
            frame = import_frame(session, audit, reading, file_name=options.frame.name, by=None)
            if not options.leave_open:
                lock_list(session, audit, by=None)
        done = "imported" if options.leave_open else "imported and locked"
        sentence = f"{frame.rows:,} filings of {frame.practitioners:,} practitioners are {done}. Hash: {frame.sha256}"
        say(options, sentence, {"rows": frame.rows, "practitioners": frame.practitioners, "sha256": frame.sha256})


def _lock_frame(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.writing() as session:
        frame = lock_list(session, audit_called(session, options.audit), by=None)
        say(
            options, f"The list is locked. Hash: {frame.sha256}", {"sha256": frame.sha256, "locked_at": frame.locked_at}
        )


def _draw(options: argparse.Namespace, settings: Settings) -> None:
    text = clean(options.seed)
    fault = seed_fault(text)
    if fault:
        raise Refused(f"{fault}.")
    seed = Seed(text, options.made_how, clock.now().isoformat(), options.witness)
    with opened(settings) as database, database.writing() as session:
        audit = audit_called(session, options.audit)
        kept = draw_for(session, audit, seed=seed, by=OPERATOR)
        sentence = f"{kept.drawn:,} cases are drawn. Hash of the sample: {kept.selection_sha256}"
        say(options, sentence, {"drawn": kept.drawn, "selection_sha256": kept.selection_sha256})


def _sample(options: argparse.Namespace, _settings: Settings) -> None:
    seed = clean(options.seed)
    if not seed or len(seed) > MOST_CHARACTERS or not seed.isprintable():
        raise Refused(f"The seed must be one line of 1 to {MOST_CHARACTERS} characters.")
    open_file(options.frame).close()
    with bar("Reading") as progress:
        reading = read_any_frame(options.frame, missing_band=options.missing_band, progress=progress, to_draw=True)
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


def _verify_sample(options: argparse.Namespace, _settings: Settings) -> None:
    open_file(options.frame).close()
    with open_file(options.receipt) as file:
        try:
            given = json.load(file)
        except ValueError as error:
            raise Refused(f"{options.receipt} is not a receipt: {error}.") from error
    difference = verify(options.frame, given)
    if difference:
        raise Refused(difference)
    told = {"same": True, "drawn": given["drawn"], "selection_sha256": given["selection_sha256"]}
    say(options, f"The same: {told['drawn']:,} cases, hash of the sample {told['selection_sha256']}.", told)
