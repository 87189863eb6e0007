"""The command of what is forgotten: `retention`."""

import argparse
from collections.abc import Sequence

from app.audit.models import Audit
from app.clock import day, today
from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.db import Database
from app.installation.queries import newest
from app.keeping.retention.actions import forget, set_years
from app.keeping.retention.queries import Keeping, audits
from app.keeping.retention.rules import years_of
from app.labels import plural
from app.settings import Settings

NOT_SET = "Nobody has said how long cases are kept, so nothing is forgotten. Say it with: retention --years 6"


def run_retention(options: argparse.Namespace, settings: Settings) -> None:
    """Forget the cases of every audit whose time is over, an audit a transaction; with --dry-run only say which."""
    with opened(settings) as database:
        if options.years is not None:
            with database.writing() as session:
                set_years(session, options.years, by=None)
        years, due = over(database)
        if years is None:
            raise Refused(NOT_SET)
        if not options.dry_run:
            forget_all(database, years, due)
    lines = [f"{k.audit.ref}\t{plural(k.cases, 'case')}\tkept until {day(k.due)}" for k in due]
    what = "would be forgotten" if options.dry_run else "forgotten"
    lines.append(f"{plural(len(due), 'audit')} {what} on {day(today())}; cases are kept for {plural(years, 'year')}.")
    kept = [{"audit": k.audit.ref, "cases": k.cases, "due": k.due} for k in due]
    say(options, "\n".join(lines), {"years": years, "dry_run": options.dry_run, "audits": kept})


def over(database: Database) -> tuple[int | None, Sequence[Keeping]]:
    """Return for how many years cases are kept, and the audits whose time is over."""
    with database.reading() as session:
        row = newest(session)
        years = years_of(row[0].kept if row else "")
        return years, [k for k in audits(session, years) if k.is_due]


def forget_all(database: Database, years: int | None, due: Sequence[Keeping]) -> None:
    """Forget the cases of some audits, each in a transaction of its own."""
    for keeping in due:
        with database.writing() as session:
            forget(session, session.get_one(Audit, keeping.audit.id), years, by=None)
