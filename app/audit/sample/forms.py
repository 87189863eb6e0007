"""What a browser may send to draw a sample."""

from typing import Annotated, Literal

from pydantic import AfterValidator, field_validator

from app.db import Text
from app.sampling.population import clean
from app.sampling.receipt import seed_fault
from app.web.forms import Form

SEED_WAYS = {
    "dice": "Ten-sided dice, thrown in public",
    "phrase": "A phrase or a number that nobody could know before the list was locked",
}


class SeedForm(Form):
    """The seed of a draw, and how it was made."""

    seed: Annotated[str, AfterValidator(clean)]
    made_how: Literal["dice", "phrase"]
    witnesses: Text
    wrong = {  # noqa: RUF012
        "seed": "Enter the seed",
        "made_how": "Say how the seed was made",
        "witnesses": "Enter at least one person who saw the seed being made",
    }

    @field_validator("seed")
    @classmethod
    def good_enough(cls, seed: str) -> str:
        """Refuse a seed that could be guessed."""
        fault = seed_fault(seed)
        if fault:
            raise ValueError(fault)
        return seed
