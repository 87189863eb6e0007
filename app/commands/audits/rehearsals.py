"""The commands of rehearsals: `rehearsal` with its verbs."""

import argparse
from dataclasses import replace

from app.audit.queries import counts_by_state
from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import audit_called, opened
from app.labels import plural
from app.sampling.population import clean
from app.sampling.receipt import seed_fault
from app.settings import Settings
from app.work.rehearsal import erasing, moving
from app.work.rehearsal.actions import start, usual


def run_start_rehearsal(options: argparse.Namespace, settings: Settings) -> None:
    """Begin a rehearsal; an audit lead shares its cases out in the browser."""
    seed = clean(options.seed or "")
    if options.seed is not None and (fault := seed_fault(seed)):
        raise Refused(f"{fault}.")
    with opened(settings) as database, database.writing() as session:
        proposed = usual(session)
        audit = start(session, replace(proposed, each=options.each, seed=seed or proposed.seed), by=None)
        count = sum(counts_by_state(session, audit).values())
        said = f"{audit.ref} is there: {plural(count, 'case')}. An audit lead shares them out at /audits/{audit.ref}."
        say(options, said, {"ref": audit.ref, "name": audit.name, "cases": count})


def run_forward_rehearsal(options: argparse.Namespace, settings: Settings) -> None:
    """Let some weeks pass in a rehearsal."""
    with opened(settings) as database, database.writing() as session:
        audit = audit_called(session, options.rehearsal)
        moving.forward(session, audit, options.weeks, by=None)
        said = f"{plural(options.weeks, 'week')} {'has' if options.weeks == 1 else 'have'} passed in {audit.ref}."
        say(options, said, {"ref": audit.ref, "weeks": options.weeks})


def run_erase_rehearsal(options: argparse.Namespace, settings: Settings) -> None:
    """Erase a rehearsal whole; `verify-log` is clean afterwards."""
    with opened(settings) as database, database.writing() as session:
        audit = audit_called(session, options.rehearsal)
        ref, count = audit.ref, erasing.erase(session, audit, by=None)
    say(options, f"{ref} is erased: {plural(count, 'invented case')}.", {"ref": ref, "cases": count})
