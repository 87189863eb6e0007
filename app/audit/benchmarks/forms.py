"""What a browser may send to plan second grades."""

from typing import Annotated

from pydantic import Field, field_validator

from app.db import Line, Text
from app.web.forms import Form


class PlanForm(Form):
    """By whom cases are graded a second time."""

    benchmarkers: list[int]
    wrong = {"benchmarkers": "Choose at least one person"}  # noqa: RUF012

    @field_validator("benchmarkers")
    @classmethod
    def _somebody(cls, people: list[int]) -> list[int]:
        if not people:
            raise ValueError(cls.wrong["benchmarkers"])
        return people


class HandForm(Form):
    """A case that is benchmarked because a person wants it to be."""

    hand_case: Line
    hand_person: Annotated[int, Field(gt=0, lt=1 << 31)]
    hand_reason: Text
    wrong = {  # noqa: RUF012
        "hand_case": "Enter the case reference",
        "hand_person": "Choose who benchmarks it",
        "hand_reason": "Enter the reason",
    }


class ForgoForm(Form):
    """Why graded cases get no second grade, although the framework has them."""

    why_none: Text
    wrong = {"why_none": "Enter why none of these cases is graded a second time"}  # noqa: RUF012


class GiveForm(Form):
    """To whom an unfinished benchmark goes, and why."""

    person: Annotated[int, Field(gt=0, lt=1 << 31)]
    reason: Text
    wrong = {"person": "Choose who benchmarks it", "reason": "Enter the reason"}  # noqa: RUF012
