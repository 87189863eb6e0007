"""Exports of five invented case systems, each with the same filings in its own words and layout."""

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from app.mapping.kinds import Kind
from app.mapping.profile import Profile, read_profile
from app.sampling.columns import Allowed
from app.sampling.mapping.applying import read_mapped
from app.sampling.mapping.kind import filings_kind
from app.sampling.population import Filing

CASES = Path(__file__).parents[2] / "tables" / "cases"
WINDOW = (date(2026, 9, 1), date(2026, 10, 31))
LAWS = ("public", "wafh", "wtfh")
BANDS = ("Exceeds", "Meets", "Working towards")
ALLOWED = Allowed((), LAWS, BANDS, WINDOW)
LAW_NAMES = {"public": "Public law", "wafh": "Private law (WAFH)", "wtfh": "Private law (WTFH)"}
FRAME = "201cbfd7f97ea2971064a68bdd51ad227ee30be7f70082adc256a96affa35367"
Lines = list[list[str]]


def kind_of(allowed: Allowed = ALLOWED) -> Kind:
    """Return the fields of a filing under the audit's names."""
    return filings_kind(allowed, law_names=LAW_NAMES)


def profile() -> Profile:
    """Return the mapping of the case files."""
    return read_profile((CASES / "cms-export.profile.json").read_text(encoding="utf-8"), kind_of())


def filings() -> list[Filing]:
    """Return the 96 filings of the case files."""
    with (CASES / "cms-export.csv").open("rb") as file:
        return list(read_mapped(file, profile(), kind_of(), ALLOWED).filings())


def with_values(of: Profile, **values: dict[str, str | None]) -> Profile:
    """Return a mapping with some values decided otherwise."""
    return replace(of, values={**of.values, **{k: {**of.values.get(k, {}), **v} for k, v in values.items()}})


def as_csv(lines: Sequence[Sequence[str]], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """Return lines as a text file."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode(encoding)


def workbook(write: Callable[[Any, Any], None]) -> bytes:
    """Return a spreadsheet that a function writes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    write(book, book.add_worksheet("Export"))
    book.close()
    return out.getvalue()


AREAS = {"EM": "East Midlands", "GN": "Greater North", "KM": "Kent & Medway", "SC": "South Coast"}


def month_first() -> bytes:
    """Return an export with the month first, a clock of twelve hours, and codes of numbers for law types."""
    head = ["Matter ID", "Staff ID", "Office", "Proceedings", "Submitted", "Doc type", "Rating", "Employment status"]
    laws = {"public": "Public", "wafh": "Private - work after first hearing", "wtfh": "Private - work to first hearing"}
    lines = [head]
    for f in filings():
        day = date.fromisoformat(f.filed_on)
        filed = f"{day.month}/{day.day}/{day.year} 2:0{len(lines) % 10} PM"
        kind = f.document_kind.replace("_", " ").upper()
        contract = "Permanent" if f.employment == "employed" else "Agency worker"
        words = [AREAS[f.service_area], laws[f.law_type], filed, kind, f.performance_band.upper(), contract]
        lines.append([f.case_ref, f.practitioner_id, *words])
    return as_csv(lines)


def two_headings() -> bytes:
    """Return a spreadsheet with two lines of headings, the upper one merged over several columns."""

    def write(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet.merge_range(0, 0, 0, 7, "Filings by worker")
        sheet.merge_range(1, 0, 2, 0, "Case number")
        sheet.merge_range(1, 1, 1, 4, "Worker")
        sheet.merge_range(1, 5, 1, 7, "Document")
        for at, word in enumerate(("Number", "Team", "Band", "Contract", "Law type", "Date", "Type"), 1):
            sheet.write(2, at, word)
        for at, f in enumerate(filings(), 3):
            given = [f.case_ref, f.practitioner_id, f.service_area, f.performance_band, f.employment, f.law_type]
            sheet.write_row(at, 0, given)
            sheet.write_datetime(at, 6, date.fromisoformat(f.filed_on), day)
            sheet.write(at, 7, f.document_kind)

    return workbook(write)


def merged() -> bytes:
    """Return a spreadsheet in which a practitioner's area, band and contract stand once, merged over their rows."""

    def write(_book: Any, sheet: Any) -> None:
        words = ("Area", "Worker", "Band", "Contract", "Case reference", "Case type", "Date filed", "Document")
        sheet.write_row(0, 0, words)
        rows = sorted(filings(), key=lambda f: (f.service_area, f.practitioner_id, f.case_ref))
        for at, f in enumerate(rows, 1):
            sheet.write_row(at, 4, [f.case_ref, f.law_type, f.filed_on, f.document_kind])
        for column, value in enumerate(("service_area", "practitioner_id", "performance_band", "employment")):
            keys = [(f.practitioner_id if column else "", getattr(f, value)) for f in rows]
            for first in [i for i, key in enumerate(keys) if not i or keys[i - 1] != key]:
                last = max(i for i in range(first, len(keys)) if keys[first : i + 1] == [keys[first]] * (i + 1 - first))
                if last > first:
                    sheet.merge_range(first + 1, column, last + 1, column, keys[first][1])
                else:
                    sheet.write(first + 1, column, keys[first][1])

    return workbook(write)


def sixty_columns() -> bytes:
    """Return an export in UTF-16 with tabs, in which our fields are among sixty, some of them dates and codes too."""
    chance = random.Random(60)
    known = ["CASE_NUMBER", "FCA_ID", "TEAM", "CASE_TYPE", "DATE_FILED", "DOCUMENT_TYPE", "PERF_BAND", "CONTRACT_TYPE"]
    others = [f"EXT_{n:02}" for n in range(52)]
    order = [*known, *others]
    chance.shuffle(order)
    lines = [order]
    for f in filings():
        year, month, day = f.filed_on.split("-")
        values = dict.fromkeys(others, "") | {"EXT_07": f"{day}.{month}.{year}", "EXT_08": "Y", "EXT_09": f.law_type}
        given = (f.case_ref, f.practitioner_id, f.service_area, f.law_type, f"{day}.{month}.{year}")
        words = (f.document_kind, f.performance_band, f.employment)
        values |= dict(zip(known, (*given, *words), strict=True))
        lines.append([values[name] for name in order])
    return as_csv(lines, "\t", "utf-16")


def cut_short() -> bytes:
    """Return an export in Windows-1252 with bars, month names and years of two digits, notes above and below."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    head = ["Case ref", "Worker ref", "Région", "Type of case", "Filed", "Product", "Band", "Staff type"]
    lines = [["Rapport – filings", *[""] * 7], [""] * 8, head]
    for f in filings():
        year, month, day = f.filed_on.split("-")
        filed = f"{int(day)}-{months[int(month) - 1]}-{year[2:]}"
        area = {"SC": "Côte Sud"}.get(f.service_area, f.service_area)
        kind = {"report": "S7"}.get(f.document_kind, f.document_kind)
        given = [f.case_ref, f.practitioner_id, area, f.law_type, filed, kind, f.performance_band, f.employment]
        lines.append(given)
    return as_csv([*lines, ["End of report"]], "|", "cp1252")
