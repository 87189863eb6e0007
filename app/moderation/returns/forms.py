"""What a browser may send about a returned case."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.audit.rules import LONGEST_NAME, LONGEST_TEXT
from app.clock import today
from app.moderation.forms import Text
from app.web.forms import Form


class ReviewForm(Form):
    """The immediate review of a returned case."""

    children_safe: Literal["yes", "no"]
    note: Text
    further_action: Literal["none", "needed"]
    action_what: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    action_who: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    action_by: date | None = None
    answer: Literal["accept", "challenge", "later"]

    wrong = {  # noqa: RUF012
        "children_safe": "Say whether the children are safe",
        "note": "Enter what you found",
        "further_action": "Say whether further action is needed",
        "action_by": "Enter the date by which it will be done, such as 27 11 2026",
        "answer": "Say whether you accept the grade",
    }

    def faults(self) -> dict[str, str]:
        """Return what is missing between fields: an action has a what, a who and a date; unsafe children need one."""
        found = {}
        if self.further_action == "needed":
            if not self.action_what:
                found["action_what"] = "Enter what will be done"
            if not self.action_who:
                found["action_who"] = "Enter who will do it"
            if self.action_by is None:
                found["action_by"] = self.wrong["action_by"]
            elif self.action_by < today():
                found["action_by"] = "The date by which it will be done must be today or later"
        elif self.children_safe == "no":
            found["further_action"] = "If the children are not safe, further action is needed. Say what will be done"
        return found


class DoneForm(Form):
    """When the further action was done."""

    done_on: date
    wrong = {"done_on": "Enter the date on which it was done, such as 27 11 2026"}  # noqa: RUF012
