"""The commands of people: `user add`, `list`, `password`, `disable`, `enable` and `role`."""

import argparse
import getpass
import json
import sys
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import actions as people
from app.accounts.agreeing.actions import keep_second
from app.accounts.links.actions import send_link
from app.accounts.links.forms import Named, easily_guessed
from app.accounts.people.forms import PersonForm
from app.accounts.queries import audit_reference
from app.commands.arguments import Refused, WrongUse
from app.commands.console import say
from app.commands.installation import opened, second_of
from app.people.enums import TWO_GIVE, AccountState, LinkPurpose, Role, Scope
from app.people.models import Person
from app.people.rules import ALWAYS, Days
from app.settings import Settings
from app.web.forms import fill


def _person(session: Session, email: str) -> Person:
    person = people.find_person(session, email)
    if person is None:
        raise Refused(f"Nobody has the address {email}.")
    return person


def _strong(person: Named, settings: Settings) -> str:
    """Return the password that is given, which its person has to replace; raises Refused where it is too weak."""
    password = _first_password()
    if weak := easily_guessed(password, person, settings):
        raise Refused(f"{weak}.")
    return password


def _first_password() -> str:
    return getpass.getpass("First password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def run_add(options: argparse.Namespace, settings: Settings) -> None:
    """Add a person."""
    given = {name: [getattr(options, name)] for name in ("email", "name", "job_title")}
    sent, form = fill(PersonForm, given)
    if sent is None:
        raise WrongUse(*(f"{sentence}." for sentence in form.errors.values()))
    password = _strong(sent, settings)
    with opened(settings) as database, database.writing() as session:
        person = people.add_person(
            session,
            email=sent.email,
            name=sent.name,
            job_title=sent.job_title,
            password=password,
            temporary=True,
            by=None,
        )
        said = f"{person.name} can sign in as {person.email}, and then chooses a password of their own."
        say(options, said, {"id": person.id, "email": person.email})


def run_list(options: argparse.Namespace, settings: Settings) -> None:
    """List everybody."""
    with opened(settings) as database, database.reading() as session:
        everybody = [_told(p) for p in session.scalars(select(Person).order_by(Person.name))]
    lines = [
        f"{p['email']}\t{p['name']}\t{', '.join(_grant_words(g) for g in p['roles'])}"
        f"{' (disabled)' if p['disabled'] else ''}"
        for p in everybody
    ]
    print(json.dumps(everybody, ensure_ascii=False) if options.json else "\n".join(lines))


def _told(of: Person) -> dict[str, Any]:
    return {
        "email": of.email,
        "name": of.name,
        "job_title": of.job_title,
        "disabled": of.disabled_at is not None,
        "roles": [
            {"role": g.role.value, "scope": g.scope_kind.value, "of": g.scope, **_told_days(g.days)} for g in of.grants
        ],
    }


def _told_days(days: Days) -> dict[str, str]:
    """Return from when until when a role is held, where that is bound."""
    return {name: f"{bound:%Y-%m-%d}" for name, bound in (("from", days.first), ("until", days.last)) if bound}


def _grant_words(grant: dict[str, str]) -> str:
    days = "".join(f" {name} {grant[name]}" for name in ("from", "until") if name in grant)
    return grant["role"] + (f" of {grant['of']}" if grant["of"] else "") + days


def run_disable(options: argparse.Namespace, settings: Settings) -> None:
    """Stop a person from signing in."""
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        people.disable(session, person, by=None)
        say(options, f"{person.name} can no longer sign in.", {"email": person.email, "disabled": True})


def run_enable(options: argparse.Namespace, settings: Settings) -> None:
    """Let a disabled person sign in again."""
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        people.enable(session, person, by=None)
        say(options, f"{person.name} can sign in again.", {"email": person.email, "disabled": False})


def run_password(options: argparse.Namespace, settings: Settings) -> None:
    """Set a new first password."""
    with opened(settings) as database, database.reading() as session:
        known = _person(session, options.email)
    password = _strong(known, settings)
    with opened(settings) as database, database.writing() as session:
        person = _person(session, known.email)
        people.set_password(session, person, password, by=None, temporary=True)
        said = f"{person.name} has a new password, and chooses one of their own with it."
        say(options, said, {"email": person.email})


def run_factor(options: argparse.Namespace, settings: Settings) -> None:
    """Make a link with which somebody begins anew who has lost all that they prove themselves with."""
    if not options.identified.strip():
        raise Refused("--identified: say how you made sure that it is this person who asks. The log keeps it.")
    with opened(settings) as database, database.writing() as session:
        person, how = _person(session, options.email), options.identified.strip()
        if person.state is not AccountState.ACTIVE:
            raise Refused(f"{person.name} cannot sign in now, so there is nothing to set up anew.")
        token = send_link(session, person, by=None, by_mail=False, purpose=LinkPurpose.FACTOR, identified=how)
        path = f"{settings.address}/lost-factor/{token}"
        said = f"{path}\n{person.name} begins anew with this link, once and within a day. Hand it over to nobody else."
        say(options, said, {"email": person.email, "link": path})


def _scope(options: argparse.Namespace) -> tuple[Scope, str]:
    if options.nation:
        return Scope.NATION, ""
    if options.audit is not None:
        return Scope.AUDIT, options.audit.strip().upper()
    return (Scope.REGION, options.region) if options.region is not None else (Scope.AREA, options.area)


def run_role(options: argparse.Namespace, settings: Settings) -> None:
    """Give a person a role, or end it."""
    kind, scope = _scope(options)
    role, days = Role(options.role), Days(options.from_day, options.until_day)
    if options.end and days != ALWAYS:
        raise Refused("--end takes a role away now. To let it end on a day, end it and give it again with --until.")
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        if options.end:
            held = next((g for g in person.grants if (g.role, g.scope_kind, g.scope) == (role, kind, scope)), None)
            if held is None:
                raise Refused(f"{person.name} does not hold this role.")
            people.end_role(session, person, held.id, by=None)
        else:
            scope = audit_reference(session, scope) if kind is Scope.AUDIT else scope
            second = second_of(session, role, options.agreed_by, person.id) if role in TWO_GIVE else None
            people.grant_role(session, person, role, kind, scope, by=None, days=days)
            keep_second(session, person, role, second)
        done = "no longer " if options.end else ""
        when = "" if options.end else f" {days.words or 'now'}"
        say(
            options,
            f"{person.name} is {done}{role.label.lower()}{when}.",
            {"email": person.email, "role": role.value, "scope": scope, **_told_days(days)},
        )
