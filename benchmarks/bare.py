"""The ceilings of the pages: a bare application that does only the one thing, on the same database file."""

import os
import threading

import jinja2
import pysqlite3
from app.audit.models import Judgement
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import Connection, bindparam, create_engine, event, select, update

# As long as ours: PAGE_BYTES is what a page of the tool has.
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


def make_app() -> FastAPI:
    """Build the application on the database that DATABASE names."""
    engine = create_engine(
        f"sqlite:///{os.environ['DATABASE']}",
        module=pysqlite3,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: pysqlite3.Connection, _record: object) -> None:
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    rows = Judgement.__table__
    read = select(rows.c.standard, rows.c.judgement, rows.c.evidence).where(rows.c.assessment_id == bindparam("draft"))
    save = (
        update(rows)
        .where(rows.c.assessment_id == bindparam("draft"), rows.c.standard == bindparam("of"))
        .values(evidence=bindparam("to"))
    )
    lock, app, writer = threading.Lock(), FastAPI(), engine.execution_options(writes=True)
    filling = "x" * max(0, int(os.environ["PAGE_BYTES"]) - 7000)

    @app.get("/page/{draft}")
    def page(draft: int) -> HTMLResponse:
        with engine.connect() as connection:
            found = connection.execute(read, {"draft": draft}).all()
        levels = ("good", "met", "not_met", "set_aside")
        return HTMLResponse(
            PAGE.render(
                rows=found[:4],
                levels=levels,
                descriptor="All first checks were on file before any advice relied on them.",
                filling=filling,
            )
        )

    @app.put("/save/{draft}")
    async def save_one(draft: int, request: Request) -> JSONResponse:
        sent = await request.json()

        def keep() -> None:
            with lock, writer.begin() as connection:
                connection.execute(save, {"draft": draft, "of": "SAF2", "to": sent["now"]})

        await run_in_threadpool(keep)
        return JSONResponse({"saved": True})

    return app
