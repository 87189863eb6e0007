"""Forms of an area's improvement plan."""

from collections.abc import Sequence
from datetime import date

from app.db import Text
from app.report.packs.models import ImprovementAction, Planned
from app.report.packs.rules import why_not_by, why_not_done_on
from app.web.forms import Form


class PlanForm(Planned, Form):
    """What is planned; `version` is the one that the form was served with."""

    version: str = ""
    wrong = {  # noqa: RUF012
        "what": "Enter what will be done",
        "who": "Enter who will do it",
        "by_when": "Enter the date by which it will be done, such as 27 11 2026",
    }

    def faults(self, learning_points: Sequence[str], before: date | None) -> dict[str, str]:
        """Return what is wrong.

        It is a learning point of another document, or a day that has passed and is not the one that stood there.
        """
        found = {}
        if self.learning_point and self.learning_point not in learning_points:
            found["learning_point"] = "Choose a learning point from the list, or leave it open"
        fault = why_not_by(self.by_when, before)
        if fault:
            found["by_when"] = fault
        return found


class FinishForm(Form):
    """When an action was done, and what came of it."""

    done_on: date
    what_came: Text
    wrong = {  # noqa: RUF012
        "done_on": "Enter the date on which it was done, such as 27 11 2026",
        "what_came": "Enter what came of it, and how you know",
    }

    def faults(self, of: ImprovementAction) -> dict[str, str]:
        """Return what is wrong: what was done was not done in the future, nor before it was planned."""
        fault = why_not_done_on(of, self.done_on)
        return {"done_on": fault} if fault else {}
