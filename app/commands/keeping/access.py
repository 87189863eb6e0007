"""The command of what is kept about a practitioner: `subject-access`."""

import argparse

from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.events import Subject, record
from app.keeping.access.files import archive
from app.keeping.access.queries import about
from app.labels import plural
from app.settings import Settings


def run_subject_access(options: argparse.Namespace, settings: Settings) -> None:
    """Write everything that is kept about a practitioner, and keep in the log that it was taken."""
    with opened(settings) as database:
        with database.snapshot() as session:
            found = about(session, options.practitioner, options.area)
        if found.is_empty:
            where = f" in {options.area}" if options.area else ""
            raise Refused(
                f"Nothing is kept about {options.practitioner}{where}. Is it the identifier of the case system?"
            )
        options.out.write_bytes(archive(found))
        options.out.chmod(0o600)
        with database.writing() as session:
            told = {"practitioner": options.practitioner, "area": options.area}
            record(session, "subject_access_taken", by=None, subject=Subject("log", 1), details=told)
    audits = len(found.audits)
    said = f"{options.out} has what is kept about {options.practitioner} in {plural(audits, 'audit')} and elsewhere. "
    say(options, f"{said}Take out who else is named before it is handed over.", {"file": options.out, "audits": audits})
