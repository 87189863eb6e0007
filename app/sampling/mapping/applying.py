"""Reads an export by a mapping, row by row: each is in the list, or counted under the first reason why not.

The memory is that of a list in our own columns: rows are sorted in files, and practitioners kept by their latest day
(performance.md). Nothing is stored.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import BinaryIO

from app.mapping.kinds import DAY, Kind
from app.mapping.profile import EXCLUDE, Profile, heading_key, headings_of
from app.mapping.recognition import as_mapped
from app.sampling.columns import Allowed
from app.sampling.lines import SortedLines
from app.sampling.mapping import result
from app.sampling.mapping.columns import LEFT, OPEN, UNSOUND, DayColumn, MappedColumn, columns_of
from app.sampling.mapping.ordered import Ordered
from app.sampling.mapping.persons import Persons, persons_of
from app.sampling.mapping.result import Mapped, Open, Tally
from app.sampling.population import LatestDays, People, counts_of, undisturbed
from app.sampling.reading import (
    PROGRESS_EVERY,
    WARNINGS,
    FrameReading,
    blocks_of,
    elsewhere_too,
    strata_by_rule,
    warnings_of,
)
from app.sampling.shapes.cut import Cut
from app.tables.opening import open_table
from app.tables.problems import Known, Problems
from app.tables.reading import Table, known_of
from app.tables.text import BLOCK

TO_DECIDE = "E-DECIDE"
# A row’s values in our order, then its number.
Row = tuple[str, ...]


def open_mapped(file: BinaryIO, profile: Profile, kind: Kind, *, largest: int | None) -> Table:
    """Open an export whose headings a mapping names; what it lacks is a problem of the table."""
    days = [one.name for one in kind.fields if one.reads == DAY and one.name in profile.columns]
    laid = profile.laid
    table = open_table(file, as_mapped(profile.columns, days), sheet=laid.sheet, largest=largest, laid=laid)
    if not table.problems.total:
        _lacking(table, profile, kind)
    return table


def _lacking(table: Table, profile: Profile, kind: Kind) -> None:
    """Say which columns a file, or its mapping, lacks."""
    there = {heading_key(heading) for heading in headings_of(table.header)}
    for one in kind.fields:
        heading = profile.columns.get(one.name)
        if heading is None and one.name not in profile.absent:
            table.problems.add("E-COLUMN", f"The mapping has no column for {one.called}.", "A column", column=one.name)
        elif heading is not None and heading_key(heading) not in there:
            said = f"The file has no column ‘{heading}’, which is {one.called} in the mapping."
            table.problems.add("E-COLUMN", said, f"A column ‘{heading}’, or another mapping", column=one.name)


def read_mapped(
    file: BinaryIO,
    profile: Profile,
    kind: Kind,
    allowed: Allowed,
    *,
    asked: Sequence[Open] = (),
    largest: int | None = None,
    progress: Callable[[int], None] | None = None,
    to_draw: int = 0,
) -> FrameReading:
    """Read an export by a mapping; nothing is stored, and every problem is in the result.

    `asked` is what has to be decided before any row is looked at.
    """
    digest = _sha256(file)
    table = open_mapped(file, profile, kind, largest=largest)
    with undisturbed():
        cut = Cut(allowed.only_areas, allowed.without, allowed.documents)
        return _Reading(table, profile, kind, allowed, digest, asked, cut=cut).read(progress, to_draw=to_draw)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


@dataclass
class _Reading:
    """The reading of one export."""

    table: Table
    profile: Profile
    kind: Kind
    allowed: Allowed
    digest: str
    asked: Sequence[Open]
    tally: Tally = field(default_factory=Tally)
    lines: SortedLines = field(default_factory=SortedLines)
    columns: Sequence[MappedColumn] = ()
    # The practitioners whose rows are left out, and how many rows came by.
    others: set[str] = field(default_factory=set)
    rows: int = 0
    cut: Cut = field(default_factory=lambda: Cut((), ()))

    @property
    def window(self) -> tuple[str, str]:
        """Return the first and the last day of the window."""
        first, last = self.allowed.window
        return first.isoformat(), last.isoformat()

    @property
    def problems(self) -> Problems:
        """Return what is wrong with the file, which is what has to be decided, too."""
        return self.table.problems

    def read(self, progress: Callable[[int], None] | None, *, to_draw: int) -> FrameReading:
        """Read every row."""
        missing = [Open(result.COLUMN, p.column, why=p.wrong) for p in self.problems.kept if p.code == "E-COLUMN"]
        self.columns = columns_of(self.profile, self.kind, self.allowed, self.table.names)
        days = LatestDays()
        self._first_pass(days, progress)
        persons = persons_of(days.days, self.profile)
        second = Ordered(self.lines, persons, self.tally, self.problems, self.profile)
        people = second.people(days, to_draw=to_draw)
        opens = [*missing, *self.asked, *self._opens(persons, second)]
        for one in self.asked:
            self.problems.add("E-DATE-ORDER", one.why, "Decide which it is", column=one.field, value=one.shown)
        mapped = self._mapped(opens, second, people)
        return self._reading(mapped, second, people, to_draw=to_draw)

    def _first_pass(self, days: LatestDays, progress: Callable[[int], None] | None) -> None:
        told = 0
        for block in blocks_of(self.table, self.columns, self.profile.absent):
            self.rows += len(block)
            if progress and self.rows - told >= PROGRESS_EVERY:
                progress(self.rows)
                told = self.rows
            kept = self._cut(self._in_window(self._sound(block)))
            days.meet(kept)
            self.lines.add(map("\t".join, kept))
        self.rows += self.table.passed
        if self.table.passed:
            self.tally.left_out[result.NO_DATA] = self.table.passed

    def _sound(self, block: list[Row]) -> list[Row]:
        """Return the rows without anything left out or to decide; the others are counted under the first of it."""
        kept = [row for row in block if min(row) > UNSOUND]
        if len(kept) == len(block):
            return block
        for row in block:
            if min(row) > UNSOUND:
                continue
            left = next((at for at in range(8) if row[at].startswith(LEFT)), None)
            if left is not None:
                self._leave(f"{self.columns[left].name}:{row[left][1:]}", row)
            elif row[6] < UNSOUND or not self._goes_outside(row):
                self._wait(row)
        return kept

    def _wait(self, row: Row) -> None:
        at = next(at for at in range(8) if row[at].startswith(OPEN))
        column, key = self.columns[at], row[at][1:]
        self.tally.waiting[column.name] += 1
        column.waiting.note(key, row)
        shown, noun = column.waiting.shown[key], self.kind.field(column.name).noun
        wrong = column.waiting.why.get(key) or (f"This {noun} is not known." if shown else f"There is no {noun}.")
        self.problems.add(
            TO_DECIDE, wrong, "Decide it in the mapping", row=int(row[8]), column=column.name, value=shown
        )

    def _leave(self, reason: str, row: Row) -> None:
        if row[1] > UNSOUND:
            self.others.add(row[1])
        self.tally.leave(reason, tuple(self._as_it_stands(at, value) for at, value in enumerate(row)))

    def _as_it_stands(self, at: int, value: str) -> str:
        if value[:1] == LEFT:
            return self.columns[at].shown.get(value[1:], value[1:])
        return self.columns[at].waiting.shown.get(value[1:], "") if value[:1] == OPEN else value

    def _in_window(self, block: list[Row]) -> list[Row]:
        first, last = self.window
        kept = [row for row in block if first <= row[6] <= last]
        if len(kept) < len(block):
            for row in block:
                self._goes_outside(row)
        return kept

    def _cut(self, block: list[Row]) -> list[Row]:
        """Return the rows of the areas, and of the practitioners, that the audit is about."""
        kept = self.cut.kept(block)
        if len(kept) < len(block):
            stay = set(map(id, kept))
            for row in (row for row in block if id(row) not in stay):
                self._leave(self.cut.why(row), row)
        return kept

    def _goes_outside(self, row: Row) -> bool:
        """Say whether a row with a day is outside the window; then it is counted so."""
        first, last = self.window
        if first <= row[6] <= last:
            return False
        self.tally.before += row[6] < first
        if self.profile.outside_window == EXCLUDE:
            self._leave(result.OUTSIDE, row)
        else:
            self.tally.waiting[result.OUTSIDE] += 1
            wrong, allowed = "This date is outside the audit’s window.", f"From {first} to {last}"
            self.problems.add("E-WINDOW", wrong, allowed, row=int(row[8]), column="filed_on", value=row[6])
        return True

    def _opens(self, persons: Persons, second: Ordered) -> Iterator[Open]:
        for column in self.columns:
            found = column.waiting.opens(column.name)
            if len(found) > result.MOST_DIFFERENT:
                rows = sum(one.rows for one in found)
                why = f"{len(found):,} different values are not known. Is this the right column?"
                yield replace(found[0], what=result.COLUMN, rows=rows, why=why)
            else:
                yield from found
        outside = self.tally.waiting[result.OUTSIDE]
        if outside:
            yield Open(result.OUTSIDE, "filed_on", rows=outside)
        if self.tally.waiting[result.REPEATED]:
            yield Open(result.TWICE, "case_ref", rows=self.tally.waiting[result.REPEATED])
        yield from persons.opens(second.waiting)

    def _mapped(self, opens: Sequence[Open], second: Ordered, people: People) -> Mapped:
        missing = sorted(self.others - people.known.keys())
        return Mapped(
            name=self.profile.name,
            sha256=self.profile.sha256,
            file_sha256=self.digest,
            rows=self.rows,
            left_out={reason: n for reason, n in sorted(self.tally.left_out.items()) if n},
            waiting={reason: n for reason, n in self.tally.waiting.items() if n},
            changed={n: second.changed[n] for n, rule in self.profile.several.items() if rule == "latest"},
            opens=opens[: result.MOST_OPEN],
            more_opens=max(0, len(opens) - result.MOST_OPEN),
            before_window=self.tally.before,
            examples=self.tally.examples,
            headings=headings_of(self.table.header),
            laid=asdict(self.table.laid),
            shown={f"{c.name}:{key}": value for c in self.columns for key, value in c.shown.items()},
            areas=next((dict(c.by_code) for c in self.columns if c.name == "service_area"), {}),
            missing=missing[: result.PEOPLE_NAMED],
            missing_count=len(missing),
            changed_people=sorted(second.changed_people)[: result.PEOPLE_NAMED],
        )

    def _reading(self, mapped: Mapped, second: Ordered, people: People, *, to_draw: int) -> FrameReading:
        if not second.rows and not self.problems.total:
            self.problems.add("E-EMPTY", _nothing_left(mapped), "At least one filing")
        elsewhere_too(self.cut, people.known, self.problems)
        sound, problems = not self.problems.total, self.problems
        areas = {p.service_area for p in people.known.values()} - set(self.allowed.areas)
        return FrameReading(
            rows=second.rows,
            practitioners=len(people.known),
            sha256=second.digest.hex if sound else "",
            counts=counts_of(people.known),
            strata=strata_by_rule(people.known),
            problems=problems.in_order(),
            groups=problems.groups(),
            total_problems=problems.total,
            warnings=self._warnings(second, people, sorted(areas)) if sound else [],
            new_areas=tuple(sorted(areas)),
            unknown_columns=self.table.unknown,
            set_aside={},
            parts=second.parts if sound else [],
            allowed=self.allowed,
            population=people.known if sound and to_draw else {},
            days=second.days if sound else frozenset(),
            left_out=self.cut.left_out(),
            mapped=mapped,
        )

    def _warnings(self, second: Ordered, people: People, areas: Sequence[str]) -> list[Known]:
        day = next(column for column in self.columns if isinstance(column, DayColumn))
        found = [*warnings_of(people.known, second.shared, self.allowed, areas, {}, self.cut)]
        if day.at_the_edge:
            found.append(known_of("W-ZONE", [f"{day.at_the_edge:,} rows"], WARNINGS["W-ZONE"]))
        if second.changed_people:
            found.append(known_of("W-LATEST", sorted(second.changed_people), WARNINGS["W-LATEST"]))
        # Columns that are not used were seen when the file was mapped.
        return found + [one for one in self.table.known() if one.kind != "W-COLUMN"]


def _nothing_left(of: Mapped) -> str:
    """Return why nothing is left of a file, by its most frequent reason."""
    reason, count = max(of.left_out.items(), key=lambda one: one[1], default=("", 0))
    rows = f"All {of.rows:,} rows are" if count == of.rows else f"{count:,} of {of.rows:,} rows are"
    if reason == result.OUTSIDE:
        return f"{rows} outside the window. Is the window right?"
    if not reason:
        return "The file has a header but no rows."
    return f"Nothing is left: {rows[0].lower()}{rows[1:]} left out by one decision of the mapping."
