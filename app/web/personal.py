"""What looks like a personal detail in a text: it warns, never refuses (cases are known by reference only). Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.labels import listed

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = (
    rf"(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?\d{{2,4}}|\d{{4}}-\d{{2}}-\d{{2}}|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}|{_MONTH}\s+\d{{1,2}})"
)
_BORN = re.compile(rf"\b(?:born|d\.?o\.?b|date of birth)\b[^\n,;]{{0,12}}?(?<!\d){_DATE}", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s@<>(),;:]{1,64}@[^\s@<>(),;:.]{1,63}\.[A-Za-z]{2}")
# "mr" has no other meaning however it is written; "MS" has.
_TITLE = re.compile(
    r"\b(?:(?:[Mm]rs?|MRS?)\b\.?\s{1,3}([^\W\d_])|(?:Ms|Miss|Mx|Dr|Prof|Professor|Dame|Rev)\b\.?\s{1,3}([^\W\d_]))"
)
_NUMERIC_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2})(?!\d)")
_PHONE = re.compile(r"(?<![\w-])(?:\+|\(?0)[\d ()-]{8,20}\d(?![\w-])")
_PHONE_DIGITS = range(10, 15)


# Every save looks at every text of the draft again, and most have not changed.
@lru_cache(maxsize=4096)
def personal_details(text: str) -> tuple[str, ...]:
    """Return in words what in a text looks like a personal detail."""
    return tuple(_found(text))


def warning(what: str, text: str) -> str | None:
    """Return the sentence that warns of personal details in a text; `what` names the text."""
    found = personal_details(text)
    if not found:
        return None
    return (
        f"{what} has something in it that looks like {listed(found)}. Cases are known by reference only, so take it "
        "out if it is one."
    )


def _found(text: str) -> Iterator[str]:
    if any(low or high.isupper() for low, high in _TITLE.findall(text)):
        yield "a name with a title"
    if _BORN.search(text):
        yield "a date of birth"
    # Dates in figures are ways to point to the file.
    if any(sum(c.isdigit() for c in m.group()) in _PHONE_DIGITS for m in _PHONE.finditer(_NUMERIC_DATE.sub("x", text))):
        yield "a phone number"
    if _EMAIL.search(text):
        yield "an email address"
