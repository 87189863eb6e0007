"""Somebody who grades while others act: their saves go through the application, and a clock is on each of them.

It is the clock of the process: all that the process works from the key to the answer, the act beside it too. That is
what somebody waits where the machine does nothing else, and what else it does meanwhile is left out.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from app.web.merging import digest
from tests.audit.autosave.test_autosave import put
from tests.audit.commission.test_audit_pages import begun
from tests.world import World

FIELD = "SAF1-evidence"


class Grader:
    """An auditor of the small audit at a case that they have begun, typing on at one field."""

    def __init__(self, world: World) -> None:
        self.world = world
        # Whether they save while others act.
        self.beside = False
        self._browser, self._case_id = begun(world)
        self._typed = ""

    def save(self) -> float:
        """Save a little more and return the seconds from the key to the answer."""
        before, self._typed = self._typed, f"Log, 3 October, {time.monotonic_ns()}."
        began = time.process_time()
        put(self._browser, self._case_id, {FIELD: {"was": digest(before), "now": self._typed}})
        return time.process_time() - began

    @contextmanager
    def saving(self) -> Iterator[list[float]]:
        """Save again and again meanwhile; give the list of the seconds that each save took, from key to answer."""
        waits, over = [self.save()], Event()

        def save_on() -> None:
            while not over.is_set():
                waits.append(self.save())

        with ThreadPoolExecutor(1) as threads:
            saving = threads.submit(save_on)
            try:
                yield waits
            finally:
                over.set()
                saving.result()
