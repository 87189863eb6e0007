"""The command that says whether an installation can do its work, and whether it should: `check`."""

import argparse
import os
from collections.abc import Iterator, Mapping

from sqlalchemy import make_url

from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.commands.keeping.retention import over
from app.db import Database
from app.settings import DATABASE, PREFIX, SECRETS, Settings, names
from app.web.readiness import readiness

# The shortest key that nobody guesses: 128 bits written in hexadecimal.
SHORTEST_KEY = 32
LOCAL = {None, "", "localhost", "127.0.0.1", "::1"}
# What is read from the environment by something else than the settings.
ELSEWHERE = {SECRETS, f"{PREFIX}LONG"}


def run_check(options: argparse.Namespace, settings: Settings) -> None:
    """Say whether everything is there, and with --deploy whether nobody should serve people's data like this."""
    with opened(settings) as database:
        wrong = [sentence for sentence in readiness(database, settings).faults.values() if sentence]
        if options.deploy:
            wrong += [*unsafe(settings, os.environ), *undecided(database)]
    if wrong:
        raise Refused(*wrong)
    said = "Everything is there."
    say(options, f"{said} Nothing speaks against serving it." if options.deploy else said, {"ready": True})


def unsafe(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each setting with which nobody should serve people's data."""
    if not settings.https:
        yield f"{PREFIX}HTTPS is no: whoever is in between can read cookies and pages. Serve by https, and unset it."
    if settings.demo:
        yield f"{PREFIX}DEMO is yes: everybody is shown how to sign in as anybody. Unset it."
    if not settings.address.startswith("https://"):
        yield f"{PREFIX}ADDRESS has to be the https address that people open: links in messages begin with it."
    yield from _about_the_key(settings)
    yield from _about_signing_in(settings)
    at = make_url(settings.database_url)
    if at.get_backend_name() != "sqlite" and at.host not in LOCAL and at.query.get("sslmode") != "verify-full":
        yield f"{DATABASE} has to end in ?sslmode=verify-full: another machine could say that it is the database."
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in {*names(), *ELSEWHERE}:
            yield f"{name} is no setting. Is it misspelt? docs/administrator.md has them all."


def _about_signing_in(settings: Settings) -> Iterator[str]:
    if settings.second_factor != "everyone":
        yield f"{PREFIX}SECOND_FACTOR is {settings.second_factor}: some sign in with a password alone."
    if not settings.breached:
        yield f"{PREFIX}BREACHED names no file: passwords that were stolen elsewhere are taken."
    if not settings.trusted_proxies:
        yield (
            f"{PREFIX}TRUSTED_PROXIES is not set: limits count everybody behind a proxy as one. Name the proxy, or "
            "this machine’s own address where there is none."
        )


def _about_the_key(settings: Settings) -> Iterator[str]:
    if settings.key_of_log is not None and len(settings.event_key()) < SHORTEST_KEY:
        yield f"{PREFIX}EVENT_KEY has to have {SHORTEST_KEY} characters at least: a shorter one can be guessed."
    shared = not settings.database_url.startswith("sqlite")
    if shared and settings.key_of_log is None:
        yield f"{PREFIX}EVENT_KEY is not set: every server of this database needs the same key of the event log."
    if settings.key_file.is_file() and settings.key_file.stat().st_mode & 0o077:
        yield f"{settings.key_file} can be read by others. Let only the user who runs this read it: chmod 600."


def undecided(database: Database) -> Iterator[str]:
    """Yield a sentence for each thing that somebody who answers for the data has to decide."""
    years, due = over(database)
    if years is None:
        yield "Nobody has said how long cases are kept. Say it with: casework-audit retention --years N"
    for keeping in due:
        yield f"The time of {keeping.audit.ref} is over. Erase who was audited with: casework-audit retention"
