"""The installation that a command works on: its database, its audits and settings, and what is said where it breaks."""

import argparse
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.accounts.actions import find_person
from app.accounts.agreeing.queries import who_can_agree
from app.audit.models import Audit
from app.clock import Nation, working_days
from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.log_key import demand_key, demand_secret_key
from app.dates import NotADay
from app.db import Database, place_of
from app.errors import Unfit
from app.installation.actions import change_settings
from app.installation.queries import case_files_now
from app.installation.working_days.actions import change_working_days
from app.notices.telling import event_log
from app.people.case_files import PLACEHOLDERS
from app.people.enums import Role
from app.people.queries import settings_now
from app.people.service import acting_for
from app.people.working_days import days_typed, in_lines
from app.settings import Settings
from app.web.readiness import schema_fault, sentence_of, there


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database, and call roles and count days as its service does, until it is closed at the end.

    Raises Unfit where it is not there, or not migrated.
    """
    there(settings)
    with closing(Database(settings.database_url, event_log=event_log(settings))) as database:
        fault = schema_fault(database)
        if fault:
            raise Unfit(fault)
        with database.reading() as session:
            demand_key(session)
            demand_secret_key(session, settings)
            kept = settings_now(session)
        with acting_for(kept):
            yield database


def told(error: BaseException, settings: Settings | None = None) -> str:
    """Return the one line that an operator reads of whatever broke."""
    with suppress(SQLAlchemyError, ValueError):
        sentence = sentence_of(error, place_of(settings.database_url) if settings else "")
        if sentence:
            return sentence
    if isinstance(error, OSError):
        what = error.filename or "A file"
        return f"{what} cannot be used: {error.strerror or error}. Check the path, and who may use it."
    said = " ".join(str(error).split())
    return f"This is a fault of the program ({type(error).__name__}: {said}). To see where, put --traceback first."


def audit_called(session: Session, ref: str) -> Audit:
    """Return an audit by its reference, whoever asks."""
    found = session.scalars(select(Audit).where(Audit.ref == ref.strip().upper())).one_or_none()
    if found is None:
        raise Refused(f"There is no audit with the reference {ref}.")
    return found


def second_of(session: Session, role: Role, agreed_by: str, for_whom: int | None = None) -> int | None:
    """Return who agreed to a role that two people give; nobody where nobody could, as for an installation's first."""
    who = who_can_agree(session, for_whom)
    if not who:
        return None
    found = next((of for of in who if agreed_by and of == find_person(session, agreed_by)), None)
    if found is None:
        addresses = " or ".join(of.email for of in who)
        raise Refused(
            f"It takes two people to make somebody {role.label.lower()}. Say which administrator or director agreed: "
            f"--agreed-by {addresses}"
        )
    return found.id


# The working days, as they are set on the command line: whose bank holidays count, and the days that were added.
NATION, DAYS_OFF = "nation", "days_off"


def _values(session: Session) -> dict[str, str]:
    """Return every setting by its name."""
    days = working_days()
    off = in_lines(days.added).replace("\n", "; ")
    return {**case_files_now(session).values, NATION: days.nation.value, DAYS_OFF: off}


def run_show_settings(options: argparse.Namespace, settings: Settings) -> None:
    """Print every setting of the page ‘Settings’ as it stands."""
    with opened(settings) as database, database.reading() as session:
        values = _values(session)
    say(options, "\n".join(f"{name}\t{value or '(not set)'}" for name, value in values.items()), dict(values))


def run_set_setting(options: argparse.Namespace, settings: Settings) -> None:
    """Change a setting of the page ‘Settings’; what cannot be used is refused."""
    name, value = options.name, options.value.strip()
    with opened(settings) as database, database.writing() as session:
        changed = _set(session, name, value)
    said = f"{name} is {'set' if value else 'taken away'}." if changed else "Nothing was changed."
    say(options, said, {"name": name, "value": value, "changed": changed})


def _set(session: Session, name: str, value: str) -> bool:
    if name in PLACEHOLDERS:
        return change_settings(session, {name: value}, by=None)
    if name not in {NATION, DAYS_OFF}:
        raise Refused(f"There is no setting {name}. There are: {', '.join((*PLACEHOLDERS, NATION, DAYS_OFF))}.")
    if name == NATION and value not in set(Nation):
        raise Refused(f"There are no bank holidays of {value or 'nobody'}. Enter one of: {', '.join(Nation)}.")
    try:
        wanted: dict[str, Any] = {"nation": Nation(value)} if name == NATION else {"added": days_typed(value)}
    except NotADay as fault:
        raise Refused(f"{fault.wrong}.") from None
    return change_working_days(session, replace(working_days(), **wanted), by=None)
