"""The balance of an export in words: the rows of the file, less each reason, are the filings of the list. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.clock import day as in_words
from app.mapping.kinds import Kind
from app.sampling.mapping.result import ELSEWHERE, LATELY, NO_DATA, OUTSIDE, REPEATED, Mapped

_PLAINLY = {
    NO_DATA: "Totals and notes, which are no filings",
    REPEATED: "The same filing once more",
    ELSEWHERE: "In a service area that the audit leaves out",
    LATELY: "Of practitioners who were audited lately",
}
_PLURALS = {"service_area": "areas", "performance_band": "bands", "employment": "kinds of employment"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the balance: its words, how many rows, whether they are taken off, and for what reason."""

    words: str
    rows: int
    less: bool = False
    reason: str = ""
    # Whether the rows wait for a decision.
    waits: bool = False


def balance(of: Mapped, kind: Kind, window: tuple[date, date], kept: int) -> list[Line]:
    """Return the balance; its lines add up."""
    left = [
        Line(reason_in_words(reason, of, kind, window), n, less=True, reason=reason)
        for reason, n in of.left_out.items()
    ]
    waits = [Line(_waiting(name, kind), n, less=True, reason=name, waits=True) for name, n in of.waiting.items()]
    ordered = sorted(left, key=lambda line: -line.rows) + sorted(waits, key=lambda line: -line.rows)
    return [Line("Rows in the file", of.rows), *ordered, Line("Filings in the list", kept)]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a picture of the balance, of a thousand: where it begins, how wide it is, and what it is."""

    at: int
    width: int
    kind: str


# So narrow that it is still seen, and what is between two parts.
_NARROWEST, _BETWEEN = 12, 5


def bar_of(counts: Iterable[tuple[int, str]]) -> list[Part]:
    """Return a picture of the balance: the rows that are kept, those that are left out, and those that wait."""
    there = [(count, kind) for count, kind in counts if count]
    total, wide = sum(count for count, _ in there), 1000 - _BETWEEN * (len(there) - 1)
    widths = [max(_NARROWEST, wide * count // total) for count, _ in there]
    if widths:
        widest = widths.index(max(widths))
        widths[widest] -= sum(widths) - wide
    starts = [sum(widths[:n]) + _BETWEEN * n for n in range(len(widths))]
    return [Part(at, width, kind) for at, width, (_, kind) in zip(starts, widths, there, strict=True)]


def reason_in_words(reason: str, of: Mapped, kind: Kind, window: tuple[date, date]) -> str:
    """Return why some rows are left out."""
    name, _, key = reason.partition(":")
    if reason in _PLAINLY:
        return _PLAINLY[reason]
    if reason == OUTSIDE:
        return _outside(of, window)
    if name == "several":
        return f"Practitioners with several {_PLURALS[key]}, left out"
    called, shown = kind.field(name).called, of.shown.get(reason, key)
    return f"{called} “{shown}”, not part of the audit" if shown else f"Without a {kind.field(name).noun}, left out"


def _outside(of: Mapped, window: tuple[date, date]) -> str:
    first, last = window
    if not of.before_window:
        return f"Filed after {in_words(last)}"
    if of.before_window == of.left_out.get(OUTSIDE):
        return f"Filed before {in_words(first)}"
    return f"Filed before {in_words(first)} or after {in_words(last)}"


def _waiting(name: str, kind: Kind) -> str:
    what, _, field = name.partition(":")
    if field:
        return f"Several {_PLURALS[field]} of one practitioner, to decide"
    if what == OUTSIDE:
        return "Filed outside the window, to decide"
    return "Filings that are there twice, to decide" if what == REPEATED else f"{kind.field(what).called} to decide"
