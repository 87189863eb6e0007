"""The commands of people, areas and regions, with their arguments."""

import argparse
from pathlib import Path

from app.commands import arguments
from app.people.enums import Role

AGREED = "the administrator or director who agreed, for a director or a lead; not for the first of an installation"


def add_user(user: argparse.ArgumentParser) -> None:
    """Add the commands of people and their roles."""
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


def add_areas(area: argparse.ArgumentParser, region: argparse.ArgumentParser) -> None:
    """Add the commands of areas and regions."""
    add = arguments.adder(area, "verb")
    add("list", "people.areas:run_list_areas", "every area there is, will be or was")
    new = add("add", "people.areas:run_add_area", "add an area; a code is never another area's")
    new.add_argument("code")
    new.add_argument("--name", default="")
    new.add_argument("--region", default="", help="the code of a region")
    said = "add the areas of a list, or give them the names and regions that it has"
    add("import", "people.areas:run_import_areas", said).add_argument("file", type=Path)
    change = add("change", "people.areas:run_change_area", "give an area another name, or move it to another region")
    change.add_argument("code")
    change.add_argument("--name", type=arguments.name)
    change.add_argument("--region", help="the code of a region; empty takes it out of its region")
    _add_change(add("close", "people.areas:run_close_area", "close an area from a day on"), several="")
    _add_change(add("split", "people.areas:run_split_area", "split an area into new ones from a day on"), several="+")
    said = "merge areas into one from a day on, or give one another code"
    _add_change(add("merge", "people.areas:run_merge_areas", said), several="one")
    of = arguments.adder(region, "verb")
    of("list", "people.areas:run_list_regions", "the regions")
    for verb, run, said in (
        ("add", "run_add_region", "add a region"),
        ("rename", "run_rename_region", "rename a region"),
    ):
        one = of(verb, f"people.areas:{run}", said)
        one.add_argument("code")
        one.add_argument("--name", required=True, type=arguments.name)


def add_lists(people: argparse.ArgumentParser) -> None:
    """Add the commands of lists of people."""
    said = "invite and change the people of a CSV or XLSX file; whoever is not in it stays as they are"
    command = arguments.adder(people, "verb")("import", "people.lists:run_import", said)
    command.add_argument("file", type=Path)
    command.add_argument("--profile", help=arguments.PROFILE)
    command.add_argument("--agreed-by", default="", metavar="ADDRESS", help=AGREED)
    command.add_argument("--dry-run", action="store_true", help="say what it would do, and do nothing")


def _add_change(change: argparse.ArgumentParser, *, several: str) -> None:
    change.add_argument("old", nargs="+" if several == "one" else 1, metavar="CODE")
    change.add_argument("--day", required=True, type=arguments.day, help="the first day on which it holds")
    change.add_argument("--reason", required=True)
    change.add_argument("--successor", default="", metavar="CODE", help="whose head acts for cases that are open")
    if several:
        said = "what comes of it; a new area may have a name"
        change.add_argument("--into", required=True, nargs="+" if several == "+" else 1, metavar="CODE=NAME", help=said)
    said = "who heads a new area; may be repeated"
    change.add_argument("--head", action="append", default=[], metavar="CODE=ADDRESS", help=said)
    said = "declared interests are not carried over to what comes of the area"
    change.add_argument("--no-interests", action="store_true", help=said)
