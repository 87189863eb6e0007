"""The command of timetables: show one, or plan it forwards or backwards."""

import argparse

from app.audit.enums import TIMETABLE_LABELS
from app.audit.timetable import actions, queries
from app.audit.timetable.rules import GRADING_DAYS, PLANS, gaps, remarks
from app.commands.console import say
from app.commands.installation import audit_called, opened
from app.settings import Settings


def run_timetable(options: argparse.Namespace, settings: Settings) -> None:
    """Print an audit's timetable; with a day, plan it from there or up to there and keep that."""
    way = "forwards" if options.forwards else "backwards"
    anchor = options.forwards or options.backwards
    with opened(settings) as database, database.writing() as session:
        audit = audit_called(session, options.audit)
        if anchor:
            actions.plan(session, audit, PLANS[way](anchor, gaps(audit, options.grading or GRADING_DAYS)), by=None)
        days = queries.days(session, audit)
        told = list(remarks(days, audit, audit.grade_by))
    lines = [f"{day:%Y-%m-%d}\t{TIMETABLE_LABELS[stage]}" for stage, day in days.items()]
    said = "\n".join([*lines, *told]) or "Nothing is planned yet. Plan it with --forwards DAY or --backwards DAY."
    say(
        options,
        said,
        {"audit": audit.ref, "days": {s.value: f"{d:%Y-%m-%d}" for s, d in days.items()}, "remarks": told},
    )
