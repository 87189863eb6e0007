"""When an area may close, be split or be merged, and what can be compared over such changes. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.clock import day as in_words
from app.dates import WITHIN
from app.labels import listed, plural
from app.people.models import ServiceArea
from app.people.rules import area_key

LONGEST_CODE = 40
# Fewer are no split, and no merge.
SEVERAL = 2


class How(StrEnum):
    """What happens to an area."""

    CLOSE = "close"
    SPLIT = "split"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that somebody wants: the first day of what comes after, the codes before and after, who takes over.

    `successor` is the area whose head acts for the cases that are open, empty where nobody takes over.
    """

    how: How
    day: date
    old: tuple[str, ...]
    new: tuple[str, ...]
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """What a change has to look at: all areas by code, of each its open cases, and until when results are published.

    The last is the end of the newest filing window of a published audit of the area, with the audit's reference.
    """

    areas: Mapping[str, ServiceArea]
    open_cases: Mapping[str, int]
    published: Mapping[str, tuple[date, str]]
    today: date


def code_fault(code: str, known: Collection[str]) -> str | None:
    """Return why an area cannot be called by a code: it is empty, too long, or some area had it already."""
    if not code.strip():
        return "Enter the area’s code"
    if len(code) > LONGEST_CODE:
        return f"The code must have {LONGEST_CODE} characters or fewer"
    alike = next((old for old in known if old.casefold() == code.casefold()), None)
    if alike:
        return f"{alike} is or was an area already, and its results stay under that code. Enter another code"
    return None


def faults(of: Wanted, around: Around) -> dict[str, str]:
    """Return what is wrong with a change, by field."""
    found = {
        "old": _old_fault(of, around),
        "new": _new_fault(of, around),
        "day": _day_fault(of, around),
        "successor": _successor_fault(of, around),
    }
    return {name: fault for name, fault in found.items() if fault}


def _old_fault(of: Wanted, around: Around) -> str | None:
    for code in of.old:
        area = around.areas.get(code)
        if area is None:
            return f"There is no area {code}"
        if area.closed_on is not None:
            return f"{code} closes on {in_words(area.closed_on)} already"
    if of.how is How.MERGE and not set(of.old) - set(of.new):
        return "Choose at least one other area that ends"
    return None


def _new_fault(of: Wanted, around: Around) -> str | None:
    if of.how is How.SPLIT and len(of.new) < SEVERAL:
        return "Name at least two areas into which it is split. To give it another code, merge it into a new one"
    if of.how is How.MERGE and len(of.new) != 1:
        return "Name the one area that comes of it"
    if len({code.casefold() for code in of.new}) != len(of.new):
        return "Name each area once"
    return next((fault for code in of.new if (fault := _cannot_follow(code, of.how, around))), None)


def _cannot_follow(code: str, how: How, around: Around) -> str | None:
    """Return why an area cannot come of a change: it is to be new where an area is split, and must not be closing."""
    there = around.areas.get(code)
    if there is None:
        return code_fault(code, around.areas)
    if there.closed_on is not None:
        return f"{code} closes on {in_words(there.closed_on)}. Name an area that goes on, or a new one"
    return f"{code} is an area already. Name new areas" if how is How.SPLIT else None


def _day_fault(of: Wanted, around: Around) -> str | None:
    for code in of.old:
        last, ref = around.published.get(code, (None, ""))
        if last and of.day <= last:
            return (
                f"The results of {ref} are about {code} until {in_words(last)}. Enter a later day: what is published "
                "stays"
            )
        opened = around.areas[code].opened_on if code in around.areas else None
        if opened and of.day <= opened:
            return f"{code} opened on {in_words(opened)}. Enter a later day"
    if of.day > around.today + WITHIN:
        return "The day must be within five years"
    return None


def _successor_fault(of: Wanted, around: Around) -> str | None:
    open_cases = sum(around.open_cases.get(code, 0) for code in ending(of))
    there = around.areas.get(of.successor)
    fault = None
    if not of.successor:
        them = "it" if open_cases == 1 else "them"
        waits = f"{plural(open_cases, 'case is', 'cases are')} still open there. Say which area’s head of service acts"
        fault = f"{waits} for {them} from then on" if open_cases else None
    elif of.successor in ending(of):
        fault = f"{of.successor} ends, so its head cannot take over. Name another area"
    elif there is None and of.successor not in of.new:
        fault = f"There is no area {of.successor}"
    elif there is not None and there.closed_on is not None:
        fault = f"{of.successor} closes on {in_words(there.closed_on)}. Name an area that goes on"
    return fault


def ending(of: Wanted) -> tuple[str, ...]:
    """Return the areas that end by a change: one that is merged into an area that is there goes on as it."""
    return tuple(code for code in of.old if code not in of.new)


@dataclass(frozen=True, slots=True)
class Unit:
    """What can be compared as a whole over changes: some areas of before, and those of them after."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return how it is printed: as the area, where nothing changed, or with what became of what."""
        if self.before == self.after:
            return listed(self.before)
        return f"{listed(self.before)}, now {listed(self.after)}"


def units(
    changes: Iterable[tuple[Sequence[str], Sequence[str]]], before: Collection[str], after: Collection[str]
) -> list[Unit]:
    """Return the connected parts of the graph of areas before and after, in their usual order.

    Each change joins all its old areas with all its new ones; an area in both is joined with itself. What is on one
    side only is no unit: there is nothing to compare it with.
    """
    group: dict[str, set[str]] = {}
    for old, new in [*changes, *(((code,), (code,)) for code in (*before, *after))]:
        joined = {*old, *new}
        for code in tuple(joined):
            joined |= group.get(code, set())
        for code in joined:
            group[code] = joined
    parts = {frozenset(of): of for of in group.values()}
    found = [
        Unit(
            tuple(sorted(part & set(before), key=area_key)),
            tuple(sorted(part & set(after), key=area_key)),
        )
        for part in parts
    ]
    return sorted((unit for unit in found if unit.before and unit.after), key=lambda unit: area_key(unit.before[0]))
