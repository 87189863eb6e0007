"""The arguments of commands about people."""

import argparse
from pathlib import Path

from app.commands import arguments
from app.people.enums import Role

PROFILE = "a mapping: a file, or the name of a source that is known"
AGREED = "the administrator or director who agreed, for a director or a lead; not for the first of an installation"


def add_user(user: argparse.ArgumentParser) -> None:
    """Add the commands about one person."""
    add = arguments.adder(user, "verb")
    new = add("add", "people.users:run_add", "add a person; the password is asked for, or read from standard input")
    new.add_argument("email")
    new.add_argument("--name", required=True)
    new.add_argument("--job-title", required=True)
    add("list", "people.users:run_list", "list everybody")
    said = "set a new first password; it is asked for, or read from standard input"
    add("password", "people.users:run_password", said).add_argument("email")
    add("disable", "people.users:run_disable", "stop a person from signing in").add_argument("email")
    add("enable", "people.users:run_enable", "let a disabled person sign in again").add_argument("email")
    said = "make a link with which somebody begins anew who has lost phone, passkeys and recovery codes"
    lost = add("factor", "people.users:run_factor", said)
    lost.add_argument("email")
    lost.add_argument("--identified", required=True, help="how you made sure that it is this person who asks")
    role = add("role", "people.users:run_role", "give a person a role, or end it")
    role.add_argument("email")
    role.add_argument("role", choices=[r.value for r in Role])
    scope = role.add_mutually_exclusive_group(required=True)
    scope.add_argument("--nation", action="store_true")
    scope.add_argument("--area")
    scope.add_argument("--audit")
    scope.add_argument("--region", help="for whose areas without a head an assistant director stands in")
    role.add_argument(
        "--from", type=arguments.day, dest="from_day", metavar="DAY", help="the first day; today if not given"
    )
    role.add_argument(
        "--until", type=arguments.day, dest="until_day", metavar="DAY", help="the last day; none if not given"
    )
    role.add_argument("--agreed-by", default="", metavar="ADDRESS", help=AGREED)
    role.add_argument("--end", action="store_true")


def add_lists(people: argparse.ArgumentParser) -> None:
    """Add the command that reads a list of people."""
    said = "invite and change the people of a CSV or XLSX file; whoever is not in it stays as they are"
    command = arguments.adder(people, "verb")("import", "people.lists:run_import", said)
    command.add_argument("file", type=Path)
    command.add_argument("--profile", help=PROFILE)
    command.add_argument("--agreed-by", default="", metavar="ADDRESS", help=AGREED)
    command.add_argument("--dry-run", action="store_true", help="say what it would do, and do nothing")
