"""The arguments of the commands of audits; nothing here takes long to load."""

import argparse

from app.commands import arguments

MOST_GRADING_DAYS = 250


def add_audits(audit: argparse.ArgumentParser) -> None:
    """Add the verbs of audits."""
    add = arguments.adder(audit, "verb")
    add("list", "audits.verbs:run_list_audits", "every audit and draft with its state")
    copy = add("copy", "audits.verbs:run_copy_audit", "begin a draft as another audit was, a year on")
    copy.add_argument("audit", help="the reference of the audit to copy")
    copy.add_argument(
        "--ref", type=arguments.reference, help="the reference of the draft; the next free one if not given"
    )
    copy.add_argument("--name", type=arguments.name)


def add_rehearsals(rehearsal: argparse.ArgumentParser) -> None:
    """Add the verbs of rehearsals."""
    add = arguments.adder(rehearsal, "verb")
    begun = add("start", "audits.rehearsals:run_start_rehearsal", "begin an audit of invented cases, its sample drawn")
    begun.add_argument("--each", type=arguments.whole_number(1, 10), default=2, metavar="N", help="cases of each area")
    begun.add_argument("--seed", help="a phrase or a number; one of its own if not given")
    for verb, does in (("forward", "let weeks pass in a rehearsal"), ("erase", "erase a rehearsal whole, for good")):
        of = add(verb, f"audits.rehearsals:run_{verb}_rehearsal", does)
        of.add_argument("rehearsal", type=arguments.reference)
        if verb == "forward":
            of.add_argument("weeks", type=arguments.whole_number(1, 12))


def add_timetable(of: argparse.ArgumentParser) -> None:
    """Add what a timetable is shown or planned by."""
    of.add_argument("audit", type=arguments.reference)
    way = of.add_mutually_exclusive_group()
    way.add_argument(
        "--forwards", type=arguments.day, metavar="DAY", help="plan from the day on which the list is there"
    )
    way.add_argument("--backwards", type=arguments.day, metavar="DAY", help="plan back from the day of publication")
    grading = arguments.whole_number(1, MOST_GRADING_DAYS)
    of.add_argument("--grading", type=grading, metavar="N", help="working days for grading, if not 20")
