"""Time that stands still for every test about notices, and email that is on."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from app.clock import clock
from app.notices.models import Notice
from tests.notices.post import MailServer
from tests.world import World, open_world


@pytest.fixture
def told(world: World) -> Iterator[World]:
    """Return a world in which people are told by email, and nobody has been told anything yet, on a Tuesday morning."""
    clock.set(datetime(2026, 12, 1, 10, tzinfo=UTC))
    made = open_world(world.settings, by_mail=True)
    with made.database.writing() as session:
        # What the world's own making told the cast.
        session.execute(delete(Notice))
    yield made
    made.database.close()
    clock.set(None)


@pytest.fixture
def server() -> Iterator[MailServer]:
    """Return a mail server that runs."""
    made = MailServer()
    with made.running():
        yield made
