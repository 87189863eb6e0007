"""What is written of a document of a file, and when it can be listed. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from app.clock import MONTHS
from app.tables.cells import cleaned

# The digits of a keyboard reach the first nine; a file rarely has more that matter.
MOST_LISTED = 40


class Listed(Protocol):
    """What evidence names of a document."""

    @property
    def label(self) -> str: ...  # noqa: D102 - as the class says

    @property
    def dated(self) -> date | None: ...  # noqa: D102


def called(label: str, dated: date | None) -> str:
    """Return how evidence names a document: its label, and its day and month where it has a date."""
    return f"{label}, {dated.day} {MONTHS[dated.month - 1]}" if dated else label


def tidy(label: str) -> str:
    """Return a label as it is kept: nothing invisible in it, one space between words."""
    return " ".join(cleaned(label).split())


def same(label: str, dated: date | None, listed: Iterable[Listed]) -> Listed | None:
    """Return the listed document that another label and day are the same as, or None.

    Two equal labels are one, however they are written; two days tell them apart.
    """
    folded = label.casefold()
    alike = [one for one in listed if one.label.casefold() == folded]
    return next((one for one in alike if dated in {None, one.dated}), None)


def why_not_listed(count: int) -> str | None:
    """Return why no more documents can be listed of a file, or None."""
    if count < MOST_LISTED:
        return None
    return f"{MOST_LISTED} documents are listed already. Remove one that no evidence needs, or name it in the evidence."
