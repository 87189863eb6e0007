"""The form of a talk about a case."""

from datetime import date

from app.moderation.sheets.models import Discussed
from app.moderation.sheets.rules import why_not_discussed_on, why_not_due
from app.web.forms import Form


class TalkForm(Discussed, Form):
    """When a case was discussed with its practitioner, and what was agreed."""

    wrong = {"discussed_on": "Enter the date on which you discussed it, such as 27 11 2026"}  # noqa: RUF012

    def faults(self, since: date) -> dict[str, str]:
        """Return what is wrong with its days; `since` is when the case became final."""
        found = {
            "discussed_on": why_not_discussed_on(self.discussed_on, since),
            "due": why_not_due(self.agreed, self.due),
        }
        return {name: fault for name, fault in found.items() if fault}
