"""The command of lists of people: `people import`."""

import argparse
from pathlib import Path

from sqlalchemy.orm import Session

from app.commands.arguments import Refused, text_of
from app.commands.console import open_file, say
from app.commands.installation import opened, second_of
from app.mapping import queries as mappings
from app.mapping.profile import Profile, Unreadable, profile_of, read_profile
from app.people.enums import TWO_GIVE
from app.settings import Settings
from app.work.lists.actions import carry_out
from app.work.lists.kind import NEEDED, people_kind
from app.work.lists.plan import Plan
from app.work.lists.queries import plan_of, suggested
from app.work.lists.reader import read_here


def run_import(options: argparse.Namespace, settings: Settings) -> None:
    """Invite and change the people of a list; whoever is not in it stays as they are."""
    with open_file(options.file) as file:
        sheet = read_here(file)
    if sheet.wrong:
        raise Refused(f"{sheet.wrong}.")
    with opened(settings) as database, database.writing() as session:
        how = _profile(session, options.profile) if options.profile else suggested(session, sheet)
        missing = [people_kind().field(name).called for name in NEEDED if name not in how.columns]
        if missing:
            raise Refused(f"The list has no column for: {', '.join(missing)}.")
        plan = plan_of(session, sheet, how, by=None)
        if not options.dry_run:
            mail, second = settings.sends_mail, _second(session, plan, options.agreed_by)
            carry_out(session, plan, (), by=None, by_mail=mail, links=False, agreed_by=second)
    _say(options, plan)


def _second(session: Session, plan: Plan, agreed_by: str) -> int | None:
    """Return who agreed to the roles of a list that two people give; nobody where there are none."""
    given = (grant.role for of in (*plan.new, *plan.changed) for grant in of.gives if grant not in of.ends)
    role = next((role for role in given if role in TWO_GIVE), None)
    return second_of(session, role, agreed_by) if role else None


def _profile(session: Session, name: str) -> Profile:
    """Return the mapping in a file, or that of a source that is known; raises Refused."""
    try:
        if Path(name).is_file():
            return read_profile(text_of(Path(name)), people_kind())
        known = mappings.called(session, people_kind().name, name)
        if known:
            return profile_of(known[1].body, people_kind())
    except Unreadable as error:
        raise Refused(f"{name} is no mapping of people. {error}") from error
    raise Refused(f"There is no file and no source ‘{name}’ of people.")


def _say(options: argparse.Namespace, plan: Plan) -> None:
    counts = {name: len(getattr(plan, name)) for name in ("new", "changed", "same", "refused", "absent")}
    if not options.json:
        for refused in plan.refused:
            print(f"{refused.email or 'No address'}: {refused.why}")
    done = "Nothing was stored" if options.dry_run else "Stored"
    told = f"{counts['new']} new, {counts['changed']} changed, {counts['same']} the same, {counts['refused']} refused"
    say(options, f"{told}; {counts['absent']} not in the list. {done}.", {**counts, "stored": not options.dry_run})
