"""The command that sends what waits: `deliver`."""

import argparse

from app.commands.arguments import Refused
from app.commands.console import say
from app.commands.installation import opened
from app.labels import plural
from app.notices.posting import round_of
from app.settings import Settings


def run_deliver(options: argparse.Namespace, settings: Settings) -> None:
    """Send the messages that wait, once."""
    fault = settings.mail_fault() or (
        None if settings.sends_mail else "Email is not set up. docs/administrator.md says what to set."
    )
    if fault:
        raise Refused(fault)
    with opened(settings) as database:
        tally = round_of(database, settings)
    sent = f"{plural(tally.sent, 'message was', 'messages were')} sent"
    if tally.failed:
        raise Refused(f"{sent}, {tally.failed} could not be sent now. ‘Email’ in the application says why.")
    say(options, f"{sent}.", {"sent": tally.sent, "failed": tally.failed})
