"""What is written of a document of a file, when it can be listed, and what can be kept as a phrase. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from app.audit.evidence.models import LONGEST_PHRASE
from app.clock import MONTHS, today
from app.labels import length_fault
from app.tables.cells import cleaned
from app.web.personal import warning

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


def why_not_dated(dated: date | None) -> str | None:
    """Return why a document of a file cannot have a date, or None: it is there already."""
    return "The date of the document must be today or in the past" if dated and dated > today() else None


def why_not_listed(count: int) -> str | None:
    """Return why no more documents can be listed of a file, or None."""
    if count < MOST_LISTED:
        return None
    return f"{MOST_LISTED} documents are listed already. Remove one that no evidence needs, or name it in the evidence."


def phrase_fault(text: str) -> str | None:
    """Return why a text cannot be kept as a phrase, or None."""
    return length_fault("A phrase", text, LONGEST_PHRASE) if text else "Write something first, then it can be kept."


def why_not_in_the_bank(text: str) -> str | None:
    """Return why a phrase is for the bank only once its author has confirmed it: personal details, or None."""
    found = warning("The phrase", text)
    return f"{found} Every grader of the audit would read it." if found else None
