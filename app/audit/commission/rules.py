"""What a commission may say: references, shares and windows."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Protocol

from app.clock import local_date
from app.labels import listed
from app.people.kind_lists import ABOUT
from app.people.kinds import KindsOfWork

# Few digits, because Fraction("1e-20000000") works for minutes before it can be refused.
_FRACTION = re.compile(r"[0-9]{1,9}/[0-9]{1,9}%?|[0-9]{0,3}(\.[0-9]{1,9})?%?")


# The address of an audit is /audits/ and its reference; these are pages of their own.
RESERVED = ("NEW", "TEMPLATES", "EARLIER")


A_YEAR = timedelta(days=365)


class Ended(Protocol):
    """What says when an audit ended."""

    @property
    def imported(self) -> bool: ...  # noqa: D102 - as the table has it
    @property
    def finalised_at(self) -> datetime | None: ...  # noqa: D102 - as the table has it
    @property
    def published_at(self) -> datetime | None: ...  # noqa: D102 - as the table has it
    @property
    def withdrawn_at(self) -> datetime | None: ...  # noqa: D102 - as the table has it
    @property
    def archived_at(self) -> datetime | None: ...  # noqa: D102 - as the table has it


REFERENCE_WANTED = "Enter a reference of capital letters, figures and hyphens, such as NA-2026-11"


def reference_fault(text: str) -> str | None:
    """Return what is wrong with an audit's reference, which stands in capitals in addresses and on every table."""
    if text.upper() in RESERVED:
        return f"{text} is part of another page’s address. Choose another reference"
    return None if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{1,29}", text) else REFERENCE_WANTED


def share_of(text: str) -> Fraction | None:
    """Return a share written as 1/2, 50% or 0.5, or None where it is none from 0 to 1."""
    text = text.strip()
    if not _FRACTION.fullmatch(text):
        return None
    try:
        value = Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        return None
    return value if 0 <= value <= 1 else None


def fraction_of(text: str) -> Fraction | None:
    """Return a sampling fraction, which is more than nothing, or None."""
    return share_of(text) or None


_SHARES = {
    Fraction(1): "all",
    Fraction(1, 2): "half",
    Fraction(1, 3): "a third",
    Fraction(2, 3): "two thirds",
    Fraction(1, 4): "a quarter",
    Fraction(3, 4): "three quarters",
    Fraction(1, 5): "a fifth",
}


def share_in_words(text: str) -> str:
    """Return a sampling fraction as people say it before ‘of the practitioners’: half, a third, 35%, 3 in 7."""
    value = fraction_of(text)
    if value is None:
        return text
    hundredths = value * 100
    return _SHARES.get(value) or (
        f"{hundredths}%" if hundredths.denominator == 1 else f"{value.numerator:,} in {value.denominator:,}"
    )


def ended_on(audit: Ended) -> date | None:
    """Return the day on which an audit ended: published, withdrawn, or brought in with its results."""
    brought_in = audit.finalised_at if audit.imported else None
    ended = audit.withdrawn_at or audit.published_at or brought_in
    return local_date(ended) if ended else None


def is_archived(audit: Ended, on: date) -> bool:
    """Say whether an audit is kept apart from the list on a day: at once, or a year after its end."""
    end = ended_on(audit)
    return audit.archived_at is not None or (end is not None and end + A_YEAR <= on)


CLOSED = (
    "cannot be chosen for a new audit. An administrator adds or opens it on the page ‘Kinds of work’, under ‘Settings’"
)


def not_offered(
    kinds: KindsOfWork, law_types: Iterable[str], bands: Sequence[str], document_kinds: Sequence[str] = ()
) -> dict[str, str]:
    """Return by field why kinds of work cannot be those of a new audit: closed, not listed, or named twice."""
    found = {}
    chosen = {"law_types": list(law_types), "bands": bands, "document_kinds": document_kinds}
    for which, codes in chosen.items():
        known, offered = kinds.of(which), {kind.code for kind in kinds.of(which).open}
        wrong = [known.name(code) for code in codes if code not in offered]
        if wrong or len(set(codes)) != len(codes):
            once = f"Choose each {ABOUT[which].singular} once"
            found[which] = f"{listed(wrong)} {CLOSED}" if wrong else once
    return found
