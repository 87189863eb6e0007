"""What looks like a personal detail in a text: it warns, never refuses (cases are known by reference only). Pure.

Names are noticed by a list of given names and by what stands beside them; what was tried is in tests/data/names.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

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
_DATA = Path(__file__).resolve().parents[1] / "data"
_CAPITALISED = re.compile(r"(?<![\w-])[A-Z\u00c0-\u00de][a-z\u00df-\u00ff]{2,}(?![\w@])")
# A word of kin, an age or "subject" that ends before a name, or begins after one.
_KIN = (
    r"(?:(?:step|half|foster)-?)?(?:mothers?|fathers?|mum|dad|sisters?|brothers?|siblings?|sons?|daughters?|aunts?|"
    r"uncles?|grandmothers?|grandfathers?|grandparents?|nan|cousins?|partner|wife|husband|child|subjects?|boy|girl)"
)
_BEFORE = re.compile(rf"(?:\b{_KIN},?\s\(?|-year-old,?\s)$", re.IGNORECASE)
_AFTER = re.compile(
    rf"(?:['\u2019]s)?,?\s(?:{_KIN}\b|\(?(?:who\sis\s|is\s)?(?:aged?\s\d|\d{{1,2}}(?:\syears|-year)))", re.IGNORECASE
)
_LONGEST_KIN = 20
# What stands beside such words with a capital and is no name. Words of the threshold documents are left out too.
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
        january february march april may june july august september october november december monday tuesday wednesday
        thursday friday saturday sunday christmas easter she her hers his him they them their this that these those when
        where what which who why how and but not was were has had are did does will would could should can might the
        polish romanian english welsh scottish irish british french german asian african indian pakistani muslim
        christian jewish sikh hindu catholic cafcass cymru section schedule part year domestic abuse police court after
        before then there here see also both each every all some any nobody somebody only never our you your
        """,
    )
)


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
    elif _names(text):
        yield "the name of a person"
    if _BORN.search(text):
        yield "a date of birth"
    # Dates in figures are ways to point to the file.
    if any(sum(c.isdigit() for c in m.group()) in _PHONE_DIGITS for m in _PHONE.finditer(_NUMERIC_DATE.sub("x", text))):
        yield "a phone number"
    if _EMAIL.search(text):
        yield "an email address"


@cache
def _given_names() -> frozenset[str]:
    """Return the list of given names; its file says where they are from."""
    lines = (_DATA / "given-names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _words_of_the_field() -> frozenset[str]:
    """Return the words of the threshold documents that come with the product, as they stand inside sentences."""
    texts = (path.read_text(encoding="utf-8") for path in sorted((_DATA / "thresholds").glob("*.yaml")))
    return frozenset(word for text in texts for word in re.findall(r"\b[a-z]{3,}\b", text))


def _names(text: str) -> bool:
    """Say whether a text has a given name in it, or a capitalised word beside one of kin, an age or `subject`."""
    given, field = _given_names(), _words_of_the_field()
    for found in _CAPITALISED.finditer(text):
        word = found.group()
        if word in given:
            return True
        lower = word.lower()
        if lower in _NO_NAMES or lower in field:
            continue
        start, end = found.span()
        if _BEFORE.search(text[max(0, start - _LONGEST_KIN) : start]) or _AFTER.match(text, end):
            return True
    return False
