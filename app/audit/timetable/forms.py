"""What a browser may send of a timetable."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.audit.enums import TimetableStage
from app.audit.timetable.rules import GRADING_DAYS, MOST_GRADING_DAYS, STAGES, faults
from app.web.forms import Form


class TimetableForm(Form):
    """The day of each stage; any may be left open."""

    list_by: date | None = None
    lock_on: date | None = None
    dice_on: date | None = None
    grading_from: date | None = None
    grading_to: date | None = None
    last_challenge: date | None = None
    finalise_on: date | None = None
    report_on: date | None = None
    publish_on: date | None = None

    @property
    def days(self) -> Mapping[TimetableStage, date]:
        """Return the days that were typed."""
        return {stage: day for stage in STAGES if (day := getattr(self, stage.value))}

    def faults(self) -> dict[str, str]:
        """Return what is wrong between the days, in the order of the stages."""
        found = faults(self.days)
        return {stage.value: found[stage.value] for stage in STAGES if stage.value in found}


class PlanForm(Form):
    """From which day on, or up to which, the stages are planned."""

    way: Literal["forwards", "backwards"]
    anchor: date
    grading: Annotated[int, Field(ge=1, le=MOST_GRADING_DAYS)] = GRADING_DAYS
    wrong = {  # noqa: RUF012
        "way": "Choose whether to plan forwards or backwards",
        "anchor": "Enter the day from which, or up to which, it is planned",
        "grading": f"Enter the working days for grading, from 1 to {MOST_GRADING_DAYS}",
    }
