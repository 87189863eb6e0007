"""What a browser may send about a concern."""

from datetime import date

from app.clock import today
from app.db import Line, Text
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

    def faults(self) -> dict[str, str]:
        """Return what is wrong: nothing can be done by a day that has passed."""
        return {"act_by": "The date by which it will be done must be today or later"} if self.act_by < today() else {}


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

    def faults(self) -> dict[str, str]:
        """Return what is wrong: what was done was not done in the future."""
        return {"done_on": "The date must be today or in the past"} if self.done_on > today() else {}


class CloseForm(Form):
    """Why nothing more has to be done about a concern."""

    close_reason: Text
    wrong = {"close_reason": "Enter why nothing more has to be done"}  # noqa: RUF012
