"""What a browser may send to give more time or to go on without a review."""

from datetime import date

from app.clock import day, today
from app.db import Text
from app.moderation.enums import Deadline
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

    def faults(self, before: date | None) -> dict[str, str]:
        """Return what is wrong.

        It is a time that cannot be extended, or one that would end earlier than it does or in the past.
        """
        if before is None:
            return {"deadline": self.wrong["deadline"]}
        if self.until <= before:
            return {"until": f"The area has until {day(before)} already. Enter a later day"}
        return {"until": "The new last day must be today or later"} if self.until < today() else {}


class OverrideForm(Form):
    """Why the audit goes on without a late review."""

    reason: Text
    wrong = {"reason": "Enter why the audit goes on without this review"}  # noqa: RUF012
