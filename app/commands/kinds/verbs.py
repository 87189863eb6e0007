"""Show the kinds of work, write them to a file, put those of a file in their place."""

import argparse

from app.audit.thresholds.yaml_text import written
from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.commands.kinds.file import kinds_in
from app.installation.kinds.actions import replace_kinds
from app.labels import listed
from app.people.kind_lists import ABOUT
from app.people.kinds import LISTS, plain_kinds
from app.people.queries import kinds_now
from app.settings import Settings


def run_show_kinds(options: argparse.Namespace, settings: Settings) -> None:
    """Print every kind of work as it stands."""
    with opened(settings) as database, database.reading() as session:
        kinds = kinds_now(session)
    lines = [
        f"{ABOUT[which].plural}\t{kind.code}\t{kind.name}{' (closed)' if kind.closed else ''}"
        for which in LISTS
        for kind in kinds.of(which)
    ]
    say(options, "\n".join(lines), plain_kinds(kinds))


def run_export_kinds(options: argparse.Namespace, settings: Settings) -> None:
    """Write the lists as YAML, to change and import again, or for another installation."""
    with opened(settings) as database, database.reading() as session:
        found = plain_kinds(kinds_now(session))
    try:
        options.file.write_text(written(found), encoding="utf-8")
    except OSError as error:
        raise Refused(f"{error.filename} cannot be written: {error.strerror}.") from error
    say(options, f"The kinds of work are written to {options.file}.", {"file": str(options.file), "kinds": found})


def run_import_kinds(options: argparse.Namespace, settings: Settings) -> None:
    """Put the lists of a file in the place of those that stand."""
    with opened(settings) as database, database.writing() as session:
        given = kinds_in(options.file, kinds_now(session))
        changed, closed = replace_kinds(session, given, by=None)
    said = "The kinds of work are changed." if changed else "Nothing was changed."
    if closed:
        said += f" Closed, as they are used: {listed(closed)}."
    say(options, said, {"changed": changed, "closed": closed})
