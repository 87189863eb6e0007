"""Reads a list of areas; every problem is named by row."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from app.audit.areas.rules import LONGEST_CODE
from app.db import LONGEST_NAME
from app.people.models import Region, ServiceArea
from app.tables.cells import FORMULA, name_fault
from app.tables.problems import Problems
from app.tables.reading import Expected, Row, Table, read_table

ALIASES = {
    **dict.fromkeys(("area", "area_code", "service_area", "service_area_code"), "code"),
    **dict.fromkeys(("area_name", "service_area_name"), "name"),
    "region_code": "region",
}
EXPECTED = Expected(("code",), ("name", "region", "region_name"), ALIASES)
LARGEST = 1024 * 1024
Fault = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """An area of a list: what is empty is not said."""

    code: str
    name: str
    region: str
    region_name: str


def read_areas(
    file: BinaryIO, areas: Collection[ServiceArea], regions: Collection[Region]
) -> tuple[list[Listed], Problems]:
    """Return the areas of a CSV file, and what is wrong with it."""
    return areas_in(read_table(file, EXPECTED, largest=LARGEST), areas, regions)


def areas_in(
    table: Table, areas: Collection[ServiceArea], regions: Collection[Region]
) -> tuple[list[Listed], Problems]:
    """Return the areas of a table, under the codes that they have, and what is wrong with it."""
    known, called = {of.code.casefold(): of for of in areas}, {of.code.casefold(): of.code for of in regions}
    called |= {of.name.casefold(): of.code for of in regions if of.name.casefold() not in called}
    found: dict[str, Listed] = {}
    for row in table.rows():
        fault = None if row.faulty else _fault(row, known, found)
        if fault:
            column, wrong, allowed = fault
            value = row.values.get(column, "")
            table.problems.add("E-AREA", wrong, allowed, row=row.number, column=column, value=value)
        elif not row.faulty:
            one = _listed(row, known, called)
            # A region that the list brings is that one in the rows that follow too, however it is written.
            for word in filter(None, (one.region, one.region_name)):
                called.setdefault(word.casefold(), one.region)
            found[one.code.casefold()] = one
    return list(found.values()), table.problems


def _listed(row: Row, known: Mapping[str, ServiceArea], called: Mapping[str, str]) -> Listed:
    v = row.values
    there, region = known.get(v["code"].casefold()), v.get("region", "")
    code = there.code if there else v["code"]
    return Listed(code, v.get("name", ""), called.get(region.casefold(), region), v.get("region_name", ""))


def _fault(row: Row, known: Mapping[str, ServiceArea], found: Mapping[str, Listed]) -> Fault | None:
    """Return the column, what is wrong and what is allowed, or None."""
    code = row.values.get("code", "")
    there = known.get(code.casefold())
    if not code:
        return "code", "The code is blank.", "The area’s code, as the lists of filings have it"
    if code.casefold() in found:
        return "code", "This area is in the file twice.", "Each area once"
    if there is not None and there.closed_on is not None:
        return "code", "This area closes or has closed.", "Areas that go on, and new ones"
    return next((fault for column in EXPECTED_NAMES if (fault := _word_fault(row, column))), None)


EXPECTED_NAMES = ("code", "name", "region", "region_name")


def _word_fault(row: Row, column: str) -> Fault | None:
    value = row.values.get(column, "")
    most = LONGEST_CODE if column in {"code", "region"} else LONGEST_NAME
    if value.startswith(FORMULA):
        return column, "A spreadsheet would run this as a formula.", "A letter or a figure at the beginning"
    fault = name_fault(value) if value else None
    if fault:
        return column, fault[1], fault[2]
    return (column, "This is too long.", f"At most {most} characters") if len(value) > most else None
