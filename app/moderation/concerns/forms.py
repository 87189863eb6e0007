"""What a browser may send about a concern."""

from datetime import date

from app.dates import due_fault
from app.db import Line, Text
from app.moderation.concerns.rules import why_not_done_on
from app.moderation.models import Concern
from app.web.forms import Form


class ConcernForm(Form):
    """What was seen that somebody has to act on at once."""

    seen: Text
    wrong = {"seen": "Enter what you have seen, and where in the file"}  # noqa: RUF012


class AcknowledgeForm(Form):
    """What will be done about a concern, and by when."""

    plan: Text
    act_by: date
    wrong = {"plan": "Enter what will be done", "act_by": "Enter the date by which it will be done, such as 27 11 2026"}  # noqa: RUF012

    def faults(self, _concern: Concern) -> dict[str, str]:
        """Return what is wrong with the day by which it will be done."""
        fault = due_fault(self.act_by)
        return {"act_by": fault} if fault else {}


class ConcernActionForm(Form):
    """What was done about a concern."""

    action_taken: Text
    action_who: Line
    done_on: date
    wrong = {  # noqa: RUF012
        "action_taken": "Enter what was done, or why nothing had to be done",
        "action_who": "Enter who did it",
        "done_on": "Enter the date on which it was done, such as 27 11 2026",
    }

    def faults(self, concern: Concern) -> dict[str, str]:
        """Return what is wrong with the day on which it was done."""
        fault = why_not_done_on(concern, self.done_on)
        return {"done_on": fault} if fault else {}


class CloseForm(Form):
    """Why nothing more has to be done about a concern."""

    close_reason: Text
    wrong = {"close_reason": "Enter why nothing more has to be done"}  # noqa: RUF012
