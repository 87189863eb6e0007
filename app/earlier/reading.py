"""Reads a results file: one row per audited case (interfaces.md section 3.2; README of app/data/november-2014)."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from app.sampling.columns import parsed_date
from app.sampling.population import clean
from app.tables import Problem, Problems, read_table

NEEDED = ("case_id", "practitioner_id", "service_area", "law_type", "first_grade", "final_grade", "children_seen")
OPTIONAL = (
    "document_type", "filing_date", "performance_band", "employment", "auditor_id", "audit_date", "not_seen_reason_recorded",
    "benchmark_lead_grade", "benchmark_independent_grade", "returned_to_area", "challenged", "challenge_outcome", "adjudicated",
    "adjudication_outcome", "referral_needed", "referral_reason", "strengths", "learning_points",
)  # fmt: skip
ALIASES = {"case_ref": "case_id", "filed_on": "filing_date", "document_kind": "document_type"}
SEEN = ("seen", "not_seen", "unclear", "not_applicable")
YES_NO = {"yes": True, "no": False, "": False}


@dataclass(frozen=True, slots=True)
class Result:
    """One audited case; grades are codes of the scale, empty where there is none."""

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
    """What a results file holds; `results` count only where there are no problems."""

    results: list[Result]
    problems: list[Problem]
    total_problems: int


@dataclass
class _Reader:
    scale: Mapping[str, str]
    lowest: str
    themes: frozenset[str]
    problems: Problems
    row: int = 0

    def result(self, row: int, values: Mapping[str, str]) -> Result:
        v = {name: clean(value) for name, value in values.items()}
        self.row = row
        first, final = self._grade(v, "first_grade"), self._grade(v, "final_grade")
        challenged = self._yes(v, "challenged")
        result = Result(
            case_ref=self._text(v, "case_id"), practitioner_id=self._text(v, "practitioner_id"), service_area=self._text(v, "service_area"),
            law_type=self._one_of(v, "law_type", ("public", "wafh", "wtfh")), document_kind=v.get("document_type", ""),
            filed_on=self._date(v, "filing_date"), performance_band=v.get("performance_band", ""), employment=v.get("employment") or "employed",
            auditor=v.get("auditor_id", ""), audited_on=self._date(v, "audit_date"), first_grade=first, final_grade=final,
            children_seen=self._one_of(v, "children_seen", SEEN), not_seen_reason=self._reason(v),
            benchmark_lead=self._grade(v, "benchmark_lead_grade", needed=False),
            benchmark_independent=self._grade(v, "benchmark_independent_grade", needed=False),
            returned=self._yes(v, "returned_to_area", first == self.lowest), challenged=challenged,
            challenge_grade=self._outcome(v, "challenge_outcome") if challenged else "", adjudicated=self._yes(v, "adjudicated"),
            adjudication_grade=self._outcome(v, "adjudication_outcome"), referral=self._yes(v, "referral_needed"),
            referral_reason=v.get("referral_reason", ""), themes=self._themes(v),
        )  # fmt: skip
        self._consistent(result, v)
        return result

    def _add(self, code: str, column: str, value: str, wrong: str, allowed: str) -> None:
        self.problems.add(code, wrong, allowed, row=self.row, column=column, value=value)

    def _text(self, v: Mapping[str, str], column: str) -> str:
        if not v.get(column):
            self._add("E-BLANK", column, "", f"{column} is blank.", "A value in every row")
        return v.get(column, "")

    def _one_of(self, v: Mapping[str, str], column: str, allowed: Sequence[str]) -> str:
        value = re.sub(r"[\s-]+", "_", v.get(column, "").casefold())
        if value not in allowed:
            self._add("E-UNKNOWN", column, v.get(column, ""), f"This {column.replace('_', ' ')} is not known.", f"One of {', '.join(allowed)}")
        return value

    def _grade(self, v: Mapping[str, str], column: str, *, needed: bool = True) -> str:
        value = v.get(column, "")
        code = self.scale.get(value.casefold(), "")
        if (value and not code) or (needed and not value):
            labels = ", ".join(dict.fromkeys(self.scale.values()))
            self._add("E-UNKNOWN-GRADE", column, value, "This grade is not in the scale.", f"One of {labels}")
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
        found = parsed_date(value) if value else None
        if value and found is None:
            self._add("E-DATE", column, value, "This is not a real date.", "A date such as 2014-09-30 or 30/09/2014")
        return found

    def _reason(self, v: Mapping[str, str]) -> bool | None:
        value = v.get("not_seen_reason_recorded", "").casefold()
        if (value != "") != (v.get("children_seen", "").casefold() == "not_seen") or value not in YES_NO:
            self._add(
                "E-REASON", "not_seen_reason_recorded", value, "A reason is noted exactly where children were not seen.", "yes or no where not seen, else empty"
            )
        return YES_NO.get(value) if value else None

    def _outcome(self, v: Mapping[str, str], column: str) -> str:
        """Return the grade that a decision left: regraded_to_met, agreed_not_met, or unchanged."""
        value = v.get(column, "").casefold()
        if value in {"", "unchanged", f"agreed_{self.lowest}"}:
            return self.lowest if value else ""
        code = value.removeprefix("regraded_to_")
        if code == value or code not in self.scale.values():
            allowed = ", ".join(["unchanged", f"agreed_{self.lowest}", *(f"regraded_to_{c}" for c in dict.fromkeys(self.scale.values()) if c != self.lowest)])
            self._add("E-OUTCOME", column, v[column], "This outcome is not known.", f"One of {allowed}")
            return ""
        return code

    def _themes(self, v: Mapping[str, str]) -> tuple[str, ...]:
        found = tuple(t.strip() for name in ("strengths", "learning_points") for t in v.get(name, "").split(";") if t.strip())
        for theme in found:
            if theme not in self.themes:
                self._add("E-THEME", "strengths", theme, "This theme is not in the threshold document.", "A code of the document’s learning themes")
        return found

    def _consistent(self, r: Result, v: Mapping[str, str]) -> None:
        """Check what the columns say of each other."""
        if r.returned != (r.first_grade == self.lowest):
            self._add(
                "E-RETURNED",
                "returned_to_area",
                v.get("returned_to_area", ""),
                "A case goes back to its area exactly where the first grade is the lowest.",
                "yes or no to match first_grade",
            )
        if r.challenged and r.first_grade != self.lowest:
            self._add("E-CHALLENGED", "challenged", "yes", "Only a case first graded at the lowest level can be challenged.", "no")
        if bool(v.get("challenge_outcome")) != r.challenged:
            self._add(
                "E-OUTCOME",
                "challenge_outcome",
                v.get("challenge_outcome", ""),
                "An outcome is noted exactly where a case was challenged.",
                "An outcome, or empty",
            )
        if bool(v.get("adjudication_outcome")) != r.adjudicated or (r.adjudicated and not r.challenged):
            self._add(
                "E-OUTCOME",
                "adjudication_outcome",
                v.get("adjudication_outcome", ""),
                "An outcome is noted exactly where a challenged case was adjudicated.",
                "An outcome, or empty",
            )
        adjudicated = (r.challenge_grade if v.get("adjudication_outcome", "").casefold() == "unchanged" else r.adjudication_grade) if r.adjudicated else ""
        stands = adjudicated or r.challenge_grade or r.first_grade
        if r.final_grade and stands and r.final_grade != stands:
            self._add(
                "E-FINAL",
                "final_grade",
                v.get("final_grade", ""),
                "The final grade does not follow from the first grade and the decisions on it.",
                "The grade that the last decision left",
            )


def read_results(file: BinaryIO, *, scale: Sequence[tuple[str, str]], themes: Sequence[str]) -> ResultsReading:
    """Read a results file against a scale (code, label), best first; every problem is in the result."""
    table = read_table(file, needed=NEEDED, optional=OPTIONAL, aliases=ALIASES)
    codes = {label.casefold(): code for code, label in scale} | {code: code for code, _ in scale}
    reader = _Reader(codes, scale[-1][0], frozenset(themes), table.problems)
    results = [reader.result(number, values) for number, values in table.rows()]
    for column, values in (("case_id", [r.case_ref for r in results]), ("practitioner_id", [r.practitioner_id for r in results])):
        for value, count in Counter(values).items():
            if value and count > 1:
                table.problems.add("E-DUP", f"This {column} is there {count} times.", "Each case and each practitioner once", column=column, value=value)
    return ResultsReading(results, table.problems.in_order(), table.problems.total)
