"""What a browser may send about a rehearsal."""

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from app.sampling.population import clean
from app.sampling.receipt import seed_fault
from app.web.forms import Form
from app.work.rehearsal.moving import MOST_WEEKS

MOST_EACH = 10


class RehearsalForm(Form):
    """What is tried out: against which document, how many cases, and the seed."""

    threshold: Annotated[int, Field(ge=1, le=2**31 - 1)]
    each: Annotated[int, Field(ge=1, le=MOST_EACH)]
    seed: Annotated[str, AfterValidator(clean)]
    wrong = {  # noqa: RUF012
        "threshold": "Choose the threshold document",
        "each": f"Enter how many cases of each service area there are, from 1 to {MOST_EACH}",
        "seed": "Enter the seed",
    }

    @field_validator("seed")
    @classmethod
    def good_enough(cls, seed: str) -> str:
        """Refuse a seed that would be refused in an audit."""
        fault = seed_fault(seed)
        if fault:
            raise ValueError(fault)
        return seed


class ForwardForm(Form):
    """How far the days are moved on."""

    weeks: Annotated[int, Field(ge=1, le=MOST_WEEKS)]
    wrong = {"weeks": f"Enter a whole number of weeks from 1 to {MOST_WEEKS}"}  # noqa: RUF012


class EraseForm(Form):
    """That a rehearsal is to be erased: its reference, so that it is the right one."""

    reference: str
    wrong = {"reference": "Enter the reference of the rehearsal"}  # noqa: RUF012
