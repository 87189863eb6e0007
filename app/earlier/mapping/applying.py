"""Writes a file of results in our own columns by a mapping; what a mapping does not know waits for a person. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.earlier.mapping.kind import NOTHING
from app.earlier.reading import NEEDED
from app.mapping.kinds import CODE, DAY, Field, Kind
from app.mapping.profile import Profile, headings_of
from app.mapping.ways import Way, without_time
from app.sampling.mapping import result
from app.sampling.mapping.applying import open_mapped
from app.sampling.mapping.result import LINES_NAMED, MOST_OPEN, Mapped, Open
from app.tables.problems import Problems
from app.tables.reading import Row, Table
from app.tables.writing import csv_text


@dataclass(frozen=True, slots=True)
class MappedResults:
    """Results in our own columns, the number of each row in the file, and what became of the others."""

    text: str
    numbers: Sequence[int]
    heading: int
    mapped: Mapped
    problems: Problems


@dataclass
class _Applying:
    """The mapping of one file."""

    profile: Profile
    kind: Kind
    waiting: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    why: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    shown: dict[str, str] = field(default_factory=dict)
    waits: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.way = Way(self.profile.dates, self.profile.short_years, self.profile.numbers)
        self.fields = [one for one in self.kind.fields if one.name in self.profile.columns]

    def row(self, row: Row) -> list[str] | None:
        """Return a row's values in our columns, or None where it is left out or waits."""
        found, opened = [], ""
        for one in self.fields:
            value = row.values.get(one.name, "")
            became = self._value(one, value)
            if became is None:
                self._leave(f"{one.name}:{value.casefold()}", value)
                return None
            if became is _OPEN and not opened:
                opened = one.name
                self.waiting.setdefault((one.name, value), []).append(row)
            found.append(became)
        self.waits[opened] += bool(opened)
        return None if opened else found

    def _leave(self, reason: str, value: str) -> None:
        self.left_out[reason] += 1
        self.shown[reason] = value

    def _value(self, one: Field, value: str) -> str | None:
        """Return what a value becomes, None where its row is left out, _OPEN where that is to decide."""
        values = self.profile.values.get(one.name, {})
        key = value.casefold()
        if key in values and values[key] is None:
            return None
        if one.reads == DAY:
            return self._day(one, value)
        if one.reads != CODE:
            return value
        code = values.get(key, _OPEN) or _OPEN
        return "" if code == NOTHING else code if one.allows(code) else _OPEN

    def _day(self, one: Field, value: str) -> str:
        if not value:
            return ""
        day = self.way.read(without_time(value)[0])
        if day is None:
            self.why[one.name, value] = "This is not a day in the way in which the column is written."
        return day.isoformat() if day else _OPEN

    def opens(self) -> Iterator[Open]:
        """Yield what has to be decided, the largest first."""
        numbers = False
        for (name, value), rows in sorted(self.waiting.items(), key=lambda one: -len(one[1])):
            is_number = self.kind.field(name).reads == DAY and value.isdigit() and not self.profile.numbers
            if not (is_number and numbers):
                yield self._open(result.NUMBERS if is_number else result.VALUE, name, value, rows)
            numbers = numbers or is_number

    def _open(self, what: str, name: str, value: str, rows: Sequence[Row]) -> Open:
        people = sorted({row.values.get("practitioner_id", "") for row in rows} - {""})
        lines = [row.number for row in rows[:LINES_NAMED]]
        case, why = rows[0].values.get(NEEDED[0], ""), self.why.get((name, value), "")
        return Open(what, name, value, value.casefold(), len(rows), lines, len(people), people, case, why)


# No code of a list is this.
_OPEN = "\x02"


def map_results(
    path: Path, profile: Profile, kind: Kind, asked: Sequence[Open], *, largest: int | None
) -> MappedResults:
    """Write a file of results in our own columns; `asked` is what has to be decided before any row is looked at."""
    with path.open("rb") as file:
        table = open_mapped(file, profile, kind, largest=largest)
        missing = [Open(result.COLUMN, p.column, why=p.wrong) for p in table.problems.kept if p.code == "E-COLUMN"]
        done = _Applying(profile, kind)
        every = {row.number: done.row(row) for row in (table.rows() if not missing else ())}
    kept = {number: values for number, values in every.items() if values is not None}
    opens = [*missing, *asked, *done.opens()]
    mapped = _mapped(path, profile, done, opens, table, len(every))
    text = csv_text([one.name for one in done.fields], kept.values(), exact=True)
    return MappedResults(text, list(kept), table.problems.heading, mapped, table.problems)


def _mapped(path: Path, profile: Profile, done: _Applying, opens: Sequence[Open], table: Table, total: int) -> Mapped:
    shown: Mapping[str, str] = done.shown
    passed = {result.NO_DATA: table.passed} if table.passed else {}
    return Mapped(
        name=profile.name,
        sha256=profile.sha256,
        file_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        rows=total + table.passed,
        left_out={**passed, **done.left_out},
        waiting={name: n for name, n in done.waits.items() if name},
        changed={},
        opens=opens[:MOST_OPEN],
        more_opens=max(0, len(opens) - MOST_OPEN),
        headings=headings_of(table.header),
        laid=asdict(table.laid),
        shown=shown,
    )
