"""Reads a results file: one row per audited case (interfaces.md section 3.2; README of app/data/november-2014)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from app.audit.thresholds.document import ThresholdDocument
from app.people.kinds import SHIPPED, KindsOfWork
from app.report.cases.queries import seen_asked
from app.tables.cells import identifier_fault, name_fault
from app.tables.days import Days
from app.tables.opening import open_table
from app.tables.problems import Group, Known, Problem, Problems
from app.tables.reading import Expected, Row, Table, looking_alike
from app.tables.text import LARGEST_FILE

NEEDED = ("case_id", "practitioner_id", "service_area", "law_type", "first_grade", "final_grade")
# The column children_seen is needed where the threshold document asks it of any law type.
SEEN_COLUMN = "children_seen"
OPTIONAL = (
    "document_type",
    "filing_date",
    "performance_band",
    "employment",
    "auditor_id",
    "audit_date",
    "not_seen_reason_recorded",
    "benchmark_lead_grade",
    "benchmark_independent_grade",
    "returned_to_area",
    "challenged",
    "challenge_outcome",
    "adjudicated",
    "adjudication_outcome",
    "referral_needed",
    "referral_reason",
    "strengths",
    "learning_points",
)
ALIASES = {"case_ref": "case_id", "filed_on": "filing_date", "document_kind": "document_type"}
NOT_APPLICABLE = "not_applicable"
SEEN = ("seen", "not_seen", "unclear")
YES_NO = {"yes": True, "true": True, "no": False, "false": False, "": False}
NAMES = {"service_area", "performance_band"}
KINDS = {"strengths": "strength", "learning_points": "learning"}


@dataclass(frozen=True, slots=True)
class Result:
    """One audited case; grades are codes of the scale, empty where there is none.

    `not_seen_reason` is None where the children were seen, and where the file does not say whether a reason was
    recorded.
    """

    case_ref: str
    practitioner_id: str
    service_area: str
    law_type: str
    document_kind: str
    filed_on: date | None
    performance_band: str
    employment: str
    auditor: str
    audited_on: date | None
    first_grade: str
    final_grade: str
    children_seen: str
    not_seen_reason: bool | None
    benchmark_lead: str
    benchmark_independent: str
    returned: bool
    challenged: bool
    challenge_grade: str
    adjudicated: bool
    adjudication_grade: str
    referral: bool
    referral_reason: str
    themes: tuple[str, ...]


@dataclass
class ResultsReading:
    """What a results file holds; `results` count only where there are no problems.

    `unused` are the columns that nobody knows.
    """

    results: list[Result]
    problems: list[Problem]
    groups: list[Group]
    total_problems: int
    warnings: list[Known]
    unused: tuple[str, ...] = ()


def slug(text: str) -> str:
    """Return a word of a closed list as it is kept: ‘Not seen’ and ‘not-seen’ are not_seen."""
    return re.sub(r"[\s_-]+", "_", text.strip().casefold())


@dataclass
class _Reader:
    document: ThresholdDocument
    problems: Problems
    of_work: KindsOfWork
    row: int = 0
    # Columns whose value in this row is a problem already.
    faulty: frozenset[str] = frozenset()
    days: dict[str, Days] = field(default_factory=lambda: {"filing_date": Days(), "audit_date": Days()})

    def __post_init__(self) -> None:
        self.grades = {slug(name): x.code for x in self.document.scale for name in (x.label, x.code)}
        self.lowest = self.document.lowest.code
        self.kinds = {t.code: t.kind for t in self.document.learning_themes}
        self.laws = self.of_work.law_types.codes
        self.asked = seen_asked(self.document, self.laws)

    def result(self, row: Row) -> Result:
        v, self.row, self.faulty = row.values, row.number, row.faulty
        first, final = self._grade(v, "first_grade"), self._grade(v, "final_grade")
        law = self._one_of(v, "law_type", self.laws)
        seen = self._seen(v, law)
        challenged, adjudicated = self._yes(v, "challenged"), self._yes(v, "adjudicated")
        challenge_grade = self._outcome(v, "challenge_outcome", first) if challenged else ""
        result = Result(
            case_ref=self._text(v, "case_id"),
            practitioner_id=self._text(v, "practitioner_id"),
            service_area=self._text(v, "service_area"),
            law_type=law,
            document_kind=v.get("document_type", ""),
            filed_on=self._date(v, "filing_date"),
            performance_band=self._identifier(v, "performance_band"),
            employment=self._one_of(
                v, "employment", self.of_work.employment.codes, blank=self.of_work.employment.usual
            ),
            auditor=self._identifier(v, "auditor_id"),
            audited_on=self._date(v, "audit_date"),
            first_grade=first,
            final_grade=final,
            children_seen=seen,
            not_seen_reason=self._reason(v, seen),
            benchmark_lead=self._grade(v, "benchmark_lead_grade", needed=False),
            benchmark_independent=self._grade(v, "benchmark_independent_grade", needed=False),
            returned=self._yes(v, "returned_to_area", first == self.lowest),
            challenged=challenged,
            challenge_grade=challenge_grade,
            adjudicated=adjudicated,
            adjudication_grade=self._outcome(v, "adjudication_outcome", challenge_grade) if adjudicated else "",
            referral=self._yes(v, "referral_needed"),
            referral_reason=v.get("referral_reason", ""),
            themes=self._themes(v),
        )
        if not row.faulty:
            self._consistent(result, v)
        return result

    def _add(self, code: str, column: str, value: str, wrong: str, allowed: str) -> None:
        if column not in self.faulty:
            self.problems.add(code, wrong, allowed, row=self.row, column=column, value=value)

    def _text(self, v: Mapping[str, str], column: str) -> str:
        if not v.get(column):
            self._add("E-BLANK", column, "", f"{column} is blank.", "A value in every row")
        return self._identifier(v, column)

    def _identifier(self, v: Mapping[str, str], column: str) -> str:
        value = v.get(column, "")
        # A name such as =1+1 does no harm: what gives results as files keeps spreadsheets from running it.
        fault = name_fault(value) if column in NAMES else identifier_fault(value)
        if fault:
            code, wrong, allowed = fault
            self._add(code, column, value, wrong, allowed)
        return value

    def _one_of(self, v: Mapping[str, str], column: str, allowed: Sequence[str], *, blank: str = "") -> str:
        value = slug(v.get(column, "")) or blank
        if value not in allowed:
            self._add(
                "E-UNKNOWN",
                column,
                v.get(column, ""),
                f"This {column.replace('_', ' ')} is not known.",
                f"One of {', '.join(allowed)}",
            )
        return value

    def _grade(self, v: Mapping[str, str], column: str, *, needed: bool = True) -> str:
        value = v.get(column, "")
        code = self.grades.get(slug(value), "")
        if (value and not code) or (needed and not value):
            labels = ", ".join(x.label for x in self.document.scale)
            wrong = "This grade is not in the scale." if value else f"{column} is blank."
            self._add("E-UNKNOWN-GRADE" if value else "E-BLANK", column, value, wrong, f"One of {labels}")
        return code

    def _yes(self, v: Mapping[str, str], column: str, default: bool = False) -> bool:  # noqa: FBT001, FBT002 - a cell's default
        value = v.get(column, "").casefold()
        if column not in v:
            return default
        if value not in YES_NO:
            self._add("E-UNKNOWN", column, v[column], "This is neither yes nor no.", "yes or no")
        return YES_NO.get(value, False)

    def _date(self, v: Mapping[str, str], column: str) -> date | None:
        value = v.get(column, "")
        found = self.days[column].read(value) if value else None
        if isinstance(found, tuple):
            code, wrong, allowed = found
            self._add(code, column, value, wrong, allowed)
            return None
        return found

    def _seen(self, v: Mapping[str, str], law: str) -> str:
        """Return whether the children were seen; it does not apply exactly where the document does not ask."""
        asked = law in self.asked
        value = slug(v.get(SEEN_COLUMN, "")) or ("" if asked else NOT_APPLICABLE)
        allowed = SEEN if asked else (NOT_APPLICABLE,)
        if law in self.laws and value not in allowed:
            does = "asks" if asked else "does not ask"
            wrong = (
                f"The threshold document {does} whether the children were seen in a case of this law type "
                f"({law.upper()})."
            )
            self._add(
                "E-SEEN",
                SEEN_COLUMN,
                v.get(SEEN_COLUMN, ""),
                wrong,
                f"One of {', '.join(allowed)}" if asked else f"{NOT_APPLICABLE}, or empty",
            )
        return value

    def _reason(self, v: Mapping[str, str], seen: str) -> bool | None:
        """Return whether a reason was recorded; a file without the column leaves that unknown."""
        column = "not_seen_reason_recorded"
        value = slug(v.get(column, ""))
        if column in v and ((value != "") != (seen == "not_seen") or value not in YES_NO):
            self._add(
                "E-REASON",
                column,
                v[column],
                "A reason is noted exactly where children were not seen.",
                "yes or no where not seen, else empty",
            )
        return YES_NO.get(value) if value else None

    def _outcome(self, v: Mapping[str, str], column: str, before: str) -> str:
        """Return unchanged, agreed_not_met or regraded_to_met: what a decision did to the grade before it."""
        if not before:  # which is wrong, and named, already
            return ""
        value = slug(v.get(column, ""))
        others = [x.code for x in self.document.scale if x.code != before]
        left = {"": "", "unchanged": before, f"agreed_{slug(before)}": before}
        left |= {f"regraded_to_{slug(code)}": code for code in others}
        if value not in left:
            known = f"One of {', '.join(name for name in left if name)}"
            self._add("E-OUTCOME", column, v[column], "This outcome is not known.", known)
        return left.get(value, "")

    def _themes(self, v: Mapping[str, str]) -> tuple[str, ...]:
        """Return the themes of a case, each once."""
        found = []
        for column, kind in KINDS.items():
            codes = [t.strip() for t in v.get(column, "").split(";") if t.strip()]
            for theme in codes:
                if self.kinds.get(theme) != kind:
                    words = column.replace("_", " ")
                    wrong = f"This is not among the {words} of the threshold document."
                    self._add("E-THEME", column, theme, wrong, f"Codes of its {words}, joined by ;")
            found += codes
        return tuple(dict.fromkeys(found))

    def _consistent(self, r: Result, v: Mapping[str, str]) -> None:
        """Check what the columns say of each other."""
        values = {**v, "challenged": "yes", "referral_reason": r.referral_reason}
        for code, column, wrong, allowed in _contradictions(r, v, self.lowest):
            self._add(code, column, values.get(column, ""), wrong, allowed)


Contradiction = tuple[str, str, str, str]
# The code of the problem, its column, what is wrong, and what would be right.
RETURNED: Contradiction = (
    "E-RETURNED",
    "returned_to_area",
    "A case goes back to its area exactly where the first grade is the lowest.",
    "yes or no to match first_grade",
)
CHALLENGED: Contradiction = (
    "E-CHALLENGED",
    "challenged",
    "Only a case first graded at the lowest level can be challenged.",
    "no",
)
NO_OUTCOME: Contradiction = (
    "E-OUTCOME",
    "challenge_outcome",
    "An outcome is noted exactly where a case was challenged.",
    "An outcome, or empty",
)
NO_ADJUDICATION: Contradiction = (
    "E-OUTCOME",
    "adjudication_outcome",
    "An outcome is noted exactly where a challenged case was adjudicated.",
    "An outcome, or empty",
)
REASON: Contradiction = (
    "E-REFERRAL",
    "referral_reason",
    "A reason is noted only where a referral was needed.",
    "Empty",
)
FINAL: Contradiction = (
    "E-FINAL",
    "final_grade",
    "The final grade does not follow from the first grade and the decisions on it.",
    "The grade that the last decision left",
)


def _contradictions(r: Result, v: Mapping[str, str], lowest: str) -> Iterator[Contradiction]:
    if r.returned != (r.first_grade == lowest):
        yield RETURNED
    if r.challenged and r.first_grade != lowest:
        yield CHALLENGED
    if bool(v.get("challenge_outcome")) != r.challenged:
        yield NO_OUTCOME
    if bool(v.get("adjudication_outcome")) != r.adjudicated or (r.adjudicated and not r.challenged):
        yield NO_ADJUDICATION
    if r.referral_reason and not r.referral:
        yield REASON
    stands = r.adjudication_grade or r.challenge_grade or r.first_grade
    if r.final_grade and stands and r.final_grade != stands:
        yield FINAL


def read_results(
    file: BinaryIO, document: ThresholdDocument, *, areas: Sequence[str] = (), kinds: KindsOfWork = SHIPPED
) -> ResultsReading:
    """Read a results file against the threshold document that its cases were graded by.

    Every problem is in the result. `areas` are those that are known: names that look like them are warned of.
    `kinds` may be closed by now: an earlier audit is of its own time.
    """
    asked = seen_asked(document, kinds.law_types.codes)
    seen = ((SEEN_COLUMN,), ()) if asked else ((), (SEEN_COLUMN,))
    expected = Expected((*NEEDED, *seen[0]), (*OPTIONAL, *seen[1]), ALIASES)
    table = open_table(file, expected, largest=LARGEST_FILE)
    reader = _Reader(document, table.problems, kinds)
    results = [reader.result(row) for row in table.rows()]
    _twice(results, table.problems)
    for column, days in reader.days.items():
        doubt = days.doubt()
        if doubt is not None:
            table.problems.add(*doubt, column=column, value=days.doubtful)
    problems = table.problems
    known = [] if problems.total else _warnings(results, table, areas)
    return ResultsReading(results, problems.in_order(), problems.groups(), problems.total, known, table.unknown)


def _twice(results: Sequence[Result], problems: Problems) -> None:
    """Name the cases and practitioners that are there more than once."""
    once = "Each case and each practitioner once"
    for column, values in (
        ("case_id", [r.case_ref for r in results]),
        ("practitioner_id", [r.practitioner_id for r in results]),
    ):
        for value, count in Counter(values).items():
            if value and count > 1:
                wrong = f"This {column} is there {count} times."
                problems.add("E-DUP", wrong, once, column=column, value=value)


def _warnings(results: Sequence[Result], table: Table, areas: Sequence[str]) -> list[Known]:
    names = {
        "service_area": [*areas, *(r.service_area for r in results)],
        "performance_band": [r.performance_band for r in results],
    }
    people = {"practitioner_id": [r.practitioner_id for r in results]}
    return [*looking_alike("W-ID-ALIKE", people), *looking_alike("W-ALIKE", names), *table.known()]
