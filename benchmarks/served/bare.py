"""The ceiling of what is served: a bare application that does only the one thing, on the same database file."""

import os
import threading
from collections.abc import Sequence
from typing import Any

import jinja2
import pysqlite3
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import Connection, Engine, bindparam, column, create_engine, event, select, table, update

PAGE = jinja2.Environment(autoescape=True).from_string("""<!DOCTYPE html>
<html lang="en"><head><title>Safeguarding</title></head><body><h1>Safeguarding</h1><form method="post">
{% for row in rows %}<fieldset><legend>{{ row.standard }}</legend>
{% for level in levels %}<div class="govuk-radios__item">
<input class="govuk-radios__input" id="{{ row.standard }}-{{ level }}" name="{{ row.standard }}"
 type="radio" value="{{ level }}"
 {% if row.judgement == level %}checked{% endif %}>
 <label class="govuk-label" for="{{ row.standard }}-{{ level }}">{{ level }}</label>
<div class="govuk-hint">{{ descriptor }}</div></div>
{% endfor %}<textarea name="{{ row.standard }}-evidence" rows="3">{{ row.evidence }}</textarea></fieldset>
{% endfor %}</form><p>{{ filling }}</p></body></html>""")
LEVELS = ("good", "met", "not_met", "set_aside")
DESCRIPTOR = "All first checks were on file before any advice relied on them."
# As long as the page itself, so that with the filling it has the bytes that are asked for.
OWN_BYTES = 7000
ROWS = table("judgement", *map(column, ("assessment_id", "standard", "judgement", "evidence")))
READ = select(ROWS.c.standard, ROWS.c.judgement, ROWS.c.evidence).where(ROWS.c.assessment_id == bindparam("draft"))
SAVE = (
    update(ROWS)
    .where(ROWS.c.assessment_id == bindparam("draft"), ROWS.c.standard == bindparam("of"))
    .values(evidence=bindparam("to"))
)


def make_app() -> FastAPI:
    """Build the application on the database that DATABASE names."""
    engine, lock, app = _engine(os.environ["DATABASE"]), threading.Lock(), FastAPI()
    writer = engine.execution_options(writes=True)

    @app.get("/page/{draft}")
    def page(draft: int, size: int) -> HTMLResponse:
        """Answer in a thread, as a page that waits for others does: *bare-d*."""
        return _page(engine, draft, size)

    @app.get("/quick-page/{draft}")
    async def quick_page(draft: int, size: int) -> HTMLResponse:
        """Answer at once: *bare*."""
        return _page(engine, draft, size)

    @app.put("/save/{draft}")
    async def save_one(draft: int, request: Request) -> JSONResponse:
        sent = await request.json()

        def keep() -> None:
            with lock, writer.begin() as connection:
                connection.execute(SAVE, {"draft": draft, "of": "SAF2", "to": sent["now"]})

        await run_in_threadpool(keep)
        return JSONResponse({"saved": True})

    return app


def _page(engine: Engine, draft: int, size: int) -> HTMLResponse:
    with engine.connect() as connection:
        found: Sequence[Any] = connection.execute(READ, {"draft": draft}).all()
    filling = "x" * max(0, size - OWN_BYTES)
    return HTMLResponse(PAGE.render(rows=found[:4], levels=LEVELS, descriptor=DESCRIPTOR, filling=filling))


def _engine(path: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}", module=pysqlite3, connect_args={"check_same_thread": False, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: pysqlite3.Connection, _record: object) -> None:
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine
