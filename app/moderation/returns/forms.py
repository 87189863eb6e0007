"""What a browser may send about a returned case."""

from datetime import date
from typing import Literal

from app.dates import due_fault
from app.moderation.enums import FurtherAction
from app.moderation.returns.actions import Review
from app.web.forms import Form


class ReviewForm(Review, Form):
    """The immediate review of a returned case, and what its head of service says of the grade."""

    answer: Literal["accept", "challenge", "later"]

    wrong = {  # noqa: RUF012
        "children_safe": "Say whether the children are safe",
        "note": "Enter what you found",
        "further_action": "Say whether further action is needed",
        "action_by": "Enter the date by which it will be done, such as 27 11 2026",
        "answer": "Say whether you accept the grade",
    }

    @property
    def needs_action(self) -> bool:
        """Say whether something has to be done."""
        return self.further_action is FurtherAction.NEEDED

    @property
    def found(self) -> Review:
        """Return the review alone, without an action that was typed and is not needed."""
        kept = set(Review.model_fields) - (set() if self.needs_action else {"action_what", "action_who", "action_by"})
        return Review.model_validate(self.model_dump(include=kept))

    def faults(self) -> dict[str, str]:
        """Return what is missing between fields: an action has a what, a who and a date; unsafe children need one."""
        found = {}
        if self.needs_action:
            if not self.action_what:
                found["action_what"] = "Enter what will be done"
            if not self.action_who:
                found["action_who"] = "Enter who will do it"
            if self.action_by is None:
                found["action_by"] = self.wrong["action_by"]
            elif fault := due_fault(self.action_by):
                found["action_by"] = fault
        elif not self.children_safe:
            found["further_action"] = "If the children are not safe, further action is needed. Say what will be done"
        return found


class DoneForm(Form):
    """When the further action was done."""

    done_on: date
    wrong = {"done_on": "Enter the date on which it was done, such as 27 11 2026"}  # noqa: RUF012
