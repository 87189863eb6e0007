"""What a browser may send to commission or withdraw an audit."""

from collections.abc import Collection, Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from app.audit.commission.rules import REFERENCE_WANTED, fraction_of, reference_fault, share_of
from app.audit.commission.wishes import Wishes
from app.audit.enums import AuditKind
from app.audit.framework import Framework
from app.audit.rehearsals import KEPT_FOR_THEM, is_named_as_one
from app.clock import today
from app.dates import NotADay, month_of, order_fault
from app.db import LineOrEmpty, Percent, Text
from app.labels import label_of
from app.people.kind_lists import MOST_KINDS
from app.sampling.shapes.wanted import MOST_CASES, MOST_MONTHS, MOST_WANTED, Shape
from app.web.forms import Form


class CommissionForm(Framework, Form):
    """A framework, with what is asked for in another shape than it is kept in."""

    # In the order of the page, so that its errors are too.
    stand_first = (
        "name ref kind purpose grade_by window_from window_to law_types bands document_kinds how_many fraction total "
        "each by_area only_areas only_reason without_months staff cases_each law_rule threshold good_target "
        "not_met_target targets_by targets_set_in comparator_name comparator_when comparator_good comparator_not_met"
    )
    bands: Annotated[list[str], Field(max_length=MOST_KINDS)] = []  # noqa: RUF012 - the model copies it
    document_kinds: Annotated[list[str], Field(max_length=MOST_KINDS)] = []  # noqa: RUF012 - as bands
    fraction: Annotated[str, Field(max_length=30)] = ""
    how_many: Literal["share", "total", "areas", "everybody"] = "share"
    total: Annotated[int, Field(ge=1, le=MOST_WANTED)] | None = None
    each: LineOrEmpty = ""
    by_area: Annotated[str, Field(max_length=2000)] = ""
    only_areas: LineOrEmpty = ""
    only_reason: LineOrEmpty = ""
    without_months: Annotated[int, Field(ge=1, le=MOST_MONTHS)] | None = None
    staff: Annotated[str, Field(max_length=500)] = ""
    cases_each: Annotated[int, Field(ge=1, le=MOST_CASES)] = 1
    threshold: Annotated[int, Field(ge=1, le=2**31 - 1)]
    comparator_name: LineOrEmpty = ""
    comparator_when: str = ""
    comparator_good: Percent | None = None
    comparator_not_met: Percent | None = None

    wrong = {  # noqa: RUF012
        "name": "Enter the audit’s name",
        "ref": REFERENCE_WANTED,
        "kind": "Choose the kind of audit",
        "purpose": "Enter the purpose of the audit",
        "window_from": "Enter the first day of the window, such as 1 9 2026",
        "window_to": "Enter the last day of the window, such as 31 10 2026",
        "law_types": "Choose at least one law type",
        "bands": "Choose the performance bands",
        "document_kinds": "Choose the kinds of document",
        "fraction": "Enter the share of practitioners to sample, such as 1/2",
        "how_many": "Choose how many practitioners are audited",
        "total": f"Enter how many practitioners are audited, a whole number from 1 to {MOST_WANTED:,}",
        "without_months": f"Enter a whole number of months from 1 to {MOST_MONTHS}, or leave this empty",
        "cases_each": f"Enter how many cases of each practitioner are audited, from 1 to {MOST_CASES}",
        "threshold": "Choose the threshold document",
        "good_target": "Enter the target as a whole number from 0 to 100",
        "not_met_target": "Enter the target as a whole number from 0 to 100",
        "targets_by": "Enter the month as year and month, such as 2027-05, or leave it empty",
        "targets_set_in": "Where the targets were set must be 200 characters or fewer",
        "review_days": "Enter the working days for the immediate review, from 1 to 60",
        "challenge_days": "Enter the working days for a challenge, from 1 to 60",
        "decision_days": "Enter the working days for deciding a challenge, from 1 to 60",
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

    @field_validator("name")
    @classmethod
    def of_no_rehearsal(cls, text: str) -> str:
        """Refuse a name by which a rehearsal is known."""
        if is_named_as_one(text):
            raise ValueError(f"‘{text}’ {KEPT_FOR_THEM}")
        return text

    @field_validator("comparator_when", "targets_by", mode="before")
    @classmethod
    def month(cls, text: str, info: ValidationInfo) -> str:
        """Refuse what is no month; keep it as 2024-09."""
        try:
            return month_of(text) if text else ""
        except NotADay as wrong:
            raise ValueError(f"{label_of(info.field_name or '')} {wrong.wrong}") from wrong

    @field_validator("fraction")
    @classmethod
    def share(cls, text: str) -> str:
        """Refuse what is no share; keep it as p/q."""
        value = fraction_of(text)
        if text and value is None:
            raise ValueError(cls.wrong["fraction"])
        return str(value) if value else ""

    @field_validator("benchmark_share")
    @classmethod
    def second_share(cls, text: str) -> str:
        """Refuse what is no share; keep it as p/q."""
        value = share_of(text)
        if value is None:
            raise ValueError(cls.wrong["benchmark_share"])
        return str(value)

    def faults(self, unread: Collection[str] = ()) -> dict[str, str]:
        """Return what is wrong between fields, by field.

        Of a form that was read in part, `unread` names the fields that have errors.
        """
        found = dict(self._order_faults()) | {k: v for k, v in wishes_of(self).faults().items() if k not in unread}
        if (self.good_target is None) != (self.not_met_target is None):
            found["not_met_target" if self.not_met_target is None else "good_target"] = "Enter both targets, or neither"
        if self.document_kinds and self.kind is not None and self.kind is not AuditKind.THEMATIC:
            found["document_kinds"] = "Only a thematic audit keeps to kinds of document. Untick them all"
        if self.good_target is None and self.not_met_target is None:
            told = {"targets_by": self.targets_by, "targets_set_in": self.targets_set_in}
            found |= {name: "Enter the targets, or leave this empty" for name, said in told.items() if said}
        compared = self.comparator_good is not None or self.comparator_not_met is not None
        if compared and not self.comparator_when:
            found["comparator_when"] = self.wrong["comparator_when"]
        if self.comparator_when and not compared and "comparator_not_met" not in unread:
            found["comparator_good"] = "Enter at least one share of the earlier audit, or leave its month empty"
        return found

    def _order_faults(self) -> Iterator[tuple[str, str]]:
        """Yield what is wrong between the days of a form, of which not every field may have been read."""
        first, last, when = self.window_from, self.window_to, self.comparator_when
        fault = order_fault(first, last) if first and last else None
        if fault:
            yield "window_to", fault
        if self.grade_by and last and self.grade_by <= last:
            yield "grade_by", "Grading must end after the last day of the filing window"
        elif self.grade_by and self.grade_by < today():
            yield "grade_by", "The day on which grading ends must be today or later"
        if self.review_days and self.challenge_days and self.review_days > self.challenge_days:
            yield "review_days", "The review comes before the challenge, so it cannot have more days"
        if when and last and when >= f"{last:%Y-%m}":
            yield "comparator_when", "The earlier audit must be from a month before the end of the filing window"

    @property
    def shape(self) -> Shape:
        """Return what is wanted of the sample; asked only where nothing is wrong."""
        return wishes_of(self).shape()

    def comparators(self, best: str, lowest: str) -> list[dict[str, object]]:
        """Return the earlier audit's best and lowest shares in the shape of targets_and_comparators.json."""
        when = self.comparator_when
        values = {best: self.comparator_good, lowest: self.comparator_not_met}
        return [
            {
                "id": f"{when}.{measure}.overall",
                "measure": measure,
                "scope": "overall",
                "scope_value": None,
                "value": value,
                "unit": "percent",
                "when": when,
                "kind": "previous_audit",
                "name": self.comparator_name,
            }
            for measure, value in values.items()
            if value is not None
        ]


def wishes_of(form: CommissionForm) -> Wishes:
    """Return what a form wishes of the sample; of a form that was read in part, nothing stands for what is missing."""
    return Wishes(
        how_many=form.how_many or "share",
        fraction=form.fraction or "",
        total=form.total,
        each=form.each or "",
        by_area=form.by_area or "",
        only_areas=form.only_areas or "",
        only_reason=form.only_reason or "",
        months=form.without_months or 0,
        staff=form.staff or "",
        cases=form.cases_each or 1,
        documents=tuple(form.document_kinds or ()),
    )


class WithdrawForm(Form):
    """Why an audit is withdrawn."""

    reason: Text
    wrong = {"reason": "Enter why the audit is withdrawn"}  # noqa: RUF012
