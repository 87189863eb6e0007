"""Forms of a deputy."""

from datetime import date

from app.accounts.deputies.rules import faults
from app.clock import today
from app.db import Text
from app.people.rules import Days
from app.web.forms import Form


class DeputyForm(Form):
    """Who acts for a head of service, and for which days."""

    person: int
    from_day: date | None = None
    until_day: date
    wrong = {  # noqa: RUF012
        "person": "Choose who acts for you",
        "until_day": "Enter the last day on which they act for you, such as 27 11 2026",
    }

    @property
    def days(self) -> Days:
        """Return from when until when."""
        return Days(self.from_day, self.until_day)

    def faults(self) -> dict[str, str]:
        """Return what is wrong with the days."""
        return faults(self.days, today())


class RefuseForm(Form):
    """Why an assistant director will not be a deputy."""

    reason: Text
    wrong = {"reason": "Say why, for the head of service"}  # noqa: RUF012
