"""One memory of compiled statements for all databases of a process.

Each test has a database of its own, and an engine that begins with nothing compiles every statement of a page again:
that was a third of the suite's time. What is compiled depends on the tables and on the kind of database only.
"""

from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.dialects import plugins
from sqlalchemy.engine import CreateEnginePlugin, Engine
from sqlalchemy.util import LRUCache

NAME = "tests.compiled"
MOST = 20_000
# By the kind of database: how it is spoken to, and what was compiled for it. Both hold nothing of any one database.
_dialects: dict[str, Dialect] = {}
_statements: LRUCache = LRUCache(MOST)  # type: ignore[type-arg]


class Compiled(CreateEnginePlugin):
    """Gives an engine the dialect and the compiled statements of the engines before it."""

    def update_url(self, url: URL) -> URL:
        """Take itself out of the address."""
        return url.difference_update_query(["plugin"])

    def engine_created(self, engine: Engine) -> None:
        """Share; the first engine of a kind that connects asks its database what the dialect has to know."""
        name, kept = engine.dialect.name, _dialects.get(engine.dialect.name)
        # One whose engine never connected knows nothing, and only its own engine would ask.
        if kept is None or not hasattr(kept, "default_isolation_level"):
            _dialects[name] = engine.dialect
        else:
            engine.dialect = kept
        engine._compiled_cache = _statements


plugins.register(NAME, __name__, Compiled.__name__)


def sharing(url: str) -> str:
    """Return the address of a database with which what is compiled is shared."""
    shared = make_url(url).update_query_dict({"plugin": NAME})
    return shared.render_as_string(hide_password=False)
