"""What each column of a frame may hold (interfaces.md section 3.1, sampling.md section 4). Pure."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.people.kinds import SHIPPED, UNBANDED, Kinds, KindsOfWork, same_word
from app.tables.alike import folded
from app.tables.cells import Fault, any_suspicious, cell_fault, cleaned, identifier_fault, suspicious
from app.tables.days import DATE_WANTED, Days
from app.tables.reading import Expected, Table

NEEDED = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "filed_on")
OPTIONAL = ("employment", "document_kind")
ALIASES = {"case_id": "case_ref", "filing_date": "filed_on", "document_type": "document_kind"}
EXPECTED = Expected(NEEDED, OPTIONAL, ALIASES)
BAND = "performance_band"
EXPECTED_WITHOUT_BANDS = Expected(tuple(n for n in NEEDED if n != BAND), (*OPTIONAL, BAND), ALIASES)
# The order in which a filing's values are kept: the canonical frame's, then the kind of document.
ORDER = (
    "case_ref",
    "practitioner_id",
    "service_area",
    "law_type",
    "performance_band",
    "employment",
    "filed_on",
    "document_kind",
)
# What the rule on bands says of a service that has none: the column is not read, and every band is empty.
NO_BANDS = "none"
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an audit's framework allows; no areas means that none is known yet, no bands that any will do."""

    areas: tuple[str, ...]
    law_types: tuple[str, ...]
    bands: tuple[str, ...]
    window: tuple[date, date]
    ignore_law_types: tuple[str, ...] = ()
    missing_band: str = "reject"
    outside_window: str = "reject"
    # What stands where the file has no column for it: None for the kind that is usual (interfaces.md 3.1), empty for a
    # frame without a database (sampling.md 3.1).
    absent_employment: str | None = None
    # Whether everybody is audited, so that nobody's chance is worth a warning.
    everybody: bool = False
    # The areas to which the list is cut, where any are chosen; and who is left out because they were audited lately.
    only_areas: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    # The kinds of document that the list keeps to, where any are chosen.
    documents: tuple[str, ...] = ()
    # What the kinds are and how files name them; one that is closed is not taken.
    kinds: KindsOfWork = SHIPPED

    @property
    def absent(self) -> Mapping[str, str]:
        """Return what stands where the file has no column for it."""
        employment = self.kinds.employment.usual if self.absent_employment is None else self.absent_employment
        return {"employment": employment, "document_kind": self.kinds.document_kinds.usual, BAND: ""}

    @property
    def expected(self) -> Expected:
        """Return the columns that a file must and may have."""
        return EXPECTED_WITHOUT_BANDS if self.missing_band == NO_BANDS else EXPECTED


Looked = tuple[str, Fault | None]
SOUND: None = None


# An identifier that needs no cleaning: printable ASCII without a blank at either end.
_PLAIN = re.compile(f"[!-~](?:[ -~]{{0,{LONGEST - 2}}}[!-~])?").fullmatch
MOST_DIFFERENT = 200_000


@dataclass
class Column:
    """Looks at the values of one column; what was sound once is remembered where `many` values are alike."""

    name: str
    at: int
    check: Callable[[str], Looked]
    many: bool = True
    sound: dict[str, str] = field(default_factory=dict)

    def cleaned(self, raws: Sequence[str]) -> list[str | None]:
        """Return the cleaned form of each value, the quick way; None where a value has to be looked at."""
        if self.many:
            return list(map(self.sound.get, raws))
        if any_suspicious(raws):
            return [raw if _PLAIN(raw) and not suspicious(raw) else None for raw in raws]
        return [raw if _PLAIN(raw) else None for raw in raws]

    def look(self, raw: str) -> Looked:
        """Return a value cleaned, and what is wrong with it."""
        value = cleaned(raw)
        fault = cell_fault(value)
        if fault is not SOUND:
            return "", fault
        value, fault = self.check(value)
        if fault is SOUND and len(self.sound) < MOST_DIFFERENT:
            self.sound[raw] = value
        return value, fault


class Checks:
    """What each column may hold."""

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed
        self.new_areas: dict[str, None] = {}
        self._alike = {folded(area): area for area in allowed.areas}
        self.days = Days(*allowed.window)
        self._law_words = allowed.kinds.law_types.by_word() | {same_word(law): law for law in allowed.law_types}
        self._employment, self._documents = _Words(allowed.kinds.employment), _Words(allowed.kinds.document_kinds)

    def columns(self, table: Table) -> list[Column]:
        """Return the columns in the order in which values are kept."""
        checks: dict[str, Callable[[str], Looked]] = {
            "case_ref": self.text("case_ref"),
            "practitioner_id": self.text("practitioner_id"),
            "service_area": self.area,
            "law_type": self.law,
            "performance_band": self.band,
            "employment": self.employment,
            "filed_on": self.filed_on,
            "document_kind": self.document,
        }
        at = {name: i for i, name in enumerate(table.names) if name}
        return [Column(name, at.get(name, -1), check, name != "case_ref") for name, check in checks.items()]

    def text(self, column: str) -> Callable[[str], Looked]:
        """Return the check of an identifier."""
        blank: Fault = ("E-BLANK", f"{column} is blank.", "A value in every row")
        long: Fault = ("E-LONG", f"{column} is too long.", f"At most {LONGEST} characters")

        def check(value: str) -> Looked:
            if not 0 < len(value) <= LONGEST:
                return value, long if value else blank
            fault = identifier_fault(value)
            # One that is no identifier joins no rows.
            return "" if fault else value, fault

        return check

    def area(self, value: str) -> Looked:
        """Check a service area; one that is new is noted, one that is nearly known is not guessed."""
        if value and value not in self.allowed.areas:
            near = self._alike.get(folded(value)) or _nearest(value, self.allowed.areas)
            if near and folded(near) == folded(value):
                return value, ("E-UNKNOWN-AREA", "This service area is not known.", f"Did you mean {near}?")
            if not self.allowed.only_areas or value in self.allowed.only_areas:
                self.new_areas.setdefault(value)
        return self.text("service_area")(value)

    def law(self, value: str) -> Looked:
        """Check a law type, in any case or by its long name."""
        known, words = self.allowed.law_types, ", ".join(self.allowed.law_types)
        if not value:
            return "", ("E-BLANK", "law_type is blank.", f"One of {words}")
        code = self._law_words.get(same_word(value), "")
        if code in known or code in self.allowed.ignore_law_types:
            return code, SOUND
        wrong = "This law type is not part of the audit." if code else "This law type is not known."
        return code, ("E-UNKNOWN-LAW", wrong, f"One of {words}{_did_you_mean(value, known)}")

    def band(self, value: str) -> Looked:
        """Check a performance band; where the service has none, what a file says of one is left out."""
        known = self.allowed.bands
        if self.allowed.missing_band == NO_BANDS:
            return "", SOUND
        words = f"One of {', '.join(known)}" if known else "A band in every row"
        if not value and self.allowed.missing_band == UNBANDED:
            return UNBANDED, SOUND
        if not value:
            return "", ("E-BAND-MISSING", "performance_band is blank.", words)
        if known and value not in known:
            words += _did_you_mean(value, known)
            return value, ("E-UNKNOWN-BAND", "This performance band is not known.", words)
        return self.text("performance_band")(value)

    def employment(self, value: str) -> Looked:
        """Check a kind of employment; blank is the usual one."""
        return self._employment.code(value, "E-UNKNOWN-EMPLOYMENT", "This kind of employment is not known.")

    def document(self, value: str) -> Looked:
        """Check a kind of document; blank is the usual one."""
        return self._documents.code(value, "E-UNKNOWN-DOCUMENT", "This kind of document is not known.")

    def filed_on(self, value: str) -> Looked:
        """Check a filing date against the window."""
        if not value:
            return "", ("E-BLANK", "filed_on is blank.", DATE_WANTED)
        found = self.days.read(value)
        if not isinstance(found, date):
            return "", found
        first, last = self.allowed.window
        if not first <= found <= last and self.allowed.outside_window == "reject":
            wrong = ("E-WINDOW", "This date is outside the audit’s window.", f"From {first} to {last}")
            return found.isoformat(), wrong
        return found.isoformat(), SOUND


class _Words:
    """How files name the kinds of one list; where it has none, any will do."""

    def __init__(self, kinds: Kinds) -> None:
        self._usual, self._open = kinds.usual, [kind.code for kind in kinds.open]
        self._by_word = kinds.by_word()

    def code(self, value: str, fault: str, wrong: str) -> Looked:
        """Return the code of a value, blank the usual one, or what is wrong with it."""
        if not self._by_word:
            return value, SOUND
        code = self._by_word.get(same_word(value), "") if value else self._usual
        if code in self._open:
            return code, SOUND
        near = _did_you_mean(value, self._open)
        return value, (fault, "This kind is closed." if code else wrong, f"One of {', '.join(self._open)}{near}")


def _nearest(value: str, known: Sequence[str]) -> str:
    by_fold = {folded(k): k for k in known}
    near = difflib.get_close_matches(folded(value), list(by_fold), n=1, cutoff=0.6)
    return by_fold[near[0]] if near else ""


def _did_you_mean(value: str, known: Sequence[str]) -> str:
    near = _nearest(value, known)
    return f". Did you mean {near}?" if near else ""
