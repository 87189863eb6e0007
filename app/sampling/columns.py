"""What each column of a frame may hold (interfaces.md section 3.1, sampling.md section 4). Pure."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.tables.alike import folded
from app.tables.cells import Fault, any_suspicious, cell_fault, cleaned, identifier_fault, suspicious
from app.tables.days import DATE_WANTED, Days
from app.tables.reading import Expected, Table

NEEDED = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "filed_on")
OPTIONAL = ("employment", "document_kind")
ALIASES = {"case_id": "case_ref", "filing_date": "filed_on", "document_type": "document_kind"}
EXPECTED = Expected(NEEDED, OPTIONAL, ALIASES)
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
EMPLOYMENT = ("employed", "agency")
DOCUMENT_KINDS = ("report", "safeguarding_letter", "position_statement", "other")
UNBANDED = "unbanded"
LONGEST = 40
_LAW_WORDS = {
    "public": "public",
    "publiclaw": "public",
    "wafh": "wafh",
    "privatewafh": "wafh",
    "privatelawwafh": "wafh",
    "workafterfirsthearing": "wafh",
    "privatelawworkafterfirsthearing": "wafh",
    "wtfh": "wtfh",
    "privatewtfh": "wtfh",
    "privatelawwtfh": "wtfh",
    "worktofirsthearing": "wtfh",
    "privatelawworktofirsthearing": "wtfh",
}


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
    # What stands where the file has no column for it (interfaces.md 3.1; for a frame without a database, sampling.md
    # 3.1).
    absent_employment: str = "employed"
    # Whether everybody is audited, so that nobody's chance is worth a warning.
    everybody: bool = False
    # The areas to which the list is cut, where any are chosen; and who is left out because they were audited lately.
    only_areas: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


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
        code = _LAW_WORDS.get(re.sub(r"[\W_]+", "", value).casefold(), "") or (value if value in known else "")
        if code in known or code in self.allowed.ignore_law_types:
            return code, SOUND
        wrong = "This law type is not part of the audit." if code else "This law type is not known."
        return code, ("E-UNKNOWN-LAW", wrong, f"One of {words}{_did_you_mean(value, known)}")

    def band(self, value: str) -> Looked:
        """Check a performance band."""
        known = self.allowed.bands
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
        """Check a kind of employment; blank is employed."""
        return _closed(
            value.casefold() or EMPLOYMENT[0],
            EMPLOYMENT,
            "E-UNKNOWN-EMPLOYMENT",
            "This kind of employment is not known.",
        )

    def document(self, value: str) -> Looked:
        """Check a kind of document; blank is other."""
        value = re.sub(r"[\s-]+", "_", value.casefold())
        return _closed(value or "other", DOCUMENT_KINDS, "E-UNKNOWN-DOCUMENT", "This kind of document is not known.")

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


def _closed(value: str, known: Sequence[str], code: str, wrong: str) -> Looked:
    return value, SOUND if value in known else (code, wrong, f"One of {', '.join(known)}{_did_you_mean(value, known)}")


def _nearest(value: str, known: Sequence[str]) -> str:
    by_fold = {folded(k): k for k in known}
    near = difflib.get_close_matches(folded(value), list(by_fold), n=1, cutoff=0.6)
    return by_fold[near[0]] if near else ""


def _did_you_mean(value: str, known: Sequence[str]) -> str:
    near = _nearest(value, known)
    return f". Did you mean {near}?" if near else ""
