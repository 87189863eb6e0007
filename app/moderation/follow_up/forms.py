"""What a browser may send to give more time or to go on without a review."""

from collections.abc import Collection
from datetime import date

from app.db import Text
from app.moderation.enums import Deadline
from app.moderation.models import Challenge, Return
from app.moderation.returns.rules import why_not_until
from app.web.forms import Form


class ExtensionForm(Form):
    """More time for one answer, and why."""

    deadline: Deadline
    until: date
    reason: Text
    wrong = {  # noqa: RUF012
        "deadline": "Choose which time is extended",
        "until": "Enter the new last day, such as 27 11 2026",
        "reason": "Enter why the area gets more time",
    }

    def faults(self, thing: Return | Challenge, possible: Collection[Deadline]) -> dict[str, str]:
        """Return what is wrong: a time that cannot be extended, or a day on which it cannot end."""
        if self.deadline not in possible:
            return {"deadline": self.wrong["deadline"]}
        fault = why_not_until(thing, self.deadline, self.until)
        return {"until": fault} if fault else {}


class OverrideForm(Form):
    """Why the audit goes on without a late review."""

    reason: Text
    wrong = {"reason": "Enter why the audit goes on without this review"}  # noqa: RUF012
