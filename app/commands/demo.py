"""The command that sets up and runs the demonstration: `demo`."""

import argparse
import os
from functools import partial

from app.clock import clock
from app.commands.alone import alone
from app.commands.installation import opened
from app.commands.serving import DATA, migrate, serve
from app.db import describe
from app.demo import story as demo
from app.settings import Settings


def run_demo(options: argparse.Namespace, settings: Settings) -> None:
    """Set up the demonstration where it is not there, and run it."""
    settings = demo.settings_of(settings)
    if options.reset:
        demo.remove(settings)
    if demo.is_new(settings):
        print("Making the demonstration. This takes a moment, once.", flush=True)
        clock.set(demo.BEGINNING)
    migrate(settings)
    clock.set(None)
    with opened(settings) as database:
        demo.build(database, DATA, say=partial(print, flush=True))
        said = describe(database)
    os.environ.update(settings.environment())
    with alone(settings):
        serve(options, said, invitation=demo.invitation(options.host, options.port))
