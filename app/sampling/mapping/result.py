"""What a mapping made of a file: every row once, what a person has to decide, and what a receipt says of it. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.sampling.population import COLUMNS

LINES_NAMED = 3
PEOPLE_NAMED = 2000
MOST_OPEN, MOST_DIFFERENT = 50, 200
# So many rows that are left out are kept for each reason, for whoever looks at them.
ROWS_KEPT = 1000
NO_DATA, OUTSIDE, REPEATED = "no_data", "outside_window", "repeated"
# Where the audit is about some areas only, or leaves out who was audited lately.
ELSEWHERE, LATELY = "elsewhere", "lately"
# What a person decides: what a value becomes; the order of dates; what bare numbers are; which column is a field; what
# several values of a practitioner are, also two on the latest day; what a filing that is there twice is.
VALUE, ORDER, NUMBERS, COLUMN, SEVERAL, TIE, TWICE = "value", "order", "numbers", "column", "several", "tie", "repeated"


@dataclass(frozen=True, slots=True)
class Open:
    """Something that a person has to decide: how many rows it is about, the first lines, and whose they are."""

    what: str
    field: str
    # The value as it stands, and its key in a mapping.
    shown: str = ""
    key: str = ""
    rows: int = 0
    lines: Sequence[int] = ()
    people: int = 0
    named: Sequence[str] = ()
    case: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a mapping made of the rows of a file.

    `left_out` and `waiting` count rows by reason, each row once; `changed` counts rows whose value of a field is that
    of the practitioner's latest filing and not their own.
    """

    name: str
    sha256: str
    file_sha256: str
    rows: int
    left_out: Mapping[str, int]
    waiting: Mapping[str, int]
    changed: Mapping[str, int]
    opens: Sequence[Open] = ()
    # How many more there are to decide than are shown.
    more_opens: int = 0
    # Rows outside the window by side, and the rows that are left out for each reason, the first of them.
    before_window: int = 0
    examples: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    # How the file was read: headings, encoding, separator, lines that are no data.
    headings: Sequence[str] = ()
    laid: Mapping[str, Any] = field(default_factory=dict)
    # The value that each reason of a value left out stands for, as it is in the file.
    shown: Mapping[str, str] = field(default_factory=dict)
    # The value of the file behind each service area's code.
    areas: Mapping[str, str] = field(default_factory=dict)
    # Who is in the file but not in the list.
    missing: Sequence[str] = ()
    missing_count: int = 0
    changed_people: Sequence[str] = ()

    def source(self, version: int | None) -> dict[str, Any]:
        """Return what a receipt says of the file and its mapping, which has no version where it is kept nowhere."""
        return {
            "file_sha256": self.file_sha256,
            "mapping": {"name": self.name, "version": version, "sha256": self.sha256},
            "rows": self.rows,
            "left_out": dict(self.left_out),
            "changed": dict(self.changed),
        }


def from_json(kept: Mapping[str, Any]) -> Mapped:
    """Return a result as it was kept."""
    return Mapped(**{**kept, "opens": [Open(**one) for one in kept["opens"]]})


# The fields in which a row can have something left out, in our order, and those that are not in the canonical frame.
IN_ORDER = (*COLUMNS, "document_kind")


class Tally:
    """Counts the rows that are not in the list, and keeps the first of each reason."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self.waiting: Counter[str] = Counter()
        self.before = 0
        self.examples: dict[str, list[Sequence[str]]] = {}

    def leave(self, reason: str, row: Sequence[str]) -> None:
        """Count a row that is left out: its values in our order, then its line."""
        self.left_out[reason] += 1
        kept = self.examples.setdefault(reason, [])
        if len(kept) < ROWS_KEPT:
            kept.append((row[8], *row[:8]))
