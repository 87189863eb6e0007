"""What an export holds, column by column, before anybody said what it means: the grounds of a first mapping. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from app.mapping.kinds import CODE, DAY, Kind
from app.mapping.profile import headings_of
from app.mapping.recognition import AnyExport, is_day, recognised
from app.mapping.ways import without_time
from app.sampling.mapping.result import LINES_NAMED
from app.tables.cells import cleaned
from app.tables.opening import open_table
from app.tables.problems import Problem
from app.tables.reading import Table, is_total
from app.tables.text import Laid

BLOCK = 1000
# From so many rows it is recognised which column is what.
FIRST_ROWS = 1000
MOST_VALUES, MOST_PAIRS, MOST_DAYS, MOST_WESTERN = 2000, 50_000, 40_000, 20
MOST_IDENTIFIERS = 200_000


@dataclass
class Value:
    """A value of a column: how it stands, in how many rows, in which first, and of how many practitioners."""

    shown: str
    rows: int = 0
    lines: list[int] = field(default_factory=list)
    # None where they are too many to be told apart.
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """What an export holds.

    `values` are those of the columns of codes, by field and key; None for a column that has far too many to be one.
    `days` has the texts of the column of days without their times; `different` how many identifiers there are.
    """

    headings: Sequence[str]
    laid: Mapping[str, Any]
    columns: Mapping[str, str]
    rows: int
    values: Mapping[str, Mapping[str, Value] | None]
    days: Mapping[str, int]
    timed: bool
    different: Mapping[str, int]
    # The first identifier of each column of them, and the lines that are no data.
    first: Mapping[str, str]
    notes: Sequence[str]
    western: Mapping[str, int]
    problems: Sequence[Problem] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Survey":
        """Return a survey as it was kept."""
        values = {
            name: None if every is None else {key: Value(**one) for key, one in every.items()}
            for name, every in kept["values"].items()
        }
        return cls(**{**kept, "values": values, "problems": [Problem(**p) for p in kept["problems"]]})


def survey(
    file: BinaryIO,
    kind: Kind,
    *,
    laid: Laid | None = None,
    columns: Mapping[str, str] | None = None,
    largest: int | None,
) -> Survey:
    """Look at every row of an export; `columns` are those that a person named, and the others are recognised."""
    laid = laid or Laid()
    # A total line is one without a day, once it is known in which column days stand.
    lacks: list[str] = []
    table = open_table(file, AnyExport((), kind=kind, lacks=lacks), sheet=laid.sheet, largest=largest, laid=laid)
    headings = headings_of(table.header)
    first = list(islice(table.cells, FIRST_ROWS))
    _headings_again(table, first, kind)
    if columns is None:
        values = {heading: [cleaned(cells[at]) for _, cells in first] for at, heading in enumerate(headings)}
        columns = recognised(headings, values, kind)
    lacks += [heading for name, heading in columns.items() if kind.field(name).reads == DAY]
    looked = _Looking(kind, {name: headings.index(h) for name, h in columns.items() if h in headings})
    looked.at_rows([(number, cells) for number, cells in first if not is_total(table.names, cells, lacks)])
    while block := list(islice(table.cells, BLOCK)):
        looked.at_rows(block)
    return Survey(
        headings=headings,
        laid=asdict(table.laid),
        columns=dict(columns),
        rows=looked.rows,
        values={name: looked.values(name) for name in looked.at if kind.field(name).reads == CODE},
        days=dict(looked.days),
        timed=looked.timed,
        different={name: len(seen) for name, seen in looked.identifiers.items()},
        first=looked.first,
        notes=table.notes[:10],
        western=dict((table.western or Counter()).most_common(MOST_WESTERN)),
        problems=table.problems.in_order(),
    )


def _headings_again(table: Table, first: list[tuple[int, list[str]]], kind: Kind) -> None:
    """Note a second line of headings: right beneath the first, without a day, and with as many words that are known."""
    seeks = AnyExport((), kind=kind)
    while first and first[0][0] == table.laid.below + 1 and _is_heading(first[0][1], seeks):
        table.laid.below += 1
        first.pop(0)


# Fewer headings in a row could be values that happen to be words.
FEWEST_HEADINGS = 3


def _is_heading(cells: Sequence[str], seeks: AnyExport) -> bool:
    return seeks.known_in([cells]) >= FEWEST_HEADINGS and not any(is_day(cleaned(cell)) for cell in cells)


@dataclass
class _Looking:
    """Counts what stands in the columns of a file, by the place of each field's column."""

    kind: Kind
    at: Mapping[str, int]
    rows: int = 0
    days: Counter[str] = field(default_factory=Counter)
    timed: bool = False
    identifiers: dict[str, set[str]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, Counter[str] | None] = field(default_factory=dict)
    _lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    _pairs: dict[str, set[tuple[str, str]] | None] = field(default_factory=dict)

    def at_rows(self, block: Sequence[tuple[int, Sequence[str]]]) -> None:
        """Look at some rows."""
        self.rows += len(block)
        who = [cells[self.at["practitioner_id"]] for _, cells in block] if "practitioner_id" in self.at else []
        for name, at in self.at.items():
            column, reads = [cells[at] for _, cells in block], self.kind.field(name).reads
            if reads == CODE:
                self._codes(name, column, block, who)
            elif reads == DAY:
                self._days(column)
            else:
                seen = self.identifiers.setdefault(name, set())
                if len(seen) < MOST_IDENTIFIERS:
                    seen.update(column)
                self.first.setdefault(name, next((v for v in map(cleaned, column) if v), ""))

    def _codes(
        self, name: str, column: Sequence[str], block: Sequence[tuple[int, Sequence[str]]], who: Sequence[str]
    ) -> None:
        counts = self._counts.setdefault(name, Counter())
        if counts is None:
            return
        counts.update(column)
        if len(counts) > MOST_VALUES:
            self._counts[name] = self._pairs[name] = None
            return
        lines = self._lines.setdefault(name, {})
        for value in set(column):
            kept = lines.setdefault(value, [])
            if len(kept) < LINES_NAMED:
                found = (number for (number, _), cell in zip(block, column, strict=True) if cell == value)
                kept += list(islice(found, LINES_NAMED - len(kept)))
        pairs = self._pairs.setdefault(name, set())
        if pairs is not None:
            pairs.update(zip(column, who, strict=False))
            self._pairs[name] = pairs if len(pairs) <= MOST_PAIRS else None

    def _days(self, column: Sequence[str]) -> None:
        for raw, count in Counter(column).items():
            day, clock, _ = without_time(cleaned(raw)[:100])
            self.timed = self.timed or bool(clock)
            if len(self.days) < MOST_DAYS or day in self.days:
                self.days[day] += count

    def values(self, name: str) -> dict[str, Value] | None:
        """Return the values of a column of codes by key, the most frequent first; None where they are far too many."""
        counts = self._counts.get(name, Counter())
        if counts is None:
            return None
        pairs = self._pairs.get(name)
        people = None if pairs is None else Counter(value for value, _ in pairs)
        found: dict[str, Value] = {}
        for raw, count in counts.most_common():
            shown = cleaned(raw)[:200]
            value = found.setdefault(shown.casefold(), Value(shown))
            value.rows += count
            value.lines = sorted([*value.lines, *self._lines[name][raw]])[:LINES_NAMED]
            value.people = None if people is None else (value.people or 0) + people[raw]
        return found
