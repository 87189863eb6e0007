"""Reads a frame file: filings cleaned, problems named at once (interfaces.md section 3.1, sampling.md section 4)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, BinaryIO

from app.labels import plural
from app.sampling.columns import ORDER, Allowed, Checks, Column
from app.sampling.lines import PART, SortedLines, packed, unpacked
from app.sampling.mapping.result import Mapped
from app.sampling.population import (
    Filing,
    FrameHash,
    LatestDays,
    LatestFilings,
    People,
    Population,
    Practitioner,
    Stratum,
    counts_of,
    strata_of,
    undisturbed,
)
from app.sampling.shapes.cut import Cut
from app.tables.opening import open_table
from app.tables.problems import Group, Known, Problem, Problems
from app.tables.reading import Table, known_of, looking_alike

PROGRESS_EVERY = 20_000
BLOCK = 1000
SET_ASIDE_REASONS = {
    "law_type": "of a law type that is not part of the audit",
    "outside_window": "filed outside the audit’s window",
}


@dataclass(frozen=True)
class FrameReading:
    """What a frame file holds, by what was `allowed`; the filings count only where there are no problems.

    `strata` are the practitioners alike in area, band, employment and law types, under the rules share and latest.
    """

    rows: int
    practitioners: int
    sha256: str
    counts: Mapping[str, Mapping[str, int]]
    strata: Mapping[str, Sequence[tuple[Stratum, int]]]
    problems: Sequence[Problem]
    groups: Sequence[Group]
    total_problems: int
    warnings: Sequence[Known]
    new_areas: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    set_aside: Mapping[str, int]
    parts: Sequence[bytes]
    allowed: Allowed
    # How many rows and practitioners the list leaves out by the audit's own choice.
    left_out: Mapping[str, Any] = field(default_factory=dict)
    # Of a frame that was read to draw from it at once, instead of its parts: the practitioners with their latest
    # filings, and the days on which anything was filed.
    population: Population = field(default_factory=dict)
    days: Collection[str] = ()
    # What a mapping made of the file's rows, where one was used.
    mapped: Mapped | None = None

    @classmethod
    def refused(cls, problems: Problems, allowed: Allowed) -> "FrameReading":
        """Return the reading of a file that could not be read at all."""
        wrong = (problems.in_order(), problems.groups(), problems.total)
        return cls(0, 0, "", {}, {}, *wrong, [], (), (), {}, [], allowed)

    def filings(self) -> Iterator[Filing]:
        """Yield the filings in the order of the canonical frame."""
        return unpacked(self.parts)


TORN = {
    "service_area": ("E-TWO-AREAS", "service areas"),
    "performance_band": ("E-TWO-BANDS", "performance bands"),
    "employment": ("E-TWO-EMPLOYMENTS", "kinds of employment"),
}


def read_frame(file: BinaryIO, allowed: Allowed, *, progress: Callable[[int], None] | None = None) -> FrameReading:
    """Read a frame file row by row; nothing is stored, and every problem is in the result.

    `progress` is told the rows read.
    """
    table = open_table(file, allowed.expected)
    return read_frame_table(table, allowed, progress=progress)


def read_frame_table(
    table: Table, allowed: Allowed, *, progress: Callable[[int], None] | None = None, to_draw: int = 0
) -> FrameReading:
    """Read a frame from an open table.

    One that is read `to_draw` so many cases of each practitioner keeps its population instead of its parts.
    """
    with undisturbed():
        return _reading(table, allowed, progress, to_draw)


def _reading(table: Table, allowed: Allowed, progress: Callable[[int], None] | None, to_draw: int) -> FrameReading:
    checks, problems, lines = Checks(allowed), table.problems, SortedLines()
    set_aside: Counter[str] = Counter()
    cut = Cut(allowed.only_areas, allowed.without, allowed.documents)
    latest = LatestFilings(to_draw) if to_draw else LatestDays()
    rows = told = 0
    for block in blocks_of(table, checks.columns(table), allowed.absent):
        number = int(block[-1][8])
        if progress and number - told >= PROGRESS_EVERY:
            progress(number)
            told = number
        kept = cut.kept(_kept(block, allowed, set_aside))
        rows += len(kept)
        latest.meet(kept)
        lines.add(map("\t".join, kept))
    digest, shared, parts = _in_order(lines, problems, packing=not to_draw)
    people = latest.people()
    _of_people(lines, people, cut, problems)
    _doubtful(checks, problems)
    sound = not problems.total
    found = warnings_of(people.known, shared, allowed, tuple(checks.new_areas), set_aside, cut) if sound else []
    return FrameReading(
        rows=rows,
        practitioners=len(people.known),
        sha256=digest if sound else "",
        counts=counts_of(people.known),
        strata=strata_by_rule(people.known),
        problems=problems.in_order(),
        groups=problems.groups(),
        total_problems=problems.total,
        warnings=[*found, *table.known()] if sound else [],
        new_areas=tuple(checks.new_areas),
        unknown_columns=table.unknown,
        set_aside=dict(set_aside),
        parts=parts if sound else [],
        allowed=allowed,
        population=people.known if sound and to_draw else {},
        days=latest.days if sound and isinstance(latest, LatestFilings) else frozenset(),
        left_out=cut.left_out(),
    )


def _of_people(lines: SortedLines, people: People, cut: Cut, problems: Problems) -> None:
    _torn(lines, people.torn, problems)
    elsewhere_too(cut, people.known, problems)


def elsewhere_too(cut: Cut, people: Mapping[str, Practitioner], problems: Problems) -> None:
    """Name who has filings in an area of the audit and in one that it leaves out."""
    for who in sorted(cut.elsewhere.keys() & people.keys()):
        here, there = people[who].service_area, cut.elsewhere[who]
        wrong = f"Practitioner {who} has filings in {here} and in {there}, which is not part of the audit."
        allowed = "The same in every row of one practitioner"
        problems.add("E-TWO-AREAS", wrong, allowed, column="service_area", value=there, about=who)


def blocks_of(table: Table, columns: Sequence[Column], absent: Mapping[str, str]) -> Iterator[list[tuple[str, ...]]]:
    """Yield some rows at a time: the cleaned values in ORDER and the row's number.

    What is wrong with a value is added to the table's problems. Values that are known are cleaned column by column,
    which is quick; the others one by one, in the order of the rows. `absent` is what stands where there is no column.
    """
    if not table.names or table.problems.total:
        return
    while block := list(islice(table.cells, BLOCK)):
        numbers = [number for number, _ in block]
        raw = list(zip(*(cells for _, cells in block), strict=False))
        found = [
            column.cleaned(raw[column.at]) if column.at >= 0 else [absent[column.name]] * len(block)
            for column in columns
        ]
        unknown = {i for values in found if None in values for i, value in enumerate(values) if value is None}
        for i in sorted(unknown):
            for column, values in zip(columns, found, strict=True):
                if values[i] is None:
                    values[i] = _looked(column, raw[column.at][i], numbers[i], table.problems)
        yield list(zip(*found, map(str, numbers), strict=True))


def _kept(block: list[tuple[str, ...]], allowed: Allowed, set_aside: Counter[str]) -> list[tuple[str, ...]]:
    """Return the rows that are part of the audit; the others are set aside and counted."""
    if not allowed.ignore_law_types and allowed.outside_window != "exclude":
        return block
    first, last = (day.isoformat() for day in allowed.window)
    kept = []
    for values in block:
        if values[3] in allowed.ignore_law_types:
            set_aside["law_type"] += 1
        elif not first <= values[6] <= last and values[6] and allowed.outside_window == "exclude":
            set_aside["outside_window"] += 1
        else:
            kept.append(values)
    return kept


def _looked(column: Column, raw: str, number: int, problems: Problems) -> str:
    value, fault = column.look(raw)
    if fault is not None:
        shown = repr(raw)[1:-1] if fault[0] == "E-CONTROL" else raw
        problems.add(*fault, row=number, column=column.name, value=shown)
    return value


def _doubtful(checks: Checks, problems: Problems) -> None:
    """Say of which days nobody can know whether the day or the month comes first."""
    doubt = checks.days.doubt()
    if doubt is not None:
        problems.add(*doubt, column="filed_on", value=checks.days.doubtful)


def strata_by_rule(people: Mapping[str, Practitioner]) -> dict[str, list[tuple[Stratum, int]]]:
    """Return how many practitioners each stratum has, by law rule."""
    return {
        rule: sorted((s, len(members)) for s, members in strata_of(people, law_rule=rule).items())
        for rule in ("share", "latest")
    }


def _in_order(
    lines: SortedLines, problems: Problems, *, packing: bool
) -> tuple[str, dict[str, list[str]], list[bytes]]:
    """Hash and perhaps pack the canonical frame, and find what is there twice.

    In order, the rows of a case stand beside each other. Returns the hash, the cases that several practitioners share,
    and the parts.
    """
    digest, parts = FrameHash(), []
    shared: dict[str, list[str]] = {}
    held: list[str] = []
    ordered = iter(lines)
    while block := list(islice(ordered, PART)):
        kept = [line[: line.rindex("\t")] for line in block]
        if packing:
            parts.append(packed(kept))
        digest.add([line[: line.rindex("\t")] for line in kept])
        held = _beside(held + block, problems, shared)
    _beside([*held, "\t"], problems, shared)
    return digest.hex, shared, parts


def _beside(block: Sequence[str], problems: Problems, shared: dict[str, list[str]]) -> list[str]:
    """Look at the cases of which a block has several rows; return those of its last, which may go on in the next."""
    refs = [line[: line.index("\t")] for line in block]
    first = len(refs) - 1
    while first and refs[first - 1] == refs[-1]:
        first -= 1
    if len(set(refs)) < len(refs):
        for _, rows in groupby(block[:first], key=lambda line: line[: line.index("\t")]):
            together = list(rows)
            if len(together) > 1:
                _same_case(together, problems, shared)
    return list(block[first:])


THERE_ALREADY = "This filing is there already, with something else different, in row"


def _same_case(lines: Sequence[str], problems: Problems, shared: dict[str, list[str]]) -> None:
    """Look at the rows of one case.

    The same row, or the same filing with something else different, may not be there twice.
    """
    whole: dict[tuple[str, ...], str] = {}
    filing: dict[tuple[str, ...], str] = {}
    practitioners: dict[str, None] = {}
    for row in sorted((line.split("\t") for line in lines), key=lambda r: int(r[8])):
        if not (row[0] and row[1]):
            continue
        practitioners[row[1]] = None
        everything, key = tuple(row[:7]), (row[0], row[1], row[3], row[6])
        code, wrong = "", ""
        if everything in whole:
            code, wrong = "E-DUP-ROW", f"This row is the same as row {whole[everything]}."
        elif key in filing:
            code, wrong = "E-DUP-FILING", f"{THERE_ALREADY} {filing[key]}."
        if code:
            problems.add(code, wrong, "Each filing once", row=int(row[8]), column="case_ref", value=row[0])
        whole.setdefault(everything, row[8])
        filing.setdefault(key, row[8])
    if len(practitioners) > 1:
        shared[lines[0].partition("\t")[0]] = list(practitioners)


def _torn(lines: SortedLines, torn: Mapping[str, set[str]], problems: Problems) -> None:
    """Name every row of a practitioner with two areas, bands or kinds of employment; which is right, nobody guesses."""
    if not torn:
        return
    rows: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for line in lines:
        values = line.split("\t")
        for name, keys in torn.items():
            value = values[ORDER.index(name)]
            if values[1] in keys and value:
                rows[name, values[1]].append((int(values[8]), value))
    for (name, practitioner), found in rows.items():
        _name_torn(name, practitioner, found, problems)


def _name_torn(name: str, practitioner: str, rows: Sequence[tuple[int, str]], problems: Problems) -> None:
    code, noun = TORN[name]
    counts = Counter(value for _, value in rows)
    values = ", ".join(f"{v} ({n})" for v, n in sorted(counts.items()))
    wrong = f"Practitioner {practitioner} has {len(counts)} {noun}: {values}."
    for number, value in rows:
        allowed = "The same in every row of one practitioner"
        problems.add(code, wrong, allowed, row=number, column=name, value=value, about=practitioner)


def warnings_of(
    people: Mapping[str, Practitioner],
    shared: Mapping[str, Sequence[str]],
    allowed: Allowed,
    new_areas: Sequence[str],
    set_aside: Mapping[str, int],
    cut: Cut,
) -> list[Known]:
    """Return what is to know of a list before it is kept; `shared` has the practitioners of a case by its reference."""
    areas = {p.service_area for p in people.values()}
    bands = {p.performance_band for p in people.values()}
    names = {"area": [*allowed.areas, *sorted(areas)], "band": sorted(bands)}
    found = {
        "W-NEW-AREA": list(new_areas) if allowed.areas else [],
        "W-NO-FILINGS": [a for a in (allowed.only_areas or allowed.areas) if a not in areas],
        "W-CASE-SHARED": [f"{case}: {' and '.join(who)}" for case, who in shared.items()],
        "W-SMALL": [] if allowed.everybody else _alone(people.values()),
        "W-EMPTY-STRATUM": _empty(people, areas),
        "W-SETASIDE": [f"{n:,} {SET_ASIDE_REASONS[reason]}" for reason, n in set_aside.items()],
        "W-OTHER-KIND": [
            f"{allowed.kinds.document_kinds.name(code)}: {plural(n, 'filing')}" for code, n in cut.of_kind.items()
        ],
        "W-FEW-LEFT": cut.thinned(Counter(p.service_area for p in people.values())),
    }
    return [
        *(known_of(kind, items, WARNINGS[kind]) for kind, items in found.items() if items),
        *looking_alike("W-ID-ALIKE", {"practitioner_id": list(people)}),
        *looking_alike("W-ALIKE", names),
    ]


WARNINGS = {
    "W-NEW-AREA": "Service areas that this installation does not know yet. They will be added.",
    "W-NO-FILINGS": "Service areas of this installation without any filing. Nobody there can be drawn.",
    "W-CASE-SHARED": "Cases that stand under several practitioners; the same file could be audited twice.",
    "W-SMALL": (
        "Service areas, or law types and bands of an area, with one practitioner, who is drawn in some draws and "
        "not in others."
    ),
    "W-EMPTY-STRATUM": "Law types or bands that are there nationally but not in an area.",
    "W-SETASIDE": "Rows that were set aside.",
    "W-LATEST": "Practitioners with several values: the one of the latest filing counts, in all of their rows.",
    "W-ZONE": "Filed close to midnight: in London the day would be on the other side of the window’s edge.",
    "W-OTHER-KIND": "Filings of kinds of document that the audit leaves out. They are not in the list.",
    "W-FEW-LEFT": (
        "Service areas where nobody, or fewer than 5 practitioners, are left because the others were audited lately."
    ),
}


def _alone(people: Collection[Practitioner]) -> list[str]:
    """Return the areas, and the law types and bands of an area, that have one practitioner."""
    in_area = Counter(p.service_area for p in people)
    cells = Counter((p.service_area, law, p.performance_band) for p in people for law in p.latest)
    return [a for a, n in sorted(in_area.items()) if n == 1] + [
        ", ".join(filter(None, cell)) for cell, n in sorted(cells.items()) if n == 1
    ]


def _empty(people: Mapping[str, Practitioner], areas: Iterable[str]) -> list[str]:
    laws = {(p.service_area, law) for p in people.values() for law in p.latest}
    bands = {(p.service_area, p.performance_band) for p in people.values()}
    every: Any = [
        (area, word, kind) for kind in (laws, bands) for word in sorted({w for _, w in kind}) for area in sorted(areas)
    ]
    return [f"{area}, {word}" for area, word, kind in every if (area, word) not in kind]
