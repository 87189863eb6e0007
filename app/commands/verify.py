"""The command that checks the record: `verify-log`."""

import argparse
from contextlib import closing
from itertools import islice

from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.keeping import record as check
from app.settings import Settings

MOST_SAID = 20
CUT_OFF = "any more: it was cut off, or replaced by an older one."


def run_verify_log(options: argparse.Namespace, settings: Settings) -> None:
    """Say that the record is whole, and the log's head; raises Refused with what is wrong."""
    with opened(settings) as database, database.snapshot() as session:
        with closing(check.wrong(session)) as wrong:
            found = list(islice(wrong, MOST_SAID + 1))
        if options.head and not check.leads_to(session, options.head):
            found.insert(0, f"The log does not have the head {options.head} {CUT_OFF}")
        now = check.head(session)
    if len(found) > MOST_SAID:
        found[MOST_SAID:] = [f"These are the first {MOST_SAID}; there are more."]
    if found:
        raise Refused(*found)
    whole = f"The event log is whole, and what stands in the tables follows from it. Head: {now}"
    say(options, whole, {"whole": True, "head": now})
