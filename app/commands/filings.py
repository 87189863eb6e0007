"""Commands of an audit's list of filings: import it, lock it, draw from it."""

import argparse

from app.audit.filings.actions import allowed_in, import_frame, lock_list, may_import_frame
from app.audit.filings.queries import by_mapping
from app.audit.sample.actions import draw_for, foreseen_sample
from app.clock import clock
from app.commands.arguments import Refused
from app.commands.console import bar, open_file, refuse_problems, say, say_known
from app.commands.installation import audit_called, opened
from app.commands.mappings.profiles import profile_named
from app.long_acts.forethought import think_then_do
from app.people.enums import Role, Scope
from app.people.rules import Grant, Viewer
from app.sampling import checking, uploads
from app.sampling import queries as sampling
from app.sampling.columns import Allowed
from app.sampling.mapping.exports import ByMapping
from app.sampling.population import clean
from app.sampling.reading import FrameReading
from app.sampling.receipt import Seed, seed_fault
from app.settings import Settings

# Whoever has the command line of the installation acts for it: its acts have no person in the event log.
OPERATOR = Viewer(
    0, "The command line", "", "", frozenset({Grant(role, Scope.NATION) for role in (Role.LEAD, Role.ANALYST)})
)


def _checked(
    options: argparse.Namespace, settings: Settings, allowed: Allowed, mapping: ByMapping | None
) -> FrameReading:
    """Have a frame file checked in a process of its own, and show how far it is."""
    with open_file(options.frame) as file:
        upload = uploads.set_aside(settings.data_dir, file, options.frame.name)
    try:
        checking.start(upload, checking.Order(allowed, options.sheet, largest=None, mapping=mapping))
        with bar("Checking") as progress:
            while isinstance(found := checking.outcome(upload), checking.Checking):
                progress(found.rows, found.percent)
                checking.wait(upload, 0.2)
        return found
    finally:
        uploads.remove(upload)


def run_import_frame(options: argparse.Namespace, settings: Settings) -> None:
    """Import a list of filings into an audit, and lock it."""
    profile = profile_named(options.profile) if options.profile else None
    with opened(settings) as database:
        with database.reading() as session:
            audit = audit_called(session, options.audit)
            refusal = may_import_frame(audit, sampling.frame(session, audit.frame_id))
            if refusal:
                raise Refused(refusal)
            allowed = allowed_in(session, audit)
            mapping = None if profile is None else by_mapping(session, audit, profile=profile.profile)
        reading = _checked(options, settings, allowed, mapping)
        refuse_problems(options, reading)
        say_known(reading.warnings)
        with database.writing() as session:
            audit = audit_called(session, options.audit)
            kept = profile.profile if profile else None
            frame = import_frame(session, audit, reading, file_name=options.frame.name, by=None, profile=kept)
            if not options.leave_open:
                lock_list(session, audit, by=None)
        done = "imported" if options.leave_open else "imported and locked"
        sentence = f"{frame.rows:,} filings of {frame.practitioners:,} practitioners are {done}. Hash: {frame.sha256}"
        say(options, sentence, {"rows": frame.rows, "practitioners": frame.practitioners, "sha256": frame.sha256})


def run_lock_frame(options: argparse.Namespace, settings: Settings) -> None:
    """Lock an audit's list of filings."""
    with opened(settings) as database, database.writing() as session:
        frame = lock_list(session, audit_called(session, options.audit), by=None)
        say(
            options, f"The list is locked. Hash: {frame.sha256}", {"sha256": frame.sha256, "locked_at": frame.locked_at}
        )


def run_draw(options: argparse.Namespace, settings: Settings) -> None:
    """Draw an audit's sample."""
    text = clean(options.seed)
    fault = seed_fault(text)
    if fault:
        raise Refused(f"{fault}.")
    seed = Seed(text, options.made_how, clock.now().isoformat(), options.witness)
    with opened(settings) as database:
        kept = think_then_do(
            database,
            lambda session: foreseen_sample(session, audit_called(session, options.audit), seed=seed),
            lambda session, before: draw_for(
                session, audit_called(session, options.audit), seed=seed, by=OPERATOR, before=before
            ),
        )
        sentence = f"{kept.drawn:,} cases are drawn. Hash of the sample: {kept.selection_sha256}"
        say(options, sentence, {"drawn": kept.drawn, "selection_sha256": kept.selection_sha256})
