"""Reads a frame file: every filing cleaned, every problem named at once (interfaces.md section 3.1, sampling.md section 4)."""

import difflib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from app.sampling.draw import Filing, clean
from app.tables import Problem, Problems, Row, read_table

NEEDED = ("case_ref", "practitioner_id", "service_area", "law_type", "performance_band", "filed_on")
OPTIONAL = ("employment", "document_kind")
ALIASES = {"case_id": "case_ref", "filing_date": "filed_on", "document_type": "document_kind"}
EMPLOYMENT = ("employed", "agency")
DOCUMENT_KINDS = ("report", "safeguarding_letter", "position_statement", "other")
LONGEST = 40
EXAMPLES = 5
_LAW_WORDS = {
    "public": "public", "publiclaw": "public",
    "wafh": "wafh", "privatewafh": "wafh", "privatelawwafh": "wafh", "workafterfirsthearing": "wafh", "privatelawworkafterfirsthearing": "wafh",
    "wtfh": "wtfh", "privatewtfh": "wtfh", "privatelawwtfh": "wtfh", "worktofirsthearing": "wtfh", "privatelawworktofirsthearing": "wtfh",
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})$", re.ASCII)
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What an audit's framework allows; no areas means that none is known yet, no bands that any will do."""

    areas: tuple[str, ...]
    law_types: tuple[str, ...]
    bands: tuple[str, ...]
    window: tuple[date, date]


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the users' word
    """Something to know before going on: how often, and for instance."""

    kind: str
    sentence: str
    count: int
    examples: tuple[str, ...]


@dataclass
class FrameReading:
    """What a frame file holds. `filings` are complete only where there are no problems."""

    filings: list[Filing]
    problems: list[Problem]
    total_problems: int
    warnings: list[Warning]
    new_areas: tuple[str, ...]
    unknown_columns: tuple[str, ...]

    @property
    def practitioners(self) -> int:
        """Return how many practitioners there are."""
        return len({f.practitioner_id for f in self.filings})


@dataclass
class _Reader:
    allowed: Allowed
    problems: Problems
    new_areas: dict[str, None] = field(default_factory=dict)

    def filing(self, row: Row) -> Filing:
        values = {name: self._clean(row, name, value) for name, value in row.values.items()}
        return Filing(
            case_ref=self._text(row, "case_ref", values), practitioner_id=self._text(row, "practitioner_id", values),
            service_area=self._area(row, values), law_type=self._law(row, values),
            performance_band=self._code(row, "performance_band", values, self.allowed.bands, "E-UNKNOWN-BAND", "performance band"),
            employment=self._employment(row, values), filed_on=self._date(row, values),
            document_kind=self._document(row, values),
        )  # fmt: skip

    def _clean(self, row: Row, column: str, value: str) -> str:
        cleaned = clean(value)
        if any(unicodedata.category(c) == "Cc" for c in cleaned):
            self._add("E-CONTROL", row, column, repr(cleaned)[1:-1], "There is a control character in this value.", "Letters, figures and signs only")
            return ""
        return cleaned

    def _add(self, code: str, row: Row, column: str, value: str, wrong: str, allowed: str) -> None:
        self.problems.add(code, wrong, allowed, row=row.number, column=column, value=value)

    def _text(self, row: Row, column: str, values: dict[str, str]) -> str:
        value = values.get(column, "")
        if not value:
            self._add("E-BLANK", row, column, "", f"{column} is blank.", "A value in every row")
        elif len(value) > LONGEST:
            self._add("E-LONG", row, column, value, f"{column} is too long.", f"At most {LONGEST} characters")
        return value

    def _code(self, row: Row, column: str, values: dict[str, str], known: Sequence[str], code: str, noun: str) -> str:
        value = values.get(column, "")
        if not value:
            blank = "E-BAND-MISSING" if column == "performance_band" else "E-BLANK"
            self._add(blank, row, column, "", f"{column} is blank.", f"One of {', '.join(known)}")
        elif known and value not in known:
            near = difflib.get_close_matches(value.casefold(), [k.casefold() for k in known], n=1)
            hint = next((f". Did you mean {k}?" for k in known if near and k.casefold() == near[0]), "")
            self._add(code, row, column, value, f"This {noun} is not known.", f"One of {', '.join(known)}{hint}")
        return value

    def _area(self, row: Row, values: dict[str, str]) -> str:
        value = values.get("service_area", "")
        if value and value not in self.allowed.areas:
            alike = {a.casefold().replace(" ", ""): a for a in self.allowed.areas}.get(value.casefold().replace(" ", ""))
            if alike:
                self._add("E-UNKNOWN-AREA", row, "service_area", value, "This service area is not known.", f"Did you mean {alike}?")
            else:
                self.new_areas.setdefault(value)
        return self._text(row, "service_area", values)

    def _law(self, row: Row, values: dict[str, str]) -> str:
        given = values.get("law_type", "")
        value = _LAW_WORDS.get(re.sub(r"[\W_]+", "", given).casefold(), "")
        if not given:
            self._add("E-BLANK", row, "law_type", "", "law_type is blank.", f"One of {', '.join(self.allowed.law_types)}")
        elif value not in self.allowed.law_types:
            wrong = "This law type is not part of the audit." if value else "This law type is not known."
            self._add("E-UNKNOWN-LAW", row, "law_type", given, wrong, f"One of {', '.join(self.allowed.law_types)}")
        return value

    def _employment(self, row: Row, values: dict[str, str]) -> str:
        if not values.get("employment"):
            return "employed"
        values["employment"] = values["employment"].casefold()
        return self._code(row, "employment", values, EMPLOYMENT, "E-UNKNOWN-EMPLOYMENT", "kind of employment")

    def _document(self, row: Row, values: dict[str, str]) -> str:
        value = re.sub(r"[\s-]+", "_", values.get("document_kind", "").casefold())
        return self._code(row, "document_kind", {"document_kind": value or "other"}, DOCUMENT_KINDS, "E-UNKNOWN-DOCUMENT", "kind of document")

    def _date(self, row: Row, values: dict[str, str]) -> str:
        given = values.get("filed_on", "")
        first, last = self.allowed.window
        if not given:
            self._add("E-BLANK", row, "filed_on", "", "filed_on is blank.", "A date such as 2014-09-30 or 30/09/2014")
            return ""
        found = parsed_date(given)
        if found is None:
            self._add("E-DATE", row, "filed_on", given, "This is not a real date.", "A date such as 2014-09-30 or 30/09/2014")
            return ""
        if not first <= found <= last:
            self._add("E-WINDOW", row, "filed_on", given, "This date is outside the audit’s window.", f"From {first} to {last}")
        return found.isoformat()


def parsed_date(text: str) -> date | None:
    """Return a date written as 2014-09-30 or 30/09/2014, or None."""
    iso, british = _ISO.match(text), _BRITISH.match(text)
    parts = [int(p) for p in iso.groups()] if iso else [int(p) for p in british.groups()][::-1] if british else None
    if parts is None:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def read_frame(file: BinaryIO, allowed: Allowed) -> FrameReading:
    """Read a frame file; nothing is stored, and every problem is in the result."""
    table = read_table(file, needed=NEEDED, optional=OPTIONAL, aliases=ALIASES)
    reader = _Reader(allowed, table.problems)
    numbered = [(row.number, reader.filing(row)) for row in table.rows]
    _duplicates(numbered, table.problems)
    for column, code, noun in (
        ("service_area", "E-TWO-AREAS", "service areas"),
        ("performance_band", "E-TWO-BANDS", "performance bands"),
        ("employment", "E-TWO-EMPLOYMENTS", "kinds of employment"),
    ):
        _one_value(numbered, column, code, noun, table.problems)
    filings = [f for _, f in numbered]
    new_areas = tuple(reader.new_areas)
    warnings = [] if table.problems.total else _warnings(filings, new_areas if allowed.areas else (), table.unknown)
    return FrameReading(filings, table.problems.in_order(), table.problems.total, warnings, new_areas, table.unknown)


def _duplicates(numbered: Sequence[tuple[int, Filing]], problems: Problems) -> None:
    whole: dict[tuple[str, ...], int] = {}
    filing: dict[tuple[str, ...], int] = {}
    for number, f in numbered:
        if not (f.case_ref and f.practitioner_id):
            continue
        key = (f.case_ref, f.practitioner_id, f.law_type, f.filed_on)
        if f.canonical in whole:
            wrong = f"This row is the same as row {whole[f.canonical]}."
            problems.add("E-DUP-ROW", wrong, "Each filing once", row=number, column="case_ref", value=f.case_ref)
        elif key in filing:
            wrong = f"This filing is there already, with something else different, in row {filing[key]}."
            problems.add("E-DUP-FILING", wrong, "Each filing once", row=number, column="case_ref", value=f.case_ref)
        whole.setdefault(f.canonical, number)
        filing.setdefault(key, number)


def _one_value(numbered: Sequence[tuple[int, Filing]], column: str, code: str, noun: str, problems: Problems) -> None:
    """Each practitioner has one area, one band, one employment; which of two is right is never guessed."""
    rows: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, f in numbered:
        value = getattr(f, column)
        if value and f.practitioner_id:
            rows[f.practitioner_id].append((number, value))
    for practitioner, found in rows.items():
        values = Counter(value for _, value in found)
        if len(values) > 1:
            wrong = f"Practitioner {practitioner} has {len(values)} {noun}: {', '.join(f'{v} ({n})' for v, n in sorted(values.items()))}."
            for number, value in found:
                problems.add(code, wrong, "The same in every row of one practitioner", row=number, column=column, value=value)


def _warnings(filings: Sequence[Filing], new_areas: Sequence[str], unknown: Sequence[str]) -> list[Warning]:
    shared = _several(filings, lambda f: f.case_ref, lambda f: f.practitioner_id)
    alike = _several(filings, lambda f: re.sub(r"\s+", "", f.practitioner_id).casefold(), lambda f: f.practitioner_id)
    people = Counter(area for area, _ in {(f.service_area, f.practitioner_id) for f in filings})
    small = sorted(area for area, count in people.items() if count == 1)
    found = [
        ("W-NEW-AREA", "Service areas that this installation does not know yet. They will be added.", list(new_areas)),
        ("W-CASE-SHARED", "Cases that stand under several practitioners; the same file could be audited twice.", shared),
        ("W-ID-ALIKE", "Practitioners whose identifiers differ only in capitals or spaces; are they the same person?", alike),
        ("W-SMALL", "Service areas with one practitioner, who is drawn in some draws and not in others.", small),
        ("W-COLUMN", "Columns that are not needed. They are left out.", list(unknown)),
    ]
    return [Warning(kind, sentence, len(items), tuple(items[:EXAMPLES])) for kind, sentence, items in found if items]


def _several(filings: Sequence[Filing], key: Callable[[Filing], str], value: Callable[[Filing], str]) -> list[str]:
    found: dict[str, set[str]] = defaultdict(set)
    for f in filings:
        found[key(f)].add(value(f))
    return sorted(" and ".join(sorted(values)) if len(values) > 1 and k not in values else k for k, values in found.items() if len(values) > 1)
