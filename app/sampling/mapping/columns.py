"""Looks at the values of an export by a mapping: each becomes a code, is left out, or has to be decided."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.mapping.kinds import CODE, DAY, Field, Kind
from app.mapping.profile import Profile, key_of
from app.mapping.ways import Way, moved_by_zone, without_time
from app.sampling.columns import LONGEST, Allowed, Checks, Column, Looked
from app.sampling.mapping.result import LINES_NAMED, NUMBERS, PEOPLE_NAMED, VALUE, Open
from app.tables.cells import cell_fault, cleaned
from app.tables.problems import LONGEST_SHOWN
from app.tables.reading import LONGEST_CELL

# Before the key of a value whose rows are left out, and of one that has to be decided. No sound value begins so, and
# an empty one, which no mapped row has, comes before both.
LEFT, OPEN = "\x01", "\x02"
UNSOUND = "\x03"
_NUMBERS_KEY = "\x04"
_BARE = re.compile(r"\d{5,8}(?:[.,]\d+)?", re.ASCII).fullmatch
_TIME_OF_DAY = re.compile(r"[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?", re.ASCII).fullmatch
_DAY_LENGTH = 10


@dataclass
class Waiting:
    """Values of a field that have to be decided, by key: how they stand, why, in which rows, and of whom."""

    shown: dict[str, str] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)
    people: dict[str, dict[str, None]] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def note(self, key: str, row: Sequence[str]) -> None:
        """Take note of a row: its values in our order, then its line."""
        self.rows[key] = self.rows.get(key, 0) + 1
        lines, people = self.lines.setdefault(key, []), self.people.setdefault(key, {})
        if len(lines) < LINES_NAMED:
            lines.append(int(row[8]))
        if len(people) < PEOPLE_NAMED and row[1] > UNSOUND:
            people[row[1]] = None
        if row[0] > UNSOUND:
            self.cases.setdefault(key, row[0])

    def opens(self, name: str) -> list[Open]:
        """Return what has to be decided, the largest first."""
        found = [
            Open(
                NUMBERS if key == _NUMBERS_KEY else VALUE,
                name,
                self.shown[key],
                key,
                rows,
                self.lines[key],
                len(self.people[key]),
                [*self.people[key]],
                self.cases.get(key, ""),
                self.why.get(key, ""),
            )
            for key, rows in self.rows.items()
        ]
        return sorted(found, key=lambda one: (-one.rows, one.lines))


@dataclass
class MappedColumn(Column):
    """A column whose values are codes of a list: the mapping says what each becomes."""

    of: Field | None = None
    values: Mapping[str, str | None] = field(default_factory=dict)
    waiting: Waiting = field(default_factory=Waiting)
    # How each value that is left out stands in the file.
    shown: dict[str, str] = field(default_factory=dict)
    # How a value stands in the file, by the code that it becomes.
    by_code: dict[str, str] = field(default_factory=dict)

    def look(self, raw: str) -> Looked:
        """Return the code of a value, or that it is left out or open; never a fault."""
        found = self._found(cleaned(raw) if len(raw) <= LONGEST_CELL else raw[:LONGEST_SHOWN])
        if self.many and len(self.sound) < 200_000:  # noqa: PLR2004 - as Column has it
            self.sound[raw] = found
        return found, None

    def _found(self, value: str) -> str:
        key = value.casefold()
        if key not in self.values:
            return self.open(value, self.why_not(value))
        code = self.values[key]
        if code is None:
            self.shown.setdefault(key, value)
            return LEFT + key
        assert self.of is not None  # noqa: S101 - always given
        if self.of.allows(code) and not code_fault(code):
            self.by_code[code] = min(value, self.by_code.get(code, value))
            return code
        return self.open(value, f"The mapping makes it {code}, which is not known here.")

    def why_not(self, value: str) -> str:
        """Return what is wrong with a value that the mapping does not know, where it is more than that."""
        fault = cell_fault(value)
        return fault[1] if fault else ""

    def open(self, value: str, why: str) -> str:
        """Return that a value has to be decided."""
        key = value.casefold()
        self.waiting.shown.setdefault(key, value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…")
        if why:
            self.waiting.why.setdefault(key, why)
        return OPEN + key


@dataclass
class IdentifierColumn(MappedColumn):
    """A column of identifiers: they stay as they are, but for those that the mapping leaves out."""

    def cleaned(self, raws: Sequence[str]) -> list[str | None]:
        """Return the cleaned form of each value, the quick way; None where a value has to be looked at."""
        found = Column.cleaned(self, raws)
        if self.values and not self.many:
            return [None if value is None or value.casefold() in self.values else value for value in found]
        return found

    def _found(self, value: str) -> str:
        if value.casefold() in self.values:
            self.shown.setdefault(value.casefold(), value)
            return LEFT + value.casefold()
        fault = cell_fault(value) or self.check(value)[1]
        return self.open(value, "" if not value else fault[1]) if fault else value


@dataclass
class DayColumn(MappedColumn):
    """A column of days: each is read in the way that the mapping says, a time of day and a time zone taken off."""

    way: Way = field(default_factory=Way)
    window: tuple[date, date] = (date.min, date.max)
    # Rows whose day is on the other side of the window's edge in London.
    at_the_edge: int = 0
    _days: dict[str, str] = field(default_factory=dict)

    def cleaned(self, raws: Sequence[str]) -> list[str | None]:
        """Return the day of each value, the quick way; None where a value has to be looked at."""
        return [self.sound.get(raw) or self._quick(raw) for raw in raws]

    def _quick(self, raw: str) -> str | None:
        return self._days.get(raw[:_DAY_LENGTH]) if _TIME_OF_DAY(raw[_DAY_LENGTH:]) else None

    def look(self, raw: str) -> Looked:
        """Return the day of a value, or that it is left out or open."""
        value = cleaned(raw) if len(raw) <= LONGEST_CELL else raw[:LONGEST_SHOWN]
        text, _, zone = without_time(value)
        if value.casefold() in self.values or key_of(text) in self.values:
            key = value.casefold() if value.casefold() in self.values else key_of(text)
            self.shown.setdefault(key, value)
            return LEFT + key, None
        found = self.way.read(text)
        if found is None:
            return self._unread(value, text), None
        if zone and self._moves(value, found):
            self.at_the_edge += 1
        elif len(self.sound) < 50_000 and not zone:  # noqa: PLR2004 - the days of a century
            if text == raw[:_DAY_LENGTH]:
                self._days[text] = found.isoformat()
            if text == raw:
                self.sound[raw] = found.isoformat()
        return found.isoformat(), None

    def _unread(self, value: str, text: str) -> str:
        if _BARE(text) and not self.way.numbers:
            self.waiting.shown.setdefault(_NUMBERS_KEY, text)
            return OPEN + _NUMBERS_KEY
        return self.open(value, "This is not a day in the way in which the column is written." if value else "")

    def _moves(self, value: str, found: date) -> bool:
        moved, (first, last) = moved_by_zone(value) or timedelta(), self.window
        return bool(moved) and (first <= found <= last) != (first <= found + moved <= last)


def columns_of(profile: Profile, kind: Kind, allowed: Allowed, names: Sequence[str]) -> list[MappedColumn]:
    """Return the columns of a file in the order in which values are kept; `names` are our names of its columns."""
    checks, at = Checks(allowed), {name: i for i, name in enumerate(names) if name}

    def column(one: Field) -> MappedColumn:
        given = (one.name, at.get(one.name, -1), checks.text(one.name), one.name != "case_ref")
        more = {"of": one, "values": profile.values.get(one.name, {})}
        if one.reads == DAY:
            way = Way(profile.dates, profile.short_years, profile.numbers)
            return DayColumn(*given, **more, way=way, window=allowed.window)  # type: ignore[arg-type] # as declared
        return (MappedColumn if one.reads == CODE else IdentifierColumn)(*given, **more)  # type: ignore[arg-type]

    return [column(one) for one in kind.fields]


def code_fault(code: str) -> str:
    """Return why a text can be no code, or nothing."""
    fault = cell_fault(code)
    if not code or fault or cleaned(code) != code:
        return "Enter a code of letters and figures"
    return f"A code has at most {LONGEST} characters" if len(code) > LONGEST else ""
