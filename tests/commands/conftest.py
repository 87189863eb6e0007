"""A function that runs a command."""

import io
import sys
from collections.abc import Callable

import pytest

from app.cli import main
from tests.world import World

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs a command on the world's database and gives exit status, output and complaints."""
    monkeypatch.setenv("DATABASE_URL", world.settings.database_url)
    monkeypatch.setenv("CASEWORK_AUDIT_DATA_DIR", str(world.settings.data_dir))
    monkeypatch.setenv("CASEWORK_AUDIT_EVENT_KEY", "a key for tests")

    def go(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        try:
            status = main([str(a) for a in arguments])
        except SystemExit as stopped:
            status = int(str(stopped.code))
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return go
