"""A document’s tables as CSV and all of it as JSON, in one zip, for those who work with the numbers. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.documents import Document, Kind, Table, marks_used, pictures, tables
from app.report.files.names import distinct, plain_name
from app.report.files.packing import packed
from app.report.files.sizes import Drawn
from app.tables.writing import csv_text

README = """{title}
{subtitle}

{facts}

tables/          one CSV file for each table, UTF-8, a heading and then its rows, nothing else
figures.json     the same tables: their titles, notes, columns and rows
document.json    the whole report: its sections, sentences, prose, tables and the specifications of its
                 pictures (Vega-Lite)
pictures/        the pictures, as SVG

Percentages are whole numbers without a percent sign. A cell that starts with =, +, - or @ has an apostrophe
before it, so that no spreadsheet runs it.
{marks}
The tables:
{tables}
"""


def bundle_of(document: Document, drawn: Drawn) -> bytes:
    """Return a document as a zip of CSV and JSON files; the same document gives the same bytes."""
    listed = list(tables(document))
    names = distinct([plain_name(table.code) for table in listed])
    named = dict(zip(names, listed, strict=True))
    shown = list(pictures(document))
    pictured = zip(distinct([plain_name(picture.code) for picture in shown]), shown, strict=True)
    figures = {"identifier": document.identifier, "tables": {name: _table(table) for name, table in named.items()}}
    files = [
        ("README.txt", _readme(document, named).encode()),
        *((f"tables/{name}.csv", _csv(table).encode()) for name, table in named.items()),
        ("figures.json", _json(figures)),
        ("document.json", _json(asdict(document))),
        *((f"pictures/{name}.svg", drawn(picture).encode()) for name, picture in pictured),
    ]
    return packed(files)


def _readme(document: Document, named: Mapping[str, Table]) -> str:
    marks = "".join(f"{mark:<7}{meaning}\n" for mark, meaning in marks_used(document))
    facts = [*document.about, *([("Marking", document.marking)] if document.marking else [])]
    return README.format(
        title=document.title,
        subtitle=document.subtitle,
        marks=f"\nMarks in the tables:\n{marks}" if marks else "",
        facts="\n".join(f"{name}: {value}" for name, value in facts),
        tables="\n".join(_listed(name, table) for name, table in named.items()),
    )


def _listed(name: str, table: Table) -> str:
    return "".join(
        f"\n{line}" for line in (f"tables/{name}.csv", f"  {table.title}", *(f"  {note}" for note in table.notes))
    ).removeprefix("\n")


def _csv(table: Table) -> str:
    """Return a table that no spreadsheet will run: its headings are text of somebody's too."""
    return csv_text([column.heading for column in table.columns], (row.cells for row in table.rows))


def _table(table: Table) -> Mapping[str, Any]:
    columns: Sequence[Mapping[str, str]] = [
        {"heading": column.heading, "kind": Kind(column.kind).value} for column in table.columns
    ]
    rows = [{"cells": list(row.cells), "total": row.total} for row in table.rows]
    return {"title": table.title, "columns": columns, "rows": rows, "notes": list(table.notes)}


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=dict) + "\n").encode()
