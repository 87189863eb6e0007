"""What is wrong with a file: each problem by row and column, and what is alike together, with what mends it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MOST_PROBLEMS = 1000
# A page and the command line show this many kinds of problems.
MOST_GROUPS = 50
LONGEST_SHOWN = 80
# Rows that are named of problems that are alike.
ROWS_NAMED = 5
# Values of one column with one kind of problem stand each by itself up to so many; more of them stand together.
VALUES_APART = 5
# So many values are told apart while a file is read; more of a column and kind are counted together.
MOST_VALUES = 20_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `row` counts data rows from 1 (None for the whole file), `line` is the spreadsheet's."""

    code: str
    row: int | None
    column: str
    value: str
    wrong: str
    allowed: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that are alike: how many, the first rows, and what would mend them all.

    `value` is empty where several values stand together; then the sentence tells of the first for example.
    """

    code: str
    column: str
    value: str
    values: int
    count: int
    rows: Sequence[int]
    lines: Sequence[int]
    wrong: str
    allowed: str
    mend: str


@dataclass(frozen=True, slots=True)
class Known:
    """Something to know before going on: how often, and for instance."""

    kind: str
    sentence: str
    count: int
    examples: tuple[str, ...]


@dataclass(slots=True)
class _Alike:
    first: Problem
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def note(self, row: int | None) -> None:
        self.count += 1
        if row is not None and len(self.rows) < ROWS_NAMED:
            self.rows.append(row)


@dataclass
class Problems:
    """Collects problems: the first thousand, how many there are in all, and all of them by what is alike."""

    kept: list[Problem] = field(default_factory=list)
    total: int = 0
    # The row of a spreadsheet in which the headings stand.
    heading: int = 1
    _found: dict[tuple[str, str, str], _Alike] = field(default_factory=dict)

    def add(
        self,
        code: str,
        wrong: str,
        allowed: str,
        *,
        row: int | None = None,
        column: str = "",
        value: str = "",
        about: str | None = None,
    ) -> None:
        """Add a problem; those of one code, column and value, or of what else it is `about`, are alike."""
        self.total += 1
        shown = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
        problem = Problem(code, row, column, shown, wrong, allowed, row and row + self.heading)
        if len(self.kept) < MOST_PROBLEMS:
            self.kept.append(problem)
        key = (code, column, shown if about is None else about)
        if key not in self._found and len(self._found) >= MOST_VALUES:
            key = (code, column, "")
        self._found.setdefault(key, _Alike(problem)).note(row)

    def in_order(self) -> list[Problem]:
        """Return the kept problems, those of the whole file first, then by row."""
        return sorted(self.kept, key=lambda p: (p.row or 0, p.column))

    def groups(self) -> list[Group]:
        """Return all problems by what is alike: those of the whole file first, then the most frequent."""
        kinds: defaultdict[tuple[str, str], list[_Alike]] = defaultdict(list)
        for (code, column, _), found in self._found.items():
            kinds[code, column].append(found)
        groups = [group for alike in kinds.values() for group in self._of_a_kind(alike)]
        return sorted(groups, key=lambda g: (bool(g.rows), -g.count, g.rows[:1], g.column, g.code))

    def _of_a_kind(self, alike: Sequence[_Alike]) -> Iterator[Group]:
        if len(alike) <= VALUES_APART:
            yield from (self._group([found], found.first.value) for found in alike)
        else:
            yield self._group(alike, "")

    def _group(self, alike: Sequence[_Alike], value: str) -> Group:
        p, rows = alike[0].first, sorted(row for found in alike for row in found.rows)[:ROWS_NAMED]
        wrong = p.wrong
        if len({found.first.wrong for found in alike}) > 1:
            wrong = f"For example, {p.value or 'of the first'}: {p.wrong}"
        allowed = p.allowed if len({found.first.allowed for found in alike}) == 1 else _common(alike)
        return Group(
            p.code,
            p.column,
            value,
            len(alike),
            sum(found.count for found in alike),
            rows,
            [row + self.heading for row in rows],
            wrong,
            allowed,
            mend(p.code, value),
        )


def _common(alike: Sequence[_Alike]) -> str:
    """Return what is allowed for all values, without what was meant by each."""
    first = alike[0].first.allowed
    sentence = first.partition(". Did you mean")[0]
    return sentence if all(found.first.allowed.startswith(sentence) for found in alike) else first


_RENAME = "Name the column so in the heading row."
_FILL = "Fill the cell in each of these rows, or leave the rows out."
_RIGHT_ONE = "Find out which is right, and put it into every row of the practitioner."
_WRITE_DAYS = "Give the whole column one date format with four digits of the year, and save the list again."
_FROM_SOURCE = (
    "Export the list again and open it with the column as text (Data, From text, Column: Text), so that nothing is "
    "changed on the way."
)
_MENDS = {
    "E-COLUMN": _RENAME,
    "E-BLANK": _FILL,
    "E-BAND-MISSING": _FILL,
    "E-NO-VALUE": _FILL,
    "E-ERROR": "Mend the formula behind these cells, or type the value over it.",
    "E-LOST": "Export the list again and save it as ‘CSV UTF-8’.",
    "E-CONTROL": "Take line ends and tabs out of these cells; the formula CLEAN of a spreadsheet does it.",
    "E-CHANGED": _FROM_SOURCE,
    "E-FORMULA": "Take the sign at the beginning away, in the list and where it comes from.",
    "E-DATE": _WRITE_DAYS,
    "E-DATE-ORDER": _WRITE_DAYS,
    "E-WINDOW": "Leave these filings out, or have the window of the audit looked at.",
    "E-DUP-ROW": "Take the repeated rows out; ‘Remove duplicates’ of a spreadsheet does it.",
    "E-DUP-FILING": "Keep the row that is right of each of these filings.",
    "E-DUP": "Keep one row of each.",
    "E-TWO-AREAS": _RIGHT_ONE,
    "E-TWO-BANDS": _RIGHT_ONE,
    "E-TWO-EMPLOYMENTS": _RIGHT_ONE,
    "E-CELLS": "Put quotation marks around values with the separator in them, and take notes out of the rows.",
    "E-LONG": "Shorten the value, in the list and where it comes from.",
}
_REPLACE = "E-UNKNOWN"


def mend(code: str, value: str) -> str:
    """Return what would mend all problems of a code and value, or nothing where what is allowed says it."""
    if code.startswith(_REPLACE):
        what = f"‘{value}’" if value else "each of these values"
        return f"Replace {what} in the whole column by what is allowed, or leave the rows out."
    return _MENDS.get(code, "")
