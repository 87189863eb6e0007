"""What a browser may send to bring in an earlier audit's results."""

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator

from app.audit.commission.rules import REFERENCE_WANTED, reference_fault
from app.clock import today
from app.dates import order_fault
from app.db import LONGEST_NAME, LONGEST_TEXT
from app.web.forms import Form


class EarlierForm(Form):
    """What is known of an earlier audit besides its cases."""

    name: Annotated[str, Field(max_length=LONGEST_NAME)]
    ref: Annotated[str, Field(max_length=30)]
    window_from: date
    window_to: date
    purpose: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""

    wrong = {  # noqa: RUF012
        "name": "Enter the audit’s name",
        "ref": REFERENCE_WANTED,
        "window_from": "Enter the first day of the window, such as 1 9 2014",
        "window_to": "Enter the last day of the window, such as 31 10 2014",
    }

    @field_validator("ref")
    @classmethod
    def reference(cls, text: str) -> str:
        """Refuse what cannot stand in an address; keep it in capitals."""
        fault = reference_fault(text)
        if fault:
            raise ValueError(fault)
        return text.upper()


def window_faults(first: date, last: date) -> dict[str, str]:
    """Return what is wrong with the window of an audit that was done before, by field."""
    fault = order_fault(first, last)
    if not fault and last > today():
        fault = "The last day must be today or in the past, as the audit is an earlier one"
    return {"window_to": fault} if fault else {}
