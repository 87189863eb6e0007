"""What is kept about a practitioner as files: a page to read, and tables. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from app.clock import day, moment
from app.keeping.access.queries import AboutPerson, Kept
from app.labels import capital
from app.tables.writing import csv_text
from app.web.pages import environment

# Columns that hold the number of a person.
NAMED = ("_by", "author_id", "auditor_id", "benchmarker_id", "person_id", "by_id")
PAGE = "what-is-kept.html"
README = """What is kept about {practitioner}

what-is-kept.html   everything, to read; other people are marked in yellow
*.csv               the same as tables, one for each kind of thing in each audit

Before this is handed over somebody has to take out who else is named (marked, and in the CSV files as [somebody
else: NAME]) and look through what people wrote, where nothing is marked. What was erased is not in it.
"""


def archive(of: AboutPerson) -> bytes:
    """Return everything as a ZIP archive."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        file.writestr("README.txt", README.format(practitioner=of.practitioner))
        file.writestr(PAGE, page(of))
        for name, kept in _tables(of):
            rows = [
                [_as_text(of, column, value) for column, value in zip(kept.columns, r, strict=True)] for r in kept.rows
            ]
            file.writestr(name, csv_text(kept.columns, rows))
    return out.getvalue()


def page(of: AboutPerson) -> str:
    """Return everything as a page that needs nothing else."""
    parts = [(f"{name} ({ref})", [_shown(of, k) for k in tables]) for (ref, name), tables in of.audits.items()]
    if of.elsewhere:
        parts.append(("Apart from audits", [_shown(of, k) for k in of.elsewhere]))
    return environment().get_template("keeping/access/access.html").render(practitioner=of.practitioner, parts=parts)


def _tables(of: AboutPerson) -> Iterator[tuple[str, Kept]]:
    for (ref, _), tables in of.audits.items():
        yield from ((f"{ref}-{kept.table}.csv", kept) for kept in tables)
    yield from ((f"{kept.table}.csv", kept) for kept in of.elsewhere)


def _shown(of: AboutPerson, kept: Kept) -> tuple[str, Sequence[Sequence[tuple[str, str, bool]]]]:
    """Return a table in words: its title, and of each row what is filled in, with whether it names somebody else."""
    rows = [list(_fields(of, dict(zip(kept.columns, row, strict=True)))) for row in kept.rows]
    return capital(kept.table.replace("_", " ")), rows


def _fields(of: AboutPerson, row: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    for column, value in row.items():
        if value in (None, "", [], {}) or column == "id" or (column.endswith("_id") and not _names(column)):
            continue
        other = _names(column) and isinstance(value, int) and value not in of.own
        label = capital(column.removesuffix("_id").replace("_", " "))
        yield label, of.names.get(value, "") if _names(column) and isinstance(value, int) else _plain(value), other


def _names(column: str) -> bool:
    return column.endswith(NAMED) and not column.startswith("practitioner")


def _as_text(of: AboutPerson, column: str, value: Any) -> object:  # noqa: ANN401 - whatever a column holds
    if _names(column) and isinstance(value, int) and value not in of.own:
        return f"[somebody else: {of.names.get(value, value)}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _plain(value: Any) -> str:  # noqa: ANN401 - whatever a column holds
    match value:
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
