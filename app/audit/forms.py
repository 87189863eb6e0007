"""Forms of the audit room."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from app.audit.enums import AuditKind, LawType
from app.audit.rules import LONGEST_FRACTION, LONGEST_NAME, LONGEST_TEXT, REFERENCE_WANTED, fraction_of, reference_fault, share_of, window_fault
from app.audit.thresholds.checks import version_fault
from app.sampling.population import clean
from app.sampling.receipt import seed_fault
from app.sampling.replacement import Reason
from app.web.forms import Form
from app.web.merging import Merged, mark
from app.web.pages import Filled

Line = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Percent = Annotated[int, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=1, le=60)]
Reference = Annotated[str, AfterValidator(clean), Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]


class CommissionForm(Form):
    """An audit's commission and framework."""

    # In the order of the page, so that its errors are too.
    name: Line
    ref: str
    kind: AuditKind
    purpose: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    grade_by: date | None = None
    window_from: date
    window_to: date
    law_types: Annotated[tuple[LawType, ...], Field(min_length=1)]
    bands: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    fraction: Annotated[str, Field(max_length=LONGEST_FRACTION)]
    law_rule: Literal["share", "latest"] = "share"
    threshold: Annotated[int, Field(ge=1, le=2**31 - 1)]
    good_target: Percent | None = None
    not_met_target: Percent | None = None
    comparator_name: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    comparator_when: Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")] = ""
    comparator_good: Percent | None = None
    comparator_not_met: Percent | None = None
    review_days: Days
    challenge_days: Days
    escalation_days: Days
    correction_days: Days
    benchmark_share: Annotated[str, Field(max_length=LONGEST_FRACTION)]
    extend_over: Percent

    wrong = {  # noqa: RUF012
        "name": "Enter the audit’s name",
        "ref": REFERENCE_WANTED,
        "kind": "Choose the kind of audit",
        "purpose": "Enter the purpose of the audit",
        "window_from": "Enter the first day of the window, such as 1 9 2026",
        "window_to": "Enter the last day of the window, such as 31 10 2026",
        "law_types": "Choose at least one law type",
        "bands": "Enter the performance bands, such as B1, B2, B3, B4",
        "fraction": "Enter the share of practitioners to sample, such as 1/2",
        "threshold": "Choose the threshold document",
        "good_target": "Enter the target as a whole number from 0 to 100",
        "not_met_target": "Enter the target as a whole number from 0 to 100",
        "review_days": "Enter the working days for the immediate review, from 1 to 60",
        "challenge_days": "Enter the working days for a challenge, from 1 to 60",
        "escalation_days": "Enter the working days for taking a decision further, from 1 to 60",
        "correction_days": "Enter the working days for a correction, from 1 to 60",
        "benchmark_share": "Enter the share as a fraction from 0 to 1, such as 1/10",
        "extend_over": "Enter a whole number from 0 to 100",
        "grade_by": "Enter a real date, or leave it empty",
        "comparator_when": "Enter the month of the earlier audit as year and month, such as 2024-09",
        "comparator_good": "Enter a whole number from 0 to 100",
        "comparator_not_met": "Enter a whole number from 0 to 100",
    }

    @field_validator("ref")
    @classmethod
    def reference(cls, text: str) -> str:
        """Refuse what cannot stand in an address; keep it in capitals."""
        fault = reference_fault(text)
        if fault:
            raise ValueError(fault)
        return text.upper()

    @field_validator("fraction")
    @classmethod
    def share(cls, text: str) -> str:
        """Refuse what is no share; keep it as p/q."""
        value = fraction_of(text)
        if value is None:
            raise ValueError(cls.wrong["fraction"])
        return str(value)

    @field_validator("benchmark_share")
    @classmethod
    def second_share(cls, text: str) -> str:
        """Refuse what is no share; keep it as p/q."""
        value = share_of(text)
        if value is None:
            raise ValueError(cls.wrong["benchmark_share"])
        return str(value)

    def faults(self, unread: Collection[str] = ()) -> dict[str, str]:
        """Return what is wrong between fields, by field; of a form that was read in part, `unread` names the fields that have errors."""
        found = {}
        fault = window_fault(self.window_from, self.window_to) if self.window_from and self.window_to else None
        if fault:
            found["window_to"] = fault
        if self.grade_by and self.window_to and self.grade_by <= self.window_to:
            found["grade_by"] = "Grading must end after the last day of the filing window"
        if len(set(self.band_list)) != len(self.band_list):
            found["bands"] = "Each band may be named once only"
        if (self.good_target is None) != (self.not_met_target is None):
            found["not_met_target" if self.not_met_target is None else "good_target"] = "Enter both targets, or neither"
        compared = self.comparator_good is not None or self.comparator_not_met is not None
        if compared and not self.comparator_when:
            found["comparator_when"] = self.wrong["comparator_when"]
        if self.comparator_when and not compared and "comparator_not_met" not in unread:
            found["comparator_good"] = "Enter at least one share of the earlier audit, or leave its month empty"
        return found

    @property
    def band_list(self) -> tuple[str, ...]:
        """Return the bands in their order."""
        return tuple(b.strip() for b in (self.bands or "").replace("\n", ",").split(",") if b.strip())

    def comparators(self, best: str, lowest: str) -> list[dict[str, object]]:
        """Return the earlier audit's shares at the document's best and lowest level, in the shape of targets_and_comparators.json."""
        when = self.comparator_when
        values = {best: self.comparator_good, lowest: self.comparator_not_met}
        return [
            {"id": f"{when}.{measure}.overall", "measure": measure, "scope": "overall", "scope_value": None, "value": value,
             "unit": "percent", "when": when, "kind": "previous_audit", "name": self.comparator_name}
            for measure, value in values.items() if value is not None
        ]  # fmt: skip


class VersionForm(Form):
    """What a new version of a threshold document is called."""

    version: str
    wrong = {"version": "Enter the version, such as 2026-11"}  # noqa: RUF012

    @field_validator("version")
    @classmethod
    def in_an_address(cls, text: str) -> str:
        """Refuse what cannot stand in an address."""
        fault = version_fault(text)
        if fault:
            raise ValueError(fault)
        return text


class WithdrawForm(Form):
    """Why an audit is withdrawn."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {"reason": "Enter why the audit is withdrawn"}  # noqa: RUF012


SEED_WAYS = {"dice": "Ten-sided dice, thrown in public", "phrase": "A phrase or a number that nobody could know before the list was locked"}


class SeedForm(Form):
    """The seed of a draw, and how it was made."""

    seed: Annotated[str, AfterValidator(clean)]
    made_how: Literal["dice", "phrase"]
    witnesses: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {  # noqa: RUF012
        "seed": "Enter the seed",
        "made_how": "Say how the seed was made",
        "witnesses": "Enter at least one person who saw the seed being made",
    }

    @field_validator("seed")
    @classmethod
    def good_enough(cls, seed: str) -> str:
        """Refuse a seed that could be guessed."""
        fault = seed_fault(seed)
        if fault:
            raise ValueError(fault)
        return seed


class ReplacementForm(Form):
    """Why a case cannot be audited."""

    reason: Reason
    note: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {"reason": "Choose why the case cannot be audited", "note": "Enter what you found"}  # noqa: RUF012


class DeclineForm(Form):
    """Why a case stays in the sample."""

    answer: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {"answer": "Enter why the case can be audited after all"}  # noqa: RUF012


class AddedForm(Form):
    """A case that was not drawn."""

    case_ref: Reference
    practitioner_id: Reference
    area: Annotated[str, Field(min_length=1)]
    law_type: LawType
    performance_band: Annotated[str, Field(min_length=1)]
    employment: Literal["employed", "agency"]
    filed_on: date
    why: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {  # noqa: RUF012
        "case_ref": "Enter the case’s reference, in 40 characters or fewer",
        "practitioner_id": "Enter the practitioner’s identifier, in 40 characters or fewer",
        "area": "Choose the service area",
        "law_type": "Choose the law type",
        "performance_band": "Choose the performance band",
        "employment": "Say whether the practitioner is employed or agency staff",
        "filed_on": "Enter the date on which the work was filed, such as 27 9 2026",
        "why": "Enter why the case is added",
    }


class AllocateForm(Form):
    """Who shall grade."""

    auditors: Annotated[tuple[int, ...], Field(min_length=1)]
    wrong = {"auditors": "Choose at least one improvement manager"}  # noqa: RUF012


class AgainForm(Form):
    """Whose cases are shared out again, among whom, and why."""

    people: Annotated[tuple[int, ...], Field(min_length=1)]
    auditors: Annotated[tuple[int, ...], Field(min_length=1)]
    keep: Literal["", "yes"] = ""
    begun: Literal["", "yes"] = ""
    wrong = {"people": "Choose whose cases are shared out again", "auditors": "Choose at least one person who takes them"}  # noqa: RUF012

    @property
    def takers(self) -> tuple[int, ...]:
        """Return who takes the cases: those whose they were only where they keep a part."""
        others = tuple(a for a in self.auditors if a not in self.people)
        return (*others, *self.people) if self.keep else others


class WhyForm(Form):
    """Why cases change hands."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {"reason": "Enter why; everybody on the audit can read it"}  # noqa: RUF012


class TimeForm(Form):
    """How much somebody can do."""

    share: Percent
    starts_on: date | None = None
    away_from: date | None = None
    away_to: date | None = None
    wrong = {  # noqa: RUF012
        "share": "Enter a whole number from 0 to 100",
        "starts_on": "Enter a real date, or leave it empty",
        "away_from": "Enter a real date, or leave it empty",
        "away_to": "Enter a real date, or leave it empty",
    }

    def faults(self) -> dict[str, str]:
        """Return what is wrong between fields."""
        if (self.away_from is None) != (self.away_to is None):
            return {"away_to" if self.away_to is None else "away_from": "Enter both days of the leave, or neither"}
        if self.away_from and self.away_to and self.away_to < self.away_from:
            return {"away_to": "The last day away must be on or after the first"}
        return {}


class InterestForm(Form):
    """What somebody must not grade, and why."""

    interest_area: str = ""
    interest_practitioner: Annotated[str, AfterValidator(clean), Field(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    interest_reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {  # noqa: RUF012
        "interest_practitioner": "Enter the practitioner’s identifier, in 40 characters or fewer",
        "interest_reason": "Enter the reason; only the person and the audit lead see it",
    }

    def faults(self, areas: Collection[str]) -> dict[str, str]:
        """Return what is wrong between fields."""
        if self.interest_area and self.interest_area not in areas:
            return {"interest_area": "Choose a service area from the list"}
        if bool(self.interest_area) == bool(self.interest_practitioner):
            return {"interest_area": "Choose a service area, or enter a practitioner, one of the two"}
        return {}


class CaseInterestForm(Form):
    """Why the person who has a case must not grade it."""

    interest_in: Literal["practitioner", "area"]
    interest_reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {"interest_in": "Say what your interest is in", "interest_reason": "Enter the reason; only you and the audit lead see it"}  # noqa: RUF012


class ThemesForm(Form):
    """Strengths and learning points."""

    themes: tuple[str, ...] = ()
    strengths_note: Text = ""
    learning_note: Text = ""


class GradeForm(Form):
    """The auditor's own grade."""

    grade: str = ""
    departure_reason: Text = ""


def served(fields: Mapping[str, str]) -> Filled:
    """Return a form filled in, which says what it was served with."""
    return Filled({**fields, "served": mark(fields)})


def both(
    stored: Mapping[str, str], merged: Merged, sent: Mapping[str, str], *, called: Callable[[str], str], in_words: Callable[[str, str], str] = lambda _, t: t,
) -> Filled:  # fmt: skip
    """Return the form in which a person chooses between what they typed and what another window saved; `called` names a field to them."""
    errors = {name: f"{called(name)} was changed in another window too. Choose what to keep, and save" for name in merged.clashes}
    saved = {name: in_words(name, stored.get(name, "")) for name in merged.clashes}
    return Filled({**served(stored).values, **{name: sent[name] for name in merged.clashes}}, errors, saved=saved)


class PlanForm(Form):
    """By whom cases are graded a second time."""

    benchmarkers: list[int]
    wrong = {"benchmarkers": "Choose at least one person"}  # noqa: RUF012

    @field_validator("benchmarkers")
    @classmethod
    def _somebody(cls, people: list[int]) -> list[int]:
        if not people:
            raise ValueError(cls.wrong["benchmarkers"])
        return people


class HandForm(Form):
    """A case that is benchmarked because a person wants it to be."""

    hand_case: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    hand_person: Annotated[int, Field(gt=0, lt=1 << 31)]
    hand_reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {"hand_case": "Enter the case reference", "hand_person": "Choose who benchmarks it", "hand_reason": "Enter the reason"}  # noqa: RUF012


class GiveForm(Form):
    """To whom an unfinished benchmark goes, and why."""

    person: Annotated[int, Field(gt=0, lt=1 << 31)]
    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
    wrong = {"person": "Choose who benchmarks it", "reason": "Enter the reason"}  # noqa: RUF012
