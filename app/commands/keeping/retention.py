"""The command of what is forgotten: `retention`."""

import argparse

from app.audit.models import Audit
from app.clock import day, today
from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.installation.queries import newest
from app.keeping.retention.actions import forget, set_years
from app.keeping.retention.queries import audits
from app.keeping.retention.rules import years_of
from app.labels import plural
from app.settings import Settings

NOT_SET = "Nobody has said how long cases are kept, so nothing is forgotten. Say it with: retention --years 6"


def run_retention(options: argparse.Namespace, settings: Settings) -> None:
    """Forget the cases of every audit whose time is over, an audit a transaction; with --dry-run only say which."""
    with opened(settings) as database:
        with database.writing() as session:
            if options.years is not None:
                set_years(session, options.years, by=None)
            row = newest(session)
            years = years_of(row[0].kept if row else "")
            due = [(k.audit.ref, k.audit.id, k.cases, k.due) for k in audits(session, years) if k.is_due]
        if years is None:
            raise Refused(NOT_SET)
        kept = [{"audit": ref, "cases": cases, "due": on} for ref, _, cases, on in due]
        lines = [f"{ref}\t{plural(cases, 'case')}\tkept until {day(on)}" for ref, _, cases, on in due]
        if not options.dry_run:
            for _, audit_id, _, _ in due:
                with database.writing() as session:
                    forget(session, session.get_one(Audit, audit_id), years, by=None)
    what = "would be forgotten" if options.dry_run else "forgotten"
    lines.append(f"{plural(len(due), 'audit')} {what} on {day(today())}; cases are kept for {plural(years, 'year')}.")
    say(options, "\n".join(lines), {"years": years, "dry_run": options.dry_run, "audits": kept})
