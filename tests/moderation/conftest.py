"""Fixtures of the moderation room's tests."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.clock import clock


@pytest.fixture
def at_christmas() -> Iterator[None]:
    """Make it the afternoon of Thursday 24 December 2026: the next working day is Tuesday 29."""
    clock.set(datetime(2026, 12, 24, 15, tzinfo=UTC))
    yield
    clock.set(None)
