"""What a browser may send about somebody's time and interests."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from app.audit.models import Load
from app.clock import day
from app.dates import order_fault
from app.db import Text
from app.sampling.population import clean
from app.web.forms import Form


class TimeForm(Load, Form):
    """How much somebody can do."""

    wrong = {  # noqa: RUF012
        "share": "Enter a whole number from 0 to 100",
        "starts_on": "Enter a real date, or leave it empty",
        "away_from": "Enter a real date, or leave it empty",
        "away_to": "Enter a real date, or leave it empty",
    }

    def faults(self, ends: date | None) -> dict[str, str]:
        """Return what is wrong between fields; `ends` is the day on which the audit’s grading ends."""
        if (self.away_from is None) != (self.away_to is None):
            return {"away_to" if self.away_to is None else "away_from": "Enter both days of the leave, or neither"}
        found = {}
        if self.away_from and self.away_to and order_fault(self.away_from, self.away_to):
            found["away_to"] = "The last day away must be on or after the first"
        if self.starts_on and ends and self.starts_on > ends:
            found["starts_on"] = f"Grading ends on {day(ends)}. Enter that day or an earlier one"
        return found


class InterestForm(Form):
    """What somebody must not grade, and why."""

    interest_area: str = ""
    interest_practitioner: Annotated[
        str, AfterValidator(clean), Field(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")
    ] = ""
    interest_reason: Text
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
    interest_reason: Text
    wrong = {  # noqa: RUF012
        "interest_in": "Say what your interest is in",
        "interest_reason": "Enter the reason; only you and the audit lead see it",
    }
