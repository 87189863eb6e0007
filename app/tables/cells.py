"""What a cell holds: its text as people read it, and what can be no value or no identifier. Pure.

What is done to a text is done to every table alike (sampling.md section 3.2, adoption.md section 1): characters that
nobody sees are taken out, every kind of blank becomes a plain one, accents and letters are put together (NFC), and
blanks at the ends go.
"""

import re
import unicodedata
from collections.abc import Iterable

from app.clock import MONTHS

# The code of a problem, what is wrong, and what is allowed.
Fault = tuple[str, str, str]

# Seen by nobody, although they are of no category of their own: joiners, fillers and selectors of a form.
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2065\u3164\uffa0")
_ERRORS = frozenset(("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#getting_data", "#nv"))
_NEWER_ERRORS = frozenset(("#spill!", "#calc!", "#field!", "#blocked!", "#connect!", "#busy!", "#unknown!", "#error!"))
_ERROR = re.compile(r"#{2,}|err:\d{3}")
_NO_VALUE = frozenset(("n/a", "null", "none", "nan", "nil", "unknown", "tbc", "tba"))
# A cell that starts with one of these could be run by a spreadsheet; full-width signs run too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_CUT = re.compile(r"[+-]?\d(?:[.,]\d+)?e[+-]\d{1,3}", re.ASCII | re.IGNORECASE)
_FLOAT = re.compile(r"(\d+)\.0+", re.ASCII)
_MONTHS = tuple(month[:3].lower() for month in MONTHS)
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_DAY = re.compile(
    rf"\d{{1,2}}-{_MONTH}(?:-\d{{2,4}})?|{_MONTH}-\d{{2,4}}|(?:19|20)\d\d-\d\d-\d\d(?:[ t].*)?", re.IGNORECASE
)
# As every ASCII text begins of which a fault is said below: what begins otherwise need not be looked at.
suspicious = re.compile(
    r"[-=+@'#]|err:|\d[\d.,]*e[-+]|\d+\.0|\d\d?-[a-z]{3}|[a-z]{3}-\d|\d{4}-\d\d-|n/a|null|none|nan|nil|unkn|tb[ca]",
    re.IGNORECASE,
).match
# What is in such a text, in small letters after a line end: quick to look for in many at once.
_SIGNS = (
    *("\n-", "\n=", "\n+", "\n@", "\n'", "\n#", "\nerr:", "e+", "e-", ".0", "\n19", "\n20"),
    *("\nn/a", "\nnull", "\nnone", "\nnan", "\nnil", "\nunkn", "\ntbc", "\ntba"),
    *(f"-{month}" for month in _MONTHS),
    *(f"\n{month}-" for month in _MONTHS),
)


def cleaned(raw: str) -> str:
    """Return a text as people read it."""
    if raw.isascii():
        return raw.strip(" \t")
    seen = unicodedata.normalize("NFC", "".join(c for c in raw if not _hidden(c)))
    return "".join(" " if unicodedata.category(c) == "Zs" else c for c in seen).strip(" \t")


def _hidden(char: str) -> bool:
    selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return selector or char in _FILLERS or unicodedata.category(char) == "Cf"


def cell_fault(value: str) -> Fault | None:
    """Return why a cleaned text can be no value of any column, or None."""
    if value.isascii() and value.isprintable() and value[:1] not in "#Ee":
        return None
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp", "Cs"} for c in value):
        return "E-CONTROL", "There is a control character in this value.", "Letters, figures and signs only"
    folded = value.casefold()
    if folded in _ERRORS | _NEWER_ERRORS or _ERROR.fullmatch(folded):
        return "E-ERROR", "This is an error of the spreadsheet, not a value.", "The value that should stand there"
    if "\ufffd" in value:
        lost = "A character of this value was lost when the file was saved or converted."
        return "E-LOST", lost, "The value as the case system has it"
    return None


def identifier_fault(value: str) -> Fault | None:
    """Return why a cleaned text can be no reference, identifier or code, or None.

    A spreadsheet would run it, or a program made it of another. What it was before cannot be known, and many may have
    become one, so nothing is guessed.
    """
    if value.isascii() and not suspicious(value):
        return None
    if value.removeprefix("'").startswith(FORMULA):
        return "E-FORMULA", "A spreadsheet would run this as a formula.", "A letter or a figure at the beginning"
    return name_fault(value)


def name_fault(value: str) -> Fault | None:
    """Return why a cleaned text can be no name of an area or a band, or None: it says none, or a program made it."""
    if value.casefold() in _NO_VALUE:
        return "E-NO-VALUE", "This says that there is no value.", "A value in every row"
    changed = _changed(value)
    return ("E-CHANGED", changed, "The identifier as the case system has it") if changed else None


def any_suspicious(values: Iterable[str]) -> bool:
    """Say whether a fault could be said of any of some texts; quick, and sometimes too careful."""
    together = "\n".join(("", *values)).casefold()
    return any(sign in together for sign in _SIGNS)


def _changed(value: str) -> str:
    """Return how a program has changed an identifier, or nothing."""
    if _CUT.fullmatch(value):
        return "A spreadsheet made this identifier a number and cut it off: many different ones look like this."
    whole = _FLOAT.fullmatch(value)
    if whole:
        return f"A program made this identifier a number with decimals. It was {whole[1]}, or {value} itself."
    return "This is a date: a spreadsheet may have made it of an identifier." if _DAY.fullmatch(value) else ""
