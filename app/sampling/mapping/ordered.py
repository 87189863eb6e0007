"""The rows of an export in the order of the canonical frame: each filing once, and each practitioner with one value."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice

from app.mapping.profile import REFUSE, Profile
from app.sampling.lines import PART, SortedLines, packed
from app.sampling.mapping import result
from app.sampling.mapping.persons import Persons, settled
from app.sampling.mapping.result import Tally
from app.sampling.population import FrameHash, LatestDays, LatestFilings, People
from app.sampling.reading import TORN
from app.tables.problems import Problems

Row = tuple[str, ...]


@dataclass
class Ordered:
    """The second look at the rows, in the order of the canonical frame: what is there twice, whose values differ."""

    lines: SortedLines
    persons: Persons
    tally: Tally
    problems: Problems
    profile: Profile
    digest: FrameHash = field(default_factory=FrameHash)
    parts: list[bytes] = field(default_factory=list)
    shared: dict[str, list[str]] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)
    changed_people: set[str] = field(default_factory=set)
    waiting: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: int = 0
    days: set[str] = field(default_factory=set)

    def people(self, days: LatestDays, *, to_draw: int) -> People:
        """Look at every row once more, and return the practitioners of those that are left."""
        if not (to_draw or self.persons):
            known = days.people()
            days.forget()
            self._each(packing=True, meet=lambda _: None)
            return known
        days.forget()
        latest = LatestFilings(to_draw) if to_draw else LatestDays()
        self._each(packing=not to_draw, meet=lambda kept: latest.meet([tuple(line.split("\t")) for line in kept]))
        self.days = latest.days if isinstance(latest, LatestFilings) else set()
        return latest.people()

    def _each(self, *, packing: bool, meet: Callable[[Sequence[str]], None]) -> None:
        for block in _whole_cases(iter(self.lines)):
            kept = self._settled(block)
            if not kept:
                continue
            self.rows += len(kept)
            meet(kept)
            of_kind = [line[: line.rindex("\t")] for line in kept]
            if packing:
                self.parts.append(packed(of_kind))
            self.digest.add([line[: line.rindex("\t")] for line in of_kind])

    def _settled(self, block: Sequence[str]) -> Sequence[str]:
        """Return the lines that stay, in order; quick where each case is there once and nobody has several values."""
        refs = [line[: line.index("\t")] for line in block]
        if not self.persons and len(set(refs)) == len(refs):
            return block
        kept: list[str] = []
        for _, lines in groupby(block, key=lambda line: line[: line.index("\t")]):
            together = list(lines)
            kept += self._of_a_case(together) if len(together) > 1 or self.persons else together
        return kept

    def _of_a_case(self, lines: Sequence[str]) -> list[str]:
        once: dict[Row, list[str]] = {}
        for line in lines:
            row = line.split("\t")
            if (row[1], row[3], row[6]) in once:
                self._twice(row)
            else:
                once[row[1], row[3], row[6]] = row
        practitioners = dict.fromkeys(row[1] for row in once.values())
        if len(practitioners) > 1:
            self.shared[lines[0][: lines[0].index("\t")]] = list(practitioners)
        return sorted("\t".join(row) for row in once.values() if self._stays(row))

    def _twice(self, row: Sequence[str]) -> None:
        if self.profile.repeated == REFUSE:
            self.tally.waiting[result.REPEATED] += 1
            wrong = "This filing is there already."
            self.problems.add(
                "E-DUP-FILING", wrong, "Each filing once", row=int(row[8]), column="case_ref", value=row[0]
            )
        else:
            self.tally.leave(result.REPEATED, row)

    def _stays(self, row: list[str]) -> bool:
        """Settle a row by the rules about persons; return whether it stays."""
        key = row[1]
        if key in self.persons.waiting:
            what, name = self.persons.waiting[key]
            self.waiting[what, name] += 1
            self.tally.waiting[f"{what}:{name}"] += 1
            code, noun = TORN[name]
            wrong = f"Practitioner {key} has several {noun}."
            allowed = "Decide in the mapping which counts"
            self.problems.add(code, wrong, allowed, row=int(row[8]), column=name, value=row[0], about=key)
            return False
        if key in self.persons.dropped:
            self.tally.leave(self.persons.dropped[key], row)
            return False
        for name in settled(row, self.persons.fixed.get(key, {})):
            self.changed[name] += 1
            self.changed_people.add(key)
        return True


def _whole_cases(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield some thousands of lines in order at a time, never parting those of one case."""
    ordered = iter(lines)
    held: list[str] = []
    while block := list(islice(ordered, PART)):
        block = held + block
        last = block[-1][: block[-1].index("\t") + 1]
        at = len(block) - 1
        while at and block[at - 1].startswith(last):
            at -= 1
        held, whole = block[at:], block[:at]
        if whole:
            yield whole
    if held:
        yield held
