"""A mapping as it is kept: which column is what, what its values become, and the rules (adoption.md section 1). Pure.

Everything that decided about a row stands in it, also what was recognised, so that a later list of words changes
nothing. Its hash is that of its canonical JSON (sampling.md 3.4).
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from app.mapping.kinds import CODE, Kind
from app.mapping.ways import NUMBERS, ORDERS
from app.tables.cells import cleaned
from app.tables.text import Laid

SCHEMA = "mapping/1"
EXCLUDE, REJECT = "exclude", "reject"
LATEST, REFUSE, LEAVE_OUT, KEEP_ONE = "latest", "refuse", "leave_out", "keep_one"
SEVERAL = (LATEST, REFUSE, LEAVE_OUT)
LONGEST_NAME, LONGEST_WORD = 100, 500
MOST_BYTES, MOST_VALUES = 1 << 20, 5000


# What stands in a mapping only where it is otherwise.
_USUAL: Mapping[str, object] = {
    **{name: {} for name in ("absent", "ties", "file")},
    "short_years": False,
    "numbers": "",
    "repeated": KEEP_ONE,
}


class Unreadable(ValueError):  # noqa: N818 - an answer, not a fault
    """A text is no mapping that can be read; the message is a sentence."""


def key_of(value: str) -> str:
    """Return the key of a value: cleaned, and without case."""
    return cleaned(value).casefold()


def heading_key(heading: str) -> str:
    """Return what a heading is found by: its words without case, one blank between them."""
    return " ".join(cleaned(heading).casefold().split())


def headings_of(line: Sequence[str]) -> list[str]:
    """Return the headings of a line, each once: a second ‘Date’ is ‘Date (2)’; a cell without one has none."""
    seen: dict[str, int] = {}
    found = []
    for cell in line:
        key = heading_key(cell)
        seen[key] = seen.get(key, 0) + 1
        shown = " ".join(cleaned(cell).split())
        found.append(shown if not key or seen[key] == 1 else f"{shown} ({seen[key]})")
    return found


@dataclass(frozen=True, slots=True)
class Profile:
    """A mapping.

    `columns` gives the heading of each field; `absent` what stands in every row of a field without a column; `values`
    what each value of a field becomes, None where its rows are left out, by its key. `dates` says in which order days
    are written, `several` what is done about a person with several values of a field.
    """

    kind: str
    name: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str | None]]
    dates: str
    outside_window: str
    several: Mapping[str, str]
    absent: Mapping[str, str] = field(default_factory=dict)
    # Said only where a person had to say it: years of two digits, bare numbers, layout, repeated filings, ties.
    short_years: bool = False
    numbers: str = ""
    repeated: str = KEEP_ONE
    ties: Mapping[str, str] = field(default_factory=dict)
    file: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> dict[str, Any]:
        """Return the mapping as it is kept."""
        whole: dict[str, Any] = {"schema": SCHEMA, **asdict(self)}
        return {k: v for k, v in whole.items() if k not in _USUAL or v != _USUAL[k]}

    @property
    def sha256(self) -> str:
        """Return the hash by which a receipt names the mapping."""
        return sha256_of(self.body)

    @property
    def laid(self) -> Laid:
        """Return what is said of how the file is laid out, made anew each time: what is found is noted in it."""
        return Laid(**self.file)


def sha256_of(body: Mapping[str, Any]) -> str:
    """Return the hash of a mapping's body."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def slug(name: str) -> str:
    """Return a name as the command line takes it: small letters and hyphens."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or "mapping"


def read_profile(text: str, kind: Kind) -> Profile:
    """Return a mapping of a kind; raises Unreadable with a sentence."""
    if len(text) > MOST_BYTES:
        raise Unreadable("It is far larger than a mapping is.")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"It is not JSON: {error}."
        raise Unreadable(message) from error
    return profile_of(body, kind)


def profile_of(body: object, kind: Kind) -> Profile:
    """Return the mapping that a body holds; raises Unreadable with a sentence."""
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        wrong = f"It is no mapping of the schema {SCHEMA}, which is the one that this version of Casework Audit reads."
        raise Unreadable(wrong)
    if body.get("kind") != kind.name:
        message = f"It maps {body.get('kind')!r}, not {kind.name}."
        raise Unreadable(message)
    made = {name: value for name, value in body.items() if name != "schema"}
    try:
        profile = Profile(**made)
    except TypeError as error:
        unknown = sorted(set(made) - set(Profile.__dataclass_fields__))
        message = f"It has entries that are not known: {', '.join(unknown)}." if unknown else "It is not complete."
        raise Unreadable(message) from error
    for wrong in _faults(profile, kind):
        raise Unreadable(wrong)
    return profile


def _faults(of: Profile, kind: Kind) -> list[str]:
    """Return what is wrong with a mapping that was read: first of its form, then of what it says."""
    known = {one.name for one in kind.fields}
    texts = (*(of.columns, of.absent, of.several, of.ties), *(of.values if _maps(of.values) else {}).values())
    formed = isinstance(of.name, str) and 0 < len(of.name.strip()) <= LONGEST_NAME
    if not formed or not all(_texts(one) for one in texts) or not _maps(of.values) or not _maps(of.file):
        return ["It is not put together as a mapping is."]
    fields = {*of.columns, *of.values, *of.absent, *of.several, *of.ties} - known
    found = [f"It has fields that are not known: {', '.join(sorted(fields))}."] if fields else []
    if len({heading_key(h) for h in of.columns.values()}) < len(of.columns):
        found.append("It takes one column for two fields.")
    if of.dates not in ORDERS or of.numbers not in ("", *NUMBERS) or not isinstance(of.short_years, bool):
        found.append("It does not say how dates are written in a way that is known.")
    if of.outside_window not in {EXCLUDE, REJECT} or of.repeated not in {KEEP_ONE, REFUSE}:
        found.append("One of its rules is not known.")
    if not {*of.several.values()} <= {*SEVERAL} or not {*of.ties.values()} <= {LEAVE_OUT, REFUSE}:
        found.append("One of its rules is not known.")
    if set(of.file) - {"encoding", "separator", "heading", "below", "sheet"} or not _laid_well(of.file):
        found.append("What it says of the file’s layout is not known.")
    codes = {one.name for one in kind.fields if one.reads == CODE}
    if any(code is not None for name, values in of.values.items() if name not in codes for code in values.values()):
        found.append("Only rows can be left out by their identifier or day; no value becomes another there.")
    return found


def _maps(value: object) -> bool:
    return isinstance(value, dict) and len(value) <= MOST_VALUES


def _texts(value: object) -> bool:
    return _maps(value) and all(
        isinstance(k, str) and (v is None or (isinstance(v, str) and len(v) <= LONGEST_WORD))
        for k, v in value.items()  # type: ignore[attr-defined] # it is a dict
    )


ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "iso8859_15": "ISO 8859-15",
    "mac_roman": "Mac Roman",
}
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
LAST_HEADING = 100


def _laid_well(file: Mapping[str, Any]) -> bool:
    lines = (file.get("heading", 0), file.get("below", 0))
    return (
        all(isinstance(n, int) and 0 <= n <= LAST_HEADING for n in lines)
        and file.get("encoding", "utf-8") in ENCODINGS
        and (len(str(file.get("separator", ","))) == 1)
        and isinstance(file.get("sheet", ""), str)
    )
