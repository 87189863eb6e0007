"""A dataset as files: CSV, one workbook, its codebook, its description as a Frictionless data package. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from app.audit.rehearsals import is_named_as_one
from app.labels import listed, plural
from app.report.dataset.actions import Dataset
from app.report.dataset.codebook import Column, Table
from app.report.dataset.enums import DatasetEdition
from app.report.dataset.rules import ALIKE, AREA_CASES, Coarsened
from app.report.files.packing import MOMENT, same_bytes, writable
from app.tables.writing import csv_text

README = """{name}
Dataset of {ref}, {edition} edition

Figures: {sha}
Document: {document}

{marking}

dataset.xlsx       every table as a sheet, and the codebook
codebook.csv       every column: its type, what it says, its values and what they mean, what an empty cell means,
                   and of which cases the table has rows
datapackage.json   the same for programs: a Frictionless data package with Table Schema
{tables}

CSV files are UTF-8 with commas. A cell that starts with =, +, - or @ has an apostrophe before it, so that no
spreadsheet runs it. Cases and auditors are numbered by lot, each time anew: the numbers of two datasets have
nothing to do with each other.

{weights}
{hidden}"""
MARKING = {
    DatasetEdition.INTERNAL: "Official-sensitive. It has references of cases and of practitioners: keep it with those "
    "who answer for the figures. No evidence is in it; of what somebody wrote it has the reasons of decisions and of "
    "departures, and facts that are answered in words. The figures of the report, whose identifier is above, follow "
    "from it to the digit.",
    DatasetEdition.RESEARCH: "No identifiers, no text that somebody wrote, no days. Whoever is given it says what it "
    "is for, and does not try to recognise anybody. Counts by area, law type, employment and band are not "
    "those of the report.",
}
CODEBOOK = ("file", "column", "type", "says", "values", "empty", "base")
NEVER = "is never empty"
# The rows that a sheet can have, its heading among them.
LONGEST_SHEET = 1_048_576


def files_of(of: Dataset) -> dict[str, bytes]:
    """Return every file of a dataset by its name."""
    rows = _rows(of)
    tables, codebook = _csv(of, rows), [line for table in of.tables for line in _explained(table)]
    return {
        "README.txt": readme(of).encode(),
        "codebook.csv": csv_text(CODEBOOK, codebook).encode(),
        **tables,
        "dataset.xlsx": _workbook(of, rows, codebook),
        **_described(of, tables),
    }


def described(of: Dataset) -> dict[str, bytes]:
    """Return the description of a dataset alone, which has the hash of every table."""
    return _described(of, _csv(of, _rows(of)))


def _rows(of: Dataset) -> dict[str, list[list[object]]]:
    return {table.name: [_cells(table, row) for row in of.rows[table.name]] for table in of.tables}


def _csv(of: Dataset, rows: Mapping[str, Sequence[Sequence[object]]]) -> dict[str, bytes]:
    return {f"{t.name}.csv": csv_text([c.name for c in t.columns], rows[t.name]).encode() for t in of.tables}


def _described(of: Dataset, tables: Mapping[str, bytes]) -> dict[str, bytes]:
    return {"datapackage.json": (json.dumps(_package(of, tables), ensure_ascii=False, indent=1) + "\n").encode()}


def _cells(table: Table, row: Mapping[str, Any]) -> list[object]:
    return [cell(column, row.get(column.name)) for column in table.columns]


def cell(column: Column, value: object) -> object:
    """Return a value as a cell of its column: days as text, what is not there empty."""
    if isinstance(value, date):
        return f"{value:%Y-%m}" if column.type == "yearmonth" else f"{value:%Y-%m-%d}"
    return "" if value is None else value


def _explained(table: Table) -> Iterator[Sequence[str]]:
    for c in table.columns:
        values = "; ".join(f"{code} = {meaning}" for code, meaning in c.values.items())
        yield f"{table.name}.csv", c.name, c.type, c.says, values, c.empty or NEVER, table.base


def _package(of: Dataset, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "name": f"{of.ref}-{of.edition}".lower(),
        "title": f"{of.name}: {of.edition} dataset",
        "description": f"Figures {of.figures_sha256}. {MARKING[of.edition]}",
        "resources": [_resource(table, files[f"{table.name}.csv"]) for table in of.tables],
    }


def _resource(table: Table, content: bytes) -> dict[str, Any]:
    return {
        "name": table.name,
        "type": "table",
        "title": table.row,
        "description": table.base,
        "path": f"{table.name}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": _schema(table),
    }


def _schema(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.key),
    }
    if "case" in table.key and table.name != "cases":
        of_cases = {"resource": "cases", "fields": ["case"]}
        schema["foreignKeys"] = [{"fields": ["case"], "reference": of_cases}]
    return schema


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.empty else {"required": True}
    if column.values:
        constraints["enum"] = list(column.values)
    meanings = "; ".join(f"{code} = {meaning}" for code, meaning in column.values.items())
    said = ". ".join(x for x in (column.says, meanings, f"Empty: {column.empty}" if column.empty else "") if x)
    return {
        "name": column.name,
        "type": column.type,
        "title": column.says,
        "description": said,
        "constraints": constraints,
    }


def _workbook(of: Dataset, rows: Mapping[str, Sequence[Sequence[object]]], codebook: Sequence[Sequence[str]]) -> bytes:
    out = BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, {"in_memory": True, **as_text}) as file:
        file.set_properties({"title": writable(of.name)[:255], "created": datetime(*MOMENT)})  # noqa: DTZ001 - as it wants it
        if is_named_as_one(of.name):
            _sheet(file, "rehearsal", [of.name], [["Nothing in these tables is about a real case."]])
        for table in of.tables:
            _sheet(file, table.name, [c.name for c in table.columns], rows[table.name])
        _sheet(file, "codebook", CODEBOOK, codebook)
    return same_bytes(out.getvalue())


def _sheet(file: Any, name: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:  # noqa: ANN401 - untyped
    sheet = file.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads, file.add_format({"bold": True}))
    if len(rows) >= LONGEST_SHEET:
        sheet.write_string(1, 0, f"Too many rows for a sheet: they are in {name}.csv.")
        return
    for at, row in enumerate(rows, 1):
        sheet.write_row(at, 0, [writable(cell) if isinstance(cell, str) else cell for cell in row])


def readme(of: Dataset) -> str:
    """Return what a person reads first."""
    tables = "\n".join(f"{t.name + '.csv':<19}{t.row}: {plural(len(of.rows[t.name]), 'row')}" for t in of.tables)
    return README.format(
        name=of.name,
        ref=of.ref,
        edition=of.edition,
        sha=of.figures_sha256,
        document=of.document,
        marking=MARKING[of.edition],
        tables=tables,
        weights="\n".join((*_weights(of), *_followed(of))),
        hidden="\n".join(_told(of)),
    )


def _weights(of: Dataset) -> Iterator[str]:
    yield "Weights (N/n): practitioners in the list, practitioners audited, for how many each stands"
    for row in of.rows["strata"]:
        if row["by"] in {"area", "area_employment"}:
            listed_ = "-" if row["practitioners"] is None else row["practitioners"]
            yield f"  {row['value']:<30}{listed_:>8}{row['audited']:>8}{row['weight'] or '-':>12}"


# How figures follow where chances were unequal or practitioners gave several cases.
FOLLOWED = """
How shares follow from this dataset. {how}
A practitioner is a unit of the group that design names under strata, with a weight w (of that group; 1 where chances
were equal), c cases in question (all, of an area, of a law type ...) and y of them at a grade.
  share      p = sum w y / sum w c
  variance   v = sum over groups of f n/(n - 1) sum (e - mean of e)^2 / (sum w c)^2, with e = w (y - p c); n are the
             units of the group: all audited where chances were unequal, otherwise those with a case in question
  f          1 - s (1 - t), with s = audited/practitioners and t = drawn_of_several/drawn of the group; 0 where s is 1
  interval   Wilson's of p with p (1 - p)/v cases, at most sum c divided by the mean of f of those with a case; where v
             is 0 with k (chances unequal) or their number divided by that mean; p itself where all were audited
  effective  the whole part of k = (sum w c)^2 / sum (w c)^2
"""
UNEQUAL, SEVERAL = "Chances were unequal.", "Practitioners gave up to {} cases each."


def _followed(of: Dataset) -> Iterator[str]:
    """Yield how figures follow from the rows, where it is not by counting."""
    (design,) = of.rows["design"]
    said = [UNEQUAL] if design["chances"] == "unequal" else []
    said += [SEVERAL.format(design["cases_each"])] if design["cases_each"] > 1 else []
    if said and of.edition is DatasetEdition.INTERNAL:
        yield FOLLOWED.format(how=" ".join(said))


def _told(of: Dataset) -> Iterator[str]:
    """Yield what the research edition hides."""
    if of.hidden is None:
        return
    yield ""
    yield "What is hidden so that nobody stands out"
    yield from (f"  {sentence}" for sentence in hidden_in_words(of.hidden))


CALLED = {"band": "the band", "employment": "the employment", "law_type": "the law type", "area": "the area"}


def hidden_in_words(of: Coarsened) -> list[str]:
    """Return what the research edition hides, as sentences."""
    cases = len(of.records)
    parts = [f"{CALLED[name]} in {count:,}" for name, count in of.given_up.items() if count]
    first = (
        f"In {of.cases:,} of {cases:,} cases something is coarsened, so that each is like those of at least {ALIKE} "
        f"practitioners: {listed(parts)}."
        if parts
        else f"Nothing had to be coarsened: each of {cases:,} cases is like those of at least {ALIKE} practitioners."
    )
    areas = (
        f"{plural(of.other, 'case is', 'cases are')} in areas that are not named: with fewer than {AREA_CASES} cases, "
        "or put with such areas."
    )
    law = "Where the law type is coarsened, standards, facts and themes of some law types only are left out."
    return [first, *([areas] if of.other else []), *([law] if of.given_up["law_type"] else [])]
