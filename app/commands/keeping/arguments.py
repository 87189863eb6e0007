"""The arguments of the commands of what is kept."""

import argparse
from collections.abc import Callable
from pathlib import Path

from app.commands.arguments import new_file, whole_number


def add_keeping(add: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add the commands."""
    check = add("check", "checking:run_check", "say whether everything is there")
    check.add_argument("--deploy", action="store_true", help="and whether people's data can be served like this")
    said = "copy the database while it is used; a folder gets a file that is called by the moment"
    add("backup", "keeping.backups:run_backup", said).add_argument("path", type=Path)
    restore = add("restore", "keeping.backups:run_restore", "put a backup back, once it is known to be whole")
    restore.add_argument("path", type=Path)
    restore.add_argument("--force", action="store_true", help="although a database is there; it is kept beside")
    forgets = add("retention", "keeping.retention:run_retention", "forget the cases of audits whose time is over")
    forgets.add_argument("--dry-run", action="store_true", help="say what it would forget, and forget nothing")
    said = "keep cases for so many years after the end of their audit, from now on"
    forgets.add_argument("--years", type=whole_number(1, 99), metavar="N", help=said)
    asked = add("subject-access", "keeping.access:run_subject_access", "everything that is kept about a practitioner")
    asked.add_argument("practitioner", help="the identifier that the case system has")
    asked.add_argument("--area", default="", help="only in this area, where two areas have the same identifier")
    asked.add_argument("--out", type=new_file, required=True, metavar="FILE.zip")
