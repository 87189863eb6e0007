"""Two processes serve the windows of the same drafts: none waits for the other for ever, and the log stays whole."""

from pathlib import Path

import pytest

from tests.audit.autosave.several import served, tried, windows
from tests.world import World

pytestmark = [pytest.mark.served, pytest.mark.postgres]
SECONDS, DRAFTS = 20, 3


@pytest.mark.parametrize("world", ["postgres"], indirect=True)
def test_nine_windows_of_three_drafts_at_two_processes(world: World, tmp_path: Path) -> None:
    with served(world, tmp_path, processes=2) as sites:
        found = windows(world, sites, DRAFTS)
        assert len({(writer.case_id, writer.url) for writer in found}) == 2 * DRAFTS
        tally = tried(world, found, SECONDS)
    assert all(writer.saved > 1 for writer in found)
    assert (tally.faults, tally.deadlocks, tally.wrong) == (0, 0, []), tally
