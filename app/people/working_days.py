"""The working days of a service, as an administrator says them on a page: how they are typed and kept. Pure."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from app.clock import USUAL_DAYS, Nation, WorkingDays, day
from app.dates import NotADay, day_of
from app.labels import length_fault

KEPT_AS = "working_days"
NATIONS: Mapping[Nation, str] = {
    Nation.ENGLAND_AND_WALES: "England and Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}
MOST_ADDED, LONGEST_NAME = 100, 60
_SATURDAY = 5


@lru_cache(maxsize=16)
def working_days_of(kept: str) -> Sequence[WorkingDays]:
    """Return the working days that a kept row of settings knows: those that stood before, and last those that stand."""
    rows = json.loads(kept).get(KEPT_AS, []) if kept else []
    return tuple(map(_read, rows)) or (USUAL_DAYS,)


def said(kept: str) -> bool:
    """Say whether somebody has said which working days the service has."""
    return bool(kept) and bool(json.loads(kept).get(KEPT_AS))


def with_standing(kept: str, wanted: WorkingDays, at: datetime) -> list[dict[str, Any]]:
    """Return what is kept once others stand from a moment on; what stood before stays for what was told by then."""
    *before, standing = working_days_of(kept)
    return [plain(of) for of in (*before, replace(standing, until=at), replace(wanted, until=None))]


def plain(of: WorkingDays) -> dict[str, Any]:
    """Return working days as plain data."""
    until = {"until": of.until.isoformat()} if of.until else {}
    return {"nation": of.nation.value, "added": {on.isoformat(): name for on, name in of.added.items()}, **until}


def _read(row: Mapping[str, Any]) -> WorkingDays:
    until = row.get("until")
    added = {date.fromisoformat(on): name for on, name in row["added"].items()}
    return WorkingDays(Nation(row["nation"]), added, datetime.fromisoformat(until) if until else None)


def in_lines(added: Mapping[date, str]) -> str:
    """Return added days as the form has them, one a line in their order."""
    return "\n".join(f"{day(on)}, {added[on]}" for on in sorted(added))


def days_typed(text: str) -> dict[date, str]:
    """Return the days of lines such as “24 December 2026, Privilege day”; raises NotADay with a sentence for the form.

    Semicolons end lines too, for the command line.
    """
    found: dict[date, str] = {}
    for number, line in _lines(text):
        on, name = _one(number, line)
        if on in found:
            raise NotADay(f"Line {number}: {day(on)} stands above already")
        found[on] = name
    if len(found) > MOST_ADDED:
        raise NotADay(f"There are {len(found)} days. Enter {MOST_ADDED} or fewer: take out those that have passed")
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    lines = re.split(r"[\n;]", text)
    return ((number, line.strip()) for number, line in enumerate(lines, 1) if line.strip())


def _one(number: int, line: str) -> tuple[date, str]:
    written, _, typed = line.partition(",")
    name = " ".join(typed.split())
    if not name:
        raise NotADay(f"Line {number} must have a day, a comma and a name, such as 24 December 2026, Privilege day")
    try:
        on = day_of(written)
    except NotADay as fault:
        raise NotADay(f"The day in line {number} {fault.wrong}") from None
    too_long = length_fault(f"The name in line {number}", name, LONGEST_NAME)
    if too_long:
        raise NotADay(too_long)
    if on.weekday() >= _SATURDAY:
        raise NotADay(f"Line {number}: {day(on)} is a {on:%A}, on which nobody works anyway. Take it out")
    return on, name
